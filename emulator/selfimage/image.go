package selfimage

import (
	"io"
	"io/fs"
	"path"
)

const (
	// Repository is the repository of the image's content-addressed name, Repository:KEY.
	Repository = "ecslocal.local/agent"
	// Demo is the name under which task definitions use the image; its tag follows the ecslocal that ran last.
	Demo = "ecslocal.local/demo"
	// Path is the executable inside the image. It is what a program of package inside is started by: /ecslocal pause.
	Path = "/ecslocal"
	// Label marks the image as ours and holds its key. Docker copies image labels to containers, so it is not the
	// label by which the containers of a task are found.
	Label = "dev.ecslocal.image"
)

// Programs are the names, in /bin, under which the executable is another program; package inside holds them.
var programs = []string{"sh", "curl", "sleep", "cat"}

// Programs lists the program names that the image has in /bin and /usr/bin.
func Programs() []string { return append([]string(nil), programs...) }

// Source is a Linux executable of ecslocal. *io.SectionReader and *bytes.Reader are Sources.
type Source interface {
	io.ReaderAt
	Size() int64
}

// Image is the image of one build of ecslocal for one architecture.
type Image struct {
	// Reference is the content-addressed name: equal content, equal name. While the engine has it, nothing need be loaded.
	Reference string
	// Key is the reference's tag, 12 hexadecimal digits.
	Key string

	archive Archive
}

// New describes the image for an engine of architecture arch, in Go's spelling (amd64) or the kernel's (x86_64), as
// Docker's GET /version and GET /info answer. A nil source means the executable of this process, which will do where it
// is a Linux build for that architecture; where it is not, the error is [ErrNoLinuxBuild].
//
// Only headers are read: the executable's bytes are read when the image is written.
func New(source Source, arch string) (*Image, error) {
	arch = goArchitecture(arch)
	executable, err := openExecutable(source, arch)
	if err != nil {
		return nil, err
	}
	libraries, err := executable.libraries()
	if err != nil {
		return nil, err
	}
	files := append([]File{executable.file()}, system()...)
	for _, library := range libraries {
		files = append(files, library.file())
	}
	key, err := contentKey(arch, files)
	if err != nil {
		return nil, err
	}
	image := &Image{Reference: Repository + ":" + key, Key: key}
	image.archive = Archive{
		References:   []string{image.Reference, Demo + ":latest"},
		Architecture: arch,
		Files:        files,
		Config: Config{
			Env:    []string{"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"},
			Cmd:    []string{Path, "demo"},
			Labels: map[string]string{Label: key},
		},
	}
	return image, nil
}

// References are the names that the engine knows the image by once it is loaded: Reference and Demo.
func (i *Image) References() []string { return i.archive.References }

// Open streams the image as POST /images/load takes it. The caller closes the stream, read to its end or not.
func (i *Image) Open() io.ReadCloser { return i.archive.Open() }

// system is what a program expects of a root file system besides itself.
func system() []File {
	files := []File{
		{Path: "/tmp", Mode: fs.ModeDir | fs.ModeSticky | 0o777},
		{Path: "/usr/bin", Link: "/bin"},
		Text("/etc/passwd", "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/nonexistent:/bin/sh\n"),
		Text("/etc/group", "root:x:0:\nnogroup:x:65534:\n"),
		// Without it a cgo build asks the C library to resolve names, which then wants plug-ins that are not here.
		Text("/etc/nsswitch.conf", "hosts: files dns\n"),
		{Path: "/root", Mode: fs.ModeDir | 0o700},
	}
	for _, name := range programs {
		files = append(files, File{Path: path.Join("/bin", name), Link: Path})
	}
	return files
}
