package filter_test

import (
	"errors"
	"math/big"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"

	"github.com/ecslocal/ecslocal/logs/filter"
)

// FuzzModel makes patterns out of their meaning, which it judges itself, without a parser and in the simplest way there is: by the guide's
// words on a message decoded by encoding/json or cut by one regular expression. Then a pattern is spoiled in one place, which the error must name.
func FuzzModel(f *testing.F) {
	for seed := range uint64(40) {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, seed uint64) {
		g := &generator{Rand: rand.New(rand.NewPCG(seed, 1))}
		for range 100 {
			g.regexes, g.wildcards = 0, 0
			g.near = ""
			meaning, tokens := pick(g, g.terms, g.json, g.fields, g.regexForm)()
			pattern := g.joined(tokens)
			p, err := filter.Parse(pattern)
			if err != nil {
				t.Fatalf("Parse(%q): %v", pattern, err)
			}
			for range 20 {
				message := g.message()
				if got, want := p.Match([]byte(message)), meaning(message); got != want {
					t.Fatalf("%s\non %s\nmatches: %v, want %v", pattern, message, got, want)
				}
			}
			spoilt := g.IntN(len(tokens))
			before := g.joined(tokens[:spoilt])
			pattern = before + "~" + g.joined(tokens[spoilt:])
			_, err = filter.Parse(pattern)
			var wrong *filter.Error
			if !errors.As(err, &wrong) || wrong.Column != len(before)+1 {
				t.Fatalf("Parse(%q): %v, want an error in column %d", pattern, err, len(before)+1)
			}
		}
	})
}

// model is what a pattern means.
type model func(message string) bool

type generator struct {
	*rand.Rand
	regexes, wildcards int
	near               string // a number that the pattern nearly has
}

func pick[T any](g *generator, from ...T) T { return from[g.IntN(len(from))] }

// joined puts blanks behind some tokens.
func (g *generator) joined(tokens []string) string {
	var b strings.Builder
	for _, token := range tokens {
		b.WriteString(token + pick(g, "", " ", " ", "\t "))
	}
	return b.String()
}

// words are what patterns and messages have in common.
var words = []string{"a", "ab", "ERROR", "x_1", "404", "404.0", "4.04e2", "+404", "-3", "1e3", "1000", "10.0.0.1", "10.0.0.12", "0.1", ".5", "5e-1", "true", "null", "e3", "1e", "-"}

func (g *generator) word() string { return pick(g, words...) }

// texts are words and what must stand in quotation marks.
func (g *generator) text() string {
	if g.IntN(3) == 0 {
		return pick(g, "a b", `say "a"`, `c:\a`, "é", "[a", "a]", "x*y", "(a && b)", "a, ...", "%a%", `\`)
	}
	return g.word()
}

func quoted(text string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(text) + `"`
}

// terms: all plain ones are in the message, no excluded one is; without either, one of the optional ones.
func (g *generator) terms() (model, []string) {
	var tokens []string
	var include, exclude, optional []string
	for range 1 + g.IntN(4) {
		text := pick(g, g.text(), g.text(), " ")
		list, sign := pick(g, &include, &include, &exclude, &optional), ""
		switch list {
		case &exclude:
			sign = "-"
		case &optional:
			sign = "?"
		}
		written := quoted(text)
		*list = append(*list, strings.TrimSpace(text)) // a blank is in every message
		if regexp.MustCompile(`^\w+$`).MatchString(text) && g.IntN(2) == 0 {
			written = text
		}
		tokens = append(tokens, sign+written+" ")
	}
	return func(message string) bool {
		for _, text := range include {
			if !strings.Contains(message, text) {
				return false
			}
		}
		for _, text := range exclude {
			if strings.Contains(message, text) {
				return false
			}
		}
		if len(include)+len(exclude) > 0 || len(optional) == 0 {
			return true
		}
		for _, text := range optional {
			if strings.Contains(message, text) {
				return true
			}
		}
		return false
	}, tokens
}

func (g *generator) regex() string {
	g.regexes++
	return pick(g, "ERR", "^a", "b$", "^a|b$", `^[0-9]{1,3}\.0`, "x_?1", "4+0*4", `\d\s`, "[]a]b", "e.", "^$")
}

func (g *generator) regexForm() (model, []string) {
	source := g.regex()
	return regexp.MustCompile(source).MatchString, []string{"%" + source + "%"}
}

// comparison makes an operator and a value, and what they mean for a text that may be a number or not.
func (g *generator) comparison() (holds func(text string, bare bool) bool, tokens []string) {
	if g.regexes < 2 && g.IntN(6) == 0 {
		source, operator := g.regex(), pick(g, "=", "!=")
		re := regexp.MustCompile(source)
		return func(text string, _ bool) bool { return re.MatchString(text) == (operator == "=") }, []string{operator, "%" + source + "%"}
	}
	if g.IntN(2) == 0 {
		written, operator := pick(g, "404", "9007199254740993", "0.30000000000000000003", "0.30000000000000000003", "404.0", "4.04e2", "+404", "-3", "1e3", "0.1", ".5", "5e-1", "10"), pick(g, "=", "!=", "<", "<=", ">", ">=")
		g.near = strings.TrimSuffix(written, "3") + "2"
		return func(text string, bare bool) bool {
			if bare && numeral.MatchString(text) {
				sign := number(text).Cmp(number(written))
				return map[string]bool{"=": sign == 0, "!=": sign != 0, "<": sign < 0, "<=": sign <= 0, ">": sign > 0, ">=": sign >= 0}[operator]
			}
			return operator == "=" && text == written || operator == "!=" && text != written
		}, []string{operator, written}
	}
	text, operator := strings.Trim(g.text(), "*"), pick(g, "=", "!=")
	before, after := pick(g, "", "", "*"), pick(g, "", "", "*")
	like := regexp.MustCompile("(?s)^" + strings.ReplaceAll(before, "*", ".*") + regexp.QuoteMeta(text) + strings.ReplaceAll(after, "*", ".*") + "$")
	written := before + text + after
	if !regexp.MustCompile(`^[\w.+*-]+$`).MatchString(written) || numeral.MatchString(written) || g.IntN(2) == 0 {
		written = quoted(written)
	}
	return func(text string, _ bool) bool { return like.MatchString(text) == (operator == "=") }, []string{operator, written}
}

var numeral = regexp.MustCompile(`^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$`)

func number(text string) *big.Rat {
	n, ok := new(big.Rat).SetString(text)
	if !ok {
		panic("no number: " + text)
	}
	return n
}

// expression joins leaves with && and ||, of which && binds tighter, and parentheses.
func (g *generator) expression(depth int, leaf func() (model, []string)) (model, []string) {
	kind := g.IntN(5)
	if depth == 0 || kind < 2 {
		return leaf()
	}
	a, left := g.expression(depth-1, leaf)
	if kind == 2 {
		return a, append(append([]string{"("}, left...), ")")
	}
	b, right := g.expression(depth-1, leaf)
	if kind == 3 {
		return func(m string) bool { return a(m) && b(m) }, concat([]string{"("}, left, []string{")", "&&", "("}, right, []string{")"})
	}
	c, third := leaf()
	return func(m string) bool { return a(m) || b(m) && c(m) }, concat([]string{"("}, left, []string{")", "||", "("}, right, []string{")", "&&"}, third)
}

func concat(lists ...[]string) (all []string) {
	for _, list := range lists {
		all = append(all, list...)
	}
	return all
}
