package secrets

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/ecslocal/ecslocal/emulator/diag"
)

// Limits of a secrets file. AWS takes 64 KiB a secret and 8 KiB a parameter.
const (
	maxBytes  = 4 << 20
	maxDepth  = 32
	maxValues = 100_000 // after YAML aliases are followed
)

// Rules of the findings about secrets files.
const (
	RuleSyntax    = "SEC-001" // the file cannot be read as what it is
	RuleDuplicate = "SEC-002" // two values for one key
	RuleType      = "SEC-003" // a value of a form that no secret has
	RuleNoValue   = "SEC-004" // a key without a value
	RuleReadable  = "SEC-005" // every user of the machine can read the file
)

// File is a local secrets file: which value stands for which parameter or secret.
//
// A key is a parameter's name, a secret's name, an ARN (a secret's with or without its 6-character suffix), or a glob in which
// * stands for any characters, slashes included, and ? for one. A value is a text (numbers and booleans keep the text they
// are written with), a mapping, which is the JSON of a Secrets Manager secret, or a mapping with the one member versions,
// whose members are version stages and version ids.
type File struct {
	// Name is the path as given, for messages.
	Name    string
	entries []entry
}

// entry is one key of a file.
type entry struct {
	key string
	ref Reference // what the key names, where it is an ARN
	pos diag.Position
	// values by version stage or id; the one of the empty name stands for every version.
	values map[string]Value
}

// Load reads a secrets file: dotenv where the name ends in .env, else JSON or YAML by content. The error is of the operating
// system; what is wrong inside the file, or with its permissions, is in the findings, which never show a value.
func Load(path string) (*File, []diag.Finding, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, fmt.Errorf("read the secrets file: %w", err)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxBytes+1))
	if err != nil {
		return nil, nil, fmt.Errorf("read the secrets file: %w", err)
	}
	info, err := f.Stat()
	if err != nil {
		return nil, nil, fmt.Errorf("read the secrets file: %w", err)
	}
	file, findings := Parse(path, data)
	if info.Mode().Perm()&0o004 != 0 && runtime.GOOS != "windows" { // Go shows no permissions of others there
		findings = append(findings, diag.Finding{Rule: RuleReadable, Severity: diag.Warning, Position: diag.Position{File: path},
			Message: "every user of this machine can read the secrets file", Fix: "chmod 600 " + path})
	}
	return file, findings, nil
}

// Parse reads the content of a secrets file; name is its path. The file holds what could be read, also next to errors.
func Parse(name string, data []byte) (*File, []diag.Finding) {
	r := &reader{file: name, data: bytes.TrimPrefix(data, []byte("\ufeff"))}
	if len(data) > maxBytes {
		r.add(RuleSyntax, diag.Position{}, fmt.Sprintf("the secrets file is larger than %d MiB", maxBytes>>20), "")
		return &File{Name: name}, r.findings
	}
	if strings.EqualFold(filepath.Ext(name), ".env") {
		r.dotenv()
	} else if root := r.tree(); root != nil {
		r.top(root)
	}
	diag.Sort(r.findings)
	return &File{Name: name, entries: r.entries}, r.findings
}

// reader collects what one file holds and what is wrong with it.
type reader struct {
	file     string
	data     []byte
	lines    []string // of data, once a place was asked for
	seen     int      // values so far
	exceeded bool     // a limit was
	entries  []entry
	findings []diag.Finding
}

func (r *reader) add(rule string, pos diag.Position, message, fix string) {
	pos.File = r.file
	r.findings = append(r.findings, diag.Finding{Rule: rule, Severity: diag.Error, Position: pos, Message: message, Fix: fix})
}

// entry adds a key. A key that is there already, and a key that is an ARN of nothing that has a value, are reported.
func (r *reader) entry(key string, pos diag.Position, values map[string]Value) {
	pos.File = r.file
	e := entry{key: key, pos: pos, values: values}
	if strings.HasPrefix(key, "arn:") && !e.glob() {
		ref, err := ParseReference(key)
		if err != nil {
			r.add(RuleType, pos, fmt.Sprintf("the key %s is not the ARN of a parameter or of a secret", key), "")
			return
		}
		if ref.selects() {
			r.add(RuleType, pos, fmt.Sprintf("the key %s selects from a secret; a key names the whole secret", key),
				fmt.Sprintf("write %s, with a mapping as its value", ref.ID()))
			return
		}
		e.ref = ref
	}
	r.entries = append(r.entries, e)
}

// glob says whether the key stands for more than one name. Neither character is allowed in a parameter's or a secret's name.
func (e entry) glob() bool { return strings.ContainsAny(e.key, "*?") }
