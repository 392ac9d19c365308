package cli

import (
	"bytes"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

// TestReadme runs the README's first command as it stands there, and wants every command that it names to exist.
func TestReadme(t *testing.T) {
	t.Parallel()
	const root = "../../../.."
	readme, err := os.ReadFile(root + "/README.md")
	if err != nil {
		t.Fatal(err)
	}
	c := &command{stdout: &bytes.Buffer{}, stderr: &bytes.Buffer{}}
	_, commands, _ := strings.Cut(string(readme), "## Commands")
	commands, _, _ = strings.Cut(commands, "### Exit codes")
	rows := regexp.MustCompile("(?m)^\\| (`[^|]*) \\|").FindAllStringSubmatch(commands, -1)
	if len(rows) < 10 {
		t.Fatalf("the README's table of commands has %d rows", len(rows))
	}
	for _, row := range rows {
		for _, quoted := range regexp.MustCompile("`([^`]+)`").FindAllStringSubmatch(row[1], -1) {
			words := strings.Fields(quoted[1])
			if words[0] == "completion" { // cobra adds it when it runs
				continue
			}
			if found, _, err := c.root().Find(words); err != nil || found.Name() == "ecslocal" || found.HasSubCommands() && !found.Runnable() {
				t.Errorf("the README names %q, which is no command", quoted[1])
			}
		}
	}
	if testing.Short() {
		return
	}
	requireEngine(t)
	first := regexp.MustCompile(`(?m)^go run (.*)$`).FindStringSubmatch(string(readme))
	if first == nil {
		t.Fatal("the README has no first command")
	}
	run := exec.CommandContext(t.Context(), "go", append([]string{"run"}, strings.Fields(first[1])...)...)
	run.Dir = root
	run.Env = append(os.Environ(), "ECSLOCAL_STATE_DIR="+t.TempDir())
	if output, err := run.CombinedOutput(); err != nil || !strings.Contains(string(output), "reached: task RUNNING, health HEALTHY") {
		t.Errorf("%s: %v\n%s", first[0], err, output)
	}
}
