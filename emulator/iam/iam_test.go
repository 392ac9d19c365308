package iam

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/emulator/document"
	"github.com/ecslocal/ecslocal/emulator/taskdef"
	"github.com/ecslocal/ecslocal/secrets"
)

func needsOf(t *testing.T, text string, uses []secrets.Use, keys ...string) []Need {
	t.Helper()
	root, findings := document.ParseJSON("task.json", []byte(text))
	if len(findings) > 0 {
		t.Fatal(findings)
	}
	def, _ := taskdef.Decode(root)
	return Needs(def, uses, Place{"eu-west-1", "111122223333"}, keys)
}

const everything = `{"family": "f", "containerDefinitions": [{"name": "web",
  "image": "123456789012.dkr.ecr.us-east-1.amazonaws.com/team/web@sha256:0",
  "logConfiguration": {"logDriver": "awslogs", "options": {"awslogs-group": "/ecs/f", "awslogs-region": "us-east-2", "awslogs-create-group": "true"}},
  "environmentFiles": [{"type": "s3", "value": "arn:aws:s3:::bucket/a/b.env"}],
  "credentialSpecs": ["credentialspec:arn:aws:s3:::specs/one.json", "credentialspecdomainless:arn:aws:ssm:eu-west-1:111122223333:parameter/spec"]},
  {"name": "china", "image": "123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn/x", "firelensConfiguration": {"type": "fluentbit",
  "options": {"config-file-type": "s3", "config-file-value": "arn:aws-cn:s3:::conf/fluent.conf"}}}, {"name": "hub", "image": "busybox"}]}`

var everySecret = []secrets.Use{
	{Container: "web", Name: "A", ValueFrom: "/prod/a"},
	{Container: "web", Name: "B", ValueFrom: "arn:aws:secretsmanager:us-east-1:123456789012:secret:db-AbCdEf:password::"},
	{Container: "web", Name: "C", ValueFrom: "arn:aws:secretsmanager:us-east-1:123456789012:secret:db"},
}

func TestNeeds(t *testing.T) {
	t.Parallel()
	var got []string
	for _, n := range needsOf(t, everything, everySecret, "arn:aws:kms:eu-west-1:111122223333:key/k") {
		got = append(got, n.Action+" "+n.Resource)
	}
	want := []string{
		"ecr:GetAuthorizationToken *",
		"ecr:BatchCheckLayerAvailability arn:aws:ecr:us-east-1:123456789012:repository/team/web",
		"ecr:BatchGetImage arn:aws:ecr:us-east-1:123456789012:repository/team/web",
		"ecr:GetDownloadUrlForLayer arn:aws:ecr:us-east-1:123456789012:repository/team/web",
		"logs:CreateLogGroup arn:aws:logs:us-east-2:111122223333:log-group:/ecs/f:*",
		"logs:CreateLogStream arn:aws:logs:us-east-2:111122223333:log-group:/ecs/f:*",
		"logs:PutLogEvents arn:aws:logs:us-east-2:111122223333:log-group:/ecs/f:*",
		"s3:GetBucketLocation arn:aws:s3:::bucket", "s3:GetObject arn:aws:s3:::bucket/a/b.env",
		"s3:GetBucketLocation arn:aws:s3:::specs", "s3:GetObject arn:aws:s3:::specs/one.json",
		"ssm:GetParameters arn:aws:ssm:eu-west-1:111122223333:parameter/spec",
		"ecr:GetAuthorizationToken *",
		"ecr:BatchCheckLayerAvailability arn:aws-cn:ecr:cn-north-1:123456789012:repository/x",
		"ecr:BatchGetImage arn:aws-cn:ecr:cn-north-1:123456789012:repository/x",
		"ecr:GetDownloadUrlForLayer arn:aws-cn:ecr:cn-north-1:123456789012:repository/x",
		"s3:GetBucketLocation arn:aws-cn:s3:::conf", "s3:GetObject arn:aws-cn:s3:::conf/fluent.conf",
		"ssm:GetParameters arn:aws:ssm:eu-west-1:111122223333:parameter/prod/a",
		"secretsmanager:GetSecretValue arn:aws:secretsmanager:us-east-1:123456789012:secret:db-AbCdEf",
		"secretsmanager:GetSecretValue arn:aws:secretsmanager:us-east-1:123456789012:secret:db-??????",
		"kms:Decrypt arn:aws:kms:eu-west-1:111122223333:key/k",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

// TestLeast: what Policy prints is enough, and without any one of its statements something is missing.
func TestLeast(t *testing.T) {
	t.Parallel()
	needs := needsOf(t, everything, everySecret)
	least, findings := Read("least.json", Policy(needs))
	if len(findings) > 0 || len(Check(needs, []*Document{least})) > 0 {
		t.Errorf("the least policy is not enough: %v %v", findings, Check(needs, []*Document{least}))
	}
	for i := range least.statements {
		less := *least
		less.statements = append(append([]statement{}, least.statements[:i]...), least.statements[i+1:]...)
		if len(diag.Errors(Check(needs, []*Document{&less}))) == 0 {
			t.Errorf("statement %d is not needed", i)
		}
	}
}

func TestCheck(t *testing.T) {
	t.Parallel()
	uses := []secrets.Use{{Container: "web", Name: "A", ValueFrom: "arn:aws:secretsmanager:us-east-1:123456789012:secret:prod/db"}}
	needs := needsOf(t, `{"family": "f", "containerDefinitions": [{"name": "web", "image": "busybox"}]}`, uses)
	const secret = `"arn:aws:secretsmanager:us-east-1:123456789012:secret:`
	for name, c := range map[string]struct{ statements, want string }{
		"exact":          {`{"Effect": "Allow", "Action": "secretsmanager:GetSecretValue", "Resource": ` + secret + `prod/db-??????"}`, ""},
		"wildcard":       {`{"Effect": "Allow", "Action": "SecretsManager:get*", "Resource": ` + secret + `prod/*"}`, ""},
		"no suffix":      {`{"Effect": "Allow", "Action": "secretsmanager:GetSecretValue", "Resource": ` + secret + `prod/db"}`, "IAM-002"},
		"star":           {`{"Effect": "Allow", "Action": "*", "Resource": "*"}`, "IAM-005 IAM-005 IAM-005 IAM-005"},
		"all of account": {`{"Effect": "Allow", "Action": ["secretsmanager:GetSecretValue"], "Resource": [` + secret + `*"]}`, "IAM-005"},
		"other service":  {`{"Effect": "Allow", "Action": "ssm:*", "Resource": "arn:aws:ssm:us-east-1:123456789012:parameter/a"}`, "IAM-002"},
		"NotAction":      {`{"Effect": "Allow", "NotAction": "iam:*", "Resource": ` + secret + `prod/*"}`, ""},
		"NotAction of":   {`{"Effect": "Allow", "NotAction": "secretsmanager:*", "Resource": ` + secret + `prod/*"}`, "IAM-002"},
		"NotResource":    {`{"Effect": "Allow", "Action": "secretsmanager:GetSecretValue", "NotResource": ` + secret + `test/*"}`, "IAM-005"},
		"Deny":           {`{"Effect": "Allow", "Action": "secretsmanager:*", "Resource": ` + secret + `prod/*"}, {"Effect": "Deny", "Action": "*", "Resource": ` + secret + `prod/*"}`, "IAM-003"},
		"Deny elsewhere": {`{"Effect": "Allow", "Action": "secretsmanager:*", "Resource": ` + secret + `prod/*"}, {"Effect": "Deny", "Action": "*", "Resource": ` + secret + `test/*"}`, ""},
		"condition":      {`{"Effect": "Allow", "Action": "secretsmanager:*", "Resource": ` + secret + `prod/*", "Condition": {"StringEquals": {}}}`, "IAM-004"},
		"Deny if":        {`{"Effect": "Allow", "Action": "secretsmanager:*", "Resource": ` + secret + `prod/*"}, {"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": {"Bool": {}}}`, "IAM-004"},
	} {
		d, findings := Read("p.json", fmt.Appendf(nil, `{"Version": "2012-10-17", "Statement": [%s]}`, c.statements))
		if len(findings) > 0 {
			t.Fatalf("%s: %v", name, findings)
		}
		var got []string
		for _, f := range Check(needs, []*Document{d}) {
			got = append(got, f.Rule)
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: %v, want %s", name, got, c.want)
		}
	}
}

// TestLogStreamsAreAskedFor: a policy may name the streams of a group, and then only those count.
func TestLogStreamsAreAskedFor(t *testing.T) {
	t.Parallel()
	needs := needsOf(t, `{"containerDefinitions": [{"name": "web", "logConfiguration": {"logDriver": "awslogs", "options": {"awslogs-group": "g", "awslogs-region": "eu-west-1", "awslogs-stream-prefix": "p"}}}]}`, nil)
	for resource, missing := range map[string]int{"g:*": 0, "g:log-stream:*": 0, "g:log-stream:p/web/*": 0, "g:log-stream:other/*": 2, "g": 2, "*": 0} {
		d, _ := Read("p.json", fmt.Appendf(nil, `{"Statement": {"Effect": "Allow", "Action": "logs:*", "Resource": "arn:aws:logs:eu-west-1:111122223333:log-group:%s"}}`, resource))
		found := Check(needs, []*Document{d})
		if len(found) != missing || missing > 0 && !strings.HasPrefix(found[0].AWS, "ResourceInitializationError: failed to validate logger args") {
			t.Errorf("%s: %v", resource, found)
		}
	}
}

func TestMisplaced(t *testing.T) {
	t.Parallel()
	needs := needsOf(t, everything, nil)
	least, _ := Read("least.json", Policy(needs))
	if got := Misplaced(needs, nil, []*Document{least}); len(got) != len(least.statements) {
		t.Errorf("%d statements of %d are said to be misplaced", len(got), len(least.statements))
	}
	if got := Misplaced(needs, []*Document{least}, []*Document{least}); len(got) != 0 {
		t.Errorf("misplaced, though the execution role has them too: %v", got)
	}
}

func TestRead(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"alone":              `{"Statement": {"Effect": "Allow", "Action": "a:b", "Resource": "*"}}`,
		"get-policy-version": `{"PolicyVersion": {"Document": {"Statement": [{"Effect": "Allow", "Action": ["a:b"], "Resource": ["*"]}]}}}`,
		"get-role-policy":    `{"RoleName": "r", "PolicyDocument": {"Statement": [{"Effect": "Allow", "Action": ["a:b"], "Resource": ["*"]}]}}`,
		"encoded":            `{"PolicyDocument": "%7B%22Statement%22%3A%7B%22Effect%22%3A%22Allow%22%2C%22Action%22%3A%22a%3Ab%22%2C%22Resource%22%3A%22%2A%22%7D%7D"}`,
	} {
		d, findings := Read(name, []byte(text))
		if len(findings) > 0 || len(d.statements) != 1 || !d.statements[0].covers("A:B", "anything") {
			t.Errorf("%s: %+v %v", name, d, findings)
		}
	}
	for _, text := range []string{`{}`, `[]`, `"x"`, `{"Statement": null}`, ``, `{"PolicyDocument": "%zz"}`} {
		if d, findings := Read("f", []byte(text)); len(findings) == 0 && len(d.statements) > 0 {
			t.Errorf("%q was taken for a policy", text)
		}
	}
}

// TestMatchIsQuick: a hostile pattern costs no more than its length times the text's.
func TestMatchIsQuick(t *testing.T) {
	t.Parallel()
	if match(strings.Repeat("*a", 2000)+"b", strings.Repeat("a", 5000)) {
		t.Error("matched")
	}
}
