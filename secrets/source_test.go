package secrets_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/ecslocal/ecslocal/secrets"
	"github.com/google/go-cmp/cmp"
)

func source(t *testing.T, contents ...string) *secrets.Source {
	t.Helper()
	s := &secrets.Source{Region: "us-east-1", Account: "111122223333"}
	for _, content := range contents {
		file, findings := secrets.Parse("s.yaml", []byte(content))
		if len(findings) > 0 {
			t.Fatalf("findings in %q: %v", content, findings)
		}
		s.Files = append(s.Files, file)
	}
	return s
}

func TestKeys(t *testing.T) {
	t.Parallel()
	const (
		secret    = "arn:aws:secretsmanager:us-east-1:111122223333:secret:shop/db-Xy12Zz"
		short     = "arn:aws:secretsmanager:us-east-1:111122223333:secret:shop/db"
		master    = "arn:aws:secretsmanager:us-east-1:111122223333:secret:db-master"
		parameter = "arn:aws:ssm:us-east-1:111122223333:parameter/shop/url"
		plain     = "arn:aws:ssm:us-east-1:111122223333:parameter/url"
		china     = "arn:aws-cn:ssm:cn-north-1:111122223333:parameter/shop/url"
	)
	for _, test := range []struct {
		name, valueFrom, want string // want "" is missing
		files                 []string
	}{
		{"secret by name", secret, "y", []string{"shop/db: y"}},
		{"secret by name with suffix", secret, "y", []string{"shop/db-Xy12Zz: y"}},
		{"secret by ARN", secret, "y", []string{secret + ": y"}},
		{"secret by ARN without suffix", secret, "y", []string{short + ": y"}},
		{"partial ARN, full key", short, "y", []string{secret + ": y"}},
		{"partial ARN by name", short, "y", []string{"shop/db: y"}},
		{"the ARN itself beats one with a suffix", short, "y", []string{short + ": y", secret + ": n"}},
		{"another suffix is another secret", secret, "", []string{strings.Replace(secret, "Xy12Zz", "AAAAAA", 1) + ": y"}},
		{"another region", secret, "", []string{strings.Replace(secret, "us-east-1", "us-east-2", 1) + ": y"}},
		{"another account", secret, "", []string{strings.Replace(secret, "1111", "9999", 1) + ": y"}},
		{"a name that ends like a suffix", master, "y", []string{"db: n\ndb-master: y"}},
		{"a name that ends like a suffix, in an earlier file", master, "y", []string{"db-master: y", "db: n"}},
		{"parameter by path", parameter, "y", []string{"/shop/url: y"}},
		{"parameter by path without slash", parameter, "y", []string{"shop/url: y"}},
		{"parameter by ARN", parameter, "y", []string{parameter + ": y"}},
		{"parameter of another region by name", china, "y", []string{"/shop/url: y"}},
		{"parameter of another region by ARN", china, "", []string{parameter + ": y"}},
		{"the ARN of x is that of /x", plain, "y", []string{"/url: y"}},
		{"x rather than /x", "x", "y", []string{"x: y\n/x: n"}},
		{"name in the file as ARN", "/shop/url", "y", []string{parameter + ": y"}},
		{"name in the file as ARN of another region", "/shop/url", "", []string{china + ": y"}},
		{"a parameter has no suffix", "db-master", "", []string{"db: n"}},
		{"a parameter's last part alone", parameter, "", []string{"url: n"}},
		{"a secret is no parameter", "/shop/db", "", []string{secret + ": n"}},
		{"glob over slashes", "/shop/a/b", "y", []string{"/shop/*: y"}},
		{"glob of one character", "/a1", "y", []string{"/a?: y"}},
		{"glob of a secret's name", secret, "y", []string{`"*/db": y`}},
		{"glob of an ARN", parameter, "y", []string{`"arn:aws:ssm:*:*:parameter/shop/*": y`}},
		{"glob of an ARN for a name", "/shop/url", "y", []string{`"arn:aws:ssm:us-east-1:111122223333:parameter/*": y`}},
		{"glob that does not match", "/shop/url", "", []string{`"/shop/u?": y`}},
		{"exact beats glob", "/shop/url", "y", []string{"/shop/url: y", "/shop/*: n"}},
		{"longer glob beats glob", "/shop/url", "y", []string{"/shop/*: y\n/*: n", `"*": n`}},
		{"later file wins", "/shop/url", "y", []string{"/shop/url: n", "/shop/url: y"}},
		{"later glob wins", "/shop/url", "y", []string{"/shop/*: n", "/shop/*: y"}},
	} {
		got, missing := source(t, test.files...).Resolve(references(t, test.valueFrom))
		if got[0].Reveal() != test.want || (missing != nil) != (test.want == "") {
			t.Errorf("%s: %s from %q = %q, %v; want %q", test.name, test.valueFrom, test.files, got[0].Reveal(), missing, test.want)
		}
	}
}

func TestMissingInTheWordsOfECS(t *testing.T) {
	t.Parallel()
	const account = "arn:aws:secretsmanager:us-east-1:111122223333:secret:"
	s := source(t, "have: {a: 1}\ntext: hunter2\nversioned: {versions: {AWSPREVIOUS: x}}\nhub: {username: me}\nempty: ''")
	refs := references(t, "/b", "/a", "have", "/b", "arn:aws:ssm:eu-west-1:111122223333:parameter/c",
		account+"gone-Xy12Zz:key::", account+"have-Xy12Zz:b::", account+"text-Xy12Zz:k::", account+"versioned-Xy12Zz", account+"versioned-Xy12Zz:::0f9e")
	malformed, _ := secrets.ParseReference(account + "have-Xy12Zz:b")
	for _, name := range []string{"hub", "nohub", account + "text-Xy12Zz"} {
		registry, err := secrets.ParseCredentialsParameter(name)
		if err != nil {
			t.Fatal(err)
		}
		refs = append(refs, registry)
	}
	values, missing := s.Resolve(append(refs, malformed))
	if values[2].Reveal() != `{"a":1}` || len(missing.Missing) != 13 {
		t.Fatalf("values %v, missing %v", values, missing)
	}
	const gone = "ResourceNotFoundException: The task can't retrieve the secret with ARN '" + account
	const check = "' from AWS Secrets Manager. Check whether the secret exists in the specified Region: ResourceNotFoundException: Secrets Manager can't find the specified secret"
	want := strings.Join([]string{
		"Fetching secret data from SSM Parameter Store in eu-west-1: invalid parameters: arn:aws:ssm:eu-west-1:111122223333:parameter/c",
		"fetching secret data from SSM Parameter Store in us-east-1: invalid parameters: /b,/a",
		gone + "gone-Xy12Zz" + check + ".",
		"retrieved secret from Secrets Manager did not contain json key b",
		"invalid character '*' looking for beginning of value",
		gone + "versioned-Xy12Zz" + check + " value for staging label: AWSCURRENT",
		gone + "versioned-Xy12Zz" + check + " value for VersionId: 0f9e",
		"asm fetching password: AuthorizationData is malformed, empty field",
		"asm fetching secret from the service for nohub: ResourceNotFoundException: Secrets Manager can't find the specified secret.",
		"asm fetching authorization data: unable to unmarshal secret value, invalid schema",
		"trying to retrieve secret with value " + account + "have-Xy12Zz:b resulted in error: an invalid ARN format for the AWS Secrets Manager secret was specified. Specify a valid ARN and try again.",
	}, ";")
	if diff := cmp.Diff(want, missing.EC2()); diff != "" {
		t.Errorf("EC2: %s", diff)
	}
	const asm = "unable to retrieve secret from asm: service call has been retried 1 time(s): "
	const registry = "unable to get registry auth from asm: service call has been retried 1 time(s): "
	want = "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: " + strings.Join([]string{
		"unable to retrieve secrets from ssm: service call has been retried 1 time(s): invalid ssm parameters: /b,/a",
		"unable to retrieve secrets from ssm: service call has been retried 1 time(s): invalid ssm parameters: arn:aws:ssm:eu-west-1:111122223333:parameter/c",
		asm + "failed to fetch secret " + account + "gone-Xy12Zz from secrets manager: ResourceNotFoundException: Secrets Manager can't find the specified secret.",
		asm + "retrieved secret from Secrets Manager did not contain json key b",
		asm + "invalid character '*' looking for beginning of value",
		asm + "failed to fetch secret " + account + "versioned-Xy12Zz from secrets manager: ResourceNotFoundException: Secrets Manager can't find the specified secret value for staging label: AWSCURRENT",
		asm + "failed to fetch secret " + account + "versioned-Xy12Zz from secrets manager: ResourceNotFoundException: Secrets Manager can't find the specified secret value for VersionId: 0f9e",
		registry + "asm fetching password: AuthorizationData is malformed, empty field",
		registry + "asm fetching secret from the service for nohub: ResourceNotFoundException: Secrets Manager can't find the specified secret.",
		registry + "asm fetching authorization data: unable to unmarshal secret value, invalid schema",
		asm + "trying to retrieve secret with value " + account + "have-Xy12Zz:b resulted in error: an invalid ARN format for the AWS Secrets Manager secret was specified. Specify a valid ARN and try again.",
	}, ";")
	if diff := cmp.Diff(want, missing.Fargate()); diff != "" {
		t.Errorf("Fargate: %s", diff)
	}
	if !errors.Is(missing, secrets.ErrSecretARN) {
		t.Error("the parse error is lost")
	}
	for _, part := range []string{"the parameter /b is in no secrets file; ", "has no JSON key b", "is no JSON object, so it has no key k", "no version with the staging label: AWSCURRENT"} {
		if !strings.Contains(missing.Error(), part) {
			t.Errorf("Error() = %q, without %q", missing.Error(), part)
		}
	}
	if strings.Contains(missing.Error()+missing.EC2()+missing.Fargate(), "hunter2") {
		t.Error("an error shows a secret")
	}
}

func TestRegistryAuth(t *testing.T) {
	t.Parallel()
	user, password, err := secrets.RegistryAuth(secrets.NewValue(`{"UserName":"me","password":"pw"}`))
	if user != "me" || password.Reveal() != "pw" || err != nil {
		t.Errorf("RegistryAuth = %q %q %v", user, password.Reveal(), err)
	}
	for text, want := range map[string]string{
		"":                  "asm fetching authorization data: empty secrets value",
		`{"password":"pw"}`: "asm fetching username: AuthorizationData is malformed, empty field",
	} {
		if _, _, err := secrets.RegistryAuth(secrets.NewValue(text)); err == nil || err.Error() != want {
			t.Errorf("RegistryAuth(%q) = %v, want %s", text, err, want)
		}
	}
}

// A source without files, as of a run that has no secrets file, has nothing.
func TestZeroSource(t *testing.T) {
	t.Parallel()
	if values, missing := new(secrets.Source).Resolve(nil); len(values) != 0 || missing != nil {
		t.Errorf("Resolve of nothing: %v %v", values, missing)
	}
	if _, missing := new(secrets.Source).Resolve(references(t, "X")); missing == nil {
		t.Error("Resolve finds X nowhere")
	}
}
