package secrets_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/ecslocal/ecslocal/secrets"
)

func redactor(texts ...string) *secrets.Redactor {
	r := new(secrets.Redactor)
	for _, text := range texts {
		r.Add(secrets.NewValue(text))
	}
	return r
}

func TestRedact(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ text, want string }{
		{"the password is hunter2", "the password is ***"},
		{"hunter2hunter2 hunter2", "*** ***"},
		{"hunterhunter2", "hunter***"},
		{"hunte hunter", "hunte hunter"},
		{"abcdefghij", "***j"}, // abcdef and efghi overlap
		{"xabcdx", "xabcdx"},
		{"nested", "***"},
		{"nest est", "nest est"},
		{"neste!", "n***!"}, // este, in what could have become nested
		{"abc", "abc"},      // too short
		{"", ""},
	} {
		if got := redactor("hunter2", "abcdef", "efghi", "nested", "este", "abc").String(test.text); got != test.want {
			t.Errorf("%q becomes %q, want %q", test.text, got, test.want)
		}
	}
	if got := new(secrets.Redactor).String("hunter2"); got != "hunter2" {
		t.Errorf("a redactor without values changes the text to %q", got)
	}
}

func TestRedactEncodings(t *testing.T) {
	t.Parallel()
	const secret = "p@ss \"w<rd>/é+%"
	const key = "-----BEGIN KEY-----\nMIIEvQIBADANBg\n  kqhkiG9w0BAQEF\r\n-----END KEY-----\n"
	r := redactor(secret, key)
	quote := func(s string) string { b, _ := json.Marshal(s); return string(b) }
	for name, text := range map[string]string{
		"plain": secret, "JSON": quote(secret), "Go": fmt.Sprintf("%q", secret), "JSON in JSON key": quote(`{"a":` + key + `}`),
		"query": url.QueryEscape(secret), "path": url.PathEscape(secret), "component": strings.ReplaceAll(url.QueryEscape(secret), "+", "%20"),
		"user": (&url.URL{Scheme: "db", User: url.UserPassword("me", secret), Host: "h"}).String(),
		"line": "MIIEvQIBADANBg", "indented line": "kqhkiG9w0BAQEF", "trimmed": strings.TrimSpace(key),
		"base64": base64.StdEncoding.EncodeToString([]byte(secret)), "base64 raw": base64.RawURLEncoding.EncodeToString([]byte(secret)),
	} {
		got := r.String("<" + text + ">")
		for _, part := range []string{"ss", "w<rd", "rd%3", "w0BA", "QIBA", "PAJAc3M", "cEBzcyA", "c3Mg"} {
			if strings.Contains(got, part) || !strings.Contains(got, secrets.Redacted) {
				t.Errorf("%s: %q becomes %q", name, text, got)
			}
		}
	}
	for before := range 3 {
		for after := range 3 {
			encoded := base64.StdEncoding.EncodeToString([]byte(strings.Repeat("u", before) + "a long password" + strings.Repeat("v", after)))
			if got := r.String(encoded); got != encoded {
				t.Errorf("an unknown password is redacted: %q", got)
			}
			if got := redactor("a long password").String(encoded); !strings.Contains(got, secrets.Redacted) || len(got) > 12 {
				t.Errorf("base64 with %d before and %d after: %q becomes %q", before, after, encoded, got)
			}
		}
	}
}

func TestRedactingWriterPassesOnWhatItCan(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	w := redactor("hunter2").Writer(&out)
	for _, step := range []struct{ write, want string }{
		{"a line\n", "a line\n"}, {"hunt", ""}, {"ing\n", "hunting\n"}, {"hun", ""}, {"ter", ""}, {"2", "***"}, {" hunter2", " ***"}, {"!h", "!"},
	} {
		out.Reset()
		if n, err := io.WriteString(w, step.write); n != len(step.write) || err != nil || out.String() != step.want {
			t.Errorf("Write(%q) = %d, %v and passes on %q, want %q", step.write, n, err, out.String(), step.want)
		}
	}
	out.Reset()
	if err := w.Close(); err != nil || out.String() != "h" {
		t.Errorf("Close passes on %q, %v", out.String(), err)
	}
}

func TestRedactorLearnsInMidStream(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	r := redactor("abcdefgh")
	w := r.Writer(&out)
	_, _ = io.WriteString(w, "hunter2 abcdef")
	r.Add(secrets.NewValue("defXYZ"), secrets.NewValue("hunter2"))
	_, _ = io.WriteString(w, "XYZ hunter2")
	_ = w.Close()
	if want := "hunter2 abc*** ***"; out.String() != want {
		t.Errorf("got %q, want %q", out.String(), want)
	}
}

type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }

func TestRedactingWriterTellsErrors(t *testing.T) {
	t.Parallel()
	w := redactor("hunter2").Writer(failing{})
	if _, err := io.WriteString(w, "x"); err != io.ErrClosedPipe {
		t.Errorf("Write: %v", err)
	}
}

func TestRedactorIsNeverPrinted(t *testing.T) {
	t.Parallel()
	r := redactor("hunter2")
	s := source(t, "a: hunter2\nb: {c: hunter2}\nd: {versions: {x: hunter2}}")
	for _, x := range []any{r, struct{ r *secrets.Redactor }{r}, s, s.Files[0], *s.Files[0]} {
		for _, verb := range []string{"%v", "%+v", "%#v"} {
			if text := fmt.Sprintf(verb, x); strings.Contains(text, "hunter2") {
				t.Errorf("%s of %T shows a secret: %s", verb, x, text)
			}
		}
	}
}

func TestRedactorIsSafeForGoroutines(t *testing.T) {
	t.Parallel()
	var group sync.WaitGroup
	r := redactor("hunter2")
	for i := range 8 {
		group.Go(func() {
			for j := range 20 {
				r.Add(secrets.NewValue(fmt.Sprintf("secret-%d-%d", i, j)))
				if got := r.String("x hunter2"); got != "x ***" {
					t.Errorf("got %q", got)
				}
			}
		})
	}
	group.Wait()
	for i := range 8 {
		for j := range 20 {
			if got := r.String(fmt.Sprintf("secret-%d-%d", i, j)); got != secrets.Redacted {
				t.Errorf("an added value was lost: %q", got)
			}
		}
	}
}

// No secret survives, and how the text is cut into writes makes no difference.
func FuzzRedact(f *testing.F) {
	f.Add("hunter2\nhunt", "the hunter2 hunthunter2", uint64(1))
	f.Add("aaaa\naaaab\nbaaa", "aaaaaaaabaaaabaaab", uint64(2))
	f.Add("abcd\nbcde\ncdef", "xabcdefx abcde", uint64(3))
	f.Add("p&ss w\"rd\nline", `p&ss w"rd p\u0026ss w\"rd p%26ss+w%22rd cCZzcyB3InJk`, uint64(4))
	f.Fuzz(func(t *testing.T, list, text string, seed uint64) {
		r := new(secrets.Redactor)
		var known []string
		for _, secret := range strings.Split(list, "\n") {
			r.Add(secrets.NewValue(secret))
			// What a star belongs to cannot be told from the replacement.
			if len(secret) >= 4 && !strings.Contains(secret, "*") {
				known = append(known, secret)
			}
		}
		whole := r.String(text)
		var out bytes.Buffer
		w := r.Writer(&out)
		random := rand.New(rand.NewPCG(seed, 0))
		for rest := []byte(text); len(rest) > 0; {
			n := 1 + random.IntN(min(len(rest), 9))
			if _, err := w.Write(rest[:n]); err != nil {
				t.Fatal(err)
			}
			rest = rest[n:]
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		if out.String() != whole {
			t.Errorf("in pieces %q, whole %q", out.String(), whole)
		}
		for _, secret := range known {
			if strings.Contains(whole, secret) {
				t.Errorf("%q is in %q", secret, whole)
			}
		}
	})
}

func BenchmarkRedact(b *testing.B) {
	text := []byte(strings.Repeat("GET /health HTTP/1.1 200 12ms user-agent=ELB-HealthChecker/2.0\n", 1000))
	var many []string
	for i := range 50 {
		many = append(many, fmt.Sprintf("%d-a-password-of-usual-length", i))
	}
	for name, r := range map[string]*secrets.Redactor{"none": redactor(), "one": redactor("hunter2"), "fifty": redactor(many...)} {
		b.Run(name, func(b *testing.B) {
			w := r.Writer(io.Discard)
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				_, _ = w.Write(text)
			}
		})
	}
}
