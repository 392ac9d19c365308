package page

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ecslocal/ecslocal/emulator/report"
)

// graphView is the picture of how the containers depend on each other, drawn from left to right in the order in which they start.
type graphView struct {
	Width, Height int
	Nodes         []node
	Edges         []edge
	Wide          bool
	Text          string // for those who cannot see it
}

type node struct {
	X, Y                      int
	Name, Detail, Word, Class string
	Full                      string
	Optional                  bool // not essential
}

type edge struct {
	Path   string
	X, Y   int // of the label's middle
	Left   int // of the label, from there
	W      int // of the label
	Label  string
	Title  string
	Across bool // leads over other ranks, and goes around them
}

// The picture's measures, in its own units.
const (
	nodeWidth, nodeHeight = 236, 66 // page.html has them, too
	gapX, gapY            = 108, 26
	margin                = 14
	maxNodes              = 60   // ECS takes 10
	readable              = 1450 // a wider picture is not made to fit the page, for its texts would be too small
)

// newGraph is nil where there is nothing to see: no container that depends on another, or too many.
func newGraph(r *report.Run) *graphView {
	if len(r.Containers) < 2 || len(r.Containers) > maxNodes {
		return nil
	}
	ranks := ranksOf(r.Containers)
	columns := columnsOf(r.Containers, ranks)
	g := &graphView{}
	tallest := 0
	for _, column := range columns {
		tallest = max(tallest, len(column))
	}
	g.Width = 2*margin + len(columns)*nodeWidth + (len(columns)-1)*gapX
	g.Wide = g.Width > readable
	g.Height = 2*margin + tallest*nodeHeight + (tallest-1)*gapY
	at := map[string]node{}
	for x, column := range columns {
		top := (g.Height - len(column)*nodeHeight - (len(column)-1)*gapY) / 2
		for y, c := range column {
			n := newNode(r, c)
			n.X, n.Y = margin+x*(nodeWidth+gapX), top+y*(nodeHeight+gapY)
			at[c.Name] = n
			g.Nodes = append(g.Nodes, n)
		}
	}
	var sentences []string
	for _, c := range r.Containers {
		for i, d := range c.DependsOn {
			from, ok := at[d.Container]
			if !ok {
				continue
			}
			e := newEdge(from, at[c.Name], d, ranks[c.Name]-ranks[d.Container] > 1)
			e.Y += lift(c.DependsOn[:i], at, from)
			g.Edges = append(g.Edges, e)
			sentences = append(sentences, report.Plain(fmt.Sprintf("%s starts after %s is %s", c.Name, d.Container, d.Condition)))
		}
	}
	if len(g.Edges) == 0 {
		return nil
	}
	g.Text = strings.Join(sentences, "; ")
	return g
}

// lift keeps the labels of two edges between the same containers apart.
func lift(before []report.Dependency, at map[string]node, from node) int {
	n := 0
	for _, d := range before {
		if at[d.Container] == from {
			n += 20
		}
	}
	return n
}

// ranksOf is how many steps each container's start is after the first; circles, which ECS refuses, are cut.
func ranksOf(containers []report.Container) map[string]int {
	byName := map[string]*report.Container{}
	for i := range containers {
		byName[containers[i].Name] = &containers[i]
	}
	ranks, visiting := map[string]int{}, map[string]bool{}
	var visit func(c *report.Container) int
	visit = func(c *report.Container) int {
		if rank, done := ranks[c.Name]; done || visiting[c.Name] {
			return rank
		}
		visiting[c.Name] = true
		rank := 0
		for _, d := range c.DependsOn {
			if dep := byName[d.Container]; dep != nil && dep != c {
				rank = max(rank, visit(dep)+1)
			}
		}
		ranks[c.Name] = min(rank, maxNodes)
		return ranks[c.Name]
	}
	for i := range containers {
		visit(&containers[i])
	}
	return ranks
}

// columnsOf are the containers by rank, each near those that it depends on.
func columnsOf(containers []report.Container, ranks map[string]int) [][]*report.Container {
	var columns [][]*report.Container
	for rank := 0; ; rank++ {
		var column []*report.Container
		for i := range containers {
			if ranks[containers[i].Name] == rank {
				column = append(column, &containers[i])
			}
		}
		if column == nil {
			return columns
		}
		if rank > 0 {
			order := places(columns[rank-1])
			slices.SortStableFunc(column, func(a, b *report.Container) int { return meanPlace(a, order) - meanPlace(b, order) })
		}
		columns = append(columns, column)
	}
}

func places(column []*report.Container) map[string]int {
	order := map[string]int{}
	for i, c := range column {
		order[c.Name] = i
	}
	return order
}

// meanPlace is the middle of what a container depends on in the column before, in thousandths.
func meanPlace(c *report.Container, order map[string]int) int {
	sum, n := 0, 0
	for _, d := range c.DependsOn {
		if at, ok := order[d.Container]; ok {
			sum, n = sum+1000*at, n+1
		}
	}
	return sum / max(n, 1)
}

func newNode(r *report.Run, c *report.Container) node {
	n := node{Name: shortened(report.Plain(c.Name), 19), Full: report.Plain(c.Name + ", " + c.Image), Optional: !c.Essential}
	image := c.Image[strings.LastIndexByte(c.Image, '/')+1:]
	n.Detail = shortened(report.Plain(image), 28)
	n.Word, n.Class = state(c, r.Story(c.Name))
	return n
}

func shortened(text string, to int) string {
	if runes := []rune(text); len(runes) > to {
		return string(runes[:to-1]) + "…"
	}
	return text
}

func newEdge(from, to node, d report.Dependency, across bool) edge {
	x1, y1 := from.X+nodeWidth, from.Y+nodeHeight/2
	x2, y2 := to.X-5, to.Y+nodeHeight/2
	bend := max((x2-x1)/2, 30)
	e := edge{Label: shortened(report.Plain(d.Condition), 12), Title: report.Plain(strings.TrimSpace(fmt.Sprintf("%s %s", d.Condition, d.Because))), Across: across}
	e.W = 14 + 7*len([]rune(e.Label))
	e.Left = -e.W / 2
	if !across || x2 < x1 {
		e.Path = fmt.Sprintf("M%d %d C%d %d %d %d %d %d", x1, y1, x1+bend, y1, x2-bend, y2, x2, y2)
		e.X, e.Y = (x1+x2)/2, (y1+y2)/2
		return e
	}
	// Go straight behind the ranks between; the label stands right before its container.
	bend = gapX / 2
	e.Path = fmt.Sprintf("M%d %d C%d %d %d %d %d %d", x1, y1, x2-bend, y1, x2-bend, y2, x2, y2)
	e.X, e.Y = x2-gapX/2, y2
	if y1 != y2 {
		e.Y = y2 + (y1-y2)/3
	}
	return e
}
