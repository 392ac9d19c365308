package images

import (
	"strings"
	"testing"
)

func TestApp(t *testing.T) {
	t.Parallel()
	stdout, stderr, code := Run(t, App(t), "print=out", "stderr=err", "lines=2x8", "exit=3")
	if stdout != "out\nline 1 x\nline 2 x\n" || stderr != "err\n" || code != 3 {
		t.Errorf("stdout %q, stderr %q, exit code %d", stdout, stderr, code)
	}
}

func TestAppServes(t *testing.T) {
	t.Parallel()
	c := Start(t, map[string]any{"Image": App(t), "Cmd": []string{"listen=127.0.0.1:8080", "path=/down=503:busy", "path=/moved=302:/", "sigterm=7", "wait"}})
	c.Await("listening on 127.0.0.1:8080")
	for path, want := range map[string]int{"/": 0, "/down": 1, "/moved": 0} {
		if stdout, stderr, code := c.Exec("/app", "get=http://127.0.0.1:8080"+path); code != want {
			t.Errorf("get %s: exit code %d, want %d: %s%s", path, code, want, stdout, stderr)
		}
	}
	c.Kill("SIGTERM")
	if code := c.Wait(); code != 7 {
		t.Errorf("exit code after SIGTERM %d, want 7", code)
	}
}

// TestShells checks that each image's shell and its libraries work, by the text that tells them apart.
func TestShells(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		image func(testing.TB) string
		needs string
		want  string
	}{
		{"busybox", Busybox, "/bin/busybox", "/bin/sh: missing: not found\n"},
		{"dash", Dash, "/bin/dash", "/bin/sh: 1: missing: not found\n"},
		{"debian-curl", DebianCurl, "/usr/bin/curl", "/bin/sh: 1: missing: not found\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if missing := Missing(c.needs); missing != "" {
				t.Skipf("%s is not installed", missing)
			}
			stdout, stderr, code := Run(t, c.image(t), "/bin/sh", "-c", "/app print=hello; missing")
			if stdout != "hello\n" || stderr != c.want || code != 127 {
				t.Errorf("stdout %q, stderr %q, exit code %d", stdout, stderr, code)
			}
		})
	}
}

func TestDebianCurl(t *testing.T) {
	t.Parallel()
	if missing := Missing("/usr/bin/curl"); missing != "" {
		t.Skipf("%s is not installed", missing)
	}
	stdout, stderr, code := Run(t, DebianCurl(t), "/bin/sh", "-c", "curl -sS http://127.0.0.1:1/")
	if code != 7 || !strings.Contains(stderr, "curl: (7)") {
		t.Errorf("stdout %q, stderr %q, exit code %d, want curl's refusal", stdout, stderr, code)
	}
}
