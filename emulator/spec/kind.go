package spec

import (
	"time"

	"github.com/ecslocal/ecslocal/emulator/expect"
)

// kind is a kind of step.
type kind struct {
	name string
	// make is a new, empty step: a pointer to an expectation or an action of package expect.
	make func() any
	// required are the members that it cannot do without.
	required []string
	// within is how long an expectation is waited for where the step does not say it.
	within time.Duration
}

const (
	untilTimeout = -1               // as long as the case may take
	shortly      = 10 * time.Second // an application that is healthy may still have to warm up
	once         = 0
)

// kinds are all kinds of steps.
var kinds = []kind{
	{"healthy", func() any { return new(expect.Healthy) }, nil, untilTimeout},
	{"running", func() any { return new(expect.Running) }, nil, untilTimeout},
	{"unhealthy", func() any { return new(expect.Unhealthy) }, []string{"container"}, untilTimeout},
	{"stopped", func() any { return new(expect.Stopped) }, nil, untilTimeout},
	{"exit", func() any { return new(expect.Exit) }, []string{"container"}, untilTimeout},
	{"connect", func() any { return new(expect.Connect) }, []string{"port"}, shortly},
	{"http", func() any { return new(expect.HTTP) }, []string{"port"}, shortly},
	{"log", func() any { return new(expect.Log) }, []string{"pattern"}, shortly},
	{"noSecretsInLogs", func() any { return new(expect.NoSecretsInLogs) }, nil, once},
	{"file", func() any { return new(expect.File) }, []string{"container", "path"}, shortly},
	{"exec", func() any { return new(expect.Exec) }, []string{"container", "command"}, once},
	{"signal", func() any { return new(expect.Signal) }, []string{"container", "signal"}, once},
	{"stop", func() any { return new(expect.Stop) }, nil, once},
}

// elsewhere says what to write instead of words that are likely to be tried.
var elsewhere = map[string]string{
	"stopReason":    "write stopped: {stoppedReason: {contains: …}}",
	"stoppedReason": "write stopped: {stoppedReason: {contains: …}}",
	"stopCode":      "write stopped: {stopCode: …}",
	"exitCode":      "write exit: {container: …, code: …}",
	"port":          "write connect: {port: CONTAINER:PORT}",
	"tcp":           "write connect: {port: CONTAINER:PORT}",
	"kill":          "write signal: {container: …, signal: SIGKILL}",
	"wait":          "write the condition itself, such as healthy: {within: 30s}",
	"sleep":         "write the condition to wait for, such as log: {pattern: …, within: 30s}",
}

func kindOf(name string) (kind, bool) {
	for _, k := range kinds {
		if k.name == name {
			return k, true
		}
	}
	return kind{}, false
}

// KindNames are the words for all kinds of steps.
func KindNames() []string {
	var names []string
	for _, k := range kinds {
		names = append(names, k.name)
	}
	return names
}
