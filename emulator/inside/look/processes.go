package look

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// readProcesses tells of every process but our own what it does about signals, and how many connections are open.
func (r *Report) readProcesses(proc string) error {
	processes, err := processesIn(proc)
	if err != nil {
		return fmt.Errorf("read processes: %w", err)
	}
	for _, p := range processes {
		if p.pid == os.Getpid() || p.zombie {
			continue
		}
		seen := Process{PID: p.pid, Parent: p.parent, Name: p.name, Command: commandLine(proc, p)}
		if status, err := os.ReadFile(filepath.Join(proc, strconv.Itoa(p.pid), "status")); err == nil {
			seen.masks(string(status))
		}
		r.Processes = append(r.Processes, seen)
	}
	r.Connections, err = connectionsIn(proc)
	if err != nil {
		return fmt.Errorf("read connections: %w", err)
	}
	return nil
}

// masks reads SigBlk, SigIgn and SigCgt of /proc/PID/status.
func (p *Process) masks(status string) {
	for line := range strings.Lines(status) {
		name, value, _ := strings.Cut(line, ":")
		mask, err := strconv.ParseUint(strings.TrimSpace(value), 16, 64)
		if err != nil {
			continue
		}
		switch name {
		case "SigBlk":
			p.Blocked = mask
		case "SigIgn":
			p.Ignored = mask
		case "SigCgt":
			p.Caught = mask
		}
	}
}

// connectionsIn counts the established TCP connections of this network namespace by local port.
func connectionsIn(proc string) (map[int]int, error) {
	open := map[int]int{}
	for _, table := range []string{"tcp", "tcp6"} {
		text, err := os.ReadFile(filepath.Join(proc, "self", "net", table))
		if os.IsNotExist(err) { // a kernel without IPv6
			continue
		}
		if err != nil {
			return nil, err
		}
		for line := range strings.Lines(string(text)) {
			fields := strings.Fields(line)
			if len(fields) < 4 || fields[3] != "01" { // TCP_ESTABLISHED
				continue
			}
			_, port, _ := strings.Cut(fields[1], ":")
			if number, err := strconv.ParseUint(port, 16, 16); err == nil {
				open[int(number)]++
			}
		}
	}
	return open, nil
}
