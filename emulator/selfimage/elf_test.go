package selfimage

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"os"
	"path/filepath"
	"testing"
)

// elfFile describes a dynamically linked x86-64 file that has headers only.
type elfFile struct {
	interpreter    string
	needed         []string
	rpath, runpath string
	goBuildID      string
	machine        elf.Machine // zero is x86-64
}

// bytes assembles the file: header, program header, sections .dynstr, .dynamic, a note and .shstrtab, section headers.
func (f elfFile) bytes(t testing.TB) []byte {
	t.Helper()
	strings, dynamic := []byte{0}, []elf.Dyn64{}
	add := func(tag elf.DynTag, text string) {
		if text != "" {
			dynamic = append(dynamic, elf.Dyn64{Tag: int64(tag), Val: uint64(len(strings))})
			strings = append(append(strings, text...), 0)
		}
	}
	for _, name := range f.needed {
		add(elf.DT_NEEDED, name)
	}
	add(elf.DT_RPATH, f.rpath)
	add(elf.DT_RUNPATH, f.runpath)
	dynamic = append(dynamic, elf.Dyn64{Tag: int64(elf.DT_NULL)})

	note := []byte("\x04\x00\x00\x00" + "\x00\x00\x00\x00" + "\x04\x00\x00\x00" + "Go\x00\x00" + f.goBuildID)
	binary.LittleEndian.PutUint32(note[4:], uint32(len(f.goBuildID)))
	names := "\x00.dynstr\x00.dynamic\x00.note.go.buildid\x00.shstrtab\x00"

	var body bytes.Buffer
	at := func(content []byte) (offset, size uint64) {
		offset = 64 + 56 + uint64(body.Len())
		body.Write(content)
		return offset, uint64(len(content))
	}
	var table bytes.Buffer
	for _, d := range dynamic {
		write(t, &table, d)
	}
	interpreterAt, interpreterSize := at([]byte(f.interpreter + "\x00"))
	sections := []elf.Section64{{}}
	section := func(name uint32, kind elf.SectionType, content []byte, link uint32) {
		offset, size := at(content)
		sections = append(sections, elf.Section64{Name: name, Type: uint32(kind), Off: offset, Size: size, Link: link, Addralign: 1})
	}
	section(1, elf.SHT_STRTAB, strings, 0)
	section(9, elf.SHT_DYNAMIC, table.Bytes(), 1)
	section(18, elf.SHT_NOTE, note, 0)
	section(36, elf.SHT_STRTAB, []byte(names), 0)

	machine := f.machine
	if machine == elf.EM_NONE {
		machine = elf.EM_X86_64
	}
	program := elf.Prog64{Type: uint32(elf.PT_INTERP), Off: interpreterAt, Filesz: interpreterSize}
	if f.interpreter == "" {
		program = elf.Prog64{Type: uint32(elf.PT_NULL)}
	}
	var file bytes.Buffer
	write(t, &file, elf.Header64{
		Ident: [elf.EI_NIDENT]byte{0x7f, 'E', 'L', 'F', byte(elf.ELFCLASS64), byte(elf.ELFDATA2LSB), byte(elf.EV_CURRENT)},
		Type:  uint16(elf.ET_DYN), Machine: uint16(machine), Version: uint32(elf.EV_CURRENT),
		Phoff: 64, Shoff: 64 + 56 + uint64(body.Len()), Ehsize: 64, Phentsize: 56, Phnum: 1,
		Shentsize: 64, Shnum: uint16(len(sections)), Shstrndx: uint16(len(sections) - 1),
	})
	write(t, &file, program)
	file.Write(body.Bytes())
	for _, s := range sections {
		write(t, &file, s)
	}
	return file.Bytes()
}

func write(t testing.TB, b *bytes.Buffer, value any) {
	t.Helper()
	if err := binary.Write(b, binary.LittleEndian, value); err != nil {
		t.Fatal(err)
	}
}

// put writes content to path below root.
func put(t testing.TB, root, path string, content []byte) {
	t.Helper()
	full := filepath.Join(root, path)
	if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(full, content, 0o755); err != nil {
		t.Fatal(err)
	}
}
