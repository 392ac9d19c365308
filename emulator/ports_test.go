package emulator

import (
	"io"
	"net"
	"testing"

	"github.com/ecslocal/ecslocal/emulator/dockerengine"
)

// TestPortsAreKept holds that a port which one task chose is taken for the next, until the first gives it to the engine.
func TestPortsAreKept(t *testing.T) {
	t.Parallel()
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := free.Addr().(*net.TCPAddr).Port
	free.Close()

	first, second := keeper(nil), keeper(nil)
	if first.taken("tcp", port) || first.taken("tcp", port) {
		t.Error("a free port is taken for the task that asks for it")
	}
	if !second.taken("tcp", port) {
		t.Error("a port that another task holds is free")
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
