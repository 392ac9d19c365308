// Package look is the health debugger's eyes: it tells which sockets listen in the namespaces of a container, which processes
// earlier probes left there, and what the application answers, for images that hold no tool to ask with.
//
// It runs in a helper container that joins the network and process namespaces of the one looked at, and prints one [Report]
// as JSON. It sees names, never values, of environment variables. It shows what the application does, not whether the
// container's own check can run: it has another file system and user.
//
// It imports the standard library only. What it reads of /proc is there on Linux only.
package look

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"time"
)

// Report is what look prints.
type Report struct {
	// Listeners are the sockets that accept connections, but for the engine's own name server at 127.0.0.11.
	Listeners []Listener `json:"listeners,omitempty"`
	// Leftovers are zombies, and processes whose session's leader is gone: what a probe that timed out leaves behind.
	Leftovers []Process `json:"leftovers,omitempty"`
	// MainEnvironment is the names of process 1's variables, which its entry point may have added to; absent where they may not be
	// read (process 1 is another user's).
	MainEnvironment []string `json:"mainEnvironment,omitempty"`
	// Answers are there after "get", one for each URL.
	Answers []Answer `json:"answers,omitempty"`
	// Ended are the processes that were killed on request.
	Ended []Process `json:"ended,omitempty"`
	// Processes are all processes but the helper's own, after a question for them, and Connections how many are open to each local port.
	Processes   []Process   `json:"processes,omitempty"`
	Connections map[int]int `json:"connections,omitempty"`
	// Problem is why a question of a session has no answer.
	Problem string `json:"problem,omitempty"`
}

// Listener is one socket that accepts connections.
type Listener struct {
	Network string `json:"network"` // tcp, tcp6 or unix
	Address string `json:"address"` // an IP address, or the path of a unix socket, @ before an abstract one
	Port    int    `json:"port,omitempty"`
	// PID and Process are the owner, zero where it may not be seen.
	PID     int    `json:"pid,omitempty"`
	Process string `json:"process,omitempty"`

	inode string
}

// Process is one process of the container.
type Process struct {
	PID     int    `json:"pid"`
	Parent  int    `json:"parent"`
	Command string `json:"command"` // the command line, or the name of a zombie; at most 200 bytes
	Zombie  bool   `json:"zombie,omitempty"`
	// Name and what follows are told after a question for processes. The masks are those of proc(5): bit n-1 is signal n.
	Name    string `json:"name,omitempty"`
	Caught  uint64 `json:"caught,omitempty"`
	Ignored uint64 `json:"ignored,omitempty"`
	Blocked uint64 `json:"blocked,omitempty"`
}

const usage = "usage: look [session | get [-host NAME] [-method METHOD] [-timeout DURATION] URL...]"

// Main looks, or with "get" asks the application, and prints a report; the exit code is 0 whatever it says. A session answers one
// [Question] a line until its input ends.
func Main(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	if len(args) == 1 && args[0] == "session" {
		return session(ctx, stdin, stdout)
	}
	ctx, cancel := context.WithTimeout(ctx, maxRun)
	defer cancel()
	report := Report{}
	if len(args) > 0 {
		q, urls, err := parse(args)
		if err != nil {
			fmt.Fprintf(stderr, "look: %v\n%s\n", err, usage)
			return 2
		}
		report.Answers = q.all(ctx, urls)
	} else if err := report.read("/proc"); err != nil {
		fmt.Fprintf(stderr, "look: %v\n", err)
		return 1
	}
	if err := json.NewEncoder(stdout).Encode(report); err != nil {
		fmt.Fprintf(stderr, "look: %v\n", err)
		return 1
	}
	return 0
}

const (
	maxRun  = 2 * time.Minute // of everything
	maxURLs = 64
)

func parse(args []string) (question, []string, error) {
	q := question{method: "GET"}
	if args[0] != "get" {
		return q, nil, fmt.Errorf("%q is nothing to do", args[0])
	}
	flags := flag.NewFlagSet("get", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.StringVar(&q.host, "host", "", "")
	flags.StringVar(&q.method, "method", "GET", "")
	flags.DurationVar(&q.timeout, "timeout", 5*time.Second, "")
	if err := flags.Parse(args[1:]); err != nil {
		return q, nil, err
	}
	if n := flags.NArg(); n == 0 || n > maxURLs {
		return q, nil, fmt.Errorf("%d URLs, from 1 to %d can be asked for", n, maxURLs)
	}
	return q, flags.Args(), nil
}
