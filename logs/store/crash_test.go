package store

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ecslocal/ecslocal/logs"
)

// TestMain lets the test binary be a writer that is killed, or one on a full disk.
func TestMain(m *testing.M) {
	switch dir := os.Getenv("STORE_TEST_DIR"); os.Getenv("STORE_TEST_ROLE") {
	case "writer":
		writeForEver(dir)
	case "full":
		os.Exit(writeUntilFull(dir))
	default:
		os.Exit(m.Run())
	}
}

// child starts this test binary in another role.
func child(t *testing.T, role, dir string) *exec.Cmd {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), "STORE_TEST_ROLE="+role, "STORE_TEST_DIR="+dir)
	cmd.Stderr = os.Stderr
	return cmd
}

// writeForEver appends numbered events of one to three lines, going on where the stream ends, and prints how far it came.
func writeForEver(dir string) {
	s, err := Open(dir, Options{PartBytes: 1 << 20})
	if err != nil {
		panic(err)
	}
	w, err := s.Writer("/ecs/web", "x")
	if err != nil {
		panic(err)
	}
	info, err := s.Stream("/ecs/web", "x")
	if err != nil {
		panic(err)
	}
	out := bufio.NewWriter(os.Stdout)
	for n := info.Events; ; {
		var events []logs.Event
		for range 500 {
			events = append(events, logs.Event{Timestamp: n, Message: []byte(numberedMessage(n))})
			n++
		}
		if err := w.Append(events); err != nil {
			panic(err)
		}
		fmt.Fprintln(out, n)
		out.Flush()
	}
}

func numberedMessage(n int64) string {
	return fmt.Sprintf("event %d%s", n, strings.Repeat("\nmore "+strings.Repeat("x", int(n%97)), int(n%3)))
}

// checkNumbered reads all events, which have to be the numbered ones without a gap, and counts them.
func checkNumbered(t *testing.T, s *Store) (n int64) {
	t.Helper()
	for event, err := range s.Events("/ecs/web", logs.Query{}) {
		if err != nil {
			t.Fatal(err)
		}
		if event.Message != numberedMessage(n) || event.Ordinal != n {
			t.Fatalf("event %d is %q, number %d", n, event.Message, event.Ordinal)
		}
		n++
	}
	return n
}

func TestKilledWriterLosesNothingItHadWritten(t *testing.T) {
	if testing.Short() {
		t.Skip("starts and kills processes")
	}
	t.Parallel()
	s := open(t, Options{})
	for round := range 8 {
		cmd := child(t, "writer", s.dir)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		kill := time.AfterFunc(time.Duration(40+13*round)*time.Millisecond, func() { cmd.Process.Kill() })
		defer kill.Stop()
		var told int64
		for lines := bufio.NewScanner(out); lines.Scan(); {
			fmt.Sscan(lines.Text(), &told)
		}
		_ = cmd.Wait() // killed
		if got := checkNumbered(t, s); got < told {
			t.Fatalf("round %d: %d events, the writer had written %d", round, got, told)
		}
	}
}

// torn puts a stream into a state in which a killed writer may have left it.
func TestRepair(t *testing.T) {
	t.Parallel()
	const n = 3000
	move := func(t *testing.T, from, to string) {
		t.Helper()
		if err := os.Rename(from, to); err != nil {
			t.Fatal(err)
		}
	}
	write := func(t *testing.T, name, text string) {
		t.Helper()
		f, err := os.OpenFile(name, os.O_APPEND|os.O_WRONLY, 0)
		if err == nil {
			_, err = f.WriteString(text)
		}
		if err = errors.Join(err, f.Close()); err != nil {
			t.Fatal(err)
		}
	}
	for name, damage := range map[string]func(*testing.T, place){
		"half a line":     func(t *testing.T, p place) { write(t, p.text(""), "1970-01-01T00:00:09.000Z half") },
		"half a stamp":    func(t *testing.T, p place) { write(t, p.text(""), "1970-0") },
		"no index":        func(t *testing.T, p place) { move(t, p.index(""), p.index("")+"x") },
		"index of zeroes": func(t *testing.T, p place) { os.WriteFile(p.index(""), make([]byte, 5000), fileMode) },
		"short index":     func(t *testing.T, p place) { os.Truncate(p.index(""), 100) },
		"text renamed":    func(t *testing.T, p place) { move(t, p.text(""), p.text(older(3))) },
		"both renamed": func(t *testing.T, p place) {
			move(t, p.text(""), p.text(older(3)))
			move(t, p.index(""), p.index(older(3)))
		},
	} {
		for _, reader := range []bool{true, false} { // who finds it
			t.Run(fmt.Sprintf("%s, reader %v", name, reader), func(t *testing.T) {
				t.Parallel()
				s := open(t, Options{PartBytes: 40_000})
				w, err := s.Writer("/ecs/web", "x")
				if err != nil {
					t.Fatal(err)
				}
				var events []logs.Event
				for i := range int64(n) {
					events = append(events, logs.Event{Timestamp: i, Message: []byte(numberedMessage(i))})
				}
				for _, batch := range [][]logs.Event{events[:1000], events[1000:2000], events[2000:]} {
					if err := w.Append(batch); err != nil {
						t.Fatal(err)
					}
				}
				w.Close()
				if w.live.head.part != 2 {
					t.Fatalf("the stream has %d older parts, the cases need 2", w.live.head.part)
				}
				damage(t, w.place)
				if reader {
					if got := checkNumbered(t, s); got != n {
						t.Fatalf("%d events, want %d", got, n)
					}
				}
				again, err := s.Writer("/ecs/web", "x")
				if err != nil {
					t.Fatal(err)
				}
				defer again.Close()
				if err := again.Append([]logs.Event{{Timestamp: n, Message: []byte(numberedMessage(n))}}); err != nil {
					t.Fatal(err)
				}
				if got := checkNumbered(t, s); got != n+1 {
					t.Fatalf("%d events after going on, want %d", got, n+1)
				}
			})
		}
	}
}

func TestFilesAreTheOwnersOnly(t *testing.T) {
	t.Parallel()
	s := open(t, Options{PartBytes: 100})
	w, err := s.Writer("/ecs/web", "a/b")
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	for i := range 3 {
		if err := w.Append(numbered(5 + i)); err != nil {
			t.Fatal(err)
		}
	}
	files := 0
	err = filepath.WalkDir(s.dir, func(path string, file os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := file.Info()
		if err == nil && info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s has mode %v", path, info.Mode())
		}
		files++
		return err
	})
	if err != nil || files < 10 {
		t.Errorf("looked at %d files: %v", files, err)
	}
}
