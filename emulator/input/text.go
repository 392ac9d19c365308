package input

import (
	"bytes"
	"fmt"

	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/emulator/document"
)

// acceptable says whether the file can be parsed at all, judging by its bytes and its name.
func (r *reader) acceptable() bool {
	if !knownFrom(r.opts.From) {
		r.add(diag.Position{File: r.file}, diag.Error, RuleUnknownFormat, fmt.Sprintf("%q is not a format", r.opts.From), "use one of: "+formatList())
		return false
	}
	if encoding := wideText(r.data); encoding != "" {
		r.add(r.start(), diag.Error, document.RuleSyntax, "the file is "+encoding+" text", "save it as UTF-8; in PowerShell: Out-File -Encoding utf8")
		return false
	}
	if len(r.data) > document.MaxBytes {
		return true // document says so
	}
	margin := marginLines(r.data)
	for _, other := range otherTexts {
		if other.matches(r.file, margin) {
			r.refuse(r.start(), other.is, other.advice(r.file))
			return false
		}
	}
	return true
}

func (r *reader) start() diag.Position { return diag.Position{File: r.file, Line: 1, Column: 1} }

func (r *reader) refuse(pos diag.Position, what, advice string) {
	r.add(pos, diag.Error, RuleRefusedFormat, "this is "+what+", which is not read directly", advice)
}

// wideText names the encoding of UTF-16 text, which Windows programs write; empty for all else.
func wideText(data []byte) string {
	switch {
	case bytes.HasPrefix(data, []byte{0xff, 0xfe}):
		return "UTF-16 (little endian)"
	case bytes.HasPrefix(data, []byte{0xfe, 0xff}):
		return "UTF-16 (big endian)"
	}
	return ""
}

// parse reads the file as JSON or YAML, in a second attempt past placeholders that stand outside of quotes.
func (r *reader) parse() *document.Node {
	root, findings := document.Parse(r.file, r.data)
	if len(diag.Errors(findings)) > 0 && len(r.data) <= document.MaxBytes {
		quoted := quote(r.data)
		if root == nil && quoted.directive >= 0 {
			r.refuseDirective(quoted.directive)
			return nil
		}
		if quoted.changed {
			root, findings = document.Parse(r.file, quoted.out.text)
			quoted.out.relocate(root, findings, r.data)
			r.bare, r.dollars = true, quoted.dollars
		}
	}
	r.findings = append(r.findings, findings...)
	if root == nil {
		r.guess()
	}
	return root
}

func (r *reader) refuseDirective(offset int) {
	line, column := lineAndColumn(r.data, offset)
	r.refuse(diag.Position{File: r.file, Line: line, Column: column}, "a template with directives",
		"let the program that the template is made for write it out: ecspresso render taskdef, terraform show -json, ansible …")
}

// guess adds what an unreadable file may be.
func (r *reader) guess() {
	for _, guess := range guesses {
		if guess.content().Match(r.data[:min(len(r.data), 4<<10)]) {
			r.refuse(r.start(), guess.is, guess.advice(r.file))
			return
		}
	}
}

func lineAndColumn(data []byte, offset int) (line, column int) {
	before := data[:offset]
	return 1 + bytes.Count(before, []byte("\n")), offset - bytes.LastIndexByte(before, '\n')
}
