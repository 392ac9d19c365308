package selfimage

import (
	"debug/elf"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const loader = "/lib64/ld-linux-x86-64.so.2"

func TestClosure(t *testing.T) {
	t.Parallel()
	plain := elfFile{}
	cases := []struct {
		name    string
		program elfFile
		files   map[string]elfFile
		texts   map[string]string
		want    []string
	}{
		{name: "static", program: elfFile{}},
		{
			name:    "libraries of libraries, each once",
			program: elfFile{interpreter: loader, needed: []string{"libc.so.6", "liba.so"}},
			files: map[string]elfFile{
				"/usr/lib/x86_64-linux-gnu/libc.so.6": {needed: []string{"ld-linux-x86-64.so.2"}},
				"/lib64/liba.so":                      {needed: []string{"libb.so", "libc.so.6"}},
				"/usr/lib/libb.so":                    {needed: []string{"liba.so"}},
			},
			want: []string{loader, "/usr/lib/x86_64-linux-gnu/libc.so.6", "/lib64/liba.so", "/usr/lib/libb.so"},
		},
		{
			name:    "RPATH comes first and is inherited",
			program: elfFile{interpreter: loader, needed: []string{"liba.so"}, rpath: "$ORIGIN/../own:/other"},
			files: map[string]elfFile{
				"/own/liba.so": {needed: []string{"libb.so"}}, "/lib/liba.so": plain, "/other/libb.so": plain, "/lib/libb.so": plain,
			},
			want: []string{loader, "/own/liba.so", "/other/libb.so"},
		},
		{
			name:    "RUNPATH replaces RPATH and is not inherited",
			program: elfFile{interpreter: loader, needed: []string{"liba.so"}, rpath: "/old", runpath: "/new"},
			files: map[string]elfFile{
				"/old/liba.so": plain, "/new/liba.so": {needed: []string{"libb.so"}}, "/new/libb.so": plain, "/lib/libb.so": plain,
			},
			want: []string{loader, "/new/liba.so", "/lib/libb.so"},
		},
		{
			name:    "another architecture's library is passed over",
			program: elfFile{interpreter: loader, needed: []string{"liba.so"}},
			files:   map[string]elfFile{"/lib64/liba.so": {machine: elf.EM_AARCH64}, "/usr/lib/liba.so": plain},
			want:    []string{loader, "/usr/lib/liba.so"},
		},
		{
			name:    "what only ld.so.cache leads to goes beside the C library",
			program: elfFile{interpreter: loader, needed: []string{"liba.so", "libc.so.6"}},
			files:   map[string]elfFile{"/opt/far/liba.so": plain, "/usr/lib64/libc.so.6": plain},
			texts:   map[string]string{"/etc/ld.so.conf": "# ours\ninclude ld.so.conf.d/*.conf\n", "/etc/ld.so.conf.d/far.conf": "/opt/far # here\n"},
			want:    []string{loader, "/usr/lib64/liba.so", "/usr/lib64/libc.so.6"},
		},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			root := t.TempDir()
			put(t, root, loader, elfFile{}.bytes(t))
			put(t, root, "/app/program", c.program.bytes(t))
			for path, file := range c.files {
				put(t, root, path, file.bytes(t))
			}
			for path, text := range c.texts {
				put(t, root, path, []byte(text))
			}
			needs, _, err := readFile(root, "/app/program")
			if err != nil {
				t.Fatal(err)
			}
			found, err := closure(root, needs)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, library := range found {
				got = append(got, library.Path)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("libraries (-want +got):\n%s", diff)
			}
		})
	}
}

func TestClosureNamesWhatIsMissing(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	put(t, root, "/program", elfFile{needed: []string{"libgone.so.3"}}.bytes(t))
	needs, _, err := readFile(root, "/program")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := closure(root, needs); err == nil || !strings.Contains(err.Error(), "libgone.so.3") {
		t.Errorf("error = %v, want one that names libgone.so.3", err)
	}
}

func TestLoaderConfigEndsWhenItIncludesItself(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	put(t, root, "/etc/ld.so.conf", []byte("/a\ninclude /etc/ld.so.conf\n"))
	if dirs := loaderConfig(root, "/etc/ld.so.conf", 0); len(dirs) == 0 || len(dirs) > 10 {
		t.Errorf("%d directories, want a few", len(dirs))
	}
}
