package catalogue

import (
	"cmp"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/ecslocal/ecslocal/healthcheck"
	"github.com/ecslocal/ecslocal/healthcheck/cause"
)

// row breaks one check in one way.
type row struct {
	// rule is the cause that must be told, and as it must be told.
	rule      string
	certainty cause.Certainty
	// image makes the container's image; app are the steps of its /app, whose default is to serve on 127.0.0.1:8080.
	image func(testing.TB) string
	app   string
	check []string
	// more are members of the container definition, healthCheck's among them under their own names.
	more map[string]any
	// until is what must be reached before the explanation is asked for.
	until until
	// look says that the living container is looked into; ask are URLs that the application is asked for then.
	look bool
	ask  []string
	// fixed is what the repaired definition must do; empty where a person has to decide, and no repair may be printed.
	fixed fixed
	// says is a part of the message or evidence.
	says string
	// mode is the network mode, none by default; beside are other containers of the task.
	mode   string
	beside []map[string]any
	// also accepts a row whose cause is told behind another certain one.
	also bool
}

// until is a state of the check.
type until string

const (
	unhealthy until = "unhealthy" // the default
	healthy   until = "healthy"
	never     until = "never"  // no probe runs within two seconds
	linted    until = "linted" // the image is looked into, nothing runs
	ended     until = "ended"
	recovers  until = "recovers" // healthy after having been unhealthy
	probes3   until = "three probes"
	probes1   until = "one probe"
	killed    until = "killed" // unhealthy, and then stopped by a signal that it cannot refuse
	paused    until = "paused"
	started   until = "started"
)

// fixed is what becomes of a repaired definition.
type fixed string

const (
	passes  fixed = "passes"  // it becomes HEALTHY
	catches fixed = "catches" // it becomes UNHEALTHY, since the application is broken: the check was deaf
	silent  fixed = "silent"  // the finding is gone
)

// end is how a repaired row ends, and from where it came.
type end struct {
	group       cause.Group
	fixed       fixed
	until       until
	noShell, up bool
}

func (r row) end() end {
	rule, _ := cause.Find(r.rule)
	return end{group: rule.Group, fixed: r.fixed, until: r.until, noShell: len(r.check) > 0 && r.check[0] == "CMD", up: r.app != closed}
}

// definition is the container definition of a row.
func (r row) definition(name, image string, command healthcheck.Command) map[string]any {
	check := map[string]any{"command": command, "interval": 1, "timeout": 20, "retries": 1} // a loaded machine takes seconds for a probe
	c := map[string]any{"name": name, "image": image, "memory": 64, "essential": false, "entryPoint": []string{"/app"},
		"command": strings.Fields(cmp.Or(r.app, "listen=127.0.0.1:8080 wait"))}
	for key, value := range r.more {
		switch key {
		case "interval", "timeout", "retries", "startPeriod":
			check[key] = value
		default:
			c[key] = value
		}
	}
	if command != nil {
		c["healthCheck"] = check
	}
	return c
}

// patched is the container definition with the repair made.
func patched(t *testing.T, definition map[string]any, path, value string) map[string]any {
	t.Helper()
	whole, err := json.Marshal(definition)
	if err != nil {
		t.Fatal(err)
	}
	var decoded, changed any
	if err := errors.Join(json.Unmarshal([]byte(value), &decoded), json.Unmarshal(whole, &changed)); err != nil {
		t.Fatalf("the repair %s is no JSON: %v", value, err)
	}
	return set(changed, strings.Split(strings.Trim(path, "/"), "/")[2:], decoded).(map[string]any) // behind /containerDefinitions/N
}

// set is a value with another one at a place in it.
func set(in any, tokens []string, value any) any {
	if len(tokens) == 0 {
		return value
	}
	if list, ok := in.([]any); ok {
		i, _ := strconv.Atoi(tokens[0])
		list[i] = set(list[i], tokens[1:], value)
		return list
	}
	object, _ := in.(map[string]any)
	if object == nil {
		object = map[string]any{}
	}
	object[tokens[0]] = set(object[tokens[0]], tokens[1:], value)
	return object
}

// find is the diagnosis of a rule, the surest of several.
func find(found []healthcheck.Diagnosis, rule string) (healthcheck.Diagnosis, bool) {
	i := slices.IndexFunc(found, func(d healthcheck.Diagnosis) bool { return d.Rule.ID == rule })
	if i < 0 {
		return healthcheck.Diagnosis{}, false
	}
	for _, d := range found[i+1:] {
		if d.Rule.ID == rule && (d.Certainty.Rank() < found[i].Certainty.Rank() || found[i].Patch == nil && d.Patch != nil && d.Certainty == found[i].Certainty) {
			return d, true
		}
	}
	return found[i], true
}
