package filter

import "testing"

// FuzzHints checks that looking for hints first changes no result.
func FuzzHints(f *testing.F) {
	for _, pattern := range []string{`{ $.level = "error" }`, `{ $.a.b != "x y" && $.c = %foo[0-9]bar% || $.d NOT EXISTS }`, `{ $.['é x'] = "*\\ö/*" }`} {
		for _, message := range []string{`{"level":"\u0065rror"}`, `{"l\u0065vel":"error"}`, `{"level":"warn"}`, `{"a":{"b":"z"},"c":"foo1bar"}`, `{"é x":"a\\ö\/b"}`} {
			f.Add(pattern, []byte(message))
		}
	}
	f.Fuzz(func(t *testing.T, pattern string, message []byte) {
		p, err := Parse(pattern)
		if err != nil {
			return
		}
		if form, ok := p.form.(*jsonForm); ok {
			if with, without := form.match(message), (&jsonForm{expression: form.expression}).match(message); with != without {
				t.Fatalf("%s on %s: %v with hints %q, %v without", pattern, message, with, form.hints, without)
			}
		}
	})
}
