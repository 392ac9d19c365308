package input

import (
	"slices"
	"strings"

	"github.com/ecslocal/ecslocal/emulator/lazyregexp"
)

// syntax is a way to write a placeholder.
type syntax int

const (
	dollar    syntax = iota // $NAME or ${NAME}: envsubst, and Terraform's templates
	braces                  // {{ name }}: Ansible, Jinja, Go templates
	ecspresso               // {{ must_env `NAME` }}: ecspresso
	angle                   // <NAME>: CodeDeploy
)

// placeholder is a part of a text that another program replaces before the task definition is registered.
type placeholder struct {
	syntax
	start, end int      // place in the text
	written    string   // as the file has it
	name       string   // what it asks for; an expression where it is no name
	function   string   // of ecspresso
	args       []string // of the function
	fallback   *string  // to take where there is no value
}

// placeholders finds all that may be placeholders; whether they are depends on where they stand.
func placeholders(text string) []placeholder {
	var all []placeholder
	for at, unclosed := 0, 0; at < len(text) && unclosed <= maxUnclosed; at++ {
		if strings.IndexByte("$<{", text[at]) < 0 {
			continue
		}
		p, ok := placeholderAt(text[at:])
		if !ok {
			if strings.HasPrefix(text[at:], "${") || strings.HasPrefix(text[at:], "{{") {
				unclosed++
			}
			continue
		}
		p.start, p.end, p.written = at, at+p.end, text[at:at+p.end]
		all = append(all, p)
		at = p.end - 1
	}
	return all
}

// placeholderAt reads the placeholder that a text begins with; its end is its length.
func placeholderAt(text string) (placeholder, bool) {
	text = text[:min(len(text), 4<<10)]
	switch {
	case strings.HasPrefix(text, "$${"): // Terraform's escape
		return placeholder{syntax: dollar, end: 3, name: "$${"}, true
	case strings.HasPrefix(text, "${"):
		end := bracesEnd([]byte(text))
		if end == 0 {
			return placeholder{}, false
		}
		return dollarExpression(text[2:end-1], end), true
	case strings.HasPrefix(text, "{{"):
		return bracesPlaceholder(text)
	}
	if m := dollarName().FindString(text); m != "" {
		return placeholder{syntax: dollar, end: len(m), name: m[1:]}, true
	}
	if m := angleName().FindStringSubmatch(text); m != nil {
		return placeholder{syntax: angle, end: len(m[0]), name: m[1]}, true
	}
	return placeholder{}, false
}

var (
	dollarName  = lazyregexp.New(`^\$[A-Za-z_]\w*`)
	angleName   = lazyregexp.New(`^<([A-Z][A-Z0-9_]{0,63})>`)
	bracesBody  = lazyregexp.New("^\\{\\{-?\\s*(\\.?\\w[\\w.]*)((?:\\s+(?:`[^`]*`|\"[^\"]*\"|\\w+))*)\\s*(?:\\|\\s*(\\w+)\\s*)?-?\\}\\}")
	callArg     = lazyregexp.New("`[^`]*`|\"[^\"]*\"|\\w+")
	defaulted   = lazyregexp.New(`^(\w+):?-(.*)$`)
	plainName   = lazyregexp.New(`^\w+$`)
	wholeUpper  = lazyregexp.New(`^[A-Z][A-Z0-9_]*$`)
	anglesTwice = lazyregexp.New(`^[A-Z][A-Z0-9]*(_[A-Z0-9]+)+$`)
)

// dollarExpression reads what is inside of ${ }: a name, a name with a default, or an expression of Terraform.
func dollarExpression(inside string, end int) placeholder {
	p := placeholder{syntax: dollar, end: end, name: strings.TrimSpace(inside)}
	if m := defaulted().FindStringSubmatch(inside); m != nil {
		p.name, p.fallback = m[1], &m[2]
	}
	return p
}

// bracesPlaceholder reads {{ name }} and ecspresso's calls.
func bracesPlaceholder(text string) (placeholder, bool) {
	m := bracesBody().FindStringSubmatch(text)
	if m == nil {
		return placeholder{}, false
	}
	p := placeholder{syntax: braces, end: len(m[0]), name: strings.TrimPrefix(m[1], ".")}
	args := callArg().FindAllString(m[2], -1)
	for i := range args {
		args[i] = strings.Trim(args[i], "`\"")
	}
	if slices.Contains(ecspressoFunctions, m[1]) || len(args) > 0 {
		p.syntax, p.function, p.args, p.name = ecspresso, m[1], args, strings.Join(args, " ")
	}
	return p, true
}

// ecspressoFunctions are those of ecspresso 2 and its plugins, which may also have a prefix of the user's choice.
var ecspressoFunctions = []string{"env", "must_env", "json_escape", "tfstate", "tfstatef", "ssm", "ssm_list", "secretsmanager_arn",
	"cfn_output", "cfn_export"}

// isName says whether the placeholder asks for a name, and is no expression.
func (p placeholder) isName() bool { return plainName().MatchString(p.name) }
