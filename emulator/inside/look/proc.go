package look

import (
	"bytes"
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

const (
	maxProcesses = 4096
	maxListeners = 512
	maxFiles     = 4096 // open files of one process
	maxCommand   = 200  // bytes of a command line
)

// process is what /proc/PID/stat says.
type process struct {
	pid, parent, session int
	name                 string
	zombie               bool
	started              int64 // clock ticks after the machine's start
}

// read looks into /proc.
func (r *Report) read(proc string) error {
	processes, err := processesIn(proc)
	if err != nil {
		return fmt.Errorf("read processes: %w", err)
	}
	if r.Listeners, err = listenersIn(proc); err != nil {
		return fmt.Errorf("read listening sockets: %w", err)
	}
	r.Leftovers = leftovers(proc, processes)
	r.MainEnvironment = environmentNames(filepath.Join(proc, "1", "environ"))
	name := owners(proc, processes)
	for i := range r.Listeners {
		owner := name[r.Listeners[i].inode]
		r.Listeners[i].PID, r.Listeners[i].Process = owner.pid, owner.name
	}
	return nil
}

func processesIn(proc string) ([]process, error) {
	entries, err := os.ReadDir(proc)
	if err != nil {
		return nil, err
	}
	var all []process
	for _, entry := range entries {
		pid, err := strconv.Atoi(entry.Name())
		if err != nil || len(all) == maxProcesses {
			continue
		}
		stat, err := os.ReadFile(filepath.Join(proc, entry.Name(), "stat"))
		if err != nil {
			continue // it has ended meanwhile
		}
		if p, ok := parseStat(string(stat)); ok {
			p.pid = pid
			all = append(all, p)
		}
	}
	slices.SortFunc(all, func(a, b process) int { return cmp.Compare(a.pid, b.pid) })
	return all, nil
}

// startTime is the index of starttime among the fields behind the name.
const startTime = 19

// parseStat reads "PID (NAME) STATE PARENT GROUP SESSION …"; the name may hold anything (proc(5)).
func parseStat(stat string) (process, bool) {
	open, end := strings.IndexByte(stat, '('), strings.LastIndexByte(stat, ')')
	if open < 0 || end < open {
		return process{}, false
	}
	fields := strings.Fields(stat[end+1:])
	if len(fields) < 4 {
		return process{}, false
	}
	parent, err1 := strconv.Atoi(fields[1])
	session, err2 := strconv.Atoi(fields[3])
	p := process{parent: parent, session: session, name: stat[open+1 : end], zombie: fields[0] == "Z"}
	if len(fields) > startTime {
		p.started, _ = strconv.ParseInt(fields[startTime], 10, 64) // 0, before everything else, where it is no number
	}
	return p, err1 == nil && err2 == nil
}

// leftovers are the zombies, and the children of process 1 whose session's leader is gone: an exec begins a session, and
// when a probe times out only its first process, which leads it, is killed.
func leftovers(proc string, processes []process) []Process {
	alive := map[int]bool{}
	for _, p := range processes {
		alive[p.pid] = !p.zombie
	}
	var left []Process
	for _, p := range processes {
		if p.pid == os.Getpid() || !p.zombie && (p.parent != 1 || alive[p.session]) {
			continue
		}
		left = append(left, Process{PID: p.pid, Parent: p.parent, Command: commandLine(proc, p), Zombie: p.zombie})
	}
	return left
}

func commandLine(proc string, p process) string {
	line, err := os.ReadFile(filepath.Join(proc, strconv.Itoa(p.pid), "cmdline"))
	text := strings.TrimSpace(string(bytes.ReplaceAll(line, []byte{0}, []byte{' '})))
	if err != nil || text == "" {
		text = p.name
	}
	return strings.ToValidUTF8(text[:min(len(text), maxCommand)], "")
}

// environmentNames are the names in a file of the form of /proc/PID/environ, nil where it may not be read.
func environmentNames(path string) []string {
	content, err := os.ReadFile(path)
	if err != nil {
		return nil
	}
	var names []string
	for variable := range strings.SplitSeq(string(content), "\x00") {
		if name, _, ok := strings.Cut(variable, "="); ok && name != "" {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// owners maps the inodes of sockets to the processes that have them open, the oldest first; processes whose files may
// not be seen have none.
func owners(proc string, processes []process) map[string]process {
	owner := map[string]process{}
	for _, p := range processes {
		dir := filepath.Join(proc, strconv.Itoa(p.pid), "fd")
		files, err := os.ReadDir(dir)
		if err != nil {
			continue
		}
		for _, file := range files[:min(len(files), maxFiles)] {
			link, err := os.Readlink(filepath.Join(dir, file.Name()))
			inode, ok := strings.CutPrefix(link, "socket:[")
			if inode = strings.TrimSuffix(inode, "]"); err != nil || !ok || owner[inode].pid != 0 {
				continue
			}
			owner[inode] = p
		}
	}
	return owner
}
