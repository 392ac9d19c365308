// Package curl is the small curl(1) of ecslocal's demonstration image: the options that health checks and start-up scripts
// use, with curl's exit codes and error texts, so that a check that passes or fails with it does so with the real one.
//
// Texts, codes and the order of what is printed are those of curl 7.88.1 (Debian 12), compared by the tests.
// It speaks HTTP/1.1 over TCP, TLS and unix sockets. It imports the standard library only.
package curl

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"
)

// The real curl has no limits of its own; one that nobody waits for any more must end some day.
const (
	maxRun  = time.Hour // of one transfer
	maxBody = 4 << 30   // bytes that are received
)

const agent = "curl/7.88.1"

const tryHelp = "curl: try 'curl --help' or 'curl --manual' for more information\n"

// streams are where curl reads and writes; env is the environment, for proxies.
type streams struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	env            func(string) string
}

// Main runs curl with args, which do not hold its name, and returns the exit code.
func Main(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	s := streams{stdin, stdout, stderr, os.Getenv}
	o, err := parse(args, s)
	if err != nil {
		fmt.Fprintf(stderr, "curl: %v\n%s", err, tryHelp)
		return 2
	}
	switch {
	case o.help:
		fmt.Fprint(stdout, usage())
		return 0
	case o.version:
		fmt.Fprintln(stdout, agent+" (ecslocal: a part of curl's options, HTTP and HTTPS only)")
		return 0
	case len(args) == 0:
		fmt.Fprint(stderr, tryHelp)
		return 2
	case len(o.urls) == 0:
		fmt.Fprintf(stderr, "curl: no URL specified!\n%s", tryHelp)
		return 2
	}
	code := 0
	for i, url := range o.urls {
		output := ""
		if i < len(o.outputs) {
			output = o.outputs[i]
		}
		code = fetch(ctx, o, s, url, output)
	}
	return code
}

// fetch transfers one URL, again as often as --retry says, and reports; its result is curl's exit code.
func fetch(ctx context.Context, o *options, s streams, url, output string) int {
	for wait, left := o.retryDelay, o.retry; ; left-- {
		t := transfer{options: o, streams: s, url: url, started: time.Now(), sink: sink{path: output, stdout: s.stdout}}
		err := t.run(ctx)
		t.finish(err)
		if left == 0 || !t.transient(err) {
			return exitCode(err)
		}
		if wait == 0 {
			wait = time.Second
		}
		if !o.silent {
			fmt.Fprintf(s.stderr, "Warning: Problem : %s. Will retry in %.0f seconds. %d %s left.\n", t.problem(err), wait.Seconds(), left, plural(left))
		}
		select {
		case <-ctx.Done():
			return exitCode(err)
		case <-time.After(wait):
		}
		if o.retryDelay == 0 {
			wait = min(2*wait, 10*time.Minute)
		}
	}
}

func plural(n int) string {
	if n == 1 {
		return "retry"
	}
	return "retries"
}

// transient says whether --retry tries again, by curl(1).
func (t *transfer) transient(err error) bool {
	switch t.status {
	case 408, 429, 500, 502, 503, 504:
		return true
	}
	return exitCode(err) == codeTimeout || exitCode(err) == codeConnect && t.options.retryRefused || err != nil && t.options.retryAll
}

func (t *transfer) problem(err error) string {
	switch exitCode(err) {
	case codeTimeout:
		return "timeout"
	case codeConnect:
		return "connection refused"
	}
	return "HTTP error"
}

// exitCode is what curl ends with after err.
func exitCode(err error) int {
	var f *failure
	switch {
	case err == nil:
		return 0
	case errors.As(err, &f):
		return f.code
	}
	return codeReceive
}
