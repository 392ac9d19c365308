package expect_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/ecslocal/ecslocal/emulator/event"
	"github.com/ecslocal/ecslocal/emulator/expect"
)

// TestInFlight wants the answer of a request that is under way when the task is asked to stop.
func TestInFlight(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		path string
		drop bool // the application ends without an answer
		want string
	}{
		"answered": {"/slow", false, ""},
		"wrongly":  {"/slow?status=500", false, "GET /slow?status=500 on port 80 of web was under way when the task was asked to stop: the status is 500, not 200 to 299"},
		"dropped":  {"/slow", true, "GET /slow on port 80 of web was under way when the task was asked to stop: ask port 80 of web: "},
		"early":    {"/", false, "GET / on port 80 of web was over before the task was asked to stop\n  fix: ask for something whose answer takes longer"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			stopping := make(chan struct{})
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path != "/slow" {
					return
				}
				<-stopping
				if test.drop {
					panic(http.ErrAbortHandler)
				}
				if r.URL.RawQuery != "" {
					w.WriteHeader(http.StatusInternalServerError)
				}
			}))
			defer server.Close()
			s := with(running(), func(t *task) {
				t.address = server.Listener.Addr().String()
				t.onStop = func(t *task) {
					close(stopping)
					t.LastStatus, t.DesiredStatus = event.Stopped, event.Stopped
				}
			})
			err := expect.Stop{InFlight: []expect.HTTP{{Port: expect.Port{Container: "web", Number: 80}, Path: test.path}}}.Do(t.Context(), s)
			if got := fmt.Sprint(err); test.want == "" && err != nil || test.want != "" && !strings.HasPrefix(got, test.want) {
				t.Errorf("%v, want %q", err, test.want)
			}
			if early := len(s.stops) == 0; early != (name == "early") {
				t.Errorf("stops: %q", s.stops)
			}
		})
	}
}
