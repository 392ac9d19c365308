package emulatortest_test

import (
	"flag"
	"os"
	"testing"

	// testdata/programs/otelecs needs this module, and the go command does not look into testdata when it tidies go.mod.
	_ "go.opentelemetry.io/contrib/detectors/aws/ecs"
)

// TestMain leaves the examples out of short tests: they cannot do that themselves, and need an engine.
func TestMain(m *testing.M) {
	flag.Parse()
	if run := flag.Lookup("test.run"); testing.Short() && run.Value.String() == "" {
		run.Value.Set("^Test")
	}
	os.Exit(m.Run())
}
