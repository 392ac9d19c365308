package healthcheck

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/healthcheck/cause"
)

// leftovers are processes that earlier probes left behind.
func (v view) leftovers() []clue {
	count := map[string]int{}
	zombies, orphans := 0, 0
	for _, p := range v.look.Leftovers {
		name := strings.Trim(commandName(p.Command), "[]()")
		if !v.runs(name) {
			continue
		}
		count[name]++
		if p.Zombie {
			zombies++
		} else {
			orphans++
		}
	}
	if len(count) == 0 {
		return nil
	}
	var names []string
	for _, name := range sortedKeys(count) {
		names = append(names, fmt.Sprintf("%s ×%d", name, count[name]))
	}
	h := hit{evidence: "left over: " + strings.Join(names, ", "), severity: diag.Warning, certainty: cause.Certain,
		message: fmt.Sprintf("earlier probes left %d processes behind: the engine kills the shell only", orphans+zombies)}
	if orphans == 0 {
		h.message = fmt.Sprintf("earlier probes left %d zombies, which process 1 does not collect", zombies)
		h.fix = "Set linuxParameters.initProcessEnabled, so that an init process collects them."
	}
	if better := v.limited(toldNothing); better != nil && orphans > 0 {
		h = h.patched(better)
	}
	return []clue{{"HC073", h}}
}

// runs says that the check runs a program of this name, or a shell for it.
func (v view) runs(name string) bool {
	if name == "sh" && v.Command.Form() == FormShell || name == "timeout" {
		return true
	}
	return v.calling(name) != nil ||
		v.hasFiles() && name == "busybox" && v.shellName() == "busybox"
}

func commandName(line string) string {
	program, _, _ := strings.Cut(strings.TrimSpace(line), " ")
	return program[strings.LastIndexByte(program, '/')+1:]
}

// environment finds variables that the main process has and the probe has not.
func (v view) environment() []clue {
	if v.look.MainEnvironment == nil {
		return nil
	}
	for _, variable := range v.unset() {
		if slices.Contains(v.look.MainEnvironment, variable.Name) {
			return []clue{{"HC024", hit{evidence: variable.Name + " in the environment of process 1", severity: diag.Error, certainty: cause.Certain,
				message: fmt.Sprintf("%s is set in the application's process and not for the probe: the entrypoint sets it", variable.Name), fix: fmt.Sprintf("Put %s into environment.", variable.Name)}}}
		}
	}
	return nil
}
