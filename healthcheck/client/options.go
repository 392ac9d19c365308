// Package client knows the programs that health checks are made of: which options they have, what they ask, and where.
//
// It reads argument vectors and runs nothing. It imports the standard library only.
package client

import (
	"slices"
	"strings"
)

// grammar is how a program reads its options.
type grammar struct {
	// shortValued and longValued take a value: the rest of the word, or the next word.
	shortValued string
	longValued  map[string]bool
	// shortFlags and longFlags take none.
	shortFlags string
	longFlags  map[string]bool
	// pairs are short options of two letters, such as wget's -nv.
	pairs []string
	// apart says that a long option's value is a word of its own, never behind =.
	apart bool
	// prefixes says that a unique beginning of a long option will do.
	prefixes bool
	// singleDash says that long options may begin with one dash, as the Go flag package has it.
	singleDash bool
}

// Option is one option with the value that was given to it.
type Option struct {
	// Name is without dashes; Word is the word as it was written.
	Name, Value, Word string
	// Index is the place of Word in the argument vector.
	Index int
}

// parsed is an argument vector taken apart.
type parsed struct {
	options  []Option
	operands []operand
	unknown  []Option
}

type operand struct {
	text  string
	index int
}

// split reads argv, whose first element is the program.
func (g grammar) split(argv []string) parsed {
	var p parsed
	for i := 1; i < len(argv); i++ {
		arg := argv[i]
		switch {
		case arg == "--":
			for j := i + 1; j < len(argv); j++ {
				p.operands = append(p.operands, operand{argv[j], j})
			}
			return p
		case strings.HasPrefix(arg, "--"), g.singleDash && len(arg) > 1 && arg[0] == '-':
			i = g.long(&p, argv, i)
		case len(arg) > 1 && arg[0] == '-':
			i = g.short(&p, argv, i)
		default:
			p.operands = append(p.operands, operand{arg, i})
		}
	}
	return p
}

// long reads one long option and returns the index of its last word.
func (g grammar) long(p *parsed, argv []string, i int) int {
	name, value, inline := strings.Cut(strings.TrimLeft(argv[i], "-"), "=")
	o := Option{Name: g.complete(name), Value: value, Word: argv[i], Index: i}
	switch {
	case inline && g.apart:
		o.Name = name
		p.unknown = append(p.unknown, o)
	case g.longValued[o.Name]:
		if !inline && i+1 < len(argv) {
			i++
			o.Value = argv[i]
		}
	case g.longFlags[o.Name], g.longFlags[strings.TrimPrefix(o.Name, "no-")] && strings.HasPrefix(o.Name, "no-"):
	case len(g.longFlags) > 0:
		p.unknown = append(p.unknown, o)
	}
	p.options = append(p.options, o)
	return i
}

// complete is the one known option that begins like this.
func (g grammar) complete(name string) string {
	if !g.prefixes || g.longValued[name] || g.longFlags[name] || len(name) < 3 {
		return name
	}
	var matches []string
	for _, set := range []map[string]bool{g.longValued, g.longFlags} {
		for long := range set {
			if strings.HasPrefix(long, name) {
				matches = append(matches, long)
			}
		}
	}
	if len(matches) == 0 {
		return name
	}
	return slices.Min(matches)
}

// short reads a word of short options and returns the index of its last word.
func (g grammar) short(p *parsed, argv []string, i int) int {
	word := argv[i]
	for rest := word[1:]; rest != ""; {
		if k := slices.IndexFunc(g.pairs, func(pair string) bool { return strings.HasPrefix(rest, pair) }); k >= 0 {
			p.options = append(p.options, Option{Name: g.pairs[k], Word: word, Index: i})
			rest = rest[len(g.pairs[k]):]
			continue
		}
		o := Option{Name: rest[:1], Word: word, Index: i}
		rest = rest[1:]
		if strings.Contains(g.shortValued, o.Name) {
			if o.Value = rest; rest == "" && i+1 < len(argv) {
				i++
				o.Value = argv[i]
			}
			p.options = append(p.options, o)
			break
		}
		if g.shortFlags != "" && !strings.Contains(g.shortFlags, o.Name) {
			p.unknown = append(p.unknown, o)
		}
		p.options = append(p.options, o)
	}
	return i
}

// TakesValue says whether a long option of curl has a value.
func TakesValue(option string) bool { return curlGrammar().longValued[option] }

// set makes a set of a list of words.
func set(words string) map[string]bool {
	out := map[string]bool{}
	for _, word := range strings.Fields(words) {
		out[word] = true
	}
	return out
}

// has says whether one of the names was given.
func (p parsed) has(names ...string) bool {
	return slices.ContainsFunc(p.options, func(o Option) bool { return slices.Contains(names, o.Name) })
}

// value is the last value of one of the names.
func (p parsed) value(names ...string) string {
	value := ""
	for _, o := range p.options {
		if slices.Contains(names, o.Name) {
			value = o.Value
		}
	}
	return value
}
