package secrets_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/secrets"
	"github.com/google/go-cmp/cmp"
)

const account = "arn:aws:secretsmanager:us-east-1:111122223333:secret:"

func uses(list ...string) []secrets.Use {
	var us []secrets.Use
	for i := 0; i < len(list); i += 3 {
		path := fmt.Sprintf("/containerDefinitions/0/secrets/%d/valueFrom", i/3)
		if list[i+1] == "" {
			path = "/containerDefinitions/0/repositoryCredentials/credentialsParameter"
		}
		us = append(us, secrets.Use{Container: list[i], Name: list[i+1], ValueFrom: list[i+2], Path: path,
			Position: diag.Position{File: "task.json", Line: 10 + i/3, Column: 1}})
	}
	return us
}

func TestTemplate(t *testing.T) {
	t.Parallel()
	us := uses(
		"web", "SESSION_SECRET", "arn:aws:ssm:us-east-1:111122223333:parameter/hello/session",
		"web", "DB_USER", account+"db-Xy12Zz:username::",
		"side", "DB_PASSWORD", account+"db-Xy12Zz:password::",
		"side", "DB_AGAIN", account+"db-Xy12Zz:password::",
		"web", "TOKEN", "1234",
		"web", "OLD", account+"rotated-Xy12Zz:key:AWSPREVIOUS:",
		"web", "NEW", account+"rotated-Xy12Zz",
		"web", "BY_ID", account+"rotated-Xy12Zz:::0f9e",
		"web", "", "team/hub",
		"web", "HERE", "arn:aws:ssm:us-east-1:111122223333:parameter/same",
		"web", "THERE", "arn:aws:ssm:eu-west-1:111122223333:parameter/same",
		"web", "BAD", "not a name",
	)
	got := secrets.Template(us)
	const want = `# What SSM Parameter Store and Secrets Manager answer to ecslocal.
# Replace every change-me, keep the file out of version control and readable by you alone (chmod 600).
# Not here: web: BAD: parse valueFrom "not a name": the Systems Manager parameter name is invalid

# web: SESSION_SECRET from arn:aws:ssm:us-east-1:111122223333:parameter/hello/session
/hello/session: change-me

# web: DB_USER from arn:aws:secretsmanager:us-east-1:111122223333:secret:db-Xy12Zz:username::
# side: DB_PASSWORD from arn:aws:secretsmanager:us-east-1:111122223333:secret:db-Xy12Zz:password::
# side: DB_AGAIN from arn:aws:secretsmanager:us-east-1:111122223333:secret:db-Xy12Zz:password::
db:
  username: change-me
  password: change-me

# web: TOKEN from 1234
"1234": change-me

# web: OLD from arn:aws:secretsmanager:us-east-1:111122223333:secret:rotated-Xy12Zz:key:AWSPREVIOUS:
# web: NEW from arn:aws:secretsmanager:us-east-1:111122223333:secret:rotated-Xy12Zz
# web: BY_ID from arn:aws:secretsmanager:us-east-1:111122223333:secret:rotated-Xy12Zz:::0f9e
rotated:
  versions:
    AWSPREVIOUS:
      key: change-me
    AWSCURRENT: change-me
    0f9e: change-me

# web: registry credentials from team/hub
team/hub:
  username: change-me
  password: change-me

# web: HERE from arn:aws:ssm:us-east-1:111122223333:parameter/same
arn:aws:ssm:us-east-1:111122223333:parameter/same: change-me

# web: THERE from arn:aws:ssm:eu-west-1:111122223333:parameter/same
arn:aws:ssm:eu-west-1:111122223333:parameter/same: change-me
`
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Error(diff)
	}

	// What it writes answers everything, and check says what is left to do.
	s := source(t, string(got))
	findings := secrets.Check(us, s)
	for _, f := range findings {
		if f.Rule != secrets.RulePlaceholder && !strings.Contains(f.Message, "not a name") {
			t.Errorf("the template does not answer: %v", f)
		}
	}
	if len(findings) != len(us) {
		t.Errorf("%d findings, want one a use: %v", len(findings), findings)
	}
	filled := source(t, strings.ReplaceAll(string(got), "change-me", "hunter2"))
	if findings := secrets.Check(us[:11], filled); len(findings) > 0 {
		t.Errorf("findings once it is filled in: %v", findings)
	}
	if got := secrets.Template(nil); !strings.HasPrefix(string(got), "# What SSM") || len(source(t, string(got)).Files) != 1 {
		t.Errorf("template without uses: %s", got)
	}
}

func TestCheck(t *testing.T) {
	t.Parallel()
	us := uses(
		"web", "A", "/app/session",
		"web", "B", account+"db-Xy12Zz:pasword::",
		"web", "C", account+"text-Xy12Zz:key::",
		"web", "D", account+"db-Xy12Zz:port::",
		"web", "E", account+"db-Xy12Zz:nothing::",
		"web", "F", account+"db-Xy12Zz:key",
		"web", "", account+"text-Xy12Zz",
		"web", "H", account+"db-Xy12Zz:small::",
		"web", "I", account+"v-Xy12Zz::AWSPREVIOUS:",
	)
	s := source(t, "db: {password: hunter2, port: 1234567, nothing: null, small: 80}\ntext: hunter2\n/app/sesion: hunter2\nv: {versions: {AWSCURRENT: hunter2}}\n\"/x/*\": hunter2\n",
		"db: {password: hunter2, port: 1234567, nothing: null, small: 80}\n")
	var got []string
	for _, f := range secrets.Check(us, s) {
		got = append(got, f.String()+" "+f.Path+" -> "+f.Fix)
		if strings.Contains(fmt.Sprintf("%+v", f), "hunter2") {
			t.Errorf("a finding shows a value: %+v", f)
		}
		if f.Rule == secrets.RuleMissing && !strings.HasPrefix(f.AWS, "ResourceInitializationError: unable to pull secrets") {
			t.Errorf("a missing one without AWS's text: %+v", f)
		}
	}
	path := func(i int) string { return fmt.Sprintf(" /containerDefinitions/0/secrets/%d/valueFrom -> ", i) }
	want := []string{
		"s.yaml:3:1: warning: no container asks for /app/sesion [SEC-007]  -> did you mean /app/session?",
		"s.yaml:5:1: warning: no container asks for /x/* [SEC-007]  -> remove it",
		"task.json:10:1: error: web: A: the parameter /app/session is in no secrets file [SEC-006]" + path(0) + "add it to a secrets file: ecslocal secrets init writes one with everything that the definition asks for",
		"task.json:11:1: error: web: B: the secret " + account + "db-Xy12Zz has no JSON key pasword (s.yaml:1:1) [ENV-007]" + path(1) + "did you mean password?",
		"task.json:12:1: error: web: C: the secret " + account + "text-Xy12Zz is no JSON object, so it has no key key (invalid character '*' looking for beginning of value) (s.yaml:2:1) [ENV-007]" + path(2) + "add it there",
		"task.json:13:1: warning: web: D: the JSON key port of " + account + "db-Xy12Zz is a large or small number, which arrives as a number with an exponent, as in 1e+06 [SEC-009]" + path(3) + "make it a text in the secret: put it in quotes",
		"task.json:14:1: warning: web: E: the JSON key nothing of " + account + "db-Xy12Zz is null, which arrives as <nil> [SEC-009]" + path(4) + "make it a text in the secret: put it in quotes",
		"task.json:15:1: error: web: F: trying to retrieve secret with value " + account + "db-Xy12Zz:key resulted in error: an invalid ARN format for the AWS Secrets Manager secret was specified. Specify a valid ARN and try again. [ENV-006]" + path(5) + "end the ARN after the secret's name, or add all of :json-key:version-stage:version-id",
		"task.json:16:1: error: web: registry credentials: asm fetching authorization data: unable to unmarshal secret value, invalid schema (s.yaml:2:1) [SEC-006] /containerDefinitions/0/repositoryCredentials/credentialsParameter -> add it there",
		"task.json:18:1: error: web: I: the secret " + account + "v-Xy12Zz has no version with the staging label: AWSPREVIOUS (s.yaml:4:1) [SEC-006]" + path(8) + "add it there",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
