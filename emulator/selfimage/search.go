package selfimage

import (
	"debug/elf"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// search knows where the dynamic loader of this machine looks for libraries.
type search struct {
	root string
	// builtin are the directories that the loader searches with no configuration; it is the distribution that chooses
	// among these.
	builtin []string
	// configured are those of ld.so.conf, which take effect through ld.so.cache only.
	configured []string
	class      elf.Class
	machine    elf.Machine
}

func newSearch(root string, program needs) search {
	s := search{root: root, class: program.class, machine: program.machine}
	if triplet := debianTriplets[program.machine]; triplet != "" && program.class == elf.ELFCLASS64 {
		s.builtin = append(s.builtin, "/lib/"+triplet, "/usr/lib/"+triplet)
	}
	s.builtin = append(s.builtin, "/lib64", "/usr/lib64", "/lib", "/usr/lib")
	if strings.Contains(program.interpreter, "ld-musl") {
		s.builtin = []string{"/lib", "/usr/local/lib", "/usr/lib"}
	}
	s.configured = loaderConfig(root, "/etc/ld.so.conf", 0)
	return s
}

var debianTriplets = map[elf.Machine]string{
	elf.EM_X86_64: "x86_64-linux-gnu", elf.EM_AARCH64: "aarch64-linux-gnu", elf.EM_RISCV: "riscv64-linux-gnu",
	elf.EM_S390: "s390x-linux-gnu", elf.EM_PPC64: "powerpc64le-linux-gnu", elf.EM_LOONGARCH: "loongarch64-linux-gnu",
}

// find looks for one library in ld.so's order (ld.so(8), without LD_LIBRARY_PATH: it is not the program's property).
func (s search) find(name string, needer needs, rpath []string) (needs, Library, error) {
	if filepath.IsAbs(name) {
		return readFile(s.root, name)
	}
	if len(needer.runpath) > 0 {
		rpath = nil
	}
	for _, dir := range slices.Concat(rpath, needer.runpath, s.builtin, s.configured) {
		n, library, err := readFile(s.root, filepath.Join(dir, name))
		if err != nil || n.class != s.class || n.machine != s.machine {
			continue // as the loader does with files of other architectures
		}
		library.cached = !slices.Contains(slices.Concat(rpath, needer.runpath, s.builtin), dir)
		return n, library, nil
	}
	return needs{}, Library{}, fmt.Errorf("find library %s: it is in no directory that the loader searches", name)
}

// loaderConfig is the directories that a file in the form of ld.so.conf names, with the files that it includes.
func loaderConfig(root, path string, depth int) []string {
	text, err := os.ReadFile(filepath.Join(root, path))
	if err != nil || depth > 4 || len(text) > 1<<20 {
		return nil
	}
	var dirs []string
	for line := range strings.Lines(string(text)) {
		line, _, _ = strings.Cut(line, "#")
		fields := strings.Fields(line)
		switch {
		case len(fields) == 2 && fields[0] == "include":
			pattern := fields[1]
			if !filepath.IsAbs(pattern) {
				pattern = filepath.Join(filepath.Dir(path), pattern)
			}
			included, _ := filepath.Glob(filepath.Join(root, pattern)) // the only error is a malformed pattern, which matches nothing
			for _, file := range included {
				rel, err := filepath.Rel(root, file)
				if err == nil {
					dirs = append(dirs, loaderConfig(root, "/"+rel, depth+1)...)
				}
			}
		case len(fields) == 1 && filepath.IsAbs(fields[0]):
			dirs = append(dirs, fields[0])
		}
	}
	return dirs
}
