package dockerengine

import (
	"archive/tar"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"

	"github.com/containerd/errdefs"
	"github.com/docker/docker/api/types/container"
	dockerspec "github.com/moby/docker-image-spec/specs-go/v1"

	"github.com/ecslocal/ecslocal/emulator/plan"
	"github.com/ecslocal/ecslocal/emulator/runner"
)

// ImageConfig is an image's configuration.
type ImageConfig struct {
	Architecture string
	Config       dockerspec.DockerOCIImageConfig
}

// ImageConfig reads an image's configuration; the error wraps runner.ErrNoImage where there is none, as for a reference that no image
// can have, such as one with an unfilled placeholder.
func (e *Engine) ImageConfig(ctx context.Context, ref string) (ImageConfig, error) {
	inspected, err := e.api.ImageInspect(ctx, ref)
	if err != nil && e.provide(ctx, ref, err) {
		inspected, err = e.api.ImageInspect(ctx, ref)
	}
	if errdefs.IsInvalidArgument(err) {
		return ImageConfig{}, marked{err, runner.ErrNoImage}
	}
	if err != nil {
		return ImageConfig{}, classify(err)
	}
	c := ImageConfig{Architecture: inspected.Architecture}
	if inspected.Config != nil {
		c.Config = *inspected.Config
	}
	return c, nil
}

// Files are those of an image, seen through a container that was created and never starts, or those of a living container. Close removes
// the former.
type Files struct {
	engine *Engine
	ctx    context.Context
	id     string
	living bool
	// What was asked before: each look costs the engine milliseconds, with some storage drivers a hundred.
	stats map[string]stat
	heads map[string]head
	err   error // of the first look that brought no answer
}

type stat struct {
	info FileInfo
	ok   bool
}

// head is the beginning of a file, which is all of it where it is shorter than what was asked for.
type head struct {
	data  []byte
	asked int
	err   error
}

// FileInfo is a file of an image; a link is itself.
type FileInfo struct {
	Mode       fs.FileMode
	Size       int64
	LinkTarget string
}

// ImageFiles opens the files of an image. Whatever is left of it, prune finds by its label.
func (e *Engine) ImageFiles(ctx context.Context, ref string) (*Files, error) {
	var id [8]byte
	rand.Read(id[:]) // never fails
	config := &container.Config{Image: ref, Entrypoint: []string{"/look"}, Labels: map[string]string{plan.LabelTask: fmt.Sprintf("look-%x", id)}}
	created, err := e.api.ContainerCreate(ctx, config, &container.HostConfig{NetworkMode: "none"}, nil, nil, "")
	if err != nil {
		return nil, classify(err)
	}
	return &Files{engine: e, ctx: ctx, id: created.ID, stats: map[string]stat{}, heads: map[string]head{}}, nil
}

// ContainerFiles are the files of a container as they are now; mounts of the kernel such as /proc are not seen.
func (e *Engine) ContainerFiles(ctx context.Context, id string) *Files {
	return &Files{engine: e, ctx: ctx, id: id, living: true, stats: map[string]stat{}, heads: map[string]head{}}
}

// Stat is the file at an absolute path.
func (f *Files) Stat(name string) (FileInfo, bool) {
	known, asked := f.stats[name]
	if !asked {
		found, err := f.engine.api.ContainerStatPath(f.ctx, f.id, name)
		if err != nil && !errdefs.IsNotFound(err) && f.belowFile(name) {
			err = errdefs.ErrNotFound
		}
		f.failed(err)
		known = stat{FileInfo{Mode: found.Mode, Size: found.Size, LinkTarget: found.LinkTarget}, err == nil}
		f.stats[name] = known
	}
	return known.info, known.ok
}

// belowFile says that a part of the path before its end is a file: engine 28 takes the question for a failure of its own.
func (f *Files) belowFile(name string) bool {
	for dir := path.Dir(name); dir != "/" && dir != "."; dir = path.Dir(dir) {
		if found, err := f.engine.api.ContainerStatPath(f.ctx, f.id, dir); err == nil {
			return found.Mode.IsRegular()
		}
	}
	return false
}

// minRead is how much of a file is fetched at least: the next question is often for more of the same file.
const minRead = 64 << 10

// Read is at most the first n bytes of a regular file.
func (f *Files) Read(path string, n int) ([]byte, error) {
	known, ok := f.heads[path]
	if !ok || known.err == nil && known.asked < n {
		known = head{asked: max(n, minRead)}
		known.data, known.err = f.fetch(path, known.asked)
		f.heads[path] = known
	}
	return known.data[:min(n, len(known.data))], known.err
}

func (f *Files) fetch(path string, n int) ([]byte, error) {
	archive, _, err := f.engine.api.CopyFromContainer(f.ctx, f.id, path)
	if err != nil {
		f.failed(err)
		return nil, err
	}
	defer archive.Close()
	entries := tar.NewReader(archive)
	if _, err := entries.Next(); err != nil {
		return nil, err
	}
	return io.ReadAll(io.LimitReader(entries, int64(n)))
}

// failed remembers an error that says nothing about the file.
func (f *Files) failed(err error) {
	if err != nil && f.err == nil && !errdefs.IsNotFound(err) {
		f.err = fmt.Errorf("look into the image: %w", err)
	}
}

// Close removes the container, where it was made for this, and the volumes that the image made for it. Its error is also that of a look
// that brought no answer, in which case a file may be there although it was not found.
func (f *Files) Close() error {
	if f.living {
		return f.err
	}
	options := container.RemoveOptions{Force: true, RemoveVolumes: true}
	return errors.Join(f.err, f.engine.api.ContainerRemove(context.WithoutCancel(f.ctx), f.id, options))
}
