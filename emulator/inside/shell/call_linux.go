package shell

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"

	"mvdan.cc/sh/v3/interp"
	"mvdan.cc/sh/v3/syntax"
)

// own begins the name of a command that exec runs instead of the interpreter.
const own = "\x00"

// call sees each command before it runs, with its words expanded, and says which command runs instead.
func (s *shell) call(ctx context.Context, args []string) ([]string, error) {
	hc := interp.HandlerCtx(ctx)
	if hc.Pos.IsValid() {
		s.line.Store(uint64(hc.Pos.Line()))
	}
	args = s.adapt(hc, args)
	// A signal's trap runs between two commands, so before this one.
	if trap := s.traps.pending(); trap != "" {
		return []string{"eval", trap + "\n" + quoted(args)}, nil
	}
	return args, nil
}

// adapt changes the commands that dash has otherwise than the interpreter.
func (s *shell) adapt(hc interp.HandlerContext, args []string) []string {
	switch name := args[0]; name {
	case "kill", "umask", "ulimit", "wait":
		return append([]string{own + name}, args[1:]...)
	case "trap":
		return s.trap(hc, args)
	case "export", "readonly", "local":
		return s.declare(hc, args)
	case "exec":
		if len(args) > 1 && s.shape.replace[hc.Pos] {
			return append([]string{own + "exec"}, args[1:]...)
		}
	case "echo": // dash's knows backslashes, and -n only
		end := "%b\n"
		if args = args[1:]; len(args) > 0 && args[0] == "-n" {
			end, args = "%b", args[1:]
		}
		return []string{"printf", end, strings.Join(args, " ")}
	case "cd":
		if len(args) > 1 && args[1] != "-" && args[1] != "" && !strings.HasPrefix(args[1], "-") && !isDir(hc.Dir, args[1]) {
			s.complain(hc, "cd: can't cd to "+args[1])
			return []string{own + "status", "2"}
		}
	case "set":
		if bad := illegalSet(args[1:]); bad != "" {
			s.complain(hc, "set: Illegal option "+bad)
			return []string{"exit", "2"}
		}
	case ".":
		if len(args) > 1 && strings.Contains(args[1], "/") && !exists(hc.Dir, args[1]) {
			s.complain(hc, ".: cannot open "+args[1]+": No such file")
			return []string{"exit", "2"}
		}
	case "exit", "return":
		if len(args) > 1 {
			n, err := strconv.Atoi(args[1])
			if err != nil || n < 0 {
				s.complain(hc, name+": Illegal number: "+args[1])
				return []string{"exit", "2"}
			}
			return []string{name, strconv.Itoa(n & 0xff)}
		}
	default:
		if bash[name] && !s.shape.functions[name] {
			return append([]string{own + "missing", name}, args[1:]...)
		}
	}
	return args
}

// declare is a declaration as the interpreter takes it: to its POSIX parser these are ordinary commands, but what eval
// runs is parsed as bash's, where they are declarations.
func (s *shell) declare(hc interp.HandlerContext, args []string) []string {
	text := args[0]
	for _, arg := range args[1:] {
		name, value, assigns := strings.Cut(arg, "=")
		switch {
		case arg == "-p":
			text += " -p"
		case !syntax.ValidName(name):
			s.complain(hc, args[0]+": "+name+": bad variable name")
			return []string{"exit", "2"}
		case assigns:
			text += " " + name + "=" + quoted([]string{value})
		default:
			text += " " + name
		}
	}
	return []string{"eval", text}
}

// bash are commands that the interpreter has and dash has not.
var bash = map[string]bool{
	"source": true, "builtin": true, "caller": true, "compgen": true, "complete": true, "compopt": true, "dirs": true, "disown": true,
	"enable": true, "help": true, "history": true, "logout": true, "mapfile": true, "readarray": true, "popd": true, "pushd": true, "shopt": true,
	"suspend": true, "bind": true,
}

// illegalSet is the first of set's options that dash does not know.
func illegalSet(args []string) string {
	for i := 0; i < len(args); i++ {
		word := args[i]
		if word == "--" || len(word) < 2 || word[0] != '-' && word[0] != '+' {
			return ""
		}
		for _, letter := range word[1:] {
			switch {
			case letter == 'o':
				if i++; i < len(args) && long[args[i]] == "" {
					return word[:1] + "o " + args[i]
				}
			case !strings.ContainsRune(known+ignored, letter):
				return word[:1] + string(letter)
			}
		}
	}
	return ""
}

// complain prints an error in dash's form: NAME: LINE: TEXT.
func (s *shell) complain(hc interp.HandlerContext, text string) {
	line := s.line.Load()
	if hc.Pos.IsValid() {
		line = uint64(hc.Pos.Line())
	}
	fmt.Fprintf(hc.Stderr, "%s: %d: %s\n", s.name, max(line, 1), text)
}

// quoted is args as the source text of the same command.
func quoted(args []string) string {
	words := make([]string, len(args))
	for i, arg := range args {
		words[i] = "'" + strings.ReplaceAll(arg, "'", `'\''`) + "'"
		if word, err := syntax.Quote(arg, syntax.LangPOSIX); err == nil {
			words[i] = word
		}
	}
	return strings.Join(words, " ")
}

func isDir(dir, path string) bool {
	info, err := os.Stat(inDir(dir, path))
	return err == nil && info.IsDir()
}

func exists(dir, path string) bool {
	_, err := os.Stat(inDir(dir, path))
	return err == nil
}
