package emulatortest

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
)

// keepEvents keeps the events of a failed test's task, one JSON object a line, where go test -artifacts keeps what tests leave.
func (k *Task) keepEvents() {
	if kept := flag.Lookup("test.artifacts"); kept == nil || kept.Value.String() != "true" {
		return
	}
	var lines []byte
	for _, e := range k.task.Events() {
		line, err := json.Marshal(e)
		if err != nil {
			k.t.Errorf("keep the events: %v", err)
			return
		}
		lines = append(append(lines, line...), '\n')
	}
	path := filepath.Join(k.t.ArtifactDir(), "ecslocal-"+k.task.ID+".jsonl")
	if err := os.WriteFile(path, lines, 0o600); err != nil {
		k.t.Errorf("keep the events: %v", err)
	}
}
