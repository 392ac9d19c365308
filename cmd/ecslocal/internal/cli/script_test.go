package cli

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/ecslocal/ecslocal/emulator/dockerengine"
	"github.com/ecslocal/ecslocal/emulator/program"
	"github.com/ecslocal/ecslocal/testdata/images"
	"github.com/rogpeppe/go-internal/testscript"
)

var update = flag.Bool("update", false, "rewrite what scripts compare output with")

// TestMain makes the test binary the command: scripts run it as ecslocal, in the background too, and it is its own image.
func TestMain(m *testing.M) {
	if handled, code := program.Main(context.Background(), os.Args); handled {
		os.Exit(code)
	}
	_ = flag.Set("test.parallel", "4") // tests wait for containers, but each costs a slow engine half a second of a processor
	testscript.Main(m, map[string]func(){
		"ecslocal": func() { os.Exit(Main(os.Args, os.Stdin, os.Stdout, os.Stderr)) },
	})
}

// TestScripts runs the command line on the real engine, one script a case. Each has a state directory of its own, and must leave nothing on
// the engine: what is left there at its end fails it.
func TestScripts(t *testing.T) {
	if testing.Short() {
		t.Skip("needs a Docker engine")
	}
	t.Parallel()
	requireEngine(t)
	app, gosh := images.App(t), images.Gosh(t)
	root, err := filepath.Abs("../../../..")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script", UpdateScripts: *update, RequireExplicitExec: true,
		Setup: func(env *testscript.Env) error {
			env.Setenv("ECSLOCAL_STATE_DIR", filepath.Join(env.WorkDir, ".state"))
			env.Setenv("ROOT", root)
			env.Setenv("APP", app)
			env.Setenv("GOSH", gosh)
			env.Setenv("NO_COLOR", "1")
			env.Setenv("TMPDIR", os.TempDir()) // scripts share the machine's ports, and with them the locks of ports
			for _, name := range []string{"DOCKER_HOST", "DOCKER_CONTEXT", "HOME", "PATH"} {
				if value, ok := os.LookupEnv(name); ok && name != "PATH" {
					env.Setenv(name, value)
				}
			}
			env.Defer(func() { leavesNothing(t, env.WorkDir) })
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"eventually": eventually, "fill": fill, "unseen": unseen, "setfrom": setFrom},
	})
}

func requireEngine(t *testing.T) {
	t.Helper()
	engine, err := dockerengine.Connect(t.Context())
	if err != nil {
		t.Fatalf("these tests need a Docker engine: %v", err)
	}
	engine.Close()
}

// leavesNothing fails the test where a script's tasks left anything on the engine, and removes it.
func leavesNothing(t *testing.T, workDir string) {
	known := ids{}
	known.note(filepath.Join(workDir, ".state"))
	left := known.onEngine(t)
	if len(left) == 0 {
		return
	}
	t.Errorf("still on the engine: %v", left)
	engine, err := dockerengine.Connect(context.Background())
	if err != nil {
		t.Error(err)
		return
	}
	defer engine.Close()
	for id := range known {
		_ = engine.Remove(context.Background(), id)
	}
}

// fill replaces $NAME by the script's environment in files: fill FILE…
func fill(ts *testscript.TestScript, _ bool, args []string) {
	for _, name := range args {
		path := ts.MkAbs(name)
		ts.Check(os.WriteFile(path, []byte(os.Expand(ts.ReadFile(name), ts.Getenv)), 0o644))
	}
}

// unseen fails where a text is in any file below a folder: unseen TEXT FOLDER.
func unseen(ts *testscript.TestScript, _ bool, args []string) {
	ts.Check(filepath.WalkDir(ts.MkAbs(args[1]), func(path string, entry os.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		data, err := os.ReadFile(path)
		if strings.Contains(string(data), args[0]) {
			ts.Fatalf("%s holds %q", path, args[0])
		}
		return err
	}))
}

// eventually runs a command until it succeeds, for a minute: eventually PROGRAM [ARG…]. The last word may be ~TEXT, which its output must hold.
func eventually(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: eventually PROGRAM [ARG…] [~TEXT]")
	}
	want := ""
	if last := args[len(args)-1]; strings.HasPrefix(last, "~") {
		want, args = last[1:], args[:len(args)-1]
	}
	var err error
	for range 300 {
		if err = ts.Exec(args[0], args[1:]...); err == nil && strings.Contains(ts.ReadFile("stdout"), want) {
			return
		}
		time.Sleep(200 * time.Millisecond)
	}
	ts.Fatalf("%v never did: %v", args, fmt.Sprint(err))
}

// setFrom sets the variables that an output tells a shell to export: setfrom stderr.
func setFrom(ts *testscript.TestScript, _ bool, args []string) {
	exports := regexp.MustCompile(`(?m)^export (\w+)=(\S+)`).FindAllStringSubmatch(ts.ReadFile(args[0]), -1)
	if len(exports) == 0 {
		ts.Fatalf("%s exports nothing", args[0])
	}
	for _, export := range exports {
		ts.Setenv(export[1], export[2])
	}
}
