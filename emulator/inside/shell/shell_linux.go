package shell

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync/atomic"

	"mvdan.cc/sh/v3/interp"
	"mvdan.cc/sh/v3/syntax"
)

// invocation is a command line of sh.
type invocation struct {
	zero    string   // $0
	script  string   // of -c
	file    string   // of a script, empty for -c and stdin
	params  []string // $1 and on
	options []string // such as -e, for the interpreter
	command bool     // -c
}

// Main runs sh as name (argv[0]) with args, and returns the exit code.
func Main(ctx context.Context, name string, args []string, stdin *os.File, stdout, stderr io.Writer) int {
	call, err := parse(name, args)
	if err != nil {
		fmt.Fprintf(stderr, "%s: 0: %v\n", name, err)
		return 2
	}
	text := call.script
	if call.file != "" {
		content, err := os.ReadFile(call.file)
		if err != nil {
			fmt.Fprintf(stderr, "%s: 0: cannot open %s: %s\n", name, call.file, openText(err))
			return 2
		}
		text = string(content)
	}
	s := &shell{name: call.zero, stderr: stderr, traps: newTraps(), children: &children{}}
	defer s.traps.stop()
	defer s.children.adopt()()
	s.runner, err = interp.New(
		interp.StdIO(stdin, stdout, stderr),
		interp.Params(append(append(call.options, "--"), call.params...)...),
		interp.CallHandler(s.call),
		interp.ExecHandlers(func(interp.ExecHandlerFunc) interp.ExecHandlerFunc { return s.exec }),
		interp.OpenHandler(s.open),
	)
	if err != nil {
		fmt.Fprintf(stderr, "%s: 0: %v\n", name, err)
		return 2
	}
	if call.file == "" && !call.command {
		return s.read(ctx, stdin, stdout)
	}
	return s.script(ctx, text, call.command)
}

// options are the letters that the interpreter knows; the others of dash's change nothing here.
const known, ignored = "aefnux", "bCEIilmqsVv"

func parse(name string, args []string) (invocation, error) {
	call := invocation{zero: name}
	fromStdin := false
	for len(args) > 0 && len(args[0]) > 1 && (args[0][0] == '-' || args[0][0] == '+') {
		word := args[0]
		args = args[1:]
		if word == "--" {
			break
		}
		for _, letter := range word[1:] {
			switch {
			case letter == 'c':
				call.command = true
			case letter == 's':
				fromStdin = true
			case letter == 'o':
				if len(args) == 0 {
					continue
				}
				if long[args[0]] == "" {
					return call, complaint("Illegal option -o " + args[0])
				}
				if option := long[args[0]]; strings.Contains(known, option) {
					call.options = append(call.options, word[:1]+option)
				}
				args = args[1:]
			case strings.ContainsRune(known, letter):
				call.options = append(call.options, word[:1]+string(letter))
			case !strings.ContainsRune(ignored, letter):
				return call, complaint("Illegal option " + word[:1] + string(letter))
			}
		}
	}
	switch {
	case call.command && len(args) == 0:
		return call, errors.New("-c requires an argument")
	case call.command:
		call.script, args = args[0], args[1:]
		if len(args) > 0 {
			call.zero, args = args[0], args[1:]
		}
	case !fromStdin && len(args) > 0:
		call.file, call.zero, args = args[0], args[0], args[1:]
	}
	call.params = args
	return call, nil
}

// long are the names that dash's -o takes, with their letters.
var long = map[string]string{
	"allexport": "a", "errexit": "e", "noexec": "n", "noglob": "f", "nounset": "u", "xtrace": "x",
	"ignoreeof": "I", "interactive": "i", "monitor": "m", "noclobber": "C", "stdin": "s", "vi": "V", "emacs": "E", "verbose": "v",
	"notify": "b", "nolog": "q", "debug": "q",
}

// shell is a running sh.
type shell struct {
	name     string // $0, which begins each error
	stderr   io.Writer
	runner   *interp.Runner
	shape    shape
	traps    *traps
	children *children
	line     atomic.Uint64 // of the latest command, for errors that have no position
}

// script runs a whole text, a line at a time as dash does: what comes before a syntax error is still run.
func (s *shell) script(ctx context.Context, text string, command bool) int {
	file, err := parser().Parse(strings.NewReader(text), s.name)
	if err == nil {
		s.shape = shapeOf(file.Stmts, command)
		return s.run(ctx, file.Stmts)
	}
	var whole []*syntax.Stmt
	for stmts, lineErr := range parser().InteractiveSeq(strings.NewReader(text)) {
		if lineErr != nil {
			break
		}
		whole = append(whole, stmts...)
	}
	s.shape = shapeOf(whole, false)
	if code := s.run(ctx, whole); s.runner.Exited() {
		return code
	}
	fmt.Fprintln(s.stderr, s.syntaxError(err, text))
	return 2
}

// read runs what comes from stdin; from a terminal, line by line with a prompt.
func (s *shell) read(ctx context.Context, stdin *os.File, stdout io.Writer) int {
	info, err := stdin.Stat()
	if err != nil || info.Mode()&os.ModeCharDevice == 0 || stdin.Name() == os.DevNull {
		text, err := io.ReadAll(io.LimitReader(stdin, maxScript))
		if err != nil {
			return 2
		}
		return s.script(ctx, string(text), false)
	}
	prompt := map[bool]string{true: "# ", false: "$ "}[os.Getuid() == 0]
	fmt.Fprint(stdout, prompt)
	p, code := parser(), 0
	for stmts, err := range p.InteractiveSeq(stdin) {
		switch {
		case err != nil:
			fmt.Fprintln(s.stderr, s.syntaxError(err, ""))
			return 2
		case p.Incomplete():
			fmt.Fprint(stdout, "> ")
			continue
		}
		if code = s.run(ctx, stmts); s.runner.Exited() {
			return code
		}
		fmt.Fprint(stdout, prompt)
	}
	return code
}

const maxScript = 16 << 20 // bytes

func parser() *syntax.Parser { return syntax.NewParser(syntax.Variant(syntax.LangPOSIX)) }

// run interprets statements and then the traps of signals that came last.
func (s *shell) run(ctx context.Context, stmts []*syntax.Stmt) int {
	err := s.runner.Run(ctx, &syntax.File{Name: s.name, Stmts: stmts})
	for trap := s.traps.pending(); trap != "" && !s.runner.Exited(); trap = s.traps.pending() {
		file, parseErr := parser().Parse(strings.NewReader(trap), s.name)
		if parseErr != nil {
			fmt.Fprintln(s.stderr, s.syntaxError(parseErr, trap))
			return 2
		}
		if status := s.runner.Run(ctx, file); s.runner.Exited() {
			err = status
		}
	}
	var status interp.ExitStatus
	switch {
	case err == nil:
		return 0
	case errors.As(err, &status):
		return int(status)
	}
	fmt.Fprintf(s.stderr, "%s: %d: %v\n", s.name, s.line.Load(), err)
	return 2
}
