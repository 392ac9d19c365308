package emulator

import (
	"io"
	"net"
	"strconv"
	"testing"

	"github.com/ecslocal/ecslocal/emulator/dockerengine"
)

// TestPortsAreKept holds that a port which one task chose is taken for the next, until the first ends. It runs
// alone: a process that another test starts would hold the port for a moment.
func TestPortsAreKept(t *testing.T) {
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := free.Addr().(*net.TCPAddr).Port
	free.Close()

	first, second := keeper(nil), keeper(nil)
	for range 2 {
		if first.taken("tcp", port) {
			t.Error("a free port is taken for the task that asks for it")
		}
	}
	if !second.taken("tcp", port) {
		t.Error("a port that another task holds is free")
	}
	first.mu.Lock()
	first.release(strconv.Itoa(port) + "/tcp") // as when the engine is about to bind it
	first.mu.Unlock()
	if !second.taken("tcp", port) {
		t.Error("a port is free that the engine is about to take for another task")
	}
	if second.taken("udp", port) {
		t.Error("a TCP port is taken for UDP too")
	}
	first.releaseAll()
	if second.taken("tcp", port) {
		t.Error("a port that was given back is still taken")
	}
	second.releaseAll()
	if !keeper(map[string]bool{"8080/tcp": true}).taken("tcp", 8080) {
		t.Error("a port that the engine publishes is free")
	}
}

func keeper(published map[string]bool) *portKeeper {
	return &portKeeper{Engine: &dockerengine.Engine{Info: dockerengine.Info{Host: "127.0.0.1"}}, published: published, address: loopback,
		held: map[string]io.Closer{}, of: map[string][]string{}}
}

// TestRootless holds that an engine without root's rights is not asked for ports that only root may bind.
func TestRootless(t *testing.T) {
	t.Parallel()
	first := firstFreePort()
	if first < 2 {
		t.Skip("every port is free for everybody here")
	}
	k := keeper(nil)
	k.Info.Local, k.Info.Rootless = true, true
	if !k.taken("tcp", first-1) {
		t.Errorf("port %d is asked of a rootless engine", first-1)
	}
	k.Info.Rootless = false
	k.published = map[string]bool{}
	if k.taken("udp", first-1) && !keeper(nil).taken("udp", first-1) {
		t.Errorf("port %d is taken for an engine with root's rights", first-1)
	}
	k.releaseAll()
}

// TestPublishAddress holds which addresses ports may be published on.
func TestPublishAddress(t *testing.T) {
	t.Parallel()
	for address, ok := range map[string]bool{"": true, "auto": true, "127.0.0.1": true, "0.0.0.0": true, "::": true, "fd00::1": true, "everywhere": false, "10.0.0.1:80": false, "10.0.0.0/8": false} {
		if err := CheckPublishAddress(address); (err == nil) != ok {
			t.Errorf("%q: %v", address, err)
		}
	}
}
