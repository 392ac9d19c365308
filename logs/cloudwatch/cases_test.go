package cloudwatch_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"github.com/ecslocal/ecslocal/logs/cloudwatch"
)

// TestCases plays the requests that real clients send, in testdata/*.case, and compares the answers.
//
// A case is a list of exchanges on one empty store, at 2000-01-01T00:00:00Z (946684800000), one a block of lines:
//
//	> Operation            the request: header lines may follow, then the body
//	> {"member": 1}
//	< 200                  the answer: its status and body
//	< {"member": "$name"}  $name stands for any text, the same one in all the case, also in requests
func TestCases(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/*.case")
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(strings.TrimSuffix(filepath.Base(file), ".case"), func(t *testing.T) {
			t.Parallel()
			onStores(t, func(t *testing.T, s cloudwatch.Store) {
				synctest.Test(t, func(t *testing.T) {
					c := client{t, &cloudwatch.Handler{Store: s, Region: "eu-central-1", Account: "210987654321"}}
					play(c, string(text))
				})
			})
		})
	}
}

// play sends the requests of a case.
func play(c client, text string) {
	names := map[string]string{}
	for i, block := range strings.Split(text, "\n\n") {
		var request, answer []string
		for _, line := range strings.Split(block, "\n") {
			if rest, ok := strings.CutPrefix(line, ">"); ok {
				request = append(request, strings.TrimSpace(rest))
			} else if rest, ok := strings.CutPrefix(line, "<"); ok {
				answer = append(answer, strings.TrimSpace(rest))
			}
		}
		if len(request) > 0 && !exchange(c, request, answer, names) {
			c.Fatalf("exchange %d", i+1)
		}
	}
}

// exchange sends one request and compares the answer.
func exchange(c client, request, answer []string, names map[string]string) bool {
	header := http.Header{}
	at := 1
	for ; at < len(request) && !strings.HasPrefix(request[at], "{"); at++ {
		name, value, _ := strings.Cut(request[at], ":")
		header.Set(name, strings.TrimSpace(value))
	}
	body := strings.Join(request[at:], "\n")
	for name, value := range names {
		body = strings.ReplaceAll(body, `"$`+name+`"`, fmt.Sprintf("%q", value))
	}
	status, got := c.send(request[0], header, []byte(body))
	var have, want any
	if err := json.Unmarshal([]byte(strings.Join(answer[1:], "\n")), &want); err != nil && len(answer) > 1 {
		c.Fatalf("the expected answer: %v", err)
	}
	if len(got) > 0 {
		if err := json.Unmarshal(got, &have); err != nil {
			c.Fatalf("the answer: %v in %s", err, got)
		}
	}
	want = bind(want, have, names)
	if diff := cmp.Diff(want, have); diff != "" || fmt.Sprint(status) != answer[0] {
		c.Errorf("%s %s\nstatus %d, want %s\n-want +got\n%s", request[0], body, status, answer[0], diff)
		return false
	}
	return true
}

var variable = regexp.MustCompile(`^\$(\w+)$`)

// bind replaces the names in what is wanted by their texts; a name seen for the first time takes the text that came.
func bind(want, have any, names map[string]string) any {
	switch w := want.(type) {
	case map[string]any:
		h, _ := have.(map[string]any)
		for key, value := range w {
			w[key] = bind(value, h[key], names)
		}
	case []any:
		h, _ := have.([]any)
		for i, value := range w {
			if i < len(h) {
				w[i] = bind(value, h[i], names)
			}
		}
	case string:
		if m := variable.FindStringSubmatch(w); m != nil {
			if text, ok := have.(string); ok && names[m[1]] == "" {
				names[m[1]] = text
			}
			return names[m[1]]
		}
	}
	return want
}
