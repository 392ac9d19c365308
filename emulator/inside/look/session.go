package look

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"time"
)

// Question is one line of a session. One with nothing else looks around.
type Question struct {
	URLs         []string      `json:"urls,omitempty"`
	Host, Method string        `json:",omitempty"`
	Timeout      time.Duration `json:"timeout,omitempty"` // of each request, in nanoseconds; 5 s where it is 0
	// End kills what is left of a command that was started in the container.
	End *Command `json:"end,omitempty"`
	// Processes asks for what all processes do about signals, and for open connections.
	Processes bool `json:"processes,omitempty"`
}

// Command is a command that was started in the container by an exec, which the engine cannot kill. Ages are told because clocks differ.
type Command struct {
	Argv []string `json:"argv"`
	// Youngest and Oldest bound how long ago it was started.
	Youngest time.Duration `json:"youngest"`
	Oldest   time.Duration `json:"oldest"`
}

const (
	maxSession  = time.Hour
	maxQuestion = 256 << 10 // bytes of a line
)

// session answers questions, one report a line, until stdin ends, when whoever asks is gone, or an hour has passed.
func session(ctx context.Context, stdin io.Reader, stdout io.Writer) int {
	ctx, cancel := context.WithTimeout(ctx, maxSession)
	defer cancel()
	questions := make(chan []byte)
	go func() { // a read cannot be called off; it ends with the process
		defer close(questions)
		lines := bufio.NewScanner(stdin)
		lines.Buffer(nil, maxQuestion)
		for lines.Scan() {
			select {
			case questions <- bytes.Clone(lines.Bytes()):
			case <-ctx.Done():
				return
			}
		}
	}()
	out := json.NewEncoder(stdout)
	for {
		select {
		case q, more := <-questions:
			if !more {
				return 0
			}
			if err := out.Encode(answer(ctx, q)); err != nil {
				return 1
			}
		case <-ctx.Done():
			return 0
		}
	}
}

func answer(ctx context.Context, line []byte) (report Report) {
	ctx, cancel := context.WithTimeout(ctx, maxRun)
	defer cancel()
	var q Question
	if err := json.Unmarshal(line, &q); err != nil || len(q.URLs) > maxURLs {
		return Report{Problem: "not a question"}
	}
	var err error
	switch {
	case q.End != nil:
		report.Ended, err = end("/proc", *q.End)
	case q.Processes:
		err = report.readProcesses("/proc")
	case len(q.URLs) > 0:
		report.Answers = question{method: cmp.Or(q.Method, "GET"), host: q.Host, timeout: cmp.Or(q.Timeout, 5*time.Second)}.all(ctx, q.URLs)
	default:
		err = report.read("/proc")
	}
	if err != nil {
		report.Problem = err.Error()
	}
	return report
}

// end kills the sessions that the command began, and what outlived one: processes of that age whose session's leader is gone.
func end(proc string, c Command) ([]Process, error) {
	processes, err := processesIn(proc)
	if err != nil {
		return nil, fmt.Errorf("read processes: %w", err)
	}
	now, err := ticksNow(proc)
	if err != nil {
		return nil, err
	}
	var ended []Process
	for _, p := range begun(proc, processes, c, now) {
		if p.pid == 1 || p.pid == os.Getpid() || p.zombie {
			continue
		}
		if err := kill(p.pid); err != nil && !errors.Is(err, os.ErrProcessDone) {
			return ended, fmt.Errorf("kill process %d: %w", p.pid, err)
		}
		ended = append(ended, Process{PID: p.pid, Parent: p.parent, Command: commandLine(proc, p)})
	}
	return ended, nil
}

func kill(pid int) error {
	process, err := os.FindProcess(pid)
	if err != nil {
		return err
	}
	return process.Kill()
}

// begun are the processes of the command: those of the sessions whose leader came into the container from outside at that time, and what
// is left of a session of that time whose leader is gone. A shell may have become what it ran, so the argument vector only decides between
// several.
func begun(proc string, processes []process, c Command, now int64) []process {
	alive, leaders, exact := map[int]bool{}, map[int]bool{}, map[int]bool{}
	inAge := func(p process) bool {
		age := time.Duration(now-p.started) * tick
		return age >= c.Youngest-slack && age <= c.Oldest+slack
	}
	for _, p := range processes {
		alive[p.pid] = !p.zombie
		if p.parent != 0 || p.pid != p.session || p.pid == 1 || p.pid == os.Getpid() || !inAge(p) {
			continue
		}
		leaders[p.session] = true
		if slices.Equal(argv(proc, p.pid), c.Argv) {
			exact[p.session] = true
		}
	}
	if len(exact) > 0 {
		leaders = exact
	}
	return slices.DeleteFunc(slices.Clone(processes), func(p process) bool {
		orphan := p.parent == 1 && !alive[p.session] && inAge(p)
		return !leaders[p.session] && !orphan
	})
}

// slack is how inexact ages are: a clock tick, and the time that a question takes.
const slack = 200 * time.Millisecond

// tick is the length of a clock tick, which is the same on all of Linux's architectures (USER_HZ).
const tick = time.Second / 100

func ticksNow(proc string) (int64, error) {
	text, err := os.ReadFile(filepath.Join(proc, "uptime"))
	if err != nil {
		return 0, fmt.Errorf("read the time: %w", err)
	}
	word, _, _ := bytes.Cut(text, []byte(" "))
	seconds, err := strconv.ParseFloat(string(word), 64)
	if err != nil {
		return 0, fmt.Errorf("read the time: %w", err)
	}
	return int64(seconds * 100), nil
}

func argv(proc string, pid int) []string {
	line, err := os.ReadFile(filepath.Join(proc, strconv.Itoa(pid), "cmdline"))
	if err != nil || len(line) == 0 {
		return nil
	}
	var words []string
	for _, word := range bytes.Split(bytes.TrimSuffix(line, []byte{0}), []byte{0}) {
		words = append(words, string(word))
	}
	return words
}
