package selfimage

import (
	"debug/elf"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Library is a file that a dynamically linked program needs: its interpreter (the dynamic loader) or a shared library.
type Library struct {
	// Path is where the loader finds it in an image, which has no ld.so.cache.
	Path string
	// Source is the file on this machine.
	Source string

	size     int64
	identity string
	cached   bool // found through ld.so.conf only
}

// Libraries lists what the ELF executable at path needs, the interpreter first; nothing for a static one.
// Only ELF headers are read (PT_INTERP, DT_NEEDED and on, RPATH, RUNPATH), and the directories are those of the loader's
// configuration on this machine: no program is run. Libraries that are loaded by name at run time are not seen.
func Libraries(path string) ([]Library, error) {
	needs, _, err := readFile("/", path)
	if err != nil {
		return nil, err
	}
	return closure("/", needs)
}

// file is the library as an entry of an image.
func (l Library) file() File {
	f := FromDisk(l.Path, l.Source, l.size)
	f.identity = l.identity
	return f
}

// FromDisk is an executable entry at path with the bytes of a file of this machine.
func FromDisk(path, source string, size int64) File {
	return File{Path: path, Mode: 0o755, Size: size, Open: func() (io.ReadCloser, error) { return os.Open(source) }}
}

// needs is what an ELF file says of what it is linked with.
type needs struct {
	interpreter    string
	libraries      []string
	rpath, runpath []string // directories, $ORIGIN replaced
	class          elf.Class
	machine        elf.Machine
}

// readNeeds reads an ELF file that lies in directory origin.
func readNeeds(header *elf.File, origin string) (needs, error) {
	n := needs{class: header.Class, machine: header.Machine}
	for _, program := range header.Progs {
		if program.Type == elf.PT_INTERP {
			name, err := io.ReadAll(io.LimitReader(program.Open(), 4096))
			if err != nil {
				return n, err
			}
			n.interpreter = strings.TrimRight(string(name), "\x00")
		}
	}
	if header.SectionByType(elf.SHT_DYNAMIC) == nil {
		return n, nil // linked statically
	}
	var err error
	if n.libraries, err = header.ImportedLibraries(); err != nil {
		return n, err
	}
	if n.rpath, err = directories(header, elf.DT_RPATH, origin); err != nil {
		return n, err
	}
	n.runpath, err = directories(header, elf.DT_RUNPATH, origin)
	return n, err
}

// directories is a search path of the dynamic section.
func directories(header *elf.File, tag elf.DynTag, origin string) ([]string, error) {
	paths, err := header.DynString(tag)
	if err != nil {
		return nil, err
	}
	var all []string
	for _, path := range paths {
		for dir := range strings.SplitSeq(path, ":") {
			dir = strings.NewReplacer("$ORIGIN", origin, "${ORIGIN}", origin).Replace(dir)
			if filepath.IsAbs(dir) {
				all = append(all, filepath.Clean(dir))
			}
		}
	}
	return all, nil
}

// readFile reads the ELF file at path below root.
func readFile(root, path string) (needs, Library, error) {
	library := Library{Path: path, Source: filepath.Join(root, path)}
	f, err := os.Open(library.Source)
	if err != nil {
		return needs{}, library, err
	}
	defer f.Close()
	header, err := elf.NewFile(f)
	if err != nil {
		return needs{}, library, fmt.Errorf("%s: %w", path, err)
	}
	info, err := f.Stat()
	if err != nil {
		return needs{}, library, err
	}
	library.size, library.identity = info.Size(), buildID(header)
	n, err := readNeeds(header, filepath.Dir(path))
	return n, library, err
}

const maxLibraries = 256 // of one program; curl has about 40

// closure finds the interpreter and every library that n needs, below root.
func closure(root string, n needs) ([]Library, error) {
	if n.interpreter == "" && len(n.libraries) == 0 {
		return nil, nil
	}
	var found []Library
	if n.interpreter != "" {
		_, interpreter, err := readFile(root, n.interpreter)
		if err != nil {
			return nil, fmt.Errorf("read the interpreter: %w", err)
		}
		found = append(found, interpreter)
	}
	search := newSearch(root, n)
	queue, seen := []wanted{{needs: n}}, map[string]bool{filepath.Base(n.interpreter): true}
	for ; len(queue) > 0; queue = queue[1:] {
		// RPATH holds for what a library of the program needs in turn; RUNPATH does not (ld.so(8)).
		needer, rpath := queue[0].needs, slices.Concat(queue[0].needs.rpath, queue[0].rpath)
		for _, name := range needer.libraries {
			if seen[filepath.Base(name)] {
				continue
			}
			seen[filepath.Base(name)] = true
			needed, library, err := search.find(name, needer, rpath)
			if err != nil {
				return nil, err
			}
			if found = append(found, library); len(found) > maxLibraries {
				return nil, fmt.Errorf("find libraries: more than %d", maxLibraries)
			}
			queue = append(queue, wanted{needed, rpath})
		}
	}
	return besideC(found), nil
}

// wanted is a file whose libraries are to be found, and the RPATH of those that need it.
type wanted struct {
	needs needs
	rpath []string
}

// besideC moves the libraries that only ld.so.cache leads to into the directory of the C library, which every loader searches.
func besideC(found []Library) []Library {
	for _, c := range found {
		if !strings.HasPrefix(filepath.Base(c.Path), "libc.") {
			continue
		}
		for i := range found {
			if found[i].cached {
				found[i].Path = filepath.Join(filepath.Dir(c.Path), filepath.Base(found[i].Path))
			}
		}
	}
	return found
}
