package selfimage

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"sync"
)

// maxEmbedded bounds what an embedded build unfolds to.
const maxEmbedded = 256 << 20

var unfolded struct {
	sync.Mutex
	sources map[string]Source
}

// embedded is the Linux build for an architecture that a release carries, nil where there is none: a release for macOS or Windows has no
// Linux executable of its own to make an image of, and one for Linux makes a smaller image of it than of itself.
func embedded(arch string) (Source, error) {
	unfolded.Lock()
	defer unfolded.Unlock()
	if source := unfolded.sources[arch]; source != nil {
		return source, nil
	}
	packed := linuxBuild(arch)
	if packed == nil {
		return nil, nil
	}
	reader, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, fmt.Errorf("read the embedded build for linux/%s: %w", arch, err)
	}
	content, err := io.ReadAll(io.LimitReader(reader, maxEmbedded))
	if err != nil {
		return nil, fmt.Errorf("read the embedded build for linux/%s: %w", arch, err)
	}
	if unfolded.sources == nil {
		unfolded.sources = map[string]Source{}
	}
	unfolded.sources[arch] = bytes.NewReader(content)
	return unfolded.sources[arch], nil
}
