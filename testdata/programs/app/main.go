// Command app is the application of the engine tests: it does what its arguments say, step by step, so that a test
// needs no program of its own. It is static, runs FROM scratch, and imports the standard library only.
//
//	app print=hello sleep=2s listen=:8080 wait           ready after two seconds
//	app listen=:8080 path=/health=503:down wait          one path is unwell
//	app listen=:8080 sleep=3s status=503 wait            healthy at first
//	app stderr=bye exit=3                                ends by itself
//	app sigterm=ignore wait                              must be killed
//	app get=http://127.0.0.1:8080/health                 a health check: exit code 0 for 200 to 399, else 1
//
// After the last step the exit code is 0. SIGTERM and SIGINT end it with code 0, unless a sigterm step says otherwise.
package main

import (
	"fmt"
	"os"
	"strings"
	"time"
)

// step does one thing and says why it could not.
type step struct {
	help string
	do   func(value string) error
}

func main() {
	started = time.Now()
	obey()
	if len(os.Args) == 1 {
		usage()
		os.Exit(2)
	}
	for _, argument := range os.Args[1:] {
		name, value, _ := strings.Cut(argument, "=")
		s, ok := steps[name]
		if !ok {
			fmt.Fprintf(os.Stderr, "app: there is no step %q\n", name)
			usage()
			os.Exit(2)
		}
		if err := s.do(value); err != nil {
			fmt.Fprintf(os.Stderr, "app: %s: %v\n", argument, err)
			os.Exit(1)
		}
	}
}

func usage() {
	for _, name := range names(steps) {
		fmt.Fprintf(os.Stderr, "  %-28s %s\n", name+strings.Split(steps[name].help, "\t")[0], strings.Split(steps[name].help, "\t")[1])
	}
}

// started is when the process began, for the step uptime.
var started time.Time
