package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"
)

// Mermaid writes a plan as a flowchart for documents in Markdown: the containers in the order in which they start, the conditions between
// them, the network, and the addresses at which their ports are found.
func Mermaid(w io.Writer, r *Recorded) error {
	out := bufio.NewWriter(w)
	fmt.Fprintf(out, "flowchart LR\n  subgraph task[%s]\n", mermaid(title(r)))
	for i, c := range r.Containers {
		shape := [2]string{"[", "]"}
		if !c.Essential {
			shape = [2]string{"([", "])"}
		}
		fmt.Fprintf(out, "    c%d%s%s%s\n", i, shape[0], mermaid(described(&c)...), shape[1])
	}
	fmt.Fprint(out, "  end\n")
	eachEdge(r, func(from, to int, d *Dependency) {
		fmt.Fprintf(out, "  c%d -->|%s| c%d\n", from, mermaid(condition(d)), to)
	})
	eachPort(r, func(n, to int, p *Port) {
		fmt.Fprintf(out, "  p%d{{%s}} -.->|%s| c%d\n", n, mermaid(p.Host), mermaid(p.Container), to)
	})
	if err := out.Flush(); err != nil {
		return fmt.Errorf("write the diagram: %w", err)
	}
	return nil
}

// Dot writes the same for Graphviz.
func Dot(w io.Writer, r *Recorded) error {
	out := bufio.NewWriter(w)
	fmt.Fprintf(out, "digraph task {\n  rankdir=LR;\n  node [shape=box, style=rounded, fontname=\"sans-serif\"];\n  edge [fontname=\"sans-serif\", fontsize=10];\n"+
		"  subgraph cluster_task {\n    label=%s;\n    style=rounded;\n", dot(title(r)))
	for i, c := range r.Containers {
		style := ""
		if !c.Essential {
			style = `, style="rounded,dashed"`
		}
		fmt.Fprintf(out, "    c%d [label=%s%s];\n", i, dot(described(&c)...), style)
	}
	fmt.Fprint(out, "  }\n")
	eachEdge(r, func(from, to int, d *Dependency) {
		fmt.Fprintf(out, "  c%d -> c%d [label=%s];\n", from, to, dot(condition(d)))
	})
	eachPort(r, func(n, to int, p *Port) {
		fmt.Fprintf(out, "  p%d [label=%s, shape=plaintext];\n  p%d -> c%d [label=%s, style=dashed];\n", n, dot(p.Host), n, to, dot(p.Container))
	})
	fmt.Fprint(out, "}\n")
	if err := out.Flush(); err != nil {
		return fmt.Errorf("write the diagram: %w", err)
	}
	return nil
}

// title says what the containers have in common.
func title(r *Recorded) string {
	network := map[string]string{"awsvpc": "awsvpc: one localhost", "bridge": "bridge: an address each", "host": "host: the host's own network", "none": "no network"}[r.NetworkMode]
	if network == "" {
		network = r.NetworkMode
	}
	return fmt.Sprintf("%s:%d, %s, %s", r.Family, r.Revision, r.LaunchType, network)
}

// described are the lines of a container's box.
func described(c *Container) []string {
	lines := []string{c.Name, c.Image}
	if h := c.HealthCheck; h != nil {
		lines = append(lines, fmt.Sprintf("health check every %d s", h.Interval))
	}
	if !c.Essential {
		lines = append(lines, "not essential")
	}
	return lines
}

func condition(d *Dependency) string {
	if d.Because == "" {
		return d.Condition
	}
	return d.Condition + " (" + d.Because + ")"
}

func eachEdge(r *Recorded, write func(from, to int, d *Dependency)) {
	at := map[string]int{}
	for i, c := range r.Containers {
		at[c.Name] = i
	}
	for i := range r.Containers {
		for j := range r.Containers[i].DependsOn {
			d := &r.Containers[i].DependsOn[j]
			if from, ok := at[d.Container]; ok {
				write(from, i, d)
			}
		}
	}
}

func eachPort(r *Recorded, write func(n, to int, p *Port)) {
	n := 0
	for i := range r.Containers {
		for j := range r.Containers[i].Ports {
			if p := &r.Containers[i].Ports[j]; p.Host != "" {
				write(n, i, p)
				n++
			}
		}
	}
}

// mermaid is a label of these lines: what could end it, be markup or a directive is written in Mermaid's entity codes
// (mermaid.js.org, "Flowcharts", "Special characters that break syntax").
func mermaid(lines ...string) string {
	var b strings.Builder
	b.WriteByte('"')
	for i, line := range lines {
		if i > 0 {
			b.WriteString("<br/>")
		}
		for _, r := range oneLine(line) {
			if strings.ContainsRune("\"<>&#;%`\\{}[]()|*_~$", r) {
				fmt.Fprintf(&b, "#%d;", r)
			} else {
				b.WriteRune(r)
			}
		}
	}
	b.WriteByte('"')
	return keywords.Replace(b.String())
}

// keywords are the words after which Mermaid takes an entity's end for that of a statement (encodeEntities in its source, 9.2); spelled with an
// entity, they are none.
var keywords = strings.NewReplacer("style", "st#121;le", "classDef", "class#68;ef")

// dot is a quoted string of these lines; Graphviz reads escapes and entities in it (graphviz.org, "escString").
func dot(lines ...string) string {
	for i, line := range lines {
		lines[i] = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "&", "&amp;").Replace(oneLine(line))
	}
	return `"` + strings.Join(lines, `\n`) + `"`
}

func oneLine(text string) string { return strings.Join(strings.Fields(Plain(text)), " ") }
