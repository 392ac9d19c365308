package store

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ecslocal/ecslocal/logs"
)

func TestGroupDir(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"/ecs/web": "ecs,web",
		"ecs/web":  "=ecs,web",
		"/":        "%-",
		"/..":      "%2E%2E",
		".hidden":  "=.hidden",
		"/.hidden": "%2Ehidden",
		"/a//b/":   "a,,b,",
		"#1_x-y":   "=#1_x-y",
	} {
		if got := groupDir(name); got != want {
			t.Errorf("groupDir(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestLongNamesStayApart(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 500)
	a, b := groupDir(long+"a"), groupDir(long+"b")
	if a == b || len(a) != maxComponent || len(b) != maxComponent {
		t.Errorf("%q and %q", a, b)
	}
}

func TestStreamPlace(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"ecs/app/0123":     "g/ecs/app/0123.log",
		"../../etc/passwd": "g/%2E%2E/%2E%2E/etc/passwd.log",
		"/lead":            "g/%-/lead.log",
		"trail/":           "g/trail/%-.log",
		"a//b":             "g/a/%-/b.log",
		"x.log/y":          "g/x%2Elog/y.log",
		"2026/[$LATEST]ab": "g/2026/[$LATEST]ab.log",
		"a,b":              "g/a%2Cb.log",
		"back\\slash?":     "g/back%5Cslash%3F.log",
		"new\nline\x00":    "g/new%0Aline%00.log",
		"日本語 ☃":            "g/日本語 ☃.log",
		"end. ":            "g/end.%20.log",
		"%41":              "g/%2541.log",
	} {
		if got := filepath.ToSlash(streamPlace("g", name).text("")); got != want {
			t.Errorf("place of %q is %q, want %q", name, got, want)
		}
	}
}

// TestEveryLegalNameWorks writes to streams of difficult names side by side and reads each back.
func TestEveryLegalNameWorks(t *testing.T) {
	t.Parallel()
	s := open(t, Options{PartBytes: 50})
	names := []string{"x", "x.log", "x/y", "x.log/y", "x,0001", "x,late", ".x", "..", ".", "./x", "x/", "/x", "//", "x//y", "x.idx", ".x.idx", "x.lock", "%", "%2F",
		"[$LATEST]", "a b", "tab\t", "nul\x00", "group", ".group.json", "\u202e", strings.Repeat("x", 512), strings.Repeat("x", 511) + "y",
		strings.Repeat("/", 512), strings.Repeat("☃", 512), strings.Repeat("\x01", 512), strings.Repeat("a/", 256)}
	for _, name := range names {
		w, err := s.Writer("/ecs/web", name)
		if err != nil {
			t.Fatalf("open %q: %v", name, err)
		}
		for i := range 3 { // older parts too
			if err := w.Append([]logs.Event{{Timestamp: int64(i), Message: fmt.Appendf(nil, "%d of %s", i, name)}}); err != nil {
				t.Fatalf("append to %q: %v", name, err)
			}
		}
		defer w.Close()
	}
	for _, name := range names {
		want := []string{"0 of " + name, "1 of " + name, "2 of " + name}
		if diff := cmp.Diff(want, messages(t, s, logs.Query{Streams: []string{name}})); diff != "" {
			t.Errorf("stream %q: %s", name, diff)
		}
	}
	streams, err := s.Streams("/ecs/web", "")
	if err != nil || len(streams) != len(names) {
		t.Fatalf("%d streams, want %d: %v", len(streams), len(names), err)
	}
	for _, name := range []string{"", "a:b", "a*", strings.Repeat("x", 513), "\xff"} {
		if _, err := s.Writer("/ecs/web", name); err == nil {
			t.Errorf("stream name %q was accepted", name)
		}
	}
}

// FuzzPlace: different names never share a file, and none leaves the group's directory.
func FuzzPlace(f *testing.F) {
	f.Add("a/../b", "a//b")
	f.Add("x.log/y", "x,0001")
	f.Add(strings.Repeat("☃", 100), strings.Repeat("☃", 101))
	f.Fuzz(func(t *testing.T, a, b string) {
		if logs.CheckStreamName(a) != nil || logs.CheckStreamName(b) != nil {
			return
		}
		p, q := streamPlace("/g", a), streamPlace("/g", b)
		if !strings.HasPrefix(p.text(""), "/g/") || len(p.base) > maxComponent {
			t.Errorf("%q is at %q", a, p.text(""))
		}
		if a != b && p == q {
			t.Errorf("%q and %q are both at %q", a, b, p.text(""))
		}
	})
}
