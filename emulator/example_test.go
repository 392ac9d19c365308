package emulator_test

import (
	"context"
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/ecslocal/ecslocal/emulator"
	"github.com/ecslocal/ecslocal/emulator/dockerengine"
	"github.com/ecslocal/ecslocal/emulator/expect"
	"github.com/ecslocal/ecslocal/emulator/plan"
)

// A program runs a task, asks it something, and stops it. Options.Executable is needed by programs that are not ecslocal itself.
func Example() {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	dir, err := os.MkdirTemp("", "example")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)

	project, err := emulator.Load("../testdata/hello-world/task-definition.json", emulator.Options{
		StateDir: dir, Executable: ecslocal(dir), Publish: plan.PublishRandom, Fast: true,
	})
	if err != nil {
		log.Fatal(err)
	}
	engine, err := dockerengine.Connect(ctx)
	if err != nil {
		log.Fatal(err)
	}
	defer engine.Close()
	task, err := project.Start(ctx, engine)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(task.WaitFor(ctx, emulator.Healthy))
	fmt.Println(task.Await(ctx, expect.HTTP{Port: expect.Port{Container: "hello-world", Number: 8080}, Path: "/health", Status: 200}, 10*time.Second))

	task.Stop("enough", false)
	<-task.Done()
	described := task.Describe()
	fmt.Println(described.StopCode, described.StoppedReason)
	// Output:
	// <nil>
	// <nil>
	// UserInitiated enough
}

// ecslocal is a Linux build of what runs in the agent container.
func ecslocal(dir string) string {
	path := filepath.Join(dir, "ecslocal-inside")
	build := exec.Command("go", "build", "-o", path, "../cmd/ecslocal-inside")
	build.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux")
	if output, err := build.CombinedOutput(); err != nil {
		log.Fatalf("%v\n%s", err, output)
	}
	return path
}
