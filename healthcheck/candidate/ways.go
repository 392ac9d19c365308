package candidate

import (
	"fmt"
	"slices"
	"strings"
)

// Ways are the kinds of check that a container without a shell, or without a program that can ask, can run, best first; nil for one that has
// both.
func (f Facts) Ways() []string {
	if f.Image == nil || f.Image.Files == nil {
		return nil
	}
	var tools []string
	for _, t := range knownTools {
		if f.has(t.name) {
			tools = append(tools, t.name)
		}
	}
	shell := f.has("/bin/sh")
	if shell && len(tools) > 0 {
		return nil
	}
	var ways []string
	if len(tools) > 0 {
		ways = append(ways, fmt.Sprintf("CMD with a program of the image: %s; CMD-SHELL needs /bin/sh, which it has not", strings.Join(tools, ", ")))
	}
	if own := f.ownProgram(); own != "" {
		ways = append(ways, fmt.Sprintf(`CMD with the application's own binary, if it can ask itself: ["CMD", %q, …]; try it with: ecslocal health try TASK -c %s -- %s …`, own, f.Definition.Container, own))
	}
	return append(ways, "CMD with a small static probe copied into the image", "no healthCheck, and the check of the load balancer instead")
}

// ownProgram is the program that the container runs, an absolute path.
func (f Facts) ownProgram() string {
	argv := slices.Concat(f.Definition.EntryPoint, f.Definition.CommandLine)
	if f.Definition.EntryPoint == nil && f.Image != nil {
		argv = slices.Concat(f.Image.Entrypoint, argv)
		if f.Definition.CommandLine == nil {
			argv = append(argv, f.Image.Cmd...)
		}
	}
	if len(argv) == 0 {
		return ""
	}
	return argv[0]
}
