// Package lazyregexp is for the patterns that stand at the top of a package: each is compiled when it is first asked for. There are some
// two hundred, several with counted repetitions, and a command asks a few; compiling all of them took half of the time of
// `ecslocal version`. Any package may import it; it imports nothing of ours.
package lazyregexp

import (
	"os"
	"regexp"
	"strings"
	"sync"
)

// Regexp compiles its pattern the first time, by whichever goroutine that is.
type Regexp func() *regexp.Regexp

// New keeps a pattern. A bad one panics where it is first used; in tests at once, so that none is shipped.
func New(pattern string) Regexp {
	compiled := sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(pattern) })
	if strings.HasSuffix(strings.TrimSuffix(os.Args[0], ".exe"), ".test") {
		compiled()
	}
	return compiled
}
