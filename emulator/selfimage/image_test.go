package selfimage

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const buildID1 = "aaaaaaaaaaaaaaaaaaaa/bbbbbbbbbbbbbbbbbbbb/cccccccccccccccccccc/dddddddddddddddddddd"

func source(t testing.TB, file elfFile, tail string) Source {
	return bytes.NewReader(append(file.bytes(t), tail...))
}

func TestReferenceFollowsContent(t *testing.T) {
	t.Parallel()
	reference := func(s Source) string {
		t.Helper()
		image, err := New(s, "x86_64")
		if err != nil {
			t.Fatal(err)
		}
		return image.Reference
	}
	first := reference(source(t, elfFile{goBuildID: buildID1}, "text"))
	if !strings.HasPrefix(first, "ecslocal.local/agent:") || len(first) != len("ecslocal.local/agent:")+12 {
		t.Errorf("reference %q, want ecslocal.local/agent: and 12 digits", first)
	}
	if again := reference(source(t, elfFile{goBuildID: buildID1}, "text")); again != first {
		t.Errorf("the same build is named %s, then %s", first, again)
	}
	if other := reference(source(t, elfFile{goBuildID: strings.ToUpper(buildID1)}, "text")); other == first {
		t.Error("another build id has the same name")
	}
	// A build id that is no hash does not stand for the content.
	one, two := reference(source(t, elfFile{goBuildID: "redacted"}, "one")), reference(source(t, elfFile{goBuildID: "redacted"}, "two"))
	if one == two {
		t.Error("two builds with a constant build id have the same name")
	}
}

func TestNoLinuxBuild(t *testing.T) {
	t.Parallel()
	_, err := New(source(t, elfFile{}, ""), "aarch64")
	if !errors.Is(err, ErrNoLinuxBuild) || !strings.Contains(err.Error(), "linux/amd64") || !strings.Contains(err.Error(), "linux/arm64") {
		t.Errorf("error = %v, want ErrNoLinuxBuild that names both architectures", err)
	}
	if _, err := New(strings.NewReader("#!/bin/sh\n"), "amd64"); err == nil || errors.Is(err, ErrNoLinuxBuild) {
		t.Errorf("error = %v, want that the file is no ELF file", err)
	}
}

func TestArchive(t *testing.T) {
	t.Parallel()
	image, err := New(source(t, elfFile{goBuildID: buildID1}, "text"), "amd64")
	if err != nil {
		t.Fatal(err)
	}
	stream := image.Open()
	defer stream.Close()
	all, err := io.ReadAll(stream)
	if err != nil {
		t.Fatal(err)
	}
	contents, _ := untar(t, all)

	var manifest []struct {
		Config           string
		RepoTags, Layers []string
	}
	decode(t, contents["manifest.json"], &manifest)
	if diff := cmp.Diff([]string{image.Reference, "ecslocal.local/demo:latest"}, manifest[0].RepoTags); diff != "" {
		t.Errorf("names (-want +got):\n%s", diff)
	}
	var config struct {
		Architecture, OS string
		Config           Config
		RootFS           struct {
			DiffIDs []string `json:"diff_ids"`
		}
	}
	decode(t, contents[manifest[0].Config], &config)
	layer := contents[manifest[0].Layers[0]]
	sum := sha256.Sum256(layer)
	if want := "sha256:" + hex.EncodeToString(sum[:]); config.RootFS.DiffIDs[0] != want {
		t.Errorf("diff id %s, want the layer's %s", config.RootFS.DiffIDs[0], want)
	}
	if config.Config.Labels[Label] != image.Key {
		t.Errorf("label %s = %q, want %q", Label, config.Config.Labels[Label], image.Key)
	}

	files, headers := untar(t, layer)
	if got := string(files["ecslocal"]); !strings.HasSuffix(got, "text") {
		t.Error("the layer does not hold the executable's bytes")
	}
	if mode := headers["tmp/"].FileInfo().Mode(); mode != fs.ModeDir|fs.ModeSticky|0o777 {
		t.Errorf("/tmp has mode %v", mode)
	}
	for _, name := range Programs() {
		if h := headers["bin/"+name]; h == nil || h.Linkname != Path {
			t.Errorf("/bin/%s is no link to %s", name, Path)
		}
	}
}

func TestArchiveIsReproducible(t *testing.T) {
	t.Parallel()
	archive := Archive{References: []string{"a:b"}, Architecture: "amd64", Files: []File{
		Text("/a/deep/file", strings.Repeat("x", 511)), Text("/b", strings.Repeat("x", 512)), Text("/c", strings.Repeat("x", 513)),
		{Path: "/empty", Mode: 0o600}, {Path: "/link", Link: "/b"},
	}}
	var first, second bytes.Buffer
	for _, b := range []*bytes.Buffer{&first, &second} {
		if err := archive.Write(b); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(first.Bytes(), second.Bytes()) {
		t.Error("two writes differ")
	}
}

func TestArchiveReportsAFileThatChangedItsSize(t *testing.T) {
	t.Parallel()
	for _, size := range []int64{1, 1000} {
		file := Text("/f", "four")
		file.Size = size
		if err := (Archive{Files: []File{file}}).Write(io.Discard); err == nil {
			t.Errorf("no error for a file of 4 bytes that was %d", size)
		}
	}
}

func TestRunningExecutable(t *testing.T) {
	t.Parallel()
	if runtime.GOOS != "linux" {
		t.Skip("the running executable is no Linux build")
	}
	if _, err := New(nil, runtime.GOARCH); !errors.Is(err, ErrNotOurs) {
		t.Errorf("a program that is not ecslocal: %v", err)
	}
	Ours()
	image, err := New(nil, runtime.GOARCH)
	if err != nil {
		t.Fatal(err)
	}
	if err := image.archive.Write(io.Discard); err != nil {
		t.Error(err)
	}
}

func BenchmarkNew(b *testing.B) {
	Ours()
	for b.Loop() {
		if _, err := New(nil, runtime.GOARCH); err != nil {
			b.Fatal(err)
		}
	}
}

func decode(t *testing.T, text []byte, into any) {
	t.Helper()
	if err := json.Unmarshal(text, into); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
}

func untar(t *testing.T, content []byte) (map[string][]byte, map[string]*tar.Header) {
	t.Helper()
	files, headers := map[string][]byte{}, map[string]*tar.Header{}
	for r := tar.NewReader(bytes.NewReader(content)); ; {
		header, err := r.Next()
		if err == io.EOF {
			return files, headers
		}
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		files[header.Name], headers[header.Name] = data, header
	}
}
