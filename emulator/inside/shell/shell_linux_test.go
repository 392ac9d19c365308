package shell

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestMain makes the test binary the shell: scripts that start other programs, and exec, need a process of their own.
func TestMain(m *testing.M) {
	if filepath.Base(os.Args[0]) == "sh" {
		os.Exit(Main(context.Background(), os.Args[0], os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
	}
	os.Exit(m.Run())
}

// TestAsDash compares exit codes and output with what dash 0.5.12 does; where dash is installed, with that.
func TestAsDash(t *testing.T) {
	t.Parallel()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for script, want := range map[string]string{
		"echo hello":                         "0 hello\n",
		"exit 3":                             "3 ",
		"true || exit 1":                     "0 ",
		"false || exit 1":                    "1 ",
		"nosuchtool":                         "127 sh: 1: nosuchtool: not found\n",
		"nosuchtool || exit 1":               "1 sh: 1: nosuchtool: not found\n",
		"/etc/passwd":                        "126 sh: 1: /etc/passwd: Permission denied\n",
		"test -f /etc/passwd && echo yes":    "0 yes\n",
		`X=1; echo "$X ${Y:-none} $((1+2))"`: "0 1 none 3\n",
		"echo one | cat":                     "0 one\n",
		"for i in 1 2; do echo $i; done":     "0 1\n2\n",
		"set -e; false; echo no":             "1 ",
		"[ 1 = 1 ] && exit 0":                "0 ",
		"sh -c 'exit 4'; echo $?":            "0 4\n",
		"kill -9 $$":                         "137 ",
		"exit 256":                           "0 ",
		"exec /bin/cat /dev/null":            "0 ",
		"(exit 7)":                           "7 ",
		"source /dev/null":                   "127 sh: 1: source: not found\n",
	} {
		if got := run(t, self, script); got != want {
			t.Errorf("%s: %s", script, cmp.Diff(want, got))
		}
		if dash, err := exec.LookPath("dash"); err == nil {
			if got := run(t, dash, script); got != want {
				t.Errorf("dash itself: %s: %s", script, cmp.Diff(want, got))
			}
		}
	}
}

// run gives exit code and output of sh -c script.
func run(t *testing.T, shell, script string) string {
	t.Helper()
	var output bytes.Buffer
	c := exec.CommandContext(t.Context(), shell, "-c", script)
	c.Args[0] = "sh"
	c.Stdout, c.Stderr = &output, &output
	c.Env = append(os.Environ(), "PATH="+os.Getenv("PATH"))
	err := c.Run()
	code := c.ProcessState.ExitCode()
	if code < 0 && err != nil {
		code = 137
	}
	return fmt.Sprintf("%d %s", code, output.String())
}
