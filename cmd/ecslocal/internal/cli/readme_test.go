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

// TestReadmeMistakes runs the README's example of validate and wants what stands there; … at the end of a line is any rest.
func TestReadmeMistakes(t *testing.T) {
	t.Parallel()
	const root = "../../../.."
	readme, err := os.ReadFile(root + "/README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, quoted, found := strings.Cut(string(readme), "```\n$ ecslocal validate ")
	quoted, _, closed := strings.Cut(quoted, "\n```\n")
	if !found || !closed {
		t.Fatal("the README has no example of validate")
	}
	want := strings.Split(quoted, "\n")
	file := want[0]
	var stdout, stderr bytes.Buffer
	c := &command{stdin: strings.NewReader(""), stdout: &stdout, stderr: &stderr}
	cmd := c.root()
	cmd.SetArgs([]string{"validate", "--image-check=false", root + "/" + file})
	if err := cmd.ExecuteContext(t.Context()); err == nil {
		t.Error("nothing is found")
	}
	got := strings.Split(strings.TrimSpace(strings.ReplaceAll(stdout.String(), root+"/"+file, file)), "\n")
	for i, line := range want[1:] {
		start, cut := strings.CutSuffix(line, "…")
		if i >= len(got) || got[i] != line && !(cut && strings.HasPrefix(got[i], start)) {
			t.Fatalf("line %d of the README's example is not said:\n%s\ninstead:\n%s%s", i+1, line, stdout.String(), stderr.String())
		}
	}
	if len(got) != len(want)-1 {
		t.Errorf("the README leaves out %d lines", len(got)-len(want)+1)
	}
}
