package emulatortest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"

	// The program that is built has to find the sums of what it imports in the go.sum of whoever imports this package.
	_ "github.com/ecslocal/ecslocal/emulator/program"
)

// command is what runs in the agent and pause containers.
const command = "github.com/ecslocal/ecslocal/cmd/ecslocal-inside"

var build struct {
	sync.Mutex
	paths map[string]string // by architecture
}

// insideProgram is a static Linux build of what ecslocal is inside of its own containers: a test's own executable is none. It is kept
// between runs, and built anew where its sources have changed, which the go command knows.
func insideProgram(ctx context.Context, architecture string) (string, error) {
	build.Lock()
	defer build.Unlock()
	if path := build.paths[architecture]; path != "" {
		return path, nil
	}
	path, err := buildInside(ctx, architecture)
	if err != nil {
		return "", fmt.Errorf("build what runs in the agent container: %w\n"+
			"without the go command, give Options.Executable a Linux build of ecslocal (WithOptions)", err)
	}
	if build.paths == nil {
		build.paths = map[string]string{}
	}
	build.paths[architecture] = path
	return path, nil
}

func buildInside(ctx context.Context, architecture string) (string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	kept := filepath.Join(cache, "ecslocal", "inside-"+architecture)
	if err := os.MkdirAll(filepath.Dir(kept), 0o700); err != nil {
		return "", err
	}
	// Test processes that run at the same time must not see each other's half-written file: each builds into a directory of its own,
	// where the go command finds that the kept one is still right.
	own, err := os.MkdirTemp(filepath.Dir(kept), "build-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(own)
	built := filepath.Join(own, "ecslocal")
	if err := os.Link(kept, built); err != nil && !errors.Is(err, os.ErrNotExist) {
		return "", err
	}
	c := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags=-s -w", "-o", built, command)
	c.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux", "GOARCH="+architecture)
	if output, err := c.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w\n%s", err, output)
	}
	if err := os.Rename(built, kept); err != nil {
		return "", err
	}
	return kept, nil
}
