package cli

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/ecslocal/ecslocal/testdata/images"
)

// logged writes a task definition of one container, web, that runs the test image's command.
func logged(t *testing.T, family, command string) (file string) {
	t.Helper()
	file = filepath.Join(t.TempDir(), "task.json")
	text := `{"family": "` + family + `", "networkMode": "bridge", "containerDefinitions": [{"name": "web", "image": "` + images.App(t) + `", "memory": 64,
		"command": [` + command + `], "logConfiguration": {"logDriver": "awslogs", "options": {"awslogs-group": "/ecs/` + family + `",
		"awslogs-region": "us-east-1", "awslogs-stream-prefix": "p", "awslogs-create-group": "true"}}}]}`
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// endpoint is the address in what ecslocal says must be set.
var endpoint = regexp.MustCompile(`AWS_ENDPOINT_URL_CLOUDWATCH_LOGS=(\S+)`)

// TestAWSLogsTail lets the AWS CLI tail a running task's logs from run --serve-logs and from logs serve, with nothing set but what they print.
func TestAWSLogsTail(t *testing.T) {
	if testing.Short() {
		t.Skip("needs a Docker engine and the AWS CLI")
	}
	t.Parallel()
	requireEngine(t)
	aws := "/usr/bin/aws" // Debian's, before an older one in the path
	if _, err := os.Stat(aws); err != nil {
		if aws, err = exec.LookPath("aws"); err != nil {
			t.Fatal("the aws CLI is needed: apt-get install -y awscli")
		}
	}
	stateDir := t.TempDir()
	var said strings.Builder
	run := ecslocal(t, stateDir, "run", "-d", "--wait", "running", "--serve-logs", logged(t, "tailed", `"print=first words", "wait"`))
	run.Stderr = &said
	if err := run.Run(); err != nil {
		t.Fatalf("run -d: %v\n%s", err, &said)
	}
	defer ecslocal(t, stateDir, "stop", "tailed").Run()
	serve := ecslocal(t, stateDir, "logs", "serve")
	stdout, err := serve.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := serve.Start(); err != nil {
		t.Fatal(err)
	}
	defer serve.Wait()
	defer serve.Process.Kill()
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		t.Fatalf("logs serve: %v", err)
	}
	for command, text := range map[string]string{"run -d --serve-logs": said.String(), "logs serve": line} {
		address := endpoint.FindStringSubmatch(text)
		if address == nil {
			t.Errorf("%s says no address, but %q", command, text)
			continue
		}
		tails(t, aws, address[1])
	}
}

// tails wants the first words of the task from the AWS CLI; they may take a moment.
func tails(t *testing.T, aws, address string) {
	t.Helper()
	var output []byte
	var err error
	for range 20 {
		tail := exec.CommandContext(t.Context(), aws, "--endpoint-url", address, "--region", "us-east-1", "logs", "tail", "/ecs/tailed")
		tail.Env = append(os.Environ(), "AWS_ACCESS_KEY_ID=x", "AWS_SECRET_ACCESS_KEY=x")
		output, err = tail.CombinedOutput()
		if err == nil && strings.Contains(string(output), "p/web/") && strings.Contains(string(output), "first words") {
			return
		}
		time.Sleep(200 * time.Millisecond)
	}
	t.Errorf("aws logs tail from %s: %v\n%s", address, err, output)
}

// TestFollowSlowly reads nothing of logs -f until the task is over, and wants every line all the same.
func TestFollowSlowly(t *testing.T) {
	if testing.Short() {
		t.Skip("needs a Docker engine")
	}
	t.Parallel()
	requireEngine(t)
	stateDir := t.TempDir()
	if out, err := ecslocal(t, stateDir, "run", "-d", "--wait", "running", logged(t, "slowly", `"sleep=3s", "lines=300000x100"`)).CombinedOutput(); err != nil {
		t.Fatalf("run -d: %v\n%s", err, out)
	}
	follow := ecslocal(t, stateDir, "logs", "-f", "slowly")
	stdout, err := follow.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := follow.Start(); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(2 * time.Minute); ; time.Sleep(200 * time.Millisecond) {
		if out, _ := ecslocal(t, stateDir, "ps").Output(); !strings.Contains(string(out), "slowly") {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("the task does not end")
		}
	}
	time.Sleep(time.Second) // longer than follow lingers
	n := 0
	for lines := bufio.NewScanner(stdout); lines.Scan(); {
		n++
	}
	if err := follow.Wait(); err != nil || n != 300_000 {
		t.Errorf("logs -f showed %d lines of 300000, and ended with %v", n, err)
	}
}
