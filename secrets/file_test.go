package secrets_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/secrets"
	"github.com/google/go-cmp/cmp"
)

// values resolves references from one file, whose content must be without findings.
func values(t *testing.T, name, content string, valueFroms ...string) []string {
	t.Helper()
	file, findings := secrets.Parse(name, []byte(content))
	if len(findings) > 0 {
		t.Fatalf("findings in %q: %v", content, findings)
	}
	source := &secrets.Source{Region: "us-east-1", Files: []*secrets.File{file}}
	got, missing := source.Resolve(references(t, valueFroms...))
	if missing != nil {
		t.Fatalf("%q: %v", content, missing)
	}
	texts := make([]string, len(got))
	for i, v := range got {
		texts[i] = v.Reveal()
	}
	return texts
}

func references(t *testing.T, valueFroms ...string) []secrets.Reference {
	t.Helper()
	refs := make([]secrets.Reference, len(valueFroms))
	for i, valueFrom := range valueFroms {
		ref, err := secrets.ParseReference(valueFrom)
		if err != nil {
			t.Fatal(err)
		}
		refs[i] = ref
	}
	return refs
}

const dbARN = "arn:aws:secretsmanager:us-east-1:111122223333:secret:db-Xy12Zz"

func TestScalarsKeepTheirText(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"0123", "1.10", "1e3", "0x1F", "1_000", "true", "True", "yes", "2026-01-01", ".5", "12345678901234567890", "a b", "é"} {
		if got := values(t, "s.yaml", "K: "+text+"\n", "K"); got[0] != text {
			t.Errorf("YAML %s = %q", text, got[0])
		}
	}
	for json, want := range map[string]string{`8080`: "8080", `1.10`: "1.10", `1E3`: "1E3", `true`: "true", `"a\nb"`: "a\nb", `""`: ""} {
		if got := values(t, "s.json", "{\n\t\"K\":\t"+json+"\n}", "K"); got[0] != want {
			t.Errorf("JSON %s = %q, want %q", json, got[0], want)
		}
	}
	if got := values(t, "s.yaml", "K: |\n  one\n  two\n", "K"); got[0] != "one\ntwo\n" {
		t.Errorf("block text = %q", got[0])
	}
	if got := values(t, "s.yaml", "A: &a shared\nB: *a\n", "B"); got[0] != "shared" {
		t.Errorf("alias = %q", got[0])
	}
}

func TestMappingIsJSON(t *testing.T) {
	t.Parallel()
	const yaml = "db:\n  user: <app>\n  port: 5432\n  zip: 0123\n  on: True\n  no: null\n  list: [1, x]\n  deep: {a: {b: 1.50}}\n"
	got := values(t, "s.yaml", yaml, dbARN)
	if want := `{"user":"<app>","port":5432,"zip":"0123","on":true,"no":null,"list":[1,"x"],"deep":{"a":{"b":1.50}}}`; got[0] != want {
		t.Errorf("secret text = %s, want %s", got[0], want)
	}
}

// The agent prints members with %v of what encoding/json decoded.
func TestJSONKeyIsPrintedAsTheAgentDoes(t *testing.T) {
	t.Parallel()
	const text = `{"s":"a\"b","n":5432,"big":1234567890123,"million":1000000,"big21":100000000000000000000,"f":1.50,"t":true,"nil":null,"o":{"b":2,"a":[1,"x",null]},"":"empty","a.b/c":"dots"}`
	for key, want := range map[string]string{
		"s": `a"b`, "n": "5432", "big": "1.234567890123e+12", "million": "1e+06", "big21": "1e+20", "f": "1.5", "t": "true", "nil": "<nil>",
		"o": "map[a:[1 x <nil>] b:2]", "a.b/c": "dots",
	} {
		for name, content := range map[string]string{"s.json": `{"db":` + text + `}`, "s.yaml": "db: '" + text + "'\n", "s.env": "db='" + text + "'\n"} {
			if got := values(t, name, content, dbARN+":"+key+"::"); got[0] != want {
				t.Errorf("%s: key %s = %q, want %q", name, key, got[0], want)
			}
		}
	}
}

func TestVersions(t *testing.T) {
	t.Parallel()
	const yaml = "db: {versions: {AWSCURRENT: now, AWSPREVIOUS: {pw: old}, 0f9e: byid}}\nplain: same\njson: {versions: [1], more: 2}\nonly: {versions: text}\n"
	got := values(t, "s.yaml", yaml, dbARN, dbARN+":pw:AWSPREVIOUS:", dbARN+":::0f9e", dbARN+"::AWSPREVIOUS:0f9e", "plain",
		strings.Replace(dbARN, "db", "plain", 1)+"::AWSPREVIOUS:", "json", "only")
	want := []string{"now", "old", "byid", "byid", "same", "same", `{"versions":[1],"more":2}`, `{"versions":"text"}`}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestDotenv(t *testing.T) {
	t.Parallel()
	const content = "# comment\n\nA=plain\r\nexport B = spaced \nC=\"line\\none \\\"q\\\"\" # comment\nD='it # is'\nE=v#1 # comment\nF=\n/p/one=x=y\n" + dbARN + "=arn\n"
	got := values(t, "local.ENV", content, "A", "B", "C", "D", "E", "F", "/p/one", dbARN)
	if diff := cmp.Diff([]string{"plain", "spaced", "line\none \"q\"", "it # is", "v#1", "", "x=y", "arn"}, got); diff != "" {
		t.Error(diff)
	}
}

// Every finding has a place and none shows a value: each value here holds the word hunter2.
func TestBadFiles(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, content, want string }{
		{"s.yaml", "A: [hunter2]\n", "s.yaml:1:4: error: A is a list; a value is a text or a mapping [SEC-003]"},
		{"s.yaml", "A: x\nBé: {c: 1, \"é\": hunter2, \"é\": 2}\n", "s.yaml:2:28: error: é has a value in line 2 already [SEC-002]"},
		{"s.yaml", "A: hunter2\nA: hunter2\n", "s.yaml:2:1: error: A has a value in line 1 already [SEC-002]"},
		{"s.yaml", "A:\nB: &hunter2\n", "s.yaml:1:3: error: A has no value [SEC-004]\ns.yaml:2:4: error: B has no value [SEC-004]"},
		{"s.yaml", "A: !hunter2\n", "s.yaml:1:4: error: a value starts with a YAML tag, which is not part of it [SEC-003]"},
		{"s.yaml", "A: !!binary aHVudGVyMg==\n", "s.yaml:1:4: error: a value starts with a YAML tag, which is not part of it [SEC-003]"},
		{"s.yaml", "A: 1\nB: *hunter2\n", "s.yaml:2:4: error: the secrets file is neither JSON nor YAML: a text starts with * or &, which have a meaning in YAML [SEC-001]"},
		{"s.yaml", "A: x\n*/db: hunter2\n", "s.yaml:2:1: error: the secrets file is neither JSON nor YAML: a text starts with * or &, which have a meaning in YAML [SEC-001]"},
		{"s.yaml", "hunter2\n", "s.yaml:1:1: error: a secrets file is a mapping of names to values [SEC-003]"},
		{"s.yaml", "- hunter2\n", "s.yaml:1:1: error: a secrets file is a mapping of names to values [SEC-003]"},
		{"s.yaml", "A: x\n---\nB: hunter2\n", "s.yaml:2:1: error: the secrets file has more than one YAML document [SEC-001]"},
		{"s.yaml", "A: x\n\thunter2: y\n", "s.yaml:2:1: error: the secrets file is neither JSON nor YAML: found a tab character that violates indentation [SEC-001]"},
		{"s.yaml", "A: {? [hunter2] : x}\n", "s.yaml:1:7: error: a key is a plain text [SEC-003]"},
		{"s.yaml", "X: &x {a: hunter2}\nA: {<<: *x}\n", "s.yaml:2:5: error: a key is a plain text [SEC-003]"},
		{"s.yaml", dbARN + ":pw::: hunter2\n", "s.yaml:1:1: error: the key " + dbARN + ":pw:: selects from a secret; a key names the whole secret [SEC-003]"},
		{"s.yaml", "\"arn:aws:s3:::b/k\": hunter2\n", "s.yaml:1:1: error: the key arn:aws:s3:::b/k is not the ARN of a parameter or of a secret [SEC-003]"},
		{"s.json", "{\n \"A\": \"x\",\n \"B\": \"x\" hunter2}", "s.json:3:11: error: the secrets file is not JSON: invalid character '*' after object key:value pair [SEC-001]"},
		{"s.json", `{"A": "hunter2`, "s.json:1:7: error: the secrets file is not JSON: it ends in the middle [SEC-001]"},
		{"s.json", `{"A": "x"} {"B": "hunter2"}`, "s.json:1:11: error: the secrets file is not JSON: there is more after the first value [SEC-001]"},
		{"s.json", "{\"A\": \"x\",\n  \"A\": \"hunter2\"}", "s.json:2:3: error: A has a value in line 1 already [SEC-002]"},
		{"s.json", "{\"A\": {\"b\": [1]},\n  \"A\": \"hunter2\"}", "s.json:2:3: error: A has a value in line 1 already [SEC-002]"},
		{"s.env", "hunter2\nA=x\nA=hunter2\nB=\"hunter2\n", "s.env:1:1: error: the line is not NAME=VALUE [SEC-001]\ns.env:3:1: error: A has a value already [SEC-002]\ns.env:4:1: error: the quoted value does not end in its line [SEC-001]"},
		{"s.yaml", "A: " + strings.Repeat("{b: ", 40) + "hunter2" + strings.Repeat("}", 40), "s.yaml:1:132: error: values are nested more than 32 deep [SEC-001]"},
		{"s.json", `{"A": ` + strings.Repeat("[", 100_000), "s.json:1:41: error: the secrets file is not JSON: values are nested more than 32 deep [SEC-001]"},
		{"s.yaml", "A: &a {x: *a}\n", "s.yaml:1:4: error: values are nested more than 32 deep [SEC-001]"},
		{"s.yaml", bomb(), "s.yaml:2:26: error: the file has more than 100000 values once its aliases are followed [SEC-001]"},
		{"s.yaml", strings.Repeat("#", 5<<20), "s.yaml: error: the secrets file is larger than 4 MiB [SEC-001]"},
	} {
		_, findings := secrets.Parse(test.name, []byte(test.content))
		var got []string
		for _, f := range findings {
			got = append(got, f.String())
			if strings.Contains(f.Message+f.Fix, "hunter2") || f.File == "" {
				t.Errorf("finding shows a value, or has no file: %+v", f)
			}
		}
		if diff := cmp.Diff(test.want, strings.Join(got, "\n")); diff != "" {
			t.Errorf("%.60q: %s", test.content, diff)
		}
	}
	for _, empty := range []string{"", "# nothing\n", "---\n", "{}"} {
		if _, findings := secrets.Parse("s.yaml", []byte(empty)); len(findings) > 0 {
			t.Errorf("an empty file %q has findings: %v", empty, findings)
		}
	}
}

// bomb is a file of ten lines that stands for ten billion values.
func bomb() string {
	var b strings.Builder
	b.WriteString("a0: &a0 {x: hunter2}\n")
	for i := range 9 {
		b.WriteString("a" + string(rune('1'+i)) + ": &a" + string(rune('1'+i)) + " {")
		for j := range 10 {
			b.WriteString(string(rune('a'+j)) + ": *a" + string(rune('0'+i)) + ", ")
		}
		b.WriteString("}\n")
	}
	return b.String()
}

func TestLoad(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "secrets.yaml")
	if _, _, err := secrets.Load(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Load of no file: %v", err)
	}
	if err := os.WriteFile(path, []byte("A: x\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if file, findings, err := secrets.Load(path); err != nil || len(findings) != 0 || file.Name != path {
		t.Errorf("Load: %v %v", findings, err)
	}
	if runtime.GOOS == "windows" {
		return
	}
	if err := os.Chmod(path, 0o604); err != nil {
		t.Fatal(err)
	}
	if _, findings, err := secrets.Load(path); err != nil || len(findings) != 1 || findings[0].Rule != secrets.RuleReadable || findings[0].Severity != diag.Warning {
		t.Errorf("Load of a file that all can read: %v %v", findings, err)
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{"A: x", "A: {b: [1, &x y]}\nB: *x", `{"a": {"versions": {"x": 1}}}`, "A=\"x\"", "%YAML 1.1\n---\nA: !!int 0x", bomb()} {
		f.Add(true, []byte(seed))
		f.Add(false, []byte(seed))
	}
	f.Fuzz(func(t *testing.T, dotenv bool, data []byte) {
		name := "s.yaml"
		if dotenv {
			name = "s.env"
		}
		file, findings := secrets.Parse(name, data)
		for _, finding := range findings {
			if finding.File != name || finding.Line < 0 || finding.Line > len(data)+1 {
				t.Errorf("%q: finding without a place: %+v", data, finding)
			}
		}
		source := &secrets.Source{Region: "us-east-1", Files: []*secrets.File{file}}
		source.Resolve([]secrets.Reference{{ValueFrom: "A", Kind: secrets.SSM, Name: "A"}, {ValueFrom: dbARN, Kind: secrets.SecretsManager, Name: "db-Xy12Zz", JSONKey: "b"}})
	})
}
