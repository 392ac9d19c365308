package client

import (
	"path"
	"slices"
	"strings"

	"github.com/ecslocal/ecslocal/emulator/lazyregexp"
)

// Request is what one command line of curl or wget asks for.
type Request struct {
	// Program is curl or wget.
	Program string
	Targets []Target
	Method  string
	// Head says that it asks with HEAD (curl -I, wget --spider).
	Head bool
	// Fail says that an HTTP status of 400 and above makes it fail.
	Fail bool
	// PrintsCode says that it prints the status for something else to judge (curl -w), HeadersOut the headers.
	PrintsCode, HeadersOut bool
	// Follows says that it follows redirects.
	Follows bool
	// Insecure says that it accepts any certificate.
	Insecure bool
	// Quiet says that it prints no error.
	Quiet bool
	// Limit is the total time it allows itself, as written; empty for none.
	Limit string
	// Output is the file it writes; SavesNamed says that it makes up a name.
	Output     string
	SavesNamed bool
	UnixSocket string
	// DirectRoute says that it uses no proxy of the environment; Proxy is one that it names itself.
	DirectRoute bool
	Proxy       string
	Retries     bool
	Headers     []string
	// StrayDash is a lone dash with a letter after it, such as "- f"; empty for none.
	StrayDash string

	options parsed
}

// Unknown are the options that the program is not known to have.
func (r *Request) Unknown() []Option { return r.options.unknown }

// Options are the options that were given.
func (r *Request) Options() []Option { return r.options.options }

// SwallowedURL is the option that has the URL as its value, where no other URL is given.
func (r *Request) SwallowedURL() (Option, bool) {
	for _, o := range r.options.options {
		if len(r.Targets) == 0 && !strings.ContainsAny(o.Word, " \t") && o.Name != "url" && o.Name != "K" && o.Name != "config" && o.Name != "x" && o.Name != "proxy" && strings.Contains(o.Value, "://") {
			return o, true
		}
	}
	return Option{}, false
}

// LongOptions are the names of the long options of curl, for "did you mean".
func LongOptions(program string) []string {
	g := grammars(program)
	var names []string
	for _, m := range []map[string]bool{g.longFlags, g.longValued} {
		for name := range m {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

func grammars(program string) grammar {
	if program == "wget" {
		return wgetGrammar()
	}
	return curlGrammar()
}

// Read is the request of an argument vector, nil where the program is neither curl nor wget.
func Read(argv []string) *Request {
	if len(argv) == 0 {
		return nil
	}
	switch path.Base(argv[0]) {
	case "curl":
		return curl(argv)
	case "wget":
		return wget(argv)
	}
	return nil
}

// operands are URLs, but for a dash that lost its letter.
func (r *Request) operands(p parsed) {
	for i, o := range p.operands {
		if o.text == "-" && i+1 < len(p.operands) && len(p.operands[i+1].text) <= 3 && p.operands[i+1].index == o.index+1 {
			r.StrayDash = p.operands[i+1].text
		}
		r.targets(o.text, o.index)
		last := &r.Targets[len(r.Targets)-1]
		if before := len(r.Targets) - 2; i > 0 && before >= 0 && bareNumber().MatchString(o.text) && r.Targets[before].Implied && r.Targets[before].Index == o.index-1 {
			last.Bad = "it is asked as a host of its own: a port stands behind a colon, without a space"
		}
	}
}

// bareNumber is a port that was cut off its host.
var bareNumber = lazyregexp.New(`^:?\d{2,5}(/.*)?$`)

func (r *Request) targets(text string, index int) {
	t := ParseURL(text)
	t.Index, t.Program = index, r.Program
	r.Targets = append(r.Targets, t)
}
