package cli

import (
	"bytes"
	"encoding/json"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ecslocal/ecslocal/emulator"
	"github.com/ecslocal/ecslocal/emulator/dockerengine"
	"github.com/ecslocal/ecslocal/emulator/plan"
	"github.com/ecslocal/ecslocal/emulator/shutdown"
	"github.com/ecslocal/ecslocal/testdata/images"
)

const auditDefinition = `{"family": "stops", "networkMode": "bridge", "containerDefinitions": [
	{"name": "handles", "image": "$APP", "memory": 64, "command": ["wait"], "stopTimeout": 20},
	{"name": "lingers", "image": "$APP", "memory": 64, "command": ["tcp=:9090", "sigterm=ignore", "wait"], "stopTimeout": 3, "portMappings": [{"containerPort": 9090}]},
	{"name": "deaf", "image": "$BUSYBOX", "memory": 64, "command": ["sleep", "600"], "stopTimeout": 3},
	{"name": "shell", "image": "$BUSYBOX", "memory": 64, "command": ["sh", "-c", "sleep 600; true"], "stopTimeout": 3},
	{"name": "init", "image": "$BUSYBOX", "memory": 64, "command": ["sleep", "600"], "stopTimeout": 20, "linuxParameters": {"initProcessEnabled": true}},
	{"name": "job", "image": "$APP", "memory": 64, "essential": false, "command": ["exit=0"]}]}`

// TestAudit stops programs that take it well and badly, and wants the reason of each.
func TestAudit(t *testing.T) {
	if testing.Short() {
		t.Skip("needs a Docker engine")
	}
	t.Parallel()
	engine, err := dockerengine.Connect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer engine.Close()
	file := filepath.Join(t.TempDir(), "task.json")
	text := strings.NewReplacer("$APP", images.App(t), "$BUSYBOX", images.Busybox(t)).Replace(auditDefinition)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	project, err := emulator.Load(file, emulator.Options{StateDir: t.TempDir(), Publish: plan.PublishRandom})
	if err != nil {
		t.Fatal(err)
	}
	task, err := project.Start(t.Context(), engine)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { task.Stop("the test has ended", true); <-task.Done() })
	if err := task.WaitFor(t.Context(), emulator.Running); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(time.Minute); !wrote(task, "lingers", "listening on"); { // the engine's proxy takes connections before the application does
		if time.Now().After(deadline) {
			t.Fatal("lingers does not listen")
		}
		time.Sleep(50 * time.Millisecond)
	}
	address, err := task.Address("lingers", "9090")
	if err != nil {
		t.Fatal(err)
	}
	conn, err := net.DialTimeout("tcp", address, 10*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	time.Sleep(500 * time.Millisecond) // until the engine's proxy has connected too
	task.Audit(t.Context())
	task.Stop("enough", false)
	<-task.Done()

	audited := task.Shutdown()
	found := map[string]shutdown.Container{}
	for _, c := range audited {
		found[c.Name] = c
	}
	for name, want := range map[string]struct {
		outcome shutdown.Outcome
		cause   string
	}{
		"handles": {shutdown.Graceful, ""},
		"lingers": {shutdown.Killed, "it handles SIGTERM, and did not end within its stopTimeout of 3 s"},
		"deaf":    {shutdown.Killed, "its first process has no handler for SIGTERM"},
		"shell":   {shutdown.Killed, `its first process is a shell, which waits for "sleep 600"`},
		"init":    {shutdown.Graceful, "it ended with exit code 143, by the signal"},
		"job":     {shutdown.Before, ""},
	} {
		c := found[name]
		cause := ""
		if len(c.Causes) > 0 {
			cause = c.Causes[0].Message
		}
		if c.Outcome != want.outcome || (want.cause == "") != (cause == "") || !strings.HasPrefix(cause, want.cause) {
			t.Errorf("%s: %s, %+v, %+v", name, c.Outcome, c.Causes, c.Process)
		}
	}
	if d := found["lingers"].Dropped; d == nil || *d != 1 {
		t.Errorf("lingers has dropped %v connections", d)
	}
	if shutdown.Clean(audited) {
		t.Error("it is called clean")
	}
	var table bytes.Buffer
	if err := writeAudit(&table, audited); err != nil || !strings.Contains(table.String(), "1 open") {
		t.Errorf("%v\n%s", err, &table)
	}
	if text, err := json.Marshal(audited); err != nil || !bytes.Contains(text, []byte(`"outcome":"killed"`)) {
		t.Errorf("%v %s", err, text)
	}
	t.Log("\n" + table.String())
}

// wrote says whether a container has written a line with a text.
func wrote(task *emulator.Task, container, text string) bool {
	for message, err := range task.Messages(container) {
		if err == nil && strings.Contains(message, text) {
			return true
		}
	}
	return false
}
