package agent

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// text is a body as the agent sends an error: a JSON string.
func text(s string) string { return `"` + s + `"` }

func TestPathsAndMethods(t *testing.T) {
	t.Parallel()
	const notFound = "404 page not found\n"
	for _, test := range []struct {
		request string
		status  int
		body    string // ignored where empty
	}{
		{"GET /", 404, notFound},
		{"GET /v4", 404, notFound},
		{"GET /v4/", 404, text("V4 container metadata handler: unable to get container ID from request: unable to get docker ID from v3 endpoint ID: ")},
		{"GET /v4/ID/task/", 404, notFound},
		{"GET /v4/ID/tasks", 404, notFound},
		{"GET /v4/ID/stats/", 404, notFound},
		{"POST /v4/ID", 200, ""},
		{"GET /v4/nope/stats", 404, text("V4 container stats handler: unable to get task arn from request: unable to get task Arn from v3 endpoint ID: nope")},
		{"GET /v4/nope/task/stats", 404, text("V4 task stats handler: unable to get task arn from request: unable to get task Arn from v3 endpoint ID: nope")},
		{"GET /v4/nope/taskWithTags", 404, text("V4 task metadata handler: unable to get task arn from request: unable to get task Arn from v3 endpoint ID: nope")},
		{"GET /v4/nope/associations/gpu", 400, text("V4 container associations handler: unable to get container id from request: unable to get docker ID from v3 endpoint ID: nope")},
		{"GET /v4/nope/associations/gpu/0", 400, text("V4 container associations handler: unable to get task arn from request: unable to get task Arn from v3 endpoint ID: nope")},

		{"GET /v3/", 500, text("V3 container metadata handler: unable to get container ID from request: unable to get docker ID from v3 endpoint ID: ")},
		{"GET /v3/nope", 500, text("V3 container metadata handler: unable to get container ID from request: unable to get docker ID from v3 endpoint ID: nope")},
		{"GET /v3/nope/task", 500, text("V3 task metadata handler: unable to get task arn from request: unable to get task Arn from v3 endpoint ID: nope")},
		{"GET /v3/nope/taskWithTags", 500, text("V3 task metadata handler: unable to get task arn from request: unable to get task Arn from v3 endpoint ID: nope")},
		{"GET /v3/nope/stats", 400, text("V3 container stats handler: unable to get task arn from request: unable to get task Arn from v3 endpoint ID: nope")},
		{"GET /v3/nope/task/stats", 400, text("V3 task stats handler: unable to get task arn from request: unable to get task Arn from v3 endpoint ID: nope")},
		{"GET /v3/nope/associations/gpu", 400, text("V3 container associations handler: unable to get container id from request: unable to get docker ID from v3 endpoint ID: nope")},

		{"GET /v2/metadata/", 400, text("Unable to get task arn from request: unable to associate '172.17.0.6' with task")},
		{"GET /v2/stats", 400, text("Unable to get task arn from request: unable to associate '172.17.0.6' with task")},
		{"GET /v2/credentials", 404, notFound},
		{"GET /v1/credentials/", 404, notFound},
		{"GET /v1/credentials", 400, `{"code":"NoIdInRequest","message":"CredentialsV1Request: No Credential ID in the request","HTTPErrorCode":400}`},
		{"GET /v1/credentials?id=x", 400, `{"code":"InvalidIdInRequest","message":"CredentialsV1Request: Credentials not found","HTTPErrorCode":400}`},
		{"GET /v2/credentials/a/b", 400, `{"code":"InvalidIdInRequest","message":"CredentialsV2Request: Credentials not found","HTTPErrorCode":400}`},

		{"DELETE /api/ID/task-protection/v1/state", 405, ""},
		{"POST /api/ID/task-protection/v1/state", 405, ""},
		{"GET /api/ID/fault/v1/network-latency/status", 405, ""},
		{"POST /api/ID/fault/v1/network-latency/restart", 404, notFound},
		{"POST /api/ID/fault/v1/cosmic-rays/start", 404, notFound},
		{"GET /api/ID/task-protection/v1/state/", 404, notFound},
	} {
		t.Run(test.request, func(t *testing.T) {
			t.Parallel()
			method, path, _ := strings.Cut(test.request, " ")
			got := ask(t, newAgent(bridgeTask()), method, path, "", "172.17.0.6")
			if got.Code != test.status || test.body != "" && got.Body.String() != test.body {
				t.Errorf("got %d %s\nwant %d %s", got.Code, got.Body, test.status, test.body)
			}
			if test.status == 405 && (got.Body.Len() > 0 || got.Header().Get("Content-Type") != "") {
				t.Errorf("405 has a body: %v %s", got.Header(), got.Body)
			}
		})
	}
}

func TestUncleanPathsAreRedirected(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]string{
		"/v4//ID/task":        "/v4/" + sampleID + "/task",
		"//v4/ID":             "/v4/" + sampleID,
		"/v4/./ID/?q=1":       "/v4/" + sampleID + "/?q=1",
		"/v2/metadata/../x/y": "/v2/x/y",
	} {
		got := get(t, newAgent(bridgeTask()), path)
		if got.Code != http.StatusMovedPermanently || got.Header().Get("Location") != want || got.Body.Len() > 0 {
			t.Errorf("%s: got %d %q %q, want a redirect to %s", path, got.Code, got.Header().Get("Location"), got.Body, want)
		}
	}
}

func TestZeroAgentAnswers(t *testing.T) {
	t.Parallel()
	var a Agent
	for path, status := range map[string]int{
		"/v4/ID": 404, "/v3/ID/task": 500, "/v4/ID/task/stats": 404, "/v2/metadata": 400, "/v2/credentials/x": 400,
		"/api/ID/task-protection/v1/state": 404, "/v2/credentials/": 400,
	} {
		if got := get(t, &a, path); got.Code != status {
			t.Errorf("%s: got %d %s, want %d", path, got.Code, got.Body, status)
		}
	}
}

// What a CloudWatch Logs client sends goes to another handler, past the agent's paths and limits.
func TestFallbackServesAWSTargets(t *testing.T) {
	t.Parallel()
	a := newAgent(bridgeTask())
	a.Fallback = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusAccepted)
		if err := http.NewResponseController(w).Flush(); err != nil {
			t.Errorf("flush: %v", err)
		}
		fmt.Fprint(w, r.Header.Get("X-Amz-Target"))
	})
	r := httptest.NewRequest(http.MethodPost, "/", nil)
	r.Header.Set("X-Amz-Target", "Logs_20140328.PutLogEvents")
	w := httptest.NewRecorder()
	a.ServeHTTP(w, r)
	if w.Code != http.StatusAccepted || w.Body.String() != "Logs_20140328.PutLogEvents" {
		t.Errorf("got %d %s", w.Code, w.Body)
	}
	if got := get(t, a, "/"); got.Code != http.StatusNotFound {
		t.Errorf("a request without a target got %d", got.Code)
	}
	if log := a.Requests(); len(log) != 2 || log[0].Status != http.StatusAccepted {
		t.Errorf("request log is %+v", log)
	}
}
