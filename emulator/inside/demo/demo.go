// Package demo is the demonstration service of ecslocal's own image: a small, well-behaved HTTP application, so that a
// definition can be run on an engine that has no image and reaches no registry.
//
// It listens on LISTEN_HOST and LISTEN_PORT (0.0.0.0 and 8080), greets at /, answers 200 at /health, and shows at /env
// which variables a task gave it: their names, never their values. It writes a line a request to stdout, and ends with
// code 0 at SIGTERM once the requests at hand are answered. It imports the standard library only.
package demo

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"
)

const (
	// stopLimit is how long requests at hand may take after SIGTERM; stopTimeout is 30 seconds by default.
	stopLimit = 10 * time.Second
	// maxShown is how much of a request's path a log line holds.
	maxShown = 200
)

// Main serves until ctx is done, and returns the exit code. environ is in the form of os.Environ.
func Main(ctx context.Context, environ []string, stdout, stderr io.Writer) int {
	variables := map[string]string{}
	for _, variable := range environ {
		name, value, _ := strings.Cut(variable, "=")
		variables[name] = value
	}
	host, network := cmp.Or(variables["LISTEN_HOST"], "0.0.0.0"), "tcp"
	if ip := net.ParseIP(host); ip.To4() != nil {
		network = "tcp4" // Go would take 0.0.0.0 for :: too, which other languages do not
	}
	address := net.JoinHostPort(host, cmp.Or(variables["LISTEN_PORT"], "8080"))
	listener, err := new(net.ListenConfig).Listen(ctx, network, address)
	if err != nil {
		fmt.Fprintf(stderr, "demo: listen on %s (LISTEN_HOST, LISTEN_PORT): %v\n", address, err)
		return 1
	}
	fmt.Fprintf(stdout, "listening on http://%s\n", listener.Addr())
	if err := serve(ctx, listener, logged(routes(variables), stdout), stdout); err != nil {
		fmt.Fprintf(stderr, "demo: %v\n", err)
		return 1
	}
	return 0
}

func serve(ctx context.Context, listener net.Listener, handler http.Handler, stdout io.Writer) error {
	server := &http.Server{Handler: handler, ReadTimeout: 10 * time.Second, WriteTimeout: 10 * time.Second, IdleTimeout: time.Minute,
		MaxHeaderBytes: 64 << 10}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }() // ends with Shutdown
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	fmt.Fprintln(stdout, "stopping")
	stopping, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopLimit)
	defer cancel()
	if err := server.Shutdown(stopping); err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	fmt.Fprintln(stdout, "stopped")
	return nil
}

func routes(variables map[string]string) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/{$}", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "Hello from ecslocal's demonstration service.\nTry /health, and /env for the names of my variables.\n")
	})
	mux.HandleFunc("/health", func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "ok\n") })
	mux.HandleFunc("/env", func(w http.ResponseWriter, r *http.Request) {
		var names []string
		for name := range variables {
			names = append(names, name)
		}
		slices.Sort(names)
		io.WriteString(w, strings.Join(names, "\n")+"\n")
	})
	return mux
}

// logged writes a line for each request: method, path, status, duration.
func logged(next http.Handler, stdout io.Writer) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began, recorder := time.Now(), &recorder{ResponseWriter: w, status: http.StatusOK}
		next.ServeHTTP(recorder, r)
		path := r.URL.EscapedPath() // escaped, so that no request can forge a line
		if len(path) > maxShown {
			path = path[:maxShown] + "..."
		}
		fmt.Fprintf(stdout, "%s %s %d %v\n", r.Method, path, recorder.status, time.Since(began).Round(time.Microsecond))
	})
}

type recorder struct {
	http.ResponseWriter
	status int
}

func (r *recorder) WriteHeader(status int) {
	r.status = status
	r.ResponseWriter.WriteHeader(status)
}
