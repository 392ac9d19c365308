package look

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestProcesses(t *testing.T) {
	t.Parallel()
	proc := t.TempDir()
	put(t, proc, "1/stat", "1 (my (odd) sh) S 0 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 5 0")
	put(t, proc, "1/cmdline", "sh\x00-c\x00sleep 9\x00")
	put(t, proc, "1/status", "Name:\tsh\nSigBlk:\t0000000000010000\nSigIgn:\t0000000000000006\nSigCgt:\t0000000000004002\n")
	put(t, proc, "7/stat", "7 (sleep) S 1 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 5 0")
	put(t, proc, "7/cmdline", "sleep\x009\x00")
	put(t, proc, "8/stat", "8 (gone) Z 1 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 5 0")
	put(t, proc, "self/net/tcp", `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 00000000:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1
   1: 0100007F:1F90 0100007F:C350 01 00000000:00000000 00:00000000 00000000     0        0 2
   2: 0100007F:C350 0100007F:1F90 01 00000000:00000000 00:00000000 00000000     0        0 3
   3: 0100007F:1F90 0100007F:C351 06 00000000:00000000 00:00000000 00000000     0        0 0
`)
	put(t, proc, "self/net/tcp6", `  sl  local_address                         remote_address                        st tx_queue rx_queue
   0: 0000000000000000FFFF00000100007F:1F90 0000000000000000FFFF00000100007F:C352 01 00000000:00000000 00:00000000 00000000     0        0 4
`)
	var r Report
	if err := r.readProcesses(proc); err != nil {
		t.Fatal(err)
	}
	want := Report{Connections: map[int]int{8080: 2, 50000: 1}, Processes: []Process{
		{PID: 1, Name: "my (odd) sh", Command: "sh -c sleep 9", Blocked: 1 << 16, Ignored: 6, Caught: 0x4002}, {PID: 7, Parent: 1, Name: "sleep", Command: "sleep 9"}}}
	if diff := cmp.Diff(want, r); diff != "" {
		t.Error(diff)
	}
}
