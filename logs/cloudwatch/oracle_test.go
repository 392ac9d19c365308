package cloudwatch_test

import (
	"bytes"
	"flag"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ecslocal/ecslocal/logs"
	"github.com/ecslocal/ecslocal/logs/cloudwatch"
)

var outputs = flag.Int("outputs", 2, "generated outputs for each of the options that the engine's awslogs driver is compared with")

// TestEngineMakesTheSameEvents lets the engine's own awslogs driver send generated output to the handler, and wants our assembly of the
// same bytes, as they come out of the attached container, to give the same events.
func TestEngineMakesTheSameEvents(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("needs a Docker engine")
	}
	needsEngine(t)
	giveCredentials(t)
	image := printerImage(t)
	s := openStore(t)
	handler := &cloudwatch.Handler{Store: s}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer := httptest.NewRecorder()
		handler.ServeHTTP(answer, r)
		if answer.Code != http.StatusOK { // the engine throws such a batch away
			t.Errorf("%s was refused: %d %s", r.Header.Get("X-Amz-Target"), answer.Code, answer.Body)
		}
		maps.Copy(w.Header(), answer.Header())
		w.WriteHeader(answer.Code)
		_, _ = w.Write(answer.Body.Bytes())
	}))
	t.Cleanup(server.Close) // after the parallel subtests
	if err := s.CreateGroup(group, nil); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		options map[string]string
		flags   []string
	}{
		"lines":                    {},
		"terminal":                 {flags: []string{"--tty"}},
		"multiline-pattern":        {options: map[string]string{"awslogs-multiline-pattern": "^(ERROR|line|{)"}},
		"multiline that is seldom": {options: map[string]string{"awslogs-multiline-pattern": "INFO begin 7$"}},
		"datetime-format":          {options: map[string]string{"awslogs-datetime-format": "%Y-%m-%d %H:%M:%S"}},
		"terminal, datetime":       {options: map[string]string{"awslogs-datetime-format": `%H:%M:%S,\d+`}, flags: []string{"--tty"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for seed := range *outputs {
				compareOutput(t, s, seed, func(stream string) []byte {
					options := []string{"awslogs-endpoint=" + server.URL, "awslogs-region=us-east-1", "awslogs-group=" + group, "awslogs-stream=" + stream}
					for key, value := range c.options {
						options = append(options, key+"="+value)
					}
					return printed(t, image, fmt.Sprint(seed), c.flags, options)
				}, c.options)
			}
		})
	}
}

// compareOutput compares the events of one output. An engine that has too little time at the end of a container loses the last events, and
// says so only in its own log; then it gets another chance.
func compareOutput(t *testing.T, s cloudwatch.Store, seed int, run func(stream string) []byte, options map[string]string) {
	t.Helper()
	for try := range 5 {
		stream := fmt.Sprintf("%s %d %d", t.Name(), seed, try)
		ours, engines := assembled(t, options, run(stream)), stored(t, s, stream)
		if try < 4 && len(engines) < len(ours) && slices.Equal(ours[:len(engines)], engines) {
			t.Logf("%s: the engine lost the last %d of %d events", stream, len(ours)-len(engines), len(ours))
			continue
		}
		compare(t, stream, ours, engines)
		return
	}
}

// printed is what a container prints while the engine's awslogs driver reads it, too.
func printed(t *testing.T, image, seed string, flags, options []string) []byte {
	t.Helper()
	args := append([]string{"run", "--rm", "--log-driver", "awslogs"}, flags...)
	for _, option := range options {
		args = append(args, "--log-opt", option)
	}
	var stdout, stderr bytes.Buffer
	run := exec.CommandContext(t.Context(), "docker", append(args, image, seed)...)
	run.Stdout, run.Stderr = &stdout, &stderr
	if err := run.Run(); err != nil {
		t.Fatalf("run: %v\n%.2000s", err, stderr.String())
	}
	return stdout.Bytes()
}

// assembled are our events of an output.
func assembled(t *testing.T, options map[string]string, output []byte) (messages []string) {
	t.Helper()
	all := map[string]string{"awslogs-group": group}
	for key, value := range options {
		all[key] = value
	}
	o, err := logs.ParseOptions(logs.Config{Driver: logs.AWSLogs, Options: all})
	if err != nil {
		t.Fatal(err)
	}
	a := logs.Assembler{Pattern: o.Pattern, FlushInterval: o.FlushInterval}
	a.Write(logs.Stdout, output, time.Now())
	for _, e := range a.Take() {
		messages = append(messages, string(e.Message))
	}
	a.Close(time.Now())
	for _, e := range a.Take() {
		messages = append(messages, string(e.Message))
	}
	return messages
}

func stored(t *testing.T, s cloudwatch.Store, stream string) (messages []string) {
	t.Helper()
	for e, err := range s.Events(group, logs.Query{Streams: []string{stream}}) {
		if err != nil {
			t.Fatal(err)
		}
		messages = append(messages, e.Message)
	}
	return messages
}

// compare tells of the first difference; a diff of megabytes would help nobody.
func compare(t *testing.T, stream string, ours, engines []string) {
	t.Helper()
	if len(ours) < 20 && !strings.Contains(stream, "seldom") {
		t.Errorf("%s: only %d events", stream, len(ours))
	}
	for i := range max(len(ours), len(engines)) {
		var our, engine string
		if i < len(ours) {
			our = ours[i]
		}
		if i < len(engines) {
			engine = engines[i]
		}
		if our != engine {
			at := 0
			for at < min(len(our), len(engine)) && our[at] == engine[at] {
				at++
			}
			t.Fatalf("%s: event %d of %d is ours of %d bytes, the engine's (of %d events) of %d bytes; from byte %d on ours is %.100q, the engine's %.100q",
				stream, i, len(ours), len(our), len(engines), len(engine), at, our[at:], engine[at:])
		}
	}
}

func needsEngine(t *testing.T) {
	t.Helper()
	if out, err := exec.CommandContext(t.Context(), "docker", "version").CombinedOutput(); err != nil {
		t.Fatalf("a Docker engine on this machine is needed: %v: %s", err, out)
	}
}
