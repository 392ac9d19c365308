package iam

import (
	"net/url"
	"strings"

	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/emulator/document"
)

// Document is a policy document that was read from a file.
type Document struct {
	File       string
	statements []statement
}

// statement is one statement of a policy. A list that is nil was not written.
type statement struct {
	pos                                          diag.Position
	allow, conditional                           bool
	actions, notActions, resources, notResources []string
}

// Read reads a policy document, alone or as the AWS CLI prints it (get-policy-version, get-role-policy), JSON or YAML.
func Read(file string, data []byte) (*Document, []diag.Finding) {
	root, findings := document.Parse(file, data)
	for _, wrapper := range []string{"PolicyVersion", "Document", "PolicyDocument"} {
		if inner := root.Member(wrapper); inner != nil {
			root = inner
		}
	}
	if root != nil && root.Kind == document.String { // IAM's own API encodes it
		if text, err := url.QueryUnescape(root.Text); err == nil {
			root, _ = document.Parse(file, []byte(text))
		}
	}
	list := root.Member("Statement")
	if list == nil {
		if len(diag.Errors(findings)) == 0 {
			findings = append(findings, diag.Finding{Rule: "IAM-001", Severity: diag.Error, Position: diag.Position{File: file, Line: 1, Column: 1},
				Message: "this is no policy document: it has no Statement", Fix: `give a file like {"Version": "2012-10-17", "Statement": [ … ]}`})
		}
		return nil, findings
	}
	d := &Document{File: file}
	for _, node := range oneOrMore(list) {
		d.statements = append(d.statements, statement{pos: node.Pos, allow: text(node.Member("Effect")) == "Allow", conditional: node.Member("Condition") != nil,
			actions: texts(node.Member("Action")), notActions: texts(node.Member("NotAction")),
			resources: texts(node.Member("Resource")), notResources: texts(node.Member("NotResource"))})
	}
	return d, findings
}

func oneOrMore(n *document.Node) []*document.Node {
	switch {
	case n == nil, n.Kind == document.Null:
		return nil
	case n.Kind == document.Array:
		return n.Items
	}
	return []*document.Node{n}
}

func text(n *document.Node) string {
	if n == nil {
		return ""
	}
	return n.Text
}

func texts(n *document.Node) []string {
	var all []string
	for _, item := range oneOrMore(n) {
		all = append(all, item.Text)
	}
	return all
}

// covers says whether the statement speaks of an action on a resource.
func (s *statement) covers(action, resource string) bool {
	named := matchAny(s.actions, strings.ToLower(action), strings.ToLower)
	if s.notActions != nil {
		named = !matchAny(s.notActions, strings.ToLower(action), strings.ToLower)
	}
	on := matchAny(s.resources, resource, asIs)
	if s.notResources != nil {
		on = !matchAny(s.notResources, resource, asIs)
	}
	return named && on
}

func asIs(text string) string { return text }

func matchAny(patterns []string, text string, fold func(string) string) bool {
	for _, pattern := range patterns {
		if match(fold(pattern), text) {
			return true
		}
	}
	return false
}

// match says whether a text fits a pattern in which * stands for any text and ? for any one character (IAM user guide, "Resource").
// It goes back to the last * only, so that hostile patterns cost no more than their length times the text's.
func match(pattern, text string) bool {
	p, t, star, mark := 0, 0, -1, 0
	for t < len(text) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, mark = p, t
			p++
		case p < len(pattern) && (pattern[p] == '?' || pattern[p] == text[t]):
			p++
			t++
		case star >= 0:
			mark++
			p, t = star+1, mark
		default:
			return false
		}
	}
	return strings.Trim(pattern[p:], "*") == ""
}
