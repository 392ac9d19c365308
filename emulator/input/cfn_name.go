package input

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/ecslocal/ecslocal/emulator/document"
)

// madeUp is a value of a resource; note is empty where it follows from the template alone.
type madeUp struct {
	text, unknown, note string
}

// getAtt is Fn::GetAtt, of "LogicalId.Attribute" or a list of both.
func (t *template) getAtt(arg, at *document.Node) *document.Node {
	id, attribute, ok := strings.Cut(arg.Text, ".")
	if arg.Kind == document.Array && len(arg.Items) == 2 {
		name, _, isText := t.text(arg.Items[1])
		id, attribute, ok = arg.Items[0].Text, name, isText
	}
	if !ok {
		return t.mistake(at, "Fn::GetAtt takes a logical id and an attribute", "Template error: every Fn::GetAtt object requires two non-empty parameters, the resource name and the resource attribute", "")
	}
	return t.attribute(id, attribute, at)
}

func (t *template) attribute(id, attribute string, at *document.Node) *document.Node {
	if t.byID[id] == nil {
		return t.mistake(at, fmt.Sprintf("there is no resource %q", id), "Template error: instance of Fn::GetAtt references undefined resource "+id, "")
	}
	return t.valueOf(id, attribute, at)
}

// valueOf is an attribute of a resource, or its identifier: given as a parameter, following from the template, or made up.
func (t *template) valueOf(id, attribute string, at *document.Node) *document.Node {
	key := strings.TrimSuffix(id+"."+attribute, ".")
	if value, given := t.param(key); given {
		return t.scalar(at, value, "")
	}
	value := t.made[key]
	if value == nil {
		value = t.makeUp(id, attribute, key)
		t.made[key] = value
	}
	if value.note != "" {
		t.note(key, at.Pos, value.note)
	}
	return t.scalar(at, value.text, value.unknown)
}

func (t *template) makeUp(id, attribute, key string) *madeUp {
	res := t.byID[id]
	kind := kinds[typeOf(res.node)]
	name, unknown := t.physicalName(res, kind)
	pattern := kind.ref
	if attribute != "" {
		pattern = kind.attributes[attribute]
	}
	if property, ok := strings.CutPrefix(pattern, "="); ok { // the value of a property
		if n := res.node.Member("Properties").Member(property); n != nil {
			if text, why, isText := t.text(n); isText {
				return &madeUp{text: text, unknown: why}
			}
		}
		pattern = ""
	}
	if pattern == "" {
		pattern, unknown = generic(attribute), either(unknown, "AWS gives "+key+" when the stack is made")
	}
	if strings.Contains(pattern, "{hex") {
		unknown = "AWS gives " + key + " when the stack is made"
	}
	text := t.expand(pattern, res, name)
	if unknown == "" {
		return &madeUp{text: text}
	}
	return &madeUp{text, unknown, fmt.Sprintf("there is no %s here; %q is made up; --param '%s=VALUE' gives it", key, text, key)}
}

// physicalName is a resource's name: that of its properties, or one as CloudFormation makes it, without the random end.
func (t *template) physicalName(res *resource, kind kind) (name, unknown string) {
	busy := "resource " + res.id
	if n := res.node.Member("Properties").Member(kind.name); kind.name != "" && n != nil && !t.busy[busy] {
		t.busy[busy] = true
		text, why, ok := t.text(n)
		delete(t.busy, busy)
		if ok {
			return text, why
		}
	}
	name = t.stackName() + "-" + res.id
	if kind.lower {
		name = strings.ToLower(name)
	}
	return name, "CloudFormation makes up the name of " + res.id
}

// generic is a value for an attribute of which nothing is known but its name.
func generic(attribute string) string {
	switch lower := strings.ToLower(attribute); {
	case attribute == "":
		return "{name}"
	case strings.HasSuffix(lower, "arn"):
		return "arn:{partition}:{service}:{region}:{account}:{type}/{name}"
	case strings.HasSuffix(lower, "port"):
		return "1"
	case strings.Contains(lower, "address"), strings.Contains(lower, "endpoint"), strings.Contains(lower, "dns"), strings.Contains(lower, "host"), strings.Contains(lower, "url"):
		return "{host}.invalid" // a domain that never exists (RFC 2606)
	}
	return "{name}-" + safeName(attribute)
}

// expand fills a pattern of a kind.
func (t *template) expand(pattern string, res *resource, name string) string {
	parts := strings.Split(strings.ToLower(strings.TrimPrefix(typeOf(res.node), "AWS::")), "::") // service, type; or custom, name
	path := memberText(res.node.Member("Properties"), "Path")
	if path == "" {
		path = "/"
	}
	id := t.stackName() + res.id
	return strings.NewReplacer("{name}", name, "{path}", path, "{region}", t.opts.Region, "{account}", t.opts.Account, "{partition}", t.partition(),
		"{suffix}", t.urlSuffix(), "{service}", parts[0], "{type}", parts[len(parts)-1], "{host}", safeName(res.id),
		"{hex6}", digest(id, 6), "{hex12}", digest(id, 12), "{hex17}", digest(id, 17)).Replace(pattern)
}

// digest is a made-up hexadecimal number that stays the same for the same text.
func digest(of string, length int) string {
	sum := sha256.Sum256([]byte(of))
	return hex.EncodeToString(sum[:])[:length]
}
