package validate

import (
	"fmt"
	"strings"
	"testing"

	"github.com/ecslocal/ecslocal/emulator/taskdef"
)

// BenchmarkCheckLarge measures what hostile definitions cost: the time must grow with the size, not with its square, whatever refers to
// whatever. It is no test, since the clock of a loaded machine would decide it.
func BenchmarkCheckLarge(b *testing.B) {
	const n = 8000
	var volumes, mounts, containers strings.Builder
	for i := range n {
		fmt.Fprintf(&volumes, `{"name": "v%d"},`, i)
		fmt.Fprintf(&mounts, `{"sourceVolume": "x%d", "containerPath": "/%d"},`, i, i)
		fmt.Fprintf(&containers, `{"name": "c%d", "links": ["c%d", "x"], "firelensConfiguration": {"type": "fluentbit"}},`, i, i*7%n)
	}
	list := func(b *strings.Builder) string { return "[" + strings.TrimSuffix(b.String(), ",") + "]" }
	for _, text := range []string{
		`{"volumes": ` + list(&volumes) + `, "containerDefinitions": [{"name": "a", "mountPoints": ` + list(&mounts) + `}]}`,
		`{"networkMode": "awsvpc", "containerDefinitions": ` + list(&containers) + `}`,
	} {
		def, findings := taskdef.Load("f", []byte(text))
		if def == nil {
			b.Fatal(findings)
		}
		b.Run(text[2:9], func(b *testing.B) {
			for b.Loop() {
				Check(def, Options{})
			}
		})
	}
}
