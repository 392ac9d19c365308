package enginetest_test

import (
	"errors"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/ecslocal/ecslocal/emulator/event"
	"github.com/ecslocal/ecslocal/emulator/runner"
	"github.com/ecslocal/ecslocal/emulator/runner/enginetest"
	"github.com/google/go-cmp/cmp"
)

// TestFailuresSpread follows a failure to those who depend on it. The agent looks at the containers in the definition's order, pass by pass
// (dependencygraph/graph.go, task_manager.go): who comes after a container whose dependency failed, sees that it will never start; who
// comes before, sees a container that has stopped.
func TestFailuresSpread(t *testing.T) {
	t.Parallel()
	const first, middle = `{"name": "init", "image": "i", "essential": false, "command": ["exit=7"]}`,
		`{"name": "mid", "image": "i", "essential": false, "dependsOn": [{"containerName": "init", "condition": "SUCCESS"}]}`
	last := func(condition string) string {
		return `{"name": "main", "image": "i", "command": ["exit=0"], "dependsOn": [{"containerName": "mid", "condition": "` + condition + `"}]}`
	}
	for name, c := range map[string]struct {
		fake       *enginetest.Fake
		containers []string
		exit       int
		reason     string // of main
	}{
		"SUCCESS of one that failed": {containers: []string{last("SUCCESS"), middle, first}, exit: 143,
			reason: "[mid(i) (STOPPED->STOPPED) - Exit: 143] for target [main(i) (MANIFEST_PULLED->RUNNING)] as dependency did not exit successfully."},
		"START of one that failed, seen at once": {containers: []string{first, middle, last("START")}, exit: 143,
			reason: "[mid(i) (MANIFEST_PULLED->STOPPED) - Exit: 143] for target [main(i) (MANIFEST_PULLED->RUNNING)] because dependency will never start"},
		"START of one that failed, seen in the next pass":    {containers: []string{last("START"), middle, first}},
		"COMPLETE of one that failed, seen in the next pass": {containers: []string{last("COMPLETE"), middle, first}},
		"START of one that could not start": {fake: &enginetest.Fake{StartError: map[string]error{"mid": errors.New("no")}},
			containers: []string{last("START"), `{"name": "mid", "image": "i", "essential": false}`}, exit: 143,
			reason: "[mid(i) (CREATED->STOPPED)] for target [main(i) (MANIFEST_PULLED->RUNNING)] because dependency will never start"},
		"START of one that could not be created": {fake: &enginetest.Fake{CreateError: map[string]error{"mid": errors.New("no")}},
			containers: []string{`{"name": "mid", "image": "i", "essential": false}`, last("START")}, exit: 143,
			reason: "[mid(i) (PULLED->STOPPED)] for target [main(i) (MANIFEST_PULLED->RUNNING)] because dependency will never start"},
		"the task stops for the one that failed, and who comes after it fails too": {exit: 143,
			containers: []string{first, strings.Replace(middle, `"essential": false`, `"essential": true`, 1), strings.Replace(last("START"), `"image"`, `"essential": false, "image"`, 1)},
			reason:     "[mid(i) (MANIFEST_PULLED->STOPPED) - Exit: 143] for target [main(i) (MANIFEST_PULLED->RUNNING)] because dependency will never start"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				fake := c.fake
				if fake == nil {
					fake = &enginetest.Fake{}
				}
				events, _ := run(t, fake, strings.Join(c.containers, ","), func(chan<- runner.Stop) {})
				task := event.Fold(events)
				main := task.Container("main")
				if diff := cmp.Diff(&c.exit, main.ExitCode); diff != "" {
					t.Errorf("exit code (-want +got):\n%s", diff)
				}
				if _, reason, _ := strings.Cut(main.Reason, "container ordering dependency "); reason != c.reason {
					t.Errorf("reason %q, want %q", main.Reason, c.reason)
				}
			})
		})
	}
}
