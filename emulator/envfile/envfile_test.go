package envfile_test

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ecslocal/ecslocal/emulator/envfile"
	"github.com/google/go-cmp/cmp"
)

func TestParse(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		data string
		want map[string]string
	}{
		{"", map[string]string{}},
		{"A=1", map[string]string{"A": "1"}},
		{"A=1\r\nB=2\r\r\nC=\r\n", map[string]string{"A": "1", "B": "2\r", "C": ""}},
		{"#A=1\n #B=2\nC=3 # c\n", map[string]string{" #B": "2", "C": "3 # c"}},
		{" A = 1 \n\tB=\t2\n", map[string]string{" A ": " 1 ", "\tB": "\t2"}},
		{"A=\"x y\"\nB='z'\n", map[string]string{"A": `"x y"`, "B": "'z'"}},
		{"export A=1\nB=${A}\nC=a=b=c\n", map[string]string{"export A": "1", "B": "${A}", "C": "a=b=c"}},
		{"A=1\nA=2\n", map[string]string{"A": "2"}},
		{"NONE\n=x\n\n   \n==y\n", map[string]string{}},
		{"\ufeffA=1\nB=2\n", map[string]string{"\ufeffA": "1", "B": "2"}},
		{"\ufeff# no comment\n", map[string]string{}},
		{"A=1\rB=2\n", map[string]string{"A": "1\rB=2"}},
		{"A=\xff\x00b\n", map[string]string{"A": "\xff\x00b"}},
		{"A=\\\nB=1\n", map[string]string{"A": "\\", "B": "1"}},
	} {
		got, err := envfile.Parse([]byte(test.data))
		if diff := cmp.Diff(test.want, got); diff != "" || err != nil {
			t.Errorf("%q: %v %s", test.data, err, diff)
		}
	}
}

// The agent's scanner takes 65535 bytes and a line break; Parse and Lint have to agree with it.
func TestLineLimit(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		length int
		end    string
		fails  bool
	}{{65533, "\n", false}, {65535, "\n", false}, {65536, "\n", true}, {65534, "\r\n", false}, {65535, "\r\n", true}, {65535, "", false}, {65536, "", true}} {
		data := []byte("B=1\nA=" + strings.Repeat("x", test.length-2) + test.end)
		got, err := envfile.Parse(data)
		findings := envfile.Lint("x.env", data)
		if test.fails {
			if !errors.Is(err, bufio.ErrTooLong) || got != nil || len(findings) != 1 || findings[0].Line != 2 || findings[0].Rule != envfile.RuleLineLimit {
				t.Errorf("%d+%q: %v, %v", test.length, test.end, err, findings)
			}
		} else if err != nil || len(got["A"]) != test.length-2 || len(findings) != 0 {
			t.Errorf("%d+%q: %v, %v", test.length, test.end, err, findings)
		}
	}
}

func TestLint(t *testing.T) {
	t.Parallel()
	const hidden = "hunter2"
	for line, want := range map[string]string{
		"A=" + hidden:                 "",
		"# A=" + hidden:               "",
		"   ":                         "",
		"A=":                          "",
		"A=a#b'c\"d $ 5$":             "",
		"A='":                         "",
		`A="` + hidden + `"`:          "1:3 ENF-001 the quotes around the value of A are part of it",
		"A='" + hidden + "' # c":      "1:3 ENF-001 the quotes around the value of A are part of it|1:12 ENF-003 what looks like a comment is part of the value of A",
		"export A=" + hidden:          `1:1 ENF-002 ECS takes "export A" as the whole name`,
		"A=" + hidden + "\t# comment": "1:10 ENF-003 what looks like a comment is part of the value of A",
		"A = " + hidden:               `1:1 ENF-004 spaces are part of the name: "A "|1:4 ENF-004 spaces around the value of A  are part of it`,
		"A=" + hidden + " ":           "1:3 ENF-004 spaces around the value of A are part of it",
		"A=" + hidden + "$B":          "1:10 ENF-005 ECS does not expand the $ in the value of A",
		"A=${B}":                      "1:3 ENF-005 ECS does not expand the $ in the value of A",
		"  " + hidden:                 "1:3 ENF-006 the line has no =, so ECS skips it: it takes no value from anywhere else",
		"=" + hidden:                  "1:1 ENF-007 the line begins with =, so ECS skips it",
		"A=1\r\nB=2\r\nA=" + hidden:   "3:1 ENF-008 A is in line 1 already; the last one wins",
		"\ufeffA=" + hidden:           "1:1 ENF-009 the file begins with a byte order mark, which ECS makes a part of the first name",
		" # A=" + hidden:              `1:2 ENF-010 only a # at the line's very start begins a comment: this is a variable named " # A"`,
	} {
		var got []string
		for _, f := range envfile.Lint("x.env", []byte(line)) {
			got = append(got, fmt.Sprintf("%d:%d %s %s", f.Line, f.Column, f.Rule, f.Message))
			if strings.Contains(f.Message+f.Fix, hidden) {
				t.Errorf("a finding shows a value: %+v", f)
			}
		}
		if diff := cmp.Diff(want, strings.Join(got, "|")); diff != "" {
			t.Errorf("%q: %s", line, diff)
		}
	}
}

func TestParseARN(t *testing.T) {
	t.Parallel()
	for arn, want := range map[string]envfile.Object{
		"arn:aws:s3:::bucket/key":                {Bucket: "bucket", Key: "key"},
		"arn:aws-cn:s3:::b/a/b c/app.env":        {Bucket: "b", Key: "a/b c/app.env"},
		"arn:aws-us-gov:s3:::b.c-d//double":      {Bucket: "b.c-d", Key: "/double"},
		"x arn:aws:s3:::b/the agent is not firm": {Bucket: "b", Key: "the agent is not firm"},
	} {
		if got, err := envfile.ParseARN(arn); got != want || err != nil {
			t.Errorf("%s = %+v, %v", arn, got, err)
		}
	}
	for _, arn := range []string{"", "s3://bucket/key", "arn:aws:s3:::bucket", "arn:aws:s3:::bucket/", "arn:aws:s3:us-east-1::b/k", "arn:aws:ssm:::b/k"} {
		_, err := envfile.ParseARN(arn)
		if want := "unable to parse bucket and key from s3 ARN specified in environmentFile " + arn + ", error: invalid s3 arn: " + arn; err == nil || err.Error() != want {
			t.Errorf("%q: %v", arn, err)
		}
	}
}

func TestLoad(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	folder := filepath.Join(dir, "bucket")
	if err := os.MkdirAll(filepath.Join(folder, "prod"), 0o755); err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string]string{"bucket/prod/app.env": "A=1\n", "outside.env": "B=2\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink("../outside.env", filepath.Join(folder, "link.env")); err != nil {
		t.Fatal(err)
	}
	folders := map[string]string{"b": folder, "nowhere": filepath.Join(dir, "none")}
	file, data, err := envfile.Load("arn:aws:s3:::b/prod/app.env", folders)
	if string(data) != "A=1\n" || file != filepath.Join(folder, "prod", "app.env") || err != nil {
		t.Errorf("Load = %q %q %v", file, data, err)
	}
	const gone = "Unable to download env file with key %s from bucket %s, error: NoSuchKey: The specified key does not exist."
	const fargate = "ResourceInitializationError: failed to download env files: "
	const notFound = fargate + "service call has been retried 1 time(s): operation error S3: HeadObject, https response error StatusCode: 404, api error NotFound: Not Found"
	for _, test := range []struct{ arn, problem, ec2, fargate string }{
		{"arn:aws:s3:::other/app.env", "no folder stands for the bucket other", fmt.Sprintf(gone, "app.env", "other"), notFound},
		{"arn:aws:s3:::nowhere/app.env", "no such file", fmt.Sprintf(gone, "app.env", "nowhere"), notFound},
		{"arn:aws:s3:::b/none.env", "none.env: no such file", fmt.Sprintf(gone, "none.env", "b"), notFound},
		{"arn:aws:s3:::b/link.env", "link.env: path escapes from parent", fmt.Sprintf(gone, "link.env", "b"), notFound},
		{"arn:aws:s3:::b/prod", "prod is not a regular file", fmt.Sprintf(gone, "prod", "b"), notFound},
		{"arn:aws:s3:::b/../../x.env", "leads out of the bucket's folder",
			`Unable to initialize envfile resource directory, error: invalid path: bucket "b" key "../../x.env" escapes envfile resource directory`,
			fargate + `unable to initialize envfile resource directory, error: invalid path: bucket "b" key "../../x.env" escapes envfile resource directory`},
		{"arn:aws:s3:::b", "is not the ARN of an S3 object",
			"Unable to parse bucket and key from s3 ARN specified in environmentFile arn:aws:s3:::b, error: invalid s3 arn: arn:aws:s3:::b",
			fargate + "unable to parse bucket and key from s3 ARN specified in environmentFile arn:aws:s3:::b, error: invalid s3 arn: arn:aws:s3:::b"},
	} {
		_, _, err := envfile.Load(test.arn, folders)
		var e *envfile.Error
		if !errors.As(err, &e) || !strings.Contains(err.Error(), test.problem) || !strings.Contains(err.Error(), test.arn) || e.Fix == "" {
			t.Errorf("Load(%s): %v, want %s", test.arn, err, test.problem)
			continue
		}
		if e.EC2() != test.ec2 || e.Fargate() != test.fargate {
			t.Errorf("Load(%s):\nEC2 %s\nFargate %s", test.arn, e.EC2(), e.Fargate())
		}
	}
	if _, _, err := envfile.Load("arn:aws:s3:::b/none.env", folders); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the operating system's error is lost: %v", err)
	}
}

// The rules once more, without the scanner.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{"A=1\nB=2", "#\r\n =\r", "A==\n\n=\nexport X=1", "\ufeffA=1"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		want := map[string]string{}
		for _, line := range strings.Split(string(data), "\n") {
			line = strings.TrimSuffix(line, "\r")
			if i := strings.IndexByte(line, '='); i > 0 && !strings.HasPrefix(line, "#") {
				want[line[:i]] = line[i+1:]
			}
		}
		got, err := envfile.Parse(data)
		if err != nil {
			if len(data) < 65536 {
				t.Errorf("%q: %v", data, err)
			}
			return
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
		for _, finding := range envfile.Lint("x.env", data) {
			if finding.Line < 1 || finding.Column < 1 {
				t.Errorf("finding without a place: %+v", finding)
			}
		}
	})
}
