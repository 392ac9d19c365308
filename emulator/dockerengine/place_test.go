package dockerengine

import (
	"os"
	"path/filepath"
	"testing"
)

// TestPlace holds where ports are published and reached, by where the engine is.
func TestPlace(t *testing.T) {
	t.Parallel()
	for address, want := range map[string][2]string{ // host that ports are reached at, address to publish them on
		"unix:///var/run/docker.sock":  {"127.0.0.1", "127.0.0.1"},
		"npipe:////./pipe/docker":      {"127.0.0.1", "127.0.0.1"},
		"tcp://localhost:2375":         {"127.0.0.1", "127.0.0.1"},
		"tcp://127.0.0.1:2375":         {"127.0.0.1", "127.0.0.1"},
		"tcp://docker:2376":            {"docker", "0.0.0.0"},
		"tcp://10.0.0.7:2376":          {"10.0.0.7", "0.0.0.0"},
		"tcp://[fd00::1]:2376":         {"fd00::1", "::"},
		"https://engine.example:2376/": {"engine.example", "0.0.0.0"},
		"ssh://me@build.example":       {"build.example", "0.0.0.0"},
		"tcp://":                       {"127.0.0.1", "127.0.0.1"},
	} {
		e := Engine{Info: Info{Host: publishedHost(address)}}
		if got := [2]string{e.Info.Host, e.PublishAddress()}; got != want {
			t.Errorf("%s: %q, want %q", address, got, want)
		}
		if got := e.Reached("0.0.0.0"); got != want[0] {
			t.Errorf("%s: what is published on 0.0.0.0 is reached at %s", address, got)
		}
	}
	neighbour := Engine{Info: Info{Host: "172.17.0.1", neighbour: true}}
	if got := neighbour.PublishAddress(); got != "172.17.0.1" {
		t.Errorf("from a container: %s", got)
	}
}

func TestOwnContainer(t *testing.T) {
	t.Parallel()
	const id = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
	for text, want := range map[string]string{
		"603 590 8:1 /var/lib/docker/containers/" + id + "/hostname /etc/hostname rw,relatime - ext4 /dev/sda1 rw\n": id,
		"603 590 8:1 /home/me/containers/" + id + "/data /data rw,relatime - ext4 /dev/sda1 rw\n":                    "",
		"22 27 0:20 / /sys rw - sysfs sysfs rw\n":                                                                    "",
	} {
		file := filepath.Join(t.TempDir(), "mountinfo")
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if got := ownContainer(file); got != want {
			t.Errorf("%q: %q", text, got)
		}
	}
	if got := ownContainer("/nowhere"); got != "" {
		t.Errorf("without a mountinfo: %q", got)
	}
}
