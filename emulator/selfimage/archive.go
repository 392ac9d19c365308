package selfimage

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"
	"time"
)

// File is one entry of an image.
type File struct {
	// Path is absolute. Parent directories that are not entries themselves are made with mode 0755.
	Path string
	// Mode holds permission bits, fs.ModeDir and fs.ModeSticky; all owners are root.
	Mode fs.FileMode
	// Link makes the entry a symbolic link to it.
	Link string
	// Size is the number of bytes that Open's reader yields.
	Size int64
	// Open is nil for directories, links and empty files.
	Open func() (io.ReadCloser, error)

	// identity stands for the content where reading all of it would be slow, see [contentKey].
	identity string
}

// Text is a file of mode 0644 with that content.
func Text(path, content string) File {
	return File{Path: path, Mode: 0o644, Size: int64(len(content)), Open: func() (io.ReadCloser, error) {
		return io.NopCloser(strings.NewReader(content)), nil
	}}
}

// Config is an image's configuration in the members of Docker's image specification v1.2.
type Config struct {
	User         string              `json:",omitempty"`
	ExposedPorts map[string]struct{} `json:",omitempty"`
	Env          []string            `json:",omitempty"`
	Entrypoint   []string            `json:",omitempty"`
	Cmd          []string            `json:",omitempty"`
	Volumes      map[string]struct{} `json:",omitempty"`
	WorkingDir   string              `json:",omitempty"`
	Labels       map[string]string   `json:",omitempty"`
	StopSignal   string              `json:",omitempty"`
	Shell        []string            `json:",omitempty"`
	Healthcheck  *Healthcheck        `json:",omitempty"`
}

// Healthcheck is an image's HEALTHCHECK instruction; durations are nanoseconds, zero is the engine's default.
type Healthcheck struct {
	Test                           []string
	Interval, Timeout, StartPeriod time.Duration `json:",omitempty"`
	Retries                        int           `json:",omitempty"`
}

// Archive is an image of one layer, in the form of docker save, which docker load and POST /images/load take.
// Equal files and configuration make equal bytes, and so the same image id.
type Archive struct {
	References   []string
	Architecture string // Go's spelling
	Config       Config
	Files        []File
}

// Open streams the archive. The caller closes it, read to its end or not.
func (a Archive) Open() io.ReadCloser {
	r, w := io.Pipe()
	go func() { w.CloseWithError(a.Write(w)) }() // ends when the reader is closed, as every write fails then
	return r
}

// Write writes the archive: the layer first, then what can only be said once the layer's hash is known.
func (a Archive) Write(w io.Writer) error {
	files := withParents(a.Files)
	out := tar.NewWriter(w)
	if err := out.WriteHeader(&tar.Header{Name: "layer.tar", Mode: 0o644, Size: layerSize(files)}); err != nil {
		return fmt.Errorf("write image layer: %w", err)
	}
	sum := sha256.New()
	if err := writeLayer(io.MultiWriter(out, sum), files); err != nil {
		return fmt.Errorf("write image layer: %w", err)
	}
	config := map[string]any{
		"architecture": a.Architecture, "os": "linux", "config": a.Config, "created": time.Unix(0, 0).UTC(),
		"rootfs": map[string]any{"type": "layers", "diff_ids": []string{"sha256:" + hex.EncodeToString(sum.Sum(nil))}},
	}
	manifest := []map[string]any{{"Config": "config.json", "RepoTags": a.References, "Layers": []string{"layer.tar"}}}
	if err := writeJSON(out, "config.json", config); err != nil {
		return fmt.Errorf("write image configuration: %w", err)
	}
	if err := writeJSON(out, "manifest.json", manifest); err != nil {
		return fmt.Errorf("write image manifest: %w", err)
	}
	return out.Close()
}

func writeJSON(out *tar.Writer, name string, value any) error {
	text, err := json.Marshal(value)
	if err != nil {
		return err
	}
	if err := out.WriteHeader(&tar.Header{Name: name, Mode: 0o644, Size: int64(len(text))}); err != nil {
		return err
	}
	_, err = io.Copy(out, bytes.NewReader(text))
	return err
}

// withParents puts every directory before what it holds.
func withParents(files []File) []File {
	seen := map[string]bool{"/": true}
	for _, f := range files {
		seen[f.Path] = true
	}
	var all []File
	for _, f := range files {
		var parents []File
		for dir := path.Dir(f.Path); !seen[dir]; dir = path.Dir(dir) {
			seen[dir] = true
			parents = append([]File{{Path: dir, Mode: fs.ModeDir | 0o755}}, parents...)
		}
		all = append(append(all, parents...), f)
	}
	return all
}

const block = 512 // a tar file consists of blocks of this many bytes

// layerSize is what writeLayer will write: a header and whole blocks of content for each file, two blocks to end.
func layerSize(files []File) int64 {
	size := int64(2 * block)
	for _, f := range files {
		size += block + (f.Size+block-1)/block*block
	}
	return size
}

func writeLayer(w io.Writer, files []File) error {
	layer := tar.NewWriter(w)
	for _, f := range files {
		// USTAR headers are one block each, which layerSize counts on.
		header := &tar.Header{Name: strings.TrimPrefix(f.Path, "/"), Size: f.Size, ModTime: time.Unix(0, 0), Format: tar.FormatUSTAR,
			Typeflag: tar.TypeReg, Mode: int64(f.Mode.Perm())}
		switch {
		case f.Link != "":
			header.Typeflag, header.Linkname, header.Mode = tar.TypeSymlink, f.Link, 0o777
		case f.Mode.IsDir():
			header.Typeflag, header.Name = tar.TypeDir, header.Name+"/"
		}
		if f.Mode&fs.ModeSticky != 0 {
			header.Mode |= 0o1000
		}
		if err := writeEntry(layer, header, f); err != nil {
			return fmt.Errorf("%s: %w", f.Path, err)
		}
	}
	return layer.Close()
}

func writeEntry(layer *tar.Writer, header *tar.Header, f File) error {
	if err := layer.WriteHeader(header); err != nil {
		return err
	}
	if f.Open == nil {
		return nil
	}
	content, err := f.Open()
	if err != nil {
		return err
	}
	defer content.Close()
	_, err = io.Copy(layer, content)
	return err
}
