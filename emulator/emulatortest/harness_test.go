package emulatortest_test

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"strings"
	"sync"
	"testing"
)

// recorder is a test whose failure is looked at, and in examples the test that there is none of.
type recorder struct {
	testing.TB
	name string
	dir  string

	mu       sync.Mutex
	failed   bool
	text     strings.Builder
	cleanups []func()
}

// try runs a test, its clean-up included, and returns it.
func try(name string, test func(t testing.TB)) *recorder {
	r := &recorder{name: name}
	var err error
	if r.dir, err = os.MkdirTemp("", "recorder"); err != nil {
		panic(err)
	}
	defer os.RemoveAll(r.dir)
	r.apart(func() { test(r) })
	for len(r.cleanups) > 0 {
		last := r.cleanups[len(r.cleanups)-1]
		r.cleanups = r.cleanups[:len(r.cleanups)-1]
		r.apart(last)
	}
	return r
}

// apart runs a function in a goroutine of its own, which Fatal ends.
func (r *recorder) apart(f func()) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		f()
	}()
	<-done
}

func (r *recorder) Name() string             { return r.name }
func (r *recorder) Helper()                  {}
func (r *recorder) Attr(key, value string)   {}
func (r *recorder) Context() context.Context { return context.Background() }
func (r *recorder) Cleanup(f func())         { r.cleanups = append(r.cleanups, f) }
func (r *recorder) TempDir() string {
	dir, err := os.MkdirTemp(r.dir, "")
	if err != nil {
		panic(err)
	}
	return dir
}
func (r *recorder) Failed() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.failed
}
func (r *recorder) log(text string, fails bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.text.WriteString(text + "\n")
	r.failed = r.failed || fails
}
func (r *recorder) Log(args ...any)                   { r.log(fmt.Sprint(args...), false) }
func (r *recorder) Logf(format string, args ...any)   { r.log(fmt.Sprintf(format, args...), false) }
func (r *recorder) Errorf(format string, args ...any) { r.log(fmt.Sprintf(format, args...), true) }
func (r *recorder) Error(args ...any)                 { r.log(fmt.Sprint(args...), true) }
func (r *recorder) Fatal(args ...any) {
	r.Error(args...)
	runtime.Goexit()
}
func (r *recorder) Fatalf(format string, args ...any) {
	r.Errorf(format, args...)
	runtime.Goexit()
}
