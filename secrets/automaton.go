package secrets

// automaton finds all occurrences of many patterns in one pass over a text, in time that does not depend on how many
// there are (Aho and Corasick, 1975). It is not changed once built. The zero automaton has no patterns.
type automaton struct {
	patterns []string
	// first is the state after one byte, for speed: most bytes of a text begin no pattern.
	first [256]int32
	nodes []node // of the tree of all prefixes; state 0 is the empty one
}

// node is a prefix of patterns. A list of children takes little memory, and nearly all have one child.
type node struct {
	b     byte
	child int32 // first one, 0 for none
	next  int32 // sibling, 0 for none
	fail  int32 // the longest proper suffix that is a prefix, too
	depth int32
	match int32 // length of the longest pattern that ends here, 0 for none
}

func newAutomaton(patterns []string) *automaton {
	a := &automaton{patterns: patterns, nodes: make([]node, 1)}
	for _, pattern := range patterns {
		a.insert(pattern)
	}
	a.link()
	return a
}

func (a *automaton) insert(pattern string) {
	state := int32(0)
	for i := range len(pattern) {
		next := a.child(state, pattern[i])
		if next == 0 {
			next = int32(len(a.nodes))
			a.nodes = append(a.nodes, node{b: pattern[i], next: a.nodes[state].child, depth: a.nodes[state].depth + 1})
			a.nodes[state].child = next
			if state == 0 {
				a.first[pattern[i]] = next
			}
		}
		state = next
	}
	a.nodes[state].match = a.nodes[state].depth
}

// link sets fail and match, shorter prefixes first, because those of a node come from shorter ones.
func (a *automaton) link() {
	queue := []int32{0}
	for len(queue) > 0 {
		state := queue[0]
		queue = queue[1:]
		for child := a.nodes[state].child; child != 0; child = a.nodes[child].next {
			queue = append(queue, child)
			if state == 0 {
				continue
			}
			fail := a.step(a.nodes[state].fail, a.nodes[child].b)
			a.nodes[child].fail = fail
			a.nodes[child].match = max(a.nodes[child].match, a.nodes[fail].match)
		}
	}
}

// child is the state of the prefix that is one byte longer, 0 where there is none.
func (a *automaton) child(state int32, b byte) int32 {
	if state == 0 {
		return a.first[b]
	}
	for child := a.nodes[state].child; child != 0; child = a.nodes[child].next {
		if a.nodes[child].b == b {
			return child
		}
	}
	return 0
}

// step is the state after one more byte: the longest prefix of a pattern that the text so far ends with.
func (a *automaton) step(state int32, b byte) int32 {
	for {
		if next := a.child(state, b); next != 0 || state == 0 {
			return next
		}
		state = a.nodes[state].fail
	}
}
