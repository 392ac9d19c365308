package cli

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/ecslocal/ecslocal/emulator/plan"
)

const root = "../../../.."

// TestRelease builds ecslocal as a release is built, with the Linux builds in it that releases for other systems need, and runs a task with
// the image that it makes of them.
func TestRelease(t *testing.T) {
	if testing.Short() {
		t.Skip("needs a Docker engine")
	}
	t.Parallel()
	requireEngine(t)
	release := build(t, "-tags", "release", "-overlay", embedding(t))
	stateDir := t.TempDir()
	run := func(args ...string) string {
		t.Helper()
		c := exec.CommandContext(t.Context(), release, args...)
		c.Env = append(os.Environ(), "ECSLOCAL_STATE_DIR="+stateDir)
		out, err := c.Output()
		if err != nil {
			t.Fatalf("%v: %v", args, err)
		}
		return strings.TrimSpace(string(out))
	}
	id := run("run", "-d", "--wait", "running", "--publish", "random", serving(t, "released"))
	defer run("stop", id)
	docker := func(args ...string) string {
		t.Helper()
		out, err := exec.CommandContext(t.Context(), "docker", args...).Output()
		if err != nil {
			t.Fatalf("docker %v: %v", args, err)
		}
		return strings.TrimSpace(string(out))
	}
	image := docker("ps", "--filter", "label="+plan.LabelTask+"="+id, "--filter", "label="+plan.LabelType+"="+plan.Agent, "--format", "{{.Image}}")
	size, _ := strconv.Atoi(docker("image", "inspect", "--format", "{{.Size}}", image))
	info, err := os.Stat(release)
	if err != nil {
		t.Fatal(err)
	}
	if size == 0 || int64(size) > info.Size()/2 {
		t.Errorf("image %s of the agent has %d bytes, ecslocal %d: it was not made of the embedded build", image, size, info.Size())
	}
}

// embedding lays the builds that .ci/embed makes over the source tree, where they are not kept: the engine's, and for the other architecture
// a file that stands for it.
func embedding(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	c := exec.CommandContext(t.Context(), root+"/.ci/embed", dir)
	c.Env = append(os.Environ(), "ARCHITECTURES="+runtime.GOARCH)
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf(".ci/embed: %v\n%s", err, out)
	}
	replace := map[string]string{}
	for _, arch := range []string{"amd64", "arm64"} {
		file := filepath.Join(dir, "linux-"+arch+".gz")
		if _, err := os.Stat(file); err != nil {
			var packed bytes.Buffer
			gzip.NewWriter(&packed).Close()
			if err := os.WriteFile(file, packed.Bytes(), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		path, err := filepath.Abs(root + "/emulator/selfimage/embedded/linux-" + arch + ".gz")
		if err != nil {
			t.Fatal(err)
		}
		replace[path] = file
	}
	overlay, _ := json.Marshal(map[string]any{"Replace": replace})
	file := filepath.Join(dir, "overlay.json")
	if err := os.WriteFile(file, overlay, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}
