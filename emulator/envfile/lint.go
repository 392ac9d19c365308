package envfile

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/emulator/lazyregexp"
)

// Rules of the findings about environment files.
const (
	RuleQuotes    = "ENF-001" // quotes are part of the value
	RuleExport    = "ENF-002" // export is part of the name
	RuleComment   = "ENF-003" // a comment at the end of a line is part of the value
	RuleSpace     = "ENF-004" // spaces are part of name and value
	RuleExpansion = "ENF-005" // $NAME stays as it is
	RuleNoValue   = "ENF-006" // a line without = is skipped
	RuleNoName    = "ENF-007" // a line that begins with = is skipped
	RuleDuplicate = "ENF-008" // a name is there twice
	RuleBOM       = "ENF-009" // a byte order mark is part of the first name
	RuleIndented  = "ENF-010" // an indented # begins no comment
	RuleLineLimit = "ENF-011" // a line of 64 KiB fails the task
)

// maxLine is the length of a line, with its line break, that the agent's scanner still takes.
const maxLine = 64 << 10

var (
	inlineComment = lazyregexp.New(`[ \t]#`)
	expansion     = lazyregexp.New(`\$(\{|[A-Za-z_])`)
)

// linter goes through one file.
type linter struct {
	file     string
	seen     map[string]int // the line of each name
	findings []diag.Finding
}

// Lint says what would surprise somebody who knows dotenv files. Its findings show names, never values.
func Lint(file string, data []byte) []diag.Finding {
	l := &linter{file: file, seen: map[string]int{}}
	for i, line := range bytes.SplitAfter(data, []byte("\n")) {
		if len(line) > maxLine || (len(line) == maxLine && line[maxLine-1] != '\n') {
			l.add(RuleLineLimit, diag.Error, i+1, 1, "the line is longer than 64 KiB, which fails the task: bufio.Scanner: token too long", "make it shorter")
			return l.findings // the agent reads no further
		}
		l.line(i+1, strings.TrimSuffix(strings.TrimSuffix(string(line), "\n"), "\r"))
	}
	return l.findings
}

func (l *linter) add(rule string, severity diag.Severity, line, column int, message, fix string) {
	l.findings = append(l.findings, diag.Finding{Rule: rule, Severity: severity, Position: diag.Position{File: l.file, Line: line, Column: column},
		Message: message, Fix: fix, Source: "amazon-ecs-agent 1.105.1, agent/taskresource/envFiles/envfile.go"})
}

func (l *linter) line(n int, line string) {
	if strings.HasPrefix(line, "#") || strings.TrimSpace(line) == "" {
		return
	}
	column := len(line) - len(strings.TrimLeft(line, " \t")) + 1
	name, value, found := strings.Cut(line, "=")
	switch {
	case line[column-1] == '#' && found:
		l.add(RuleIndented, diag.Warning, n, column, fmt.Sprintf("only a # at the line's very start begins a comment: this is a variable named %q", name), "remove the spaces before #")
		return
	case !found:
		l.add(RuleNoValue, diag.Warning, n, column, "the line has no =, so ECS skips it: it takes no value from anywhere else", "write NAME=VALUE, or remove the line")
		return
	case name == "":
		l.add(RuleNoName, diag.Warning, n, 1, "the line begins with =, so ECS skips it", "write NAME=VALUE, or remove the line")
		return
	}
	l.name(n, name)
	l.value(n, len(name)+2, name, value)
}

func (l *linter) name(n int, name string) {
	const bom = "\ufeff"
	if strings.HasPrefix(name, bom) {
		l.add(RuleBOM, diag.Warning, n, 1, "the file begins with a byte order mark, which ECS makes a part of the first name", "save the file as UTF-8 without BOM")
	}
	if strings.HasPrefix(strings.TrimSpace(name), "export ") {
		l.add(RuleExport, diag.Warning, n, 1, fmt.Sprintf("ECS takes %q as the whole name", name), "remove export")
	} else if strings.TrimSpace(name) != name {
		l.add(RuleSpace, diag.Warning, n, 1, fmt.Sprintf("spaces are part of the name: %q", name), "remove them")
	}
	if first, ok := l.seen[name]; ok {
		l.add(RuleDuplicate, diag.Warning, n, 1, fmt.Sprintf("%s is in line %d already; the last one wins", name, first), "remove one of them")
	}
	l.seen[name] = n
}

func (l *linter) value(n, column int, name, value string) {
	trimmed := strings.TrimSpace(value)
	if trimmed != value {
		l.add(RuleSpace, diag.Warning, n, column, fmt.Sprintf("spaces around the value of %s are part of it", name), "remove them")
	}
	if len(trimmed) > 1 && strings.ContainsRune("\"'`", rune(trimmed[0])) && strings.IndexByte(trimmed[1:], trimmed[0]) >= 0 {
		l.add(RuleQuotes, diag.Warning, n, column, fmt.Sprintf("the quotes around the value of %s are part of it", name), "remove them")
	}
	if i := inlineComment().FindStringIndex(value); i != nil {
		l.add(RuleComment, diag.Warning, n, column+i[0], fmt.Sprintf("what looks like a comment is part of the value of %s", name), "put the comment on a line of its own")
	}
	if i := expansion().FindStringIndex(value); i != nil {
		l.add(RuleExpansion, diag.Warning, n, column+i[0], fmt.Sprintf("ECS does not expand the $ in the value of %s", name), "write the value itself")
	}
}
