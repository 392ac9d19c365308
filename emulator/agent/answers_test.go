package agent

import (
	"cmp"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"

	gocmp "github.com/google/go-cmp/cmp"
)

// recorded is a request and what the agent answers to it.
type recorded struct {
	method, path, caller, body string
	status                     int
	contentType                string
	answer                     string
}

// readRecorded reads a file of testdata/answers: the request with its caller and body, a blank line, status and content type of the
// answer, a blank line, its body. The bodies are those of amazon-ecs-agent 1.105.1 for the tasks of fixture_test.go.
func readRecorded(t *testing.T, file string) recorded {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	parts := strings.SplitN(string(text), "\n\n", 3)
	if len(parts) != 3 {
		t.Fatalf("%s has %d parts", file, len(parts))
	}
	lines := strings.Split(parts[0]+"\n"+parts[1], "\n")
	r := recorded{answer: parts[2]}
	r.method, r.path, _ = strings.Cut(lines[0], " ")
	for _, line := range lines[1:] {
		switch key, value, _ := strings.Cut(line, ": "); key {
		case "caller":
			r.caller = value
		case "body":
			r.body = value
		case "status":
			r.status, _ = strconv.Atoi(value)
		case "content-type":
			r.contentType = value
		default:
			t.Fatalf("%s: what is %q?", file, line)
		}
	}
	return r
}

// decoded is a body as comparable values, with containers in order of their names: the agent's order is random.
func decoded(body string) any {
	var value any
	if json.Unmarshal([]byte(body), &value) != nil {
		return body
	}
	if object, ok := value.(map[string]any); ok {
		if containers, ok := object["Containers"].([]any); ok {
			slices.SortFunc(containers, func(a, b any) int {
				return cmp.Compare(a.(map[string]any)["Name"].(string), b.(map[string]any)["Name"].(string))
			})
		}
	}
	return value
}

func TestAnswersAreTheAgents(t *testing.T) {
	t.Parallel()
	for mode, task := range map[string]TaskState{"bridge": bridgeTask(), "awsvpc": awsvpcTask()} {
		files, err := filepath.Glob("testdata/answers/" + mode + "/*.txt")
		if err != nil || len(files) < 25 {
			t.Fatalf("%s: %d files (%v)", mode, len(files), err)
		}
		for _, file := range files {
			want := readRecorded(t, file)
			t.Run(mode+"/"+strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) { // the clock of the bubble is that of recorded protections
					got := ask(t, newAgent(task), want.method, want.path, want.body, want.caller)
					if got.Code != want.status || got.Header().Get("Content-Type") != want.contentType {
						t.Errorf("got %d %s, want %d %s", got.Code, got.Header().Get("Content-Type"), want.status, want.contentType)
					}
					if diff := gocmp.Diff(decoded(want.answer), decoded(got.Body.String())); diff != "" {
						t.Errorf("-want +got:\n%s", diff)
					}
				})
			})
		}
	}
}
