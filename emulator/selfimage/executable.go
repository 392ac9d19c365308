package selfimage

import (
	"debug/elf"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"sync/atomic"
)

// ErrNoLinuxBuild says that there is no Linux executable of ecslocal for the engine's architecture.
var ErrNoLinuxBuild = errors.New("no Linux build of ecslocal for the engine's architecture")

// ErrNotOurs says that the running executable cannot be the agent image: the names of its programs would run something else.
var ErrNotOurs = errors.New("this program is not ecslocal inside of containers: give Options.Executable a Linux build of cmd/ecslocal-inside, " +
	"or let main call Main of package emulator/program first of all")

var ours atomic.Bool

// Ours says that the running executable is ecslocal inside of containers.
func Ours() { ours.Store(true) }

// executable is the Linux build that the image is made of.
type executable struct {
	open func() (io.ReadCloser, error)
	size int64
	// header is what was read of it at first; its reader is gone.
	needs   needs
	buildID string
}

// openExecutable reads the headers of source, or of the running executable, and checks that the engine can run it.
func openExecutable(source Source, arch string) (*executable, error) {
	e := &executable{}
	if source == nil {
		var err error
		if source, err = embedded(arch); err != nil {
			return nil, fmt.Errorf("make the agent image: %w", err)
		}
	}
	if source == nil {
		if runtime.GOOS != "linux" {
			return nil, fmt.Errorf("make the agent image: %w: this is a %s/%s build, the engine wants linux/%s",
				ErrNoLinuxBuild, runtime.GOOS, runtime.GOARCH, arch)
		}
		if !ours.Load() {
			return nil, fmt.Errorf("make the agent image: %w", ErrNotOurs)
		}
		// Not os.Executable: the file may have been replaced by an upgrade while we run.
		self, err := os.Open("/proc/self/exe")
		if err != nil {
			return nil, fmt.Errorf("make the agent image: open the running executable: %w", err)
		}
		defer self.Close()
		info, err := self.Stat()
		if err != nil {
			return nil, fmt.Errorf("make the agent image: %w", err)
		}
		source = io.NewSectionReader(self, 0, info.Size())
		e.open = func() (io.ReadCloser, error) { return os.Open("/proc/self/exe") }
	} else {
		given := source
		e.open = func() (io.ReadCloser, error) {
			return io.NopCloser(io.NewSectionReader(given, 0, given.Size())), nil
		}
	}
	e.size = source.Size()
	return e, e.readHeaders(source, arch)
}

func (e *executable) readHeaders(source Source, arch string) error {
	header, err := elf.NewFile(source)
	if err != nil {
		return fmt.Errorf("make the agent image: read the executable's ELF header: %w", err)
	}
	if got := machineArchitecture(header); got != arch {
		return fmt.Errorf("make the agent image: %w: this is a linux/%s build, the engine wants linux/%s", ErrNoLinuxBuild, got, arch)
	}
	if e.needs, err = readNeeds(header, "/"); err != nil {
		return fmt.Errorf("make the agent image: read what the executable is linked with: %w", err)
	}
	e.buildID = buildID(header)
	return nil
}

// libraries are the interpreter and shared libraries of a build that is linked dynamically, as go run's is.
func (e *executable) libraries() ([]Library, error) {
	libraries, err := closure("/", e.needs)
	if err != nil {
		return nil, fmt.Errorf("make the agent image: %w (a build with CGO_ENABLED=0 needs no libraries)", err)
	}
	return libraries, nil
}

func (e *executable) file() File {
	return File{Path: Path, Mode: 0o755, Size: e.size, Open: e.open, identity: e.buildID}
}

// goArchitecture is Go's name of a processor architecture that the kernel and GET /info name otherwise.
func goArchitecture(arch string) string {
	switch arch {
	case "x86_64":
		return "amd64"
	case "aarch64":
		return "arm64"
	case "i386", "i686":
		return "386"
	case "armv6l", "armv7l", "armhf":
		return "arm"
	}
	return arch
}

// machineArchitecture is Go's name of the architecture that an ELF file is for.
func machineArchitecture(header *elf.File) string {
	little := header.Data == elf.ELFDATA2LSB
	switch header.Machine {
	case elf.EM_X86_64:
		return "amd64"
	case elf.EM_AARCH64:
		return "arm64"
	case elf.EM_386:
		return "386"
	case elf.EM_ARM:
		return "arm"
	case elf.EM_RISCV:
		return "riscv64"
	case elf.EM_S390:
		return "s390x"
	case elf.EM_LOONGARCH:
		return "loong64"
	case elf.EM_PPC64:
		if little {
			return "ppc64le"
		}
		return "ppc64"
	}
	return header.Machine.String()
}
