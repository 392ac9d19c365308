package expect

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptrace"
	"sync"
	"time"
)

const (
	// settled is how long a request that was sent needs to reach the application: between us and it are the engine's proxy and a queue.
	settled = 200 * time.Millisecond
	// overdue is how long an answer may take once the task has stopped.
	overdue = 5 * time.Second
)

// flight is a request that is under way when the task is asked to stop.
type flight struct {
	HTTP
	sent   chan struct{}
	landed chan error // how it was answered
}

// depart begins requests, and returns once all are under way. A request that is answered by then shows nothing, and is an error.
func depart(ctx context.Context, task Subject, requests []HTTP) ([]*flight, error) {
	var flights []*flight
	for _, h := range requests {
		f := &flight{HTTP: h, sent: make(chan struct{}), landed: make(chan error, 1)}
		go f.fly(ctx, task)
		flights = append(flights, f)
	}
	for _, f := range flights {
		select {
		case <-f.sent:
		case err := <-f.landed:
			return nil, f.early(err)
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	if len(flights) > 0 {
		time.Sleep(settled)
	}
	for _, f := range flights {
		select {
		case err := <-f.landed:
			return nil, f.early(err)
		default:
		}
	}
	return flights, nil
}

// fly ends with the answer, or with ctx.
func (f *flight) fly(ctx context.Context, task Subject) {
	sent := sync.OnceFunc(func() { close(f.sent) })
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{WroteRequest: func(httptrace.WroteRequestInfo) { sent() }})
	patient := &http.Client{Transport: client.Transport, CheckRedirect: client.CheckRedirect} // an answer may take as long as stopTimeout
	response, body, err := f.ask(ctx, task, patient)
	if err == nil {
		err = f.judge(response, body)
	}
	f.landed <- err
}

// early is what to say of a request that was over before the task was asked to stop.
func (f *flight) early(err error) error {
	if err != nil {
		return fmt.Errorf("%s, before the task was asked to stop: %w", f.HTTP, err)
	}
	return fmt.Errorf("%s was over before the task was asked to stop\n  fix: ask for something whose answer takes longer", f.HTTP)
}

// land says which answers are not as they are to be, after the task has stopped.
func land(flights []*flight) error {
	var errs []error
	limit := time.After(overdue)
	for _, f := range flights {
		var err error
		select {
		case err = <-f.landed:
		case <-limit:
			limit = time.After(0) // the others have had as long
			err = errors.New("there was no answer")
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("%s was under way when the task was asked to stop: %w\n"+
				"  fix: at the stop signal accept nothing new, answer what is under way, then end", f.HTTP, err))
		}
	}
	return errors.Join(errs...)
}
