package images

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"testing"
	"time"
)

// labelTask is the label of everything that ecslocal makes on an engine for a task.
const labelTask = "dev.ecslocal.task"

// labelled is an object of the engine as its lists have it.
type labelled struct {
	ID, Name string // a volume has no ID, and a container Names
	Names    []string
	Labels   map[string]string
}

// Left is what the engine has of these tasks: containers, networks and volumes. It asks the engine itself, and nothing of ecslocal.
func Left(t testing.TB, taskIDs ...string) []string {
	t.Helper()
	e := connect(t)
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), time.Minute)
	defer cancel()
	filter := "filters=" + url.QueryEscape(fmt.Sprintf(`{"label":[%q]}`, labelTask))
	var containers, networks []labelled
	var volumes struct{ Volumes []labelled }
	for path, into := range map[string]any{"/containers/json?all=1&" + filter: &containers, "/networks?" + filter: &networks, "/volumes?" + filter: &volumes} {
		if err := e.do(ctx, "GET", path, nil, into); err != nil {
			t.Fatalf("ask the engine what is left: %v", err)
		}
	}
	var left []string
	for kind, all := range map[string][]labelled{"container": containers, "network": networks, "volume": volumes.Volumes} {
		for _, o := range all {
			if id := o.Labels[labelTask]; slices.Contains(taskIDs, id) {
				left = append(left, fmt.Sprintf("%s %s of task %s", kind, append(o.Names, o.Name)[0], id))
			}
		}
	}
	slices.Sort(left)
	return left
}
