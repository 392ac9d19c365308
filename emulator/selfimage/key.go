package selfimage

import (
	"bytes"
	"crypto/sha256"
	"debug/elf"
	"encoding/hex"
	"fmt"
	"hash"
	"io"

	"github.com/ecslocal/ecslocal/emulator/lazyregexp"
)

// format changes whenever the same files would make another image, so that an image of an older form is not used.
const format = "1"

// contentKey names the image's content in 12 hexadecimal digits. A file with a build identity counts as that and its
// size, any other as its bytes: hashing a 40 MB executable at every start costs about 0.1 s, reading its build id nothing.
func contentKey(arch string, files []File) (string, error) {
	sum := sha256.New()
	fmt.Fprintf(sum, "%s %s\n", format, arch)
	for _, f := range files {
		fmt.Fprintf(sum, "%q %v %q %d %q\n", f.Path, f.Mode, f.Link, f.Size, f.identity)
		if f.identity != "" || f.Open == nil {
			continue
		}
		if err := hashContent(sum, f); err != nil {
			return "", fmt.Errorf("make the agent image: read %s: %w", f.Path, err)
		}
	}
	return hex.EncodeToString(sum.Sum(nil))[:12], nil
}

func hashContent(sum hash.Hash, f File) error {
	content, err := f.Open()
	if err != nil {
		return err
	}
	defer content.Close()
	_, err = io.Copy(sum, io.LimitReader(content, f.Size))
	return err
}

// goBuildID is the form that the go command gives build ids: the hash of all inputs, of the main package and of the result.
// Other build systems set a constant, which says nothing of the content.
var goBuildID = lazyregexp.New(`^[\w-]{20}/[\w-]{20}/[\w-]{20}/[\w-]{20}$`)

// buildID is what the linker noted of the file's content, empty where that cannot be relied on.
func buildID(header *elf.File) string {
	if id := string(note(header, ".note.go.buildid", "Go\x00\x00")); id != "" {
		if goBuildID().MatchString(id) {
			return "go " + id
		}
		return "" // a Go program's GNU build id is derived from its Go build id
	}
	if id := note(header, ".note.gnu.build-id", "GNU\x00"); len(id) >= 16 {
		return "gnu " + hex.EncodeToString(id)
	}
	return ""
}

// note is the description of the first note of an ELF section, nil where there is none with that owner.
func note(header *elf.File, section, owner string) []byte {
	s := header.Section(section)
	if s == nil || s.Size > 4096 {
		return nil
	}
	data, err := s.Data()
	if err != nil || len(data) < 12+len(owner) {
		return nil
	}
	size := int(header.ByteOrder.Uint32(data[4:]))
	description := data[12+len(owner):]
	if !bytes.Equal(data[12:12+len(owner)], []byte(owner)) || size > len(description) || size < 0 {
		return nil
	}
	return description[:size]
}
