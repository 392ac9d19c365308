package emulatortest

import (
	"fmt"
	"strconv"

	"github.com/ecslocal/ecslocal/emulator/expect"
)

// Condition is what one waits for. The functions of this package make the common ones; every expectation of package expect is one too, such
// as expect.HTTP with all that an answer can be like. They compose with [All] and [Any].
type Condition = expect.Expectation

// Running is when every container has started or finished.
func Running() Condition { return expect.Running{} }

// Healthy is when the task is RUNNING, and the given containers are HEALTHY; of none given, every essential one that has a health check.
// A container that becomes UNHEALTHY ends the wait: ECS would replace the task.
func Healthy(containers ...string) Condition { return expect.Healthy{Containers: containers} }

// Stopped is when the task has stopped.
func Stopped() Condition { return expect.Stopped{} }

// Exited is when a container has ended, with whatever exit code; expect.Exit wants a certain one.
func Exited(container string) Condition { return expect.Ended{Container: container} }

// PortAnswers is when a container's TCP port, as the container knows it, takes connections.
func PortAnswers(container, port string) Condition {
	return onPort(container, port, func(p expect.Port) Condition { return expect.Connect{Port: p} })
}

// HTTPStatus is when a GET of a path on a container's port answers with that status. Redirects are not followed.
func HTTPStatus(container, port, path string, status int) Condition {
	return onPort(container, port, func(p expect.Port) Condition { return expect.HTTP{Port: p, Path: path, Status: status} })
}

func onPort(container, port string, make func(expect.Port) Condition) Condition {
	number, err := strconv.Atoi(port)
	if err != nil {
		return expect.Impossible{Reason: fmt.Errorf("read port %q of container %q: write its number", port, container)}
	}
	return make(expect.Port{Container: container, Number: number})
}

// LogLine is when a container has written a line that contains a text; expect.Log takes filter patterns of CloudWatch Logs.
func LogLine(container, text string) Condition {
	return expect.Line{Container: container, Text: expect.Text{Contains: text}}
}

// All is when every condition holds.
func All(conditions ...Condition) Condition { return expect.All(conditions) }

// Any is when one of the conditions holds.
func Any(conditions ...Condition) Condition { return expect.Any(conditions) }
