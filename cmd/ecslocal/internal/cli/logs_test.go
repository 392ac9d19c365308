package cli

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/ecslocal/ecslocal/testdata/images"
)

// TestAWSLogsTail lets the AWS CLI tail a running task's logs from run --serve-logs, with nothing set but what run prints.
func TestAWSLogsTail(t *testing.T) {
	if testing.Short() {
		t.Skip("needs a Docker engine and the AWS CLI")
	}
	t.Parallel()
	requireEngine(t)
	aws := "/usr/bin/aws" // Debian's, before an older one in the path
	if _, err := os.Stat(aws); err != nil {
		if aws, err = exec.LookPath("aws"); err != nil {
			t.Skip("needs the AWS CLI: apt-get install awscli")
		}
	}
	definition := filepath.Join(t.TempDir(), "task.json")
	text := `{"family": "tailed", "networkMode": "bridge", "containerDefinitions": [{"name": "web", "image": "` + images.App(t) + `", "memory": 64,
		"command": ["print=first words", "wait"], "logConfiguration": {"logDriver": "awslogs", "options": {"awslogs-group": "/ecs/tailed",
		"awslogs-region": "us-east-1", "awslogs-stream-prefix": "p", "awslogs-create-group": "true"}}}]}`
	if err := os.WriteFile(definition, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	run := ecslocal(t, t.TempDir(), "run", "--serve-logs", definition)
	stderr, err := run.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := run.Start(); err != nil {
		t.Fatal(err)
	}
	defer run.Wait()
	defer run.Process.Signal(os.Interrupt)
	var endpoint string
	for lines := bufio.NewScanner(stderr); lines.Scan(); {
		if m := regexp.MustCompile(`AWS_ENDPOINT_URL_CLOUDWATCH_LOGS=(\S+)`).FindStringSubmatch(lines.Text()); m != nil {
			endpoint = m[1]
		}
		if strings.Contains(lines.Text(), "task RUNNING") {
			break
		}
	}
	go func() { // or the task would wait for somebody to read
		for lines := bufio.NewScanner(stderr); lines.Scan(); {
			continue
		}
	}()
	for try := range 20 {
		tail := exec.CommandContext(t.Context(), aws, "--endpoint-url", endpoint, "--region", "us-east-1", "logs", "tail", "/ecs/tailed")
		tail.Env = append(os.Environ(), "AWS_ACCESS_KEY_ID=x", "AWS_SECRET_ACCESS_KEY=x")
		output, err := tail.CombinedOutput()
		if err == nil && strings.Contains(string(output), "p/web/") && strings.Contains(string(output), "first words") {
			return
		}
		if try == 19 {
			t.Errorf("aws logs tail: %v\n%s", err, output)
		}
	}
}
