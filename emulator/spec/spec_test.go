package spec_test

import (
	"strings"
	"testing"
	"time"

	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/emulator/expect"
	"github.com/ecslocal/ecslocal/emulator/spec"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestParse(t *testing.T) {
	t.Parallel()
	const text = `
definition: task.json
config: /etc/ecslocal.yaml
secrets: [secrets.yaml, /run/more.env]
images: {web: "web:dev"}
env: {LEVEL: debug}
params: {Tag: v1}
resource: Task
launchType: FARGATE
networks: [shared]
strict: true
timeout: 90s
overrides: {containerOverrides: [{name: web, command: [serve]}]}
steps:
  - healthy:
  - name: answers
    http: {port: web:8080, path: /orders, status: 201, headers: {Host: shop}, contains: ok, jsonPath: {"$.n": 3}, within: 5s}
  - http: {container: web, port: 8080, method: POST, body: "{}"}
  - log: {container: web, pattern: '{ $.level = "error" }', absent: true, within: 3s}
  - log: {pattern: panic, absent: true}
  - exec: {container: web, command: [cat, /etc/hosts], exitCode: 1, stdout: {matches: "a+"}}
  - file: {container: web, path: /x, exists: false, mode: "0644"}
  - exit: {container: job, code: 3, within: 1m}
  - stop: {graceful: true}
`
	cases, findings := spec.Parse("dir/shop.yaml", []byte(text))
	if len(findings) > 0 || len(cases) != 1 {
		t.Fatalf("%v, %d cases", findings, len(cases))
	}
	c := cases[0]
	want := spec.Spec{Definition: "dir/task.json", Config: "/etc/ecslocal.yaml", Secrets: []string{"dir/secrets.yaml", "/run/more.env"},
		Images: map[string]string{"web": "web:dev"}, Env: map[string]string{"LEVEL": "debug"}, Params: map[string]string{"Tag": "v1"}, Resource: "Task",
		LaunchType: "FARGATE", Networks: []string{"shared"}, Strict: true, Timeout: 90 * time.Second}
	if diff := cmp.Diff(want, c.Spec, cmpopts.IgnoreFields(spec.Spec{}, "Overrides", "Matrix", "StepNodes")); diff != "" || c.Name != "dir/shop.yaml" {
		t.Errorf("%s %s", c.Name, diff)
	}
	if c.RunOverrides == nil || c.RunOverrides.ContainerOverrides[0].Command[0] != "serve" {
		t.Errorf("overrides: %+v", c.RunOverrides)
	}
	var steps []string
	for _, s := range c.Steps {
		steps = append(steps, s.Kind+" "+s.Name+" "+s.Within.String())
	}
	if diff := cmp.Diff([]string{"healthy the task is HEALTHY -1ns", "http answers 5s", "http POST / on port 8080 of web 0s",
		`log no { $.level = "error" } in the log of web 3s`, "log no panic in the logs 0s", "exec cat /etc/hosts in web 0s", "file no file /x in web 10s", "exit job ends with exit code 3 1m0s",
		"stop the task stops gracefully 0s"}, steps); diff != "" {
		t.Error(diff)
	}
	h := c.Steps[1].Expect.(expect.HTTP)
	if h.Port != (expect.Port{Container: "web", Number: 8080}) || h.Status != 201 || h.Contains != "ok" || len(h.JSONPath) != 1 || h.Headers["Host"] != "shop" {
		t.Errorf("%+v", h)
	}
	if m := c.Steps[1].Containers; len(m) != 1 || m[0].Container != "web" || m[0].Line != 17 {
		t.Errorf("mentions: %+v", m)
	}
}

const head = "definition: t.json\n"

func TestFindings(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"steps: [{healthy: }]":                   "1:1: a spec names a task definition [SPEC-005]  -> write definition: task-definition.json",
		head:                                     "1:1: a spec without steps tests nothing [SPEC-005] /steps -> write at least steps: [{healthy: }]",
		"- a":                                    "1:1: a spec is a mapping, not a list [SPEC-002]  -> ",
		"definition: t.json\nsteps: {healthy: }": "2:8: steps is no list [SPEC-002] /steps -> ",
		"definiton: t.json\ndefinition: x\nsteps: [{healthy: }]": "1:1: definiton is not a member of a spec [SPEC-001] /definiton -> did you mean definition?",
		head + "steps: [{helthy: }]":                             `2:10: "helthy" is no kind of step [SPEC-001] /steps/0/helthy -> did you mean healthy?`,
		head + "steps: [{stopReason: x}]":                        `2:10: "stopReason" is no kind of step [SPEC-001] /steps/0/stopReason -> write stopped: {stoppedReason: {contains: …}}`,
		head + "steps: [healthy]":                                "2:9: steps.0 is no step [SPEC-002] /steps/0 -> write healthy: {}",
		head + "steps: [{name: x}]":                              "2:9: steps.0 says nothing to do or to expect [SPEC-005] /steps/0 -> write one of healthy, running, unhealthy, stopped, exit, connect, http, log, noSecretsInLogs, file, exec, signal, stop",
		head + "steps: [{healthy: , running: }]":                 "2:21: the step is healthy already [SPEC-003] /steps/0/running -> make a step of its own: - running:",
		head + "steps: [{http: {port: web:80, wihtin: 3s}}]":     "2:31: steps.0.http.wihtin is not a member of this step [SPEC-001] /steps/0/http/wihtin -> did you mean within?",
		head + "steps: [{http: {port: web:80, within: soon}}]":   "2:39: steps.0.http.within is no duration [SPEC-003] /steps/0/http/within -> write one such as 30s, 500ms or 2m",
		head + "steps: [{http: {path: /}}]":                      "2:16: steps.0.http needs port [SPEC-005] /steps/0/http -> add port: …",
		head + "steps: [{http: {port: web, status: '200'}}]":     `2:23: steps.0.http.port: "web" is no port; write CONTAINER:PORT, such as web:8080, with the port inside of the container [SPEC-003] /steps/0/http/port -> |2:36: steps.0.http.status is a number, not a text [SPEC-002] /steps/0/http/status -> `,
		head + "steps: [{http: {port: 80, matches: '('}}]":       "2:36: steps.0.http.matches: error parsing regexp: missing closing ): `(` [SPEC-003] /steps/0/http/matches -> ",
		head + "steps: [{log: {pattern: '{'}}]":                  "2:25: ",
		head + "steps: [{file: {container: a, path: b, mode: 9}}]": `2:37: "b" is no absolute path [SPEC-003] /steps/0/file/path -> begin it with /|` +
			"2:46: steps.0.file.mode is a text, not a number [SPEC-002] /steps/0/file/mode -> put it in quotes",
		head + "steps: [{noSecretsInLogs: false}]":               "2:27: noSecretsInLogs is true, or not there [SPEC-003] /steps/0/noSecretsInLogs -> write noSecretsInLogs: true",
		head + "steps: [{stop: {graceful: true, within: 3s}}]":   "2:33: steps.0.stop.within is not a member of this step [SPEC-001] /steps/0/stop/within -> remove it",
		head + "steps: [{exec: {container: a, command: ls -l}}]": "2:40: steps.0.exec.command is a list, not a text [SPEC-002] /steps/0/exec/command -> put it in brackets: [ ]",
		head + "steps: [{http: {port: 1, jsonPath: {a: 1}}}]":    "2:40: ",
		head + "steps: [{stop: {inFlight: [{path: /a b}]}}]": `2:28: steps.0.stop.inFlight.0 needs port [SPEC-005] /steps/0/stop/inFlight/0 -> add port: …|` +
			`2:35: "/a b" is no path [SPEC-003] /steps/0/stop/inFlight/0/path -> write what follows the host, such as /orders?limit=1`,
		head + "steps: [{stop: {inFlight: [{port: a:1, within: 1s}]}}]":            "2:40: steps.0.stop.inFlight.0.within is not a member of this step [SPEC-001] /steps/0/stop/inFlight/0/within -> remove it",
		head + "steps: [{exit: {container: ''}}]":                                  "2:16: steps.0.exit needs container [SPEC-005] /steps/0/exit -> add container: …",
		head + "steps: [{log: {container: '', pattern: a}}]":                       "2:27: steps.0.log.container is empty [SPEC-003] /steps/0/log/container -> ",
		head + "steps: [{healthy: {containers: [null, '']}}]":                      "2:33: steps.0.healthy.containers.0 is a text, not nothing [SPEC-002] /steps/0/healthy/containers/0 -> |2:39: steps.0.healthy.containers.1 is empty [SPEC-003] /steps/0/healthy/containers/1 -> ",
		head + "matrix: {a: [1], exclude: [{a: []}]}\nsteps: [{running: }]":        "2:32: matrix.exclude.0.a is no text, number or truth value [SPEC-002] /matrix/exclude/0/a -> ",
		head + "launchType: fargate\nsteps: [{healthy: }]":                         `2:13: "fargate" is no launch type [SPEC-003] /launchType -> write EC2 or FARGATE`,
		head + "timeout: 5\nsteps: [{healthy: }]":                                  "2:10: timeout is no duration [SPEC-003] /timeout -> write one such as 30s, 500ms or 2m",
		head + "overrides: {containerOverride: []}\nsteps: [{healthy: }]":          "2:13: ",
		head + "matrix: {a: []}\nsteps: [{healthy: }]":                             "2:13: matrix.a has no values [SPEC-002] /matrix/a -> write one at least, or remove the parameter",
		head + "matrix: {a: [1, 1]}\nsteps: [{healthy: }]":                         "2:17: 1 is there twice [SPEC-006] /matrix/a/1 -> remove one of them",
		head + "matrix: {a: [1]}\nenv: {A: '${matrix.b}'}\nsteps: [{running: }]":   `3:10: the matrix has no parameter "b" [SPEC-006] /env/A -> did you mean ${matrix.a}?`,
		head + "matrix: {a: [1], exclude: [{b: 1}]}\nsteps: [{running: }]":         "2:29: matrix.exclude.0.b is not a parameter of the matrix [SPEC-001] /matrix/exclude/0/b -> did you mean a?",
		head + "matrix: {a: [1], include: [{}]}\nsteps: [{running: }]":             "2:28: matrix.include.0 is no mapping of parameters [SPEC-002] /matrix/include/0 -> ",
		head + "matrix: {a: [1], b: [2], include: [{a: 3}]}\nsteps: [{running: }]": "2:36: the included case has no b [SPEC-005] /matrix/include/0 -> give every parameter a value",
		head + "matrix: {a: [1], exclude: [{a: 1}]}\nsteps: [{running: }]":         "2:9: the matrix leaves no case [SPEC-006] /matrix -> give a parameter values that exclude leaves, or remove the matrix",
	} {
		_, findings := spec.Parse("s.yaml", []byte(text))
		var got []string
		for _, f := range findings {
			if f.File != "s.yaml" || f.Severity != diag.Error {
				t.Errorf("%q: %+v", text, f)
			}
			got = append(got, strings.TrimPrefix(f.Position.String(), "s.yaml:")+": "+f.Message+" ["+f.Rule+"] "+f.Path+" -> "+f.Fix)
		}
		if strings.HasSuffix(want, ": ") && len(got) == 1 && strings.HasPrefix(got[0], want) {
			continue
		}
		if diff := cmp.Diff(want, strings.Join(got, "|")); diff != "" {
			t.Errorf("%q: %s", text, diff)
		}
	}
}

func TestMatrix(t *testing.T) {
	t.Parallel()
	cases, findings := spec.Parse("m.yaml", []byte(`
definition: ${matrix.mode}.json
env: {LEVEL: "level-${matrix.level}", N: "${matrix.level}", SHELL: "${HOME}"}
matrix:
  mode: [awsvpc, bridge]
  level: [1, 2]
  exclude: [{mode: bridge, level: 2}]
  include: [{mode: host, level: 3}]
steps:
  - http: {port: 80, status: "${matrix.level}00"}
  - exit: {container: job, code: "${matrix.level}"}
`))
	var got []string
	for _, c := range cases {
		got = append(got, c.Name+" "+c.Definition+" "+c.Env["LEVEL"]+" "+c.Env["N"]+" "+c.Env["SHELL"]+" "+c.Steps[1].Name)
	}
	want := []string{
		"m.yaml/mode=awsvpc,level=1 awsvpc.json level-1 1 ${HOME} job ends with exit code 1", "m.yaml/mode=awsvpc,level=2 awsvpc.json level-2 2 ${HOME} job ends with exit code 2",
		"m.yaml/mode=bridge,level=1 bridge.json level-1 1 ${HOME} job ends with exit code 1", "m.yaml/mode=host,level=3 host.json level-3 3 ${HOME} job ends with exit code 3",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	// A number is one where a number is wanted, else a text; one that is only a part of a text stays a text. The mistake is told once, not once a case.
	if len(findings) != 1 || findings[0].Line != 10 || findings[0].Rule != spec.RuleType {
		t.Errorf("%v", findings)
	}
}

// TestHostileMatrix bounds what a small file can make.
func TestHostileMatrix(t *testing.T) {
	t.Parallel()
	text := head + "matrix:\n"
	for _, name := range strings.Fields("a b c d e f g h i j") {
		text += "  " + name + ": [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]\n"
	}
	began := time.Now()
	cases, findings := spec.Parse("s.yaml", []byte(text+"steps: [{healthy: }]"))
	if len(cases) > 0 || len(findings) != 1 || findings[0].Rule != spec.RuleMatrix || time.Since(began) > 10*time.Second {
		t.Errorf("%d cases, %v, after %v", len(cases), findings, time.Since(began))
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{head + "steps: [{http: {port: a:1, jsonPath: {$.a: 1}}}]", head + "matrix: {a: [1], include: [{a: 2}]}\nsteps: [{log: {pattern: '${matrix.a}'}}]",
		"steps: [{}, [], {name: 1}]", `{"definition": 1, "steps": {"healthy": null}}`, "matrix: {exclude: 1, a: {}}"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		_, findings := spec.Parse("s.yaml", data)
		for _, finding := range findings {
			if finding.File != "s.yaml" {
				t.Errorf("finding without a file: %+v", finding)
			}
		}
	})
}
