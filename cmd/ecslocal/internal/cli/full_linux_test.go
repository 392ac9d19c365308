package cli

import (
	"bytes"
	"os"
	"regexp"
	"strconv"
	"syscall"
	"testing"
)

// TestFullDisk gives the state directory a disk that is too small for what a container writes: the task goes on, all of it is shown, and
// how much could not be kept is said.
func TestFullDisk(t *testing.T) {
	lossTest(t)
	if os.Geteuid() != 0 {
		t.Skip("makes a small disk, which only root can")
	}
	stateDir := t.TempDir()
	if err := syscall.Mount("tmpfs", stateDir, "tmpfs", 0, "size=3m"); err != nil {
		t.Skipf("makes a small disk, which is not allowed here: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(stateDir, syscall.MNT_DETACH); err != nil {
			t.Errorf("unmount: %v", err)
		}
	})
	const lines = 60_000
	run := ecslocal(t, stateDir, "run", printers(t, "full", `"lines=60000x100"`))
	var stdout, stderr bytes.Buffer
	run.Stdout, run.Stderr = &stdout, &stderr
	if err := run.Run(); err != nil {
		t.Fatalf("run: %v\n%s", err, &stderr)
	}
	wantLines(t, stdout.Bytes(), "c0", lines)
	said := regexp.MustCompile(`c0: (\d+) log events could not be stored, as if CloudWatch Logs had been away: .*no space left on device`).FindStringSubmatch(stderr.String())
	if said == nil {
		t.Fatalf("the loss is not said:\n%s", &stderr)
	}
	lost, _ := strconv.Atoi(said[1])
	kept, err := ecslocal(t, stateDir, "logs", "full").Output()
	if err != nil {
		t.Fatal(err)
	}
	if n := bytes.Count(kept, []byte("\n")); n == 0 || n+lost != lines {
		t.Errorf("%d lines are kept and %d said to be lost, of %d", n, lost, lines)
	}
}
