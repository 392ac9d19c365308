package catalogue

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ecslocal/ecslocal/emulator"
	"github.com/ecslocal/ecslocal/emulator/inside/look"
	"github.com/ecslocal/ecslocal/healthcheck"
)

var built struct {
	once sync.Once
	path string
	err  error
}

// ecslocal is a static build for the engine, of which the helper's image is made.
func ecslocal(t *testing.T) string {
	t.Helper()
	built.once.Do(func() {
		cache, err := os.UserCacheDir()
		if err != nil {
			built.err = err
			return
		}
		built.path = filepath.Join(cache, "ecslocal-test", "ecslocal-catalogue")
		build := exec.Command("go", "build", "-trimpath", "-ldflags=-s -w", "-o", built.path, "github.com/ecslocal/ecslocal/cmd/ecslocal")
		build.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux")
		if output, err := build.CombinedOutput(); err != nil {
			t.Logf("%s", output)
			built.err = err
		}
	})
	if built.err != nil {
		t.Fatal(built.err)
	}
	return built.path
}

// lookInto is what a helper sees in the container's namespaces; one helper answers all questions.
func (x *task) lookInto(t *testing.T, container string, ask []string) (*healthcheck.Look, error) {
	image, err := emulator.EnsureImage(t.Context(), x.engine, ecslocal(t))
	if err != nil {
		return nil, err
	}
	id, err := x.engine.FindContainer(t.Context(), x.plan.Task.ID, container)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(t.Context(), 2*limit)
	defer cancel()
	helper, err := x.engine.Beside(ctx, x.plan.Task.ID, id, image, "0", []string{"look", "session"})
	if err != nil {
		return nil, err
	}
	questions := []look.Question{{}}
	for _, words := range ask {
		q := look.Question{Timeout: 4 * time.Second}
		if host, url, ok := strings.Cut(strings.TrimPrefix(words, "-host "), " "); ok {
			q.Host, words = host, url
		}
		q.URLs = []string{words}
		questions = append(questions, q)
	}
	seen := &healthcheck.Look{}
	answers := json.NewDecoder(helper.Stdout)
	for _, q := range questions {
		var report look.Report
		if err := errors.Join(json.NewEncoder(helper.Stdin).Encode(q), answers.Decode(&report)); err != nil {
			return seen, errors.Join(err, helper.Close())
		}
		add(seen, report)
	}
	if err := helper.Close(); err != nil { // the engine removes it by itself
		t.Logf("close the helper beside %s: %v", container, err)
	}
	return seen, nil
}

// add puts a report into the words of package healthcheck.
func add(seen *healthcheck.Look, report look.Report) {
	if report.MainEnvironment != nil {
		seen.MainEnvironment = report.MainEnvironment
	}
	for _, l := range report.Listeners {
		seen.Listeners = append(seen.Listeners, healthcheck.Listener{Network: l.Network, Address: l.Address, Port: l.Port, PID: l.PID, Process: l.Process})
	}
	for _, p := range report.Leftovers {
		seen.Leftovers = append(seen.Leftovers, healthcheck.Process{PID: p.PID, Parent: p.Parent, Command: p.Command, Zombie: p.Zombie})
	}
	for _, a := range report.Answers {
		seen.Answers = append(seen.Answers, healthcheck.Answer{Method: a.Method, URL: a.URL, Host: a.Host, Status: a.Status, Location: a.Location, ContentType: a.ContentType, Body: a.Body,
			Duration: a.Duration, TLS: a.TLS, Untrusted: a.Untrusted, Problem: a.Problem})
	}
}
