package cli

import (
	"encoding/xml"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestCIRun is a job of a CI service: it clones the repository, installs ecslocal as the action does, from source and without a network, and
// runs testdata/ci/job.sh on the example. The reports are there, and nothing is left.
func TestCIRun(t *testing.T) {
	if testing.Short() {
		t.Skip("needs a Docker engine")
	}
	t.Parallel()
	requireEngine(t)
	if _, err := os.Stat(filepath.Join(root, ".git")); err != nil {
		t.Skip("this is no git checkout, so there is nothing to clone")
	}
	dir := t.TempDir()
	job := ciJob{dir: dir, environment: append(os.Environ(), "CI=true", "GITHUB_ACTIONS=true", "GITHUB_WORKSPACE="+dir+"/src", "RUNNER_TEMP="+dir+"/runner", "GITHUB_PATH="+dir+"/path",
		"GITHUB_STEP_SUMMARY="+dir+"/summary.md", "ECSLOCAL_STATE_DIR="+dir+"/state", "ECSLOCAL_BIN=", "GOPROXY=off", "GOFLAGS=-mod=readonly", "VERSION=source")}
	job.run(t, "git", "clone", "--quiet", "--no-hardlinks", absolute(t, root), "src")
	job.run(t, "src/.github/actions/ecslocal/install.sh")
	path, err := os.ReadFile(dir + "/path")
	if err != nil {
		t.Fatal(err)
	}
	bin := strings.TrimSpace(string(path))
	job.environment = append(job.environment, "PATH="+bin+":"+os.Getenv("PATH"))
	out := job.run(t, "src/testdata/ci/job.sh", "src/testdata/hello-world")
	if strings.ContainsAny(out, "\x1b\r") {
		t.Errorf("control characters in a job's log: %q", out)
	}
	for report, tests := range map[string]int{"validate": 1, "run": 2, "test": 2} {
		checkJUnit(t, filepath.Join(dir, "src/testdata/hello-world/reports", report+".xml"), tests)
	}
	if summary, err := os.ReadFile(dir + "/summary.md"); err != nil || !strings.Contains(string(summary), "hello-world") {
		t.Errorf("the job's page: %v: %q", err, summary)
	}
	known := ids{}
	for _, id := range regexp.MustCompile(`\b[0-9a-f]{32}\b`).FindAllString(out, -1) {
		known[id] = true
	}
	if left := countObjects(t, known); len(known) == 0 || left != (objects{}) {
		t.Errorf("of %d tasks are left: %v", len(known), left)
	}
	job.image(t, bin)
}

// ciJob runs commands in a folder.
type ciJob struct {
	dir         string
	environment []string
}

func (j *ciJob) run(t *testing.T, name string, args ...string) string {
	t.Helper()
	if strings.Contains(name, "/") {
		name = filepath.Join(j.dir, name)
	}
	c := exec.CommandContext(t.Context(), name, args...)
	c.Dir, c.Env = j.dir, j.environment
	out, err := c.CombinedOutput()
	if err != nil {
		t.Fatalf("%s %v: %v\n%s", name, args, err, out)
	}
	return string(out)
}

// image makes the image of the command line from what was installed, and validates with it.
func (j *ciJob) image(t *testing.T, bin string) {
	t.Helper()
	reference := "ecslocal.local/test/cli:" + randomID()[:12]
	j.run(t, "docker", "build", "--quiet", "--file", "src/.ci/Dockerfile", "--tag", reference, bin)
	t.Cleanup(func() { exec.Command("docker", "rmi", "--force", reference).Run() })
	example := j.dir + "/src/testdata/hello-world"
	out := j.run(t, "docker", "run", "--rm", "--network", "none", "--volume", example+":/work:ro", "--workdir", "/work", reference, "validate", "--image-check=false", "task-definition.json")
	if strings.Contains(out, "error") {
		t.Error(out)
	}
}

// checkJUnit wants a report of at least so many tests, none of which has failed.
func checkJUnit(t *testing.T, path string, tests int) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Error(err)
		return
	}
	found := 0
	for decoder := xml.NewDecoder(strings.NewReader(string(data))); ; {
		token, err := decoder.Token()
		if err != nil {
			if err.Error() != "EOF" {
				t.Errorf("%s: %v", path, err)
			}
			break
		}
		if element, ok := token.(xml.StartElement); ok {
			switch element.Name.Local {
			case "testcase":
				found++
			case "failure", "error":
				t.Errorf("%s: a test has failed: %s", path, data)
			}
		}
	}
	if found < tests {
		t.Errorf("%s: %d tests, want %d: %s", path, found, tests, data)
	}
}

func absolute(t *testing.T, path string) string {
	t.Helper()
	abs, err := filepath.Abs(path)
	if err != nil {
		t.Fatal(err)
	}
	return abs
}
