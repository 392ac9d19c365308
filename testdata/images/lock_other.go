//go:build !unix

package images

import "testing"

// locked does something. That other test processes do the same at the same time costs time only.
func locked(t testing.TB, _ string, do func() error) {
	t.Helper()
	if err := do(); err != nil {
		t.Fatal(err)
	}
}
