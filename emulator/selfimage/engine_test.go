package selfimage_test

import (
	"os"
	"strings"
	"testing"

	"github.com/ecslocal/ecslocal/emulator/selfimage"
	"github.com/ecslocal/ecslocal/testdata/images"
)

// TestEngineRunsALinkedExecutable starts this test binary in an image of itself. Under cgo, as go test and go run link by
// default where there is a C compiler, its loader and libraries must be where the loader looks for them.
func TestEngineRunsALinkedExecutable(t *testing.T) {
	t.Parallel()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	libraries, err := selfimage.Libraries(self)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("linked with %d files", len(libraries))
	files := []selfimage.File{onDisk(t, selfimage.Path, self)}
	for _, library := range libraries {
		files = append(files, onDisk(t, library.Path, library.Source))
	}
	image := images.Make(t, "self", selfimage.Config{}, files...)
	images.RemoveAtEnd(t, image)
	stdout, stderr, code := images.Run(t, image, selfimage.Path, "-test.run=TestUnknown$", "-test.v")
	if code != 0 || !strings.Contains(stdout, "PASS") {
		t.Errorf("exit code %d: %s%s", code, stdout, stderr)
	}
}

func onDisk(t *testing.T, path, source string) selfimage.File {
	t.Helper()
	info, err := os.Stat(source)
	if err != nil {
		t.Fatal(err)
	}
	return selfimage.FromDisk(path, source, info.Size())
}
