package emulatortest

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"github.com/ecslocal/ecslocal/emulator/dockerengine"
)

// command is what the agent and pause containers run.
const command = "github.com/ecslocal/ecslocal/cmd/ecslocal"

var build struct {
	once sync.Once
	path string
	err  error
}

// executable is a static Linux build of ecslocal for the engine: a test's own executable is not ecslocal. Whoever builds it
// last leaves it behind; equal sources make equal bytes, and so the same image.
func executable(t testing.TB) string {
	t.Helper()
	build.once.Do(func() { build.path, build.err = buildExecutable(t) })
	if build.err != nil {
		t.Fatal(build.err)
	}
	return build.path
}

func buildExecutable(t testing.TB) (string, error) {
	engine, err := dockerengine.Connect(t.Context())
	if err != nil {
		return "", err
	}
	defer engine.Close()
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("keep a build of ecslocal: %w", err)
	}
	dir := filepath.Join(cache, "ecslocal")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", fmt.Errorf("keep a build of ecslocal: %w", err)
	}
	// Test processes that run at the same time must not see each other's half-written file.
	temporary, err := os.MkdirTemp(dir, "build-")
	if err != nil {
		return "", fmt.Errorf("keep a build of ecslocal: %w", err)
	}
	defer os.RemoveAll(temporary)
	built := filepath.Join(temporary, "ecslocal")
	c := exec.CommandContext(t.Context(), "go", "build", "-trimpath", "-ldflags=-s -w", "-o", built, command)
	c.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux", "GOARCH="+engine.Info.Architecture)
	if output, err := c.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build ecslocal for the agent container: %w\n%s", err, output)
	}
	path := filepath.Join(dir, "ecslocal-"+engine.Info.Architecture)
	if err := os.Rename(built, path); err != nil {
		return "", fmt.Errorf("keep a build of ecslocal: %w", err)
	}
	return path, nil
}
