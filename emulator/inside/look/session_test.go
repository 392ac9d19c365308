package look

import (
	"bufio"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"syscall"
	"testing"
	"time"
)

func TestSession(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, r.URL.Path) }))
	t.Cleanup(server.Close)
	in, questions := io.Pipe()
	answers, out := io.Pipe()
	done := make(chan int, 1)
	go func() { done <- Main(t.Context(), []string{"session"}, in, out, io.Discard) }()
	reports := json.NewDecoder(bufio.NewReader(answers))
	ask := func(line string) (r Report) {
		t.Helper()
		io.WriteString(questions, line+"\n")
		if err := reports.Decode(&r); err != nil {
			t.Fatal(err)
		}
		return r
	}
	if r := ask(`{"urls":["` + server.URL + `/a","` + server.URL + `/b"]}`); len(r.Answers) != 2 || r.Answers[0].Body != "/a" || r.Answers[1].Body != "/b" {
		t.Errorf("answers: %+v", r)
	}
	if r := ask(`{}`); len(r.Listeners) == 0 || r.Problem != "" {
		t.Errorf("no listeners: %+v", r)
	}
	if r := ask(`nonsense`); r.Problem == "" {
		t.Errorf("nonsense is answered: %+v", r)
	}
	questions.Close()
	select {
	case code := <-done:
		if code != 0 {
			t.Errorf("exit code %d", code)
		}
	case <-time.After(10 * time.Second):
		t.Error("the session does not end with its input")
	}
}

func TestBegun(t *testing.T) {
	t.Parallel()
	proc := t.TempDir()
	add := func(pid, rest, argv, started string) {
		put(t, proc, pid+"/stat", pid+" (x) S "+rest+" 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 "+started+" 0")
		put(t, proc, pid+"/cmdline", argv)
	}
	put(t, proc, "uptime", "100.00 50.00\n")
	const probe = "/bin/sh\x00-c\x00sleep 9\x00"
	add("1", "0 1 1", probe, "9500")    // the application itself looks alike, and is older
	add("40", "0 40 40", probe, "9800") // 2 s old: the command
	add("41", "40 40 40", "sleep\x009\x00", "9801")
	add("50", "0 50 50", probe, "9000")       // the engine's own, 10 s old
	add("60", "0 60 60", "other\x00", "9800") // somebody else's exec
	add("70", "1 69 69", "left\x00", "9810")  // its session's leader is gone
	add("71", "1 68 68", "daemon\x00", "100")
	processes, err := processesIn(proc)
	if err != nil {
		t.Fatal(err)
	}
	now, err := ticksNow(proc)
	if err != nil {
		t.Fatal(err)
	}
	var got []int
	for _, p := range begun(proc, processes, Command{Argv: []string{"/bin/sh", "-c", "sleep 9"}, Youngest: 1500 * time.Millisecond, Oldest: 3 * time.Second}, now) {
		got = append(got, p.pid)
	}
	if len(begun(proc, processes, Command{Argv: []string{"sleep", "9"}, Youngest: 1500 * time.Millisecond, Oldest: 3 * time.Second}, now)) != 4 {
		t.Error("a shell that became what it ran is not found")
	}
	if len(got) != 3 || got[0] != 40 || got[1] != 41 || got[2] != 70 {
		t.Errorf("processes %v, want 40, 41 and 70", got)
	}
}

// TestTick compares our reading of start times with a process whose age is known.
func TestTick(t *testing.T) {
	t.Parallel()
	child := exec.Command("sleep", "60")
	if err := child.Start(); err != nil {
		t.Skip("no sleep here")
	}
	t.Cleanup(func() { child.Process.Signal(syscall.SIGKILL); child.Wait() })
	time.Sleep(1200 * time.Millisecond)
	processes, err := processesIn("/proc")
	if err != nil {
		t.Fatal(err)
	}
	now, err := ticksNow("/proc")
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range processes {
		if p.pid == child.Process.Pid {
			if age := time.Duration(now-p.started) * tick; age < time.Second || age > 30*time.Second {
				t.Errorf("age %v, want a little more than 1 s", age)
			}
			return
		}
	}
	t.Error("the child is not seen")
}
