package dockerengine

import (
	"archive/tar"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"

	"github.com/containerd/errdefs"
	"github.com/ecslocal/ecslocal/emulator/runner"
)

// ReadFile is at most limit bytes of a file of a container, which may have ended, and its mode; links are followed. The error wraps
// fs.ErrNotExist where there is no file. What a container mounts as tmpfs is not seen: the engine does not show it.
func (e *Engine) ReadFile(ctx context.Context, id, path string, limit int64) ([]byte, fs.FileMode, error) {
	found, err := e.api.ContainerStatPath(ctx, id, path)
	if err == nil && found.LinkTarget != "" { // the engine has followed all links to say so
		path = found.LinkTarget
		found, err = e.api.ContainerStatPath(ctx, id, path)
	}
	if err != nil {
		return nil, 0, missing(err)
	}
	if !found.Mode.IsRegular() {
		return nil, found.Mode, nil
	}
	archive, _, err := e.api.CopyFromContainer(ctx, id, path)
	if err != nil {
		return nil, 0, missing(err)
	}
	defer archive.Close()
	entries := tar.NewReader(archive)
	if _, err := entries.Next(); err != nil {
		return nil, 0, fmt.Errorf("read the engine's archive of %s: %w", path, err)
	}
	content, err := io.ReadAll(io.LimitReader(entries, limit))
	return content, found.Mode, err
}

// missing marks the engine's word for a path that is not there.
func missing(err error) error {
	err = classify(err)
	if errdefs.IsNotFound(err) && !errors.Is(err, runner.ErrNoContainer) {
		return marked{err, fs.ErrNotExist}
	}
	return err
}
