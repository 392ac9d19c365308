package trial

import (
	"strings"
	"testing"
	"time"

	"github.com/ecslocal/ecslocal/healthcheck"
	"github.com/ecslocal/ecslocal/healthcheck/candidate"
)

// TestGlanceFindsThePath wants the repair of a wrong path in the explanation, without a trial.
func TestGlanceFindsThePath(t *testing.T) {
	t.Parallel()
	d := healthcheck.Definition{Container: "web", HasCheck: true, Command: healthcheck.Command{"CMD-SHELL", "curl -f http://127.0.0.1:8080/helth || exit 1"}}
	c := &container{paths: []string{"/health"}, looks: []healthcheck.Look{on8080}}
	look, err := Glance(t.Context(), c, candidate.Facts{Definition: d}, time.Second)
	if err != nil {
		t.Fatal(err)
	}
	failed := healthcheck.Timeline{Probes: []healthcheck.Probe{{ExitCode: 1, Output: "curl: (22) The requested URL returned error: 404"}}}
	found := healthcheck.Explain(d, nil, failed, look)
	if len(found) == 0 || found[0].Rule.ID != "HC045" || found[0].Patch == nil || !strings.Contains(found[0].Patch.Value, "8080/health ") {
		t.Errorf("told %v, want HC045 with the path /health", found)
	}
}
