package emulator_test

import (
	"flag"
	"os"
	"testing"
)

// TestMain leaves the example out of short tests: it cannot do that itself, and needs an engine.
func TestMain(m *testing.M) {
	flag.Parse()
	if run := flag.Lookup("test.run"); testing.Short() && run.Value.String() == "" {
		run.Value.Set("^Test")
	}
	os.Exit(m.Run())
}
