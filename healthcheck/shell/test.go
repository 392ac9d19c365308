package shell

import "strings"

// Test is the words that test or [ judges, the closing bracket dropped; ok is false for every other program.
func (c *Call) Test() (words []Word, ok bool) {
	switch c.Program() {
	case "test":
		return c.Args(), true
	case "[":
		args := c.Args()
		if n := len(args); n > 0 && args[n-1].Text == "]" {
			args = args[:n-1]
		}
		return args, true
	}
	return nil, false
}

// AlwaysTrue says that a test is true whatever its words expand to: it sees one word that cannot be empty, such as $(…)=200 or -f/tmp/x, or
// -n before an unquoted word, which leaves -n alone where that is empty. The word is returned.
func (c *Call) AlwaysTrue() (Word, bool) {
	args, ok := c.Test()
	switch {
	case !ok || len(args) == 0 || len(args) > 2:
	case len(args) == 1 && (c.Exec && args[0].Text != "" || args[0].literal()):
		return args[0], true
	case len(args) == 2 && !c.Exec && args[0].Text == "-n" && args[1].Text == Unknown && (args[1].Raw[0] == '$' || args[1].Raw[0] == '`'):
		return args[1], true
	}
	return Word{}, false
}

// GluedExit is the status of a word such as exit1, which is no command of the shell.
func (c *Call) GluedExit() (status string, ok bool) {
	status, ok = strings.CutPrefix(c.Program(), "exit")
	return status, ok && status != "" && strings.Trim(status, "0123456789") == ""
}
