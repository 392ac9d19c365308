package shell

import (
	"os"
	"os/exec"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestErrorsAsDash compares what goes wrong, in dash 0.5.12's words; where dash is installed, with that.
func TestErrorsAsDash(t *testing.T) {
	t.Parallel()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ script, want string }{
		{"echo a\n||", "2 a\nsh: 2: Syntax error: \"||\" unexpected\n"},
		{"&&", "2 sh: 1: Syntax error: \"&&\" unexpected\n"},
		{"| x", "2 sh: 1: Syntax error: \"|\" unexpected\n"},
		{")", "2 sh: 1: Syntax error: \")\" unexpected\n"},
		{"then", "2 sh: 1: Syntax error: \"then\" unexpected\n"},
		{"fi", "2 sh: 1: Syntax error: \"fi\" unexpected\n"},
		{"done", "2 sh: 1: Syntax error: \"done\" unexpected\n"},
		{"}", "2 sh: 1: Syntax error: \"}\" unexpected\n"},
		{"echo 'open", "2 sh: 1: Syntax error: Unterminated quoted string\n"},
		{"echo \"open", "2 sh: 1: Syntax error: Unterminated quoted string\n"},
		{"(", "2 sh: 1: Syntax error: end of file unexpected (expecting \")\")\n"},
		{"echo $(", "2 sh: 1: Syntax error: end of file unexpected (expecting \")\")\n"},
		{"{ echo", "2 sh: 1: Syntax error: end of file unexpected (expecting \"}\")\n"},
		{"if x", "2 sh: 1: Syntax error: end of file unexpected (expecting \"then\")\n"},
		{"if true; then", "2 sh: 1: Syntax error: end of file unexpected (expecting \"fi\")\n"},
		{"for", "2 sh: 1: Syntax error: Bad for loop variable\n"},
		{"echo >", "2 sh: 1: Syntax error: end of file unexpected\n"},

		{"/nonexistent/x", "127 sh: 1: /nonexistent/x: not found\n"},
		{"/tmp", "126 sh: 1: /tmp: Permission denied\n"},
		{"exec nosuch; echo no", "127 sh: 1: exec: nosuch: not found\n"},
		{"exec /tmp", "126 sh: 1: exec: /tmp: Permission denied\n"},
		{"[[ a ]]", "127 sh: 1: [[: not found\n"},
		{"cd /nonexistent", "2 sh: 1: cd: can't cd to /nonexistent\n"},
		{"set -o pipefail; echo no", "2 sh: 1: set: Illegal option -o pipefail\n"},
		{"set -Z; echo no", "2 sh: 1: set: Illegal option -Z\n"},
		{"exit abc", "2 sh: 1: exit: Illegal number: abc\n"},
		{". /nonexistent; echo no", "2 sh: 1: .: cannot open /nonexistent: No such file\n"},
		{"echo x > /nonexistent/x; echo on", "0 sh: 1: cannot create /nonexistent/x: Directory nonexistent\non\n"},
		{"cat < /nonexistent; echo on", "0 sh: 1: cannot open /nonexistent: No such file\non\n"},
		{"sh -c 'kill -9 $$'; echo $?", "0 Killed\n137\n"},
		{"sh -c 'kill -15 $$'; echo $?", "0 Terminated\n143\n"},
		{"\n\nnosuch", "127 sh: 3: nosuch: not found\n"},

		{"trap 'echo bye' TERM; kill $$; echo after", "0 bye\nafter\n"},
		{"trap 'echo bye; exit 9' TERM; kill $$; sleep 5; echo no", "9 bye\n"},
		{"trap 'echo again' HUP; kill -HUP $$; true; sleep 0.2 & wait; echo $?", "0 again\n0\n"},
		{"trap 'echo again' HUP; (sleep 0.3; kill -HUP $$; sleep 1) & wait; echo $?", "0 again\n129\n"},
		{"trap '' TERM; kill $$; echo still", "0 still\n"},
		{"trap 'echo end' EXIT; exit 3", "3 end\n"},
		{"sleep 30 & kill $!; wait $!; echo $?", "0 Terminated\n143\n"},
		{"umask 022; umask", "0 0022\n"},
		{"kill -l 9", "0 KILL\n"},
		{`echo "a\nb"; echo -n x; echo -e y`, "0 a\nb\nx-e y\n"},
		{"export A=1; A=2; unset A; env | grep -c ^A=", "1 0\n"},
		{"f() { local x=1 y; x=2; }; x='a b'; f; export x; sh -c 'echo $x'", "0 a b\n"},
		{"export B='a  $c'; sh -c 'echo \"$B\"'; readonly R=1; echo $R", "0 a  $c\n1\n"},
		{"export 1x=2; echo no", "2 sh: 1: export: 1x: bad variable name\n"},
		{"if false; then echo; else", "2 sh: 1: Syntax error: end of file unexpected (expecting \"fi\")\n"},
		{"while true; do", "2 sh: 1: Syntax error: end of file unexpected (expecting \"done\")\n"},
		{"A=1 sh -c 'echo $A'; echo ${A:-none}", "0 1\nnone\n"},
		{"f() { return 5; }; f; echo $?", "0 5\n"},
		{"echo in | { read x; echo got $x; }", "0 got in\n"},
		{"(exec sh -c 'exit 4'); echo $?", "0 4\n"},
		{"exec sh -c 'echo $0 $1' a b", "0 a b\n"},
		{"exec >/dev/null; echo no", "0 "},
		{"set -x; true", "0 + true\n"},
		{"set -e; (exit 3); echo no", "3 "},
	} {
		if got := run(t, self, c.script); got != c.want {
			t.Errorf("%q: (-want +got)\n%s", c.script, cmp.Diff(c.want, got))
		}
		if dash, err := exec.LookPath("dash"); err == nil {
			if got := run(t, dash, c.script); got != c.want {
				t.Errorf("dash itself: %q: (-want +got)\n%s", c.script, cmp.Diff(c.want, got))
			}
		}
	}
}
