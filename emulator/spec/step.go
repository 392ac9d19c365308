package spec

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/emulator/document"
	"github.com/ecslocal/ecslocal/emulator/expect"
)

// step reads one step: a mapping of its name and of one kind.
func (d *decoder) step(n *document.Node, path string) (Step, bool) {
	s := Step{Position: n.Pos}
	if n.Kind != document.Object {
		fix := "write a mapping such as healthy: {within: 30s}"
		if _, ok := kindOf(n.Text); ok {
			fix = fmt.Sprintf("write %s: {}", n.Text)
		}
		d.Add(RuleType, path, n.Pos, d.Called(path)+" is no step", fix)
		return s, false
	}
	ok := true
	d.Members(n, path, func(m document.Member, path string) {
		switch k, known := kindOf(m.Name); {
		case m.Name == "name":
			d.Fill(m.Value, path, &s.Name)
		case !known:
			d.unknownStep(m, path)
			ok = false
		case s.Kind != "":
			d.Add(RuleValue, path, m.Pos, fmt.Sprintf("the step is %s already", s.Kind), fmt.Sprintf("make a step of its own: - %s:", m.Name))
			ok = false
		default:
			d.assertion(&s, k, m.Value, path)
		}
	})
	if s.Kind == "" && ok {
		d.Add(RuleMissing, path, n.Pos, d.Called(path)+" says nothing to do or to expect", "write one of "+strings.Join(KindNames(), ", "))
	}
	return s, ok && s.Kind != ""
}

func (d *decoder) unknownStep(m document.Member, path string) {
	fix := "write one of " + strings.Join(KindNames(), ", ")
	if near := diag.Nearest(m.Name, append(KindNames(), "name")); near != "" {
		fix = "did you mean " + near + "?"
	}
	if other, ok := elsewhere[m.Name]; ok {
		fix = other
	}
	d.Add(RuleUnknown, path, m.Pos, fmt.Sprintf("%q is no kind of step", m.Name), fix)
}

// assertion reads what a step expects or does.
func (d *decoder) assertion(s *Step, k kind, n *document.Node, path string) {
	s.Kind, s.Within = k.name, k.within
	into := k.make()
	var timing struct {
		Within *time.Duration `json:"within"`
	}
	if _, ok := into.(expect.Expectation); ok && n.Kind == document.Object {
		d.Fill(n, path, into, &timing)
	} else {
		d.Fill(n, path, into)
	}
	d.require(n, path, k.required)
	if slices.Contains(k.required, "container") {
		d.nonEmpty(n, path, "containers")
	} else {
		d.nonEmpty(n, path, "container", "containers")
	}
	d.checkStep(into, n, path)
	s.Containers = mentions(n, path)
	d.settle(s, into)
	if timing.Within != nil {
		s.Within = *timing.Within
	}
}

// require reports members that are not there, or are there for nothing. What is no mapping has been reported.
func (d *decoder) require(n *document.Node, path string, members []string) {
	if n.Kind != document.Object && n.Kind != document.Null {
		return
	}
	for _, name := range members {
		if m := n.Member(name); m == nil || m.Tag == "" && (m.Kind == document.Null || m.Kind == document.String && m.Text == "" && name != "pattern") {
			d.Add(RuleMissing, path, n.Pos, fmt.Sprintf("%s needs %s", d.Called(path), name), fmt.Sprintf("add %s: …", name))
		}
	}
}

// settle puts what was read into the step. What may change something, and what time can only undo, is looked at once, unless the step says
// how long.
func (d *decoder) settle(s *Step, into any) {
	switch value := reflect.ValueOf(into).Elem().Interface().(type) {
	case expect.Expectation:
		s.Expect = value
		if s.Name == "" {
			s.Name = value.String()
		}
		if c, ok := value.(interface{ Changes() bool }); ok && c.Changes() {
			s.Within = once
		}
		if l, ok := value.(interface{ Lasts() bool }); ok && l.Lasts() {
			s.Within = once
		}
	case expect.Action:
		s.Action = value
		if s.Name == "" {
			s.Name = value.String()
		}
	}
}

// mentions are the places of a step that name containers.
func mentions(n *document.Node, path string) []Mention {
	var all []Mention
	add := func(n *document.Node, path, name string) {
		if n.Kind == document.String && name != "" {
			all = append(all, Mention{Container: name, Path: path, Position: n.Pos})
		}
	}
	for _, m := range n.Members {
		path := diag.Pointer(path, m.Name)
		switch m.Name {
		case "container":
			add(m.Value, path, m.Value.Text)
		case "containers":
			for i, item := range m.Value.Items {
				add(item, diag.Pointer(path, i), item.Text)
			}
		case "inFlight":
			for i, item := range m.Value.Items {
				all = append(all, mentions(item, diag.Pointer(path, i))...)
			}
		case "port":
			add(m.Value, path, m.Value.Text[:max(0, strings.LastIndexByte(m.Value.Text, ':'))])
		}
	}
	return all
}
