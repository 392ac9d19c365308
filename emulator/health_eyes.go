package emulator

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/ecslocal/ecslocal/emulator/dockerengine"
	"github.com/ecslocal/ecslocal/emulator/inside/look"
	"github.com/ecslocal/ecslocal/healthcheck"
)

// eyes are a session with a helper in the namespaces of a container; package inside/look is its other end. Not for use by several
// goroutines at once.
type eyes struct {
	companion *dockerengine.Companion
	questions *json.Encoder
	reports   *json.Decoder
}

// openEyes starts the helper beside a container, as a user that is a number or two.
func openEyes(ctx context.Context, engine *dockerengine.Engine, image, taskID, containerID, user string) (*eyes, error) {
	companion, err := engine.Beside(ctx, taskID, containerID, image, user, []string{"look", "session"})
	if err != nil {
		return nil, err
	}
	return &eyes{companion, json.NewEncoder(companion.Stdin), json.NewDecoder(companion.Stdout)}, nil
}

// lookLimit bounds a question and its answer; the helper itself gives up after two minutes.
const lookLimit = 130 * time.Second

// ask asks one question.
func (e *eyes) ask(ctx context.Context, q look.Question) (look.Report, error) {
	ctx, cancel := context.WithTimeout(ctx, lookLimit)
	defer cancel()
	var report look.Report
	answered := make(chan error, 1)
	go func() { // ends with the answer, or when the connection is closed below
		err := e.questions.Encode(q)
		if err == nil {
			err = e.reports.Decode(&report)
		}
		answered <- err
	}()
	select {
	case err := <-answered:
		if err == nil && report.Problem != "" {
			err = errors.New(report.Problem)
		}
		if err != nil {
			return report, fmt.Errorf("look inside the container: %w", err)
		}
		return report, nil
	case <-ctx.Done():
		err := e.close()
		<-answered
		return look.Report{}, errors.Join(fmt.Errorf("look inside the container: %w", ctx.Err()), err)
	}
}

func (e *eyes) close() error { return e.companion.Close() }

// seen is a report in the words of package healthcheck.
func seen(r look.Report) *healthcheck.Look {
	found := &healthcheck.Look{MainEnvironment: r.MainEnvironment}
	for _, l := range r.Listeners {
		found.Listeners = append(found.Listeners, healthcheck.Listener{Network: l.Network, Address: l.Address, Port: l.Port, PID: l.PID, Process: l.Process})
	}
	for _, p := range r.Leftovers {
		found.Leftovers = append(found.Leftovers, healthcheck.Process{PID: p.PID, Parent: p.Parent, Command: p.Command, Zombie: p.Zombie})
	}
	for _, a := range r.Answers {
		found.Answers = append(found.Answers, healthcheck.Answer{Method: a.Method, URL: a.URL, Host: a.Host, Status: a.Status, Location: a.Location,
			ContentType: a.ContentType, Body: a.Body, Duration: a.Duration, TLS: a.TLS, Untrusted: a.Untrusted, Problem: a.Problem})
	}
	return found
}
