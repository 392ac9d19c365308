package dockerengine

import (
	"bufio"
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// openFiles is the highest limit of open files that a local engine may set, 0 where there is none or it cannot be seen. Without the
// capability CAP_SYS_RESOURCE, as in some sandboxes, nobody can go above the engine's own.
func (e *Engine) openFiles() int64 {
	if !e.Info.Local {
		return 0
	}
	names, _ := filepath.Glob("/proc/[0-9]*/comm")
	for _, name := range names {
		if comm, err := os.ReadFile(name); err != nil || string(comm) != "dockerd\n" {
			continue
		}
		dir := filepath.Dir(name)
		const sysResource = 1 << 24
		if capabilities, ok := field(dir+"/status", "CapEff:"); !ok || parseHex(capabilities)&sysResource != 0 {
			return 0
		}
		limits, _ := field(dir+"/limits", "Max open files")
		if columns := strings.Fields(limits); len(columns) > 1 {
			hard, _ := strconv.ParseInt(columns[1], 10, 64)
			return hard
		}
	}
	return 0
}

// field is the rest of the line of a file of /proc that starts with a label.
func field(file, label string) (string, bool) {
	data, err := os.ReadFile(file)
	if err != nil {
		return "", false
	}
	for lines := bufio.NewScanner(bytes.NewReader(data)); lines.Scan(); {
		if rest, ok := strings.CutPrefix(lines.Text(), label); ok {
			return strings.TrimSpace(rest), true
		}
	}
	return "", false
}

func parseHex(text string) uint64 {
	n, _ := strconv.ParseUint(text, 16, 64)
	return n
}
