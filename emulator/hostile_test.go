package emulator_test

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/ecslocal/ecslocal/emulator"
)

// TestManyContainers: a file within the limits of input costs memory in proportion to its size, not to its square.
func TestManyContainers(t *testing.T) {
	var containers []string
	for i := range 10_000 {
		containers = append(containers, fmt.Sprintf(`{"name": "c%d", "links": ["c%d"]}`, i, i*7%10_000))
	}
	path := filepath.Join(t.TempDir(), "task.json")
	if err := os.WriteFile(path, []byte(`{"family": "f", "containerDefinitions": [`+strings.Join(containers, ",")+`]}`), 0o600); err != nil {
		t.Fatal(err)
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	project, err := emulator.Load(path, emulator.Options{StateDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	if findings := project.Validate(); len(findings) == 0 {
		t.Error("nothing is wrong with 10,000 containers")
	}
	runtime.ReadMemStats(&after)
	if allocated := (after.TotalAlloc - before.TotalAlloc) >> 20; allocated > 1000 {
		t.Errorf("%d MiB were allocated", allocated)
	}
}
