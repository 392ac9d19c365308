package emulatortest_test

import (
	"bufio"
	"fmt"
	"net/http"
	"testing"

	"github.com/ecslocal/ecslocal/emulator/emulatortest"
	"github.com/ecslocal/ecslocal/emulator/expect"
)

// helloWorld is a definition as it stands in AWS; the ecslocal.yaml beside it says which image and secrets to take here.
const helloWorld = "../../testdata/hello-world/task-definition.json"

// inTest runs an example as go test runs a test: yours is func TestOrders(t *testing.T).
func inTest(test func(t testing.TB)) {
	if r := try("Example", test); r.Failed() {
		fmt.Println(r.text.String())
	}
}

// A test asks a task what it is for; the task is healthy when Run returns, and gone when the test has ended.
func ExampleRun() {
	inTest(func(t testing.TB) {
		task := emulatortest.Run(t, helloWorld, emulatortest.WithEnv("COLOUR", "blue"))

		response, err := http.Get("http://" + task.Addr("hello-world", "8080"))
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		line, _ := bufio.NewReader(response.Body).ReadString('\n')
		fmt.Println(response.Status, line)

		output, code := task.Exec("hello-world", "/bin/sh", "-c", "echo it is $COLOUR; exit 3")
		fmt.Println(output, code)

		result := task.Stop()
		fmt.Println(result.StopCode, *result.Container("hello-world").ExitCode)
	})
	// Output:
	// 200 OK Hello from ecslocal's demonstration service.
	//
	// it is blue
	//  3
	// UserInitiated 0
}

// Conditions compose, and those of package expect say all that an answer, a log or a file can be like.
func ExampleWithWait() {
	inTest(func(t testing.TB) {
		ready := emulatortest.All(
			emulatortest.Any(emulatortest.LogLine("hello-world", "listening"), emulatortest.Exited("hello-world")),
			emulatortest.PortAnswers("hello-world", "8080"),
			expect.HTTP{Port: expect.Port{Container: "hello-world", Number: 8080}, Path: "/health", Status: 200, Text: expect.Text{Contains: "ok"}},
		)
		task := emulatortest.Run(t, helloWorld, emulatortest.WithWait(ready))
		task.WaitFor(emulatortest.Healthy())
		fmt.Println(task.Result().HealthStatus)

		task.Signal("hello-world", "SIGTERM")
		result := task.WaitStopped()
		fmt.Println(result.StopCode)
		fmt.Println(result.StoppedReason)
	})
	// Output:
	// HEALTHY
	// EssentialContainerExited
	// Essential container in task exited
}
