package logs

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// text is a text of a test case, perhaps one that is too long to be written out: head, text so many times, tail.
type text struct {
	Source           string // of a write
	Head, Text, Tail string
	Base64           []byte `json:"base64"`
	Repeat           int
}

func (x *text) UnmarshalJSON(b []byte) error {
	if b[0] == '"' {
		return json.Unmarshal(b, &x.Text)
	}
	type plain text
	return json.Unmarshal(b, (*plain)(x))
}

func (x text) String() string {
	return x.Head + strings.Repeat(x.Text, max(1, x.Repeat)) + string(x.Base64) + x.Tail
}

// driverCase is output and the events that the awslogs driver of an engine made of it. The cases were written after recordings of
// engine 20.10.24, with texts of our own.
type driverCase struct {
	About          string
	Options        map[string]string
	Writes, Events []text
}

func TestAssemblerMakesTheEventsOfTheEngine(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/driver/*.json")
	if err != nil || len(files) < 9 {
		t.Fatalf("%d cases: %v", len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".json"), func(t *testing.T) {
			t.Parallel()
			b, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var c driverCase
			if err := json.Unmarshal(b, &c); err != nil {
				t.Fatal(err)
			}
			for _, size := range []int{1, 7, 2048, 1 << 20} { // how it is cut must not matter
				c.check(t, size)
			}
		})
	}
}

// check assembles the case's writes, each in pieces of a size.
func (c *driverCase) check(t *testing.T, size int) {
	t.Helper()
	options := map[string]string{keyGroup: "g"}
	for key, value := range c.Options {
		options[key] = value
	}
	o, err := ParseOptions(Config{Driver: AWSLogs, Options: options})
	if err != nil {
		t.Fatal(err)
	}
	a := Assembler{Pattern: o.Pattern}
	var got, want []string
	collect := func() {
		for _, event := range a.Take() {
			got = append(got, string(event.Message))
		}
	}
	now := time.UnixMilli(1)
	for _, write := range c.Writes {
		source := Stdout
		if write.Source == "stderr" {
			source = Stderr
		}
		for rest := []byte(write.String()); len(rest) > 0; {
			n := min(size, len(rest))
			a.Write(source, rest[:n:n], now)
			rest = rest[n:]
			collect()
		}
	}
	a.Close(now)
	collect()
	for _, event := range c.Events {
		want = append(want, event.String())
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s, in pieces of %d: %.2000s", c.About, size, diff)
	}
}
