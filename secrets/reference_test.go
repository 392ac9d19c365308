package secrets_test

import (
	"errors"
	"testing"

	"github.com/ecslocal/ecslocal/secrets"
	"github.com/google/go-cmp/cmp"
)

func TestParseReference(t *testing.T) {
	t.Parallel()
	const arn = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:shop/db-a1B2c3"
	secret := func(valueFrom string) secrets.Reference {
		return secrets.Reference{ValueFrom: valueFrom, Kind: secrets.SecretsManager, Partition: "aws", Region: "eu-west-1", Account: "111122223333", Name: "shop/db-a1B2c3"}
	}
	with := func(r secrets.Reference, key, stage, id string) secrets.Reference {
		r.JSONKey, r.VersionStage, r.VersionID = key, stage, id
		return r
	}
	parameter := func(valueFrom, partition, region, name string) secrets.Reference {
		return secrets.Reference{ValueFrom: valueFrom, Kind: secrets.SSM, Partition: partition, Region: region, Account: "111122223333", Name: name}
	}
	for _, test := range []struct {
		want secrets.Reference
		id   string
	}{
		{secrets.Reference{ValueFrom: "TOKEN", Kind: secrets.SSM, Name: "TOKEN"}, "TOKEN"},
		{secrets.Reference{ValueFrom: "/shop/db.url", Kind: secrets.SSM, Name: "/shop/db.url"}, "/shop/db.url"},
		{parameter("arn:aws:ssm:us-east-1:111122223333:parameter/TOKEN", "aws", "us-east-1", "TOKEN"), "arn:aws:ssm:us-east-1:111122223333:parameter/TOKEN"},
		{parameter("arn:aws-cn:ssm:cn-north-1:111122223333:parameter/shop/db", "aws-cn", "cn-north-1", "/shop/db"), "arn:aws-cn:ssm:cn-north-1:111122223333:parameter/shop/db"},
		{parameter("arn:aws-us-gov:ssm:us-gov-west-1:111122223333:parameter/a/b/c", "aws-us-gov", "us-gov-west-1", "/a/b/c"), "arn:aws-us-gov:ssm:us-gov-west-1:111122223333:parameter/a/b/c"},
		{secret(arn), arn},
		{with(secret(arn+":password::"), "password", "", ""), arn},
		{with(secret(arn+"::AWSPREVIOUS:"), "", "AWSPREVIOUS", ""), arn},
		{with(secret(arn+":a.b/c:S:0123"), "a.b/c", "S", "0123"), arn},
		{secret(arn + ":::"), arn},
	} {
		got, err := secrets.ParseReference(test.want.ValueFrom)
		if diff := cmp.Diff(test.want, got); diff != "" || err != nil {
			t.Errorf("ParseReference(%q): %v %s", test.want.ValueFrom, err, diff)
		}
		if got.ID() != test.id {
			t.Errorf("ID of %q = %q, want %q", test.want.ValueFrom, got.ID(), test.id)
		}
	}
}

func TestParseReferenceRefuses(t *testing.T) {
	t.Parallel()
	const arn = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:shop/db-a1B2c3"
	for text, want := range map[string]error{
		"":                                   secrets.ErrParameterName,
		"shop db":                            secrets.ErrParameterName,
		"shop-db-a1B2c3:password::":          secrets.ErrParameterName,
		arn + ":password":                    secrets.ErrSecretARN,
		arn + ":password:":                   secrets.ErrSecretARN,
		arn + ":password:::":                 secrets.ErrSecretARN,
		"arn:aws:secretsmanager:r:1:secret":  secrets.ErrSecretARN,
		"arn:aws:secretsmanager:r:1:secret:": secrets.ErrSecretARN,
		"arn:aws:s3:::bucket/key":            secrets.ErrService,
		"arn:aws:ssm:r:1:document/x":         secrets.ErrService,
		"arn:aws:ssm:r:1:parameter/":         secrets.ErrService,
		"arn:aws:ssm":                        secrets.ErrService,
	} {
		if _, err := secrets.ParseReference(text); !errors.Is(err, want) {
			t.Errorf("ParseReference(%q) = %v, want %v", text, err, want)
		}
	}
	_, err := secrets.ParseReference(arn + ":password")
	if want := "trying to retrieve secret with value " + arn + ":password resulted in error: an invalid ARN format for the AWS Secrets Manager secret was specified. Specify a valid ARN and try again."; err.Error() != want {
		t.Errorf("error = %q, want the agent's %q", err, want)
	}
}

func TestParseCredentialsParameter(t *testing.T) {
	t.Parallel()
	const arn = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:hub-a1B2c3"
	for text, want := range map[string]secrets.Reference{
		"team/hub": {ValueFrom: "team/hub", Kind: secrets.SecretsManager, Name: "team/hub", Registry: true},
		arn:        {ValueFrom: arn, Kind: secrets.SecretsManager, Partition: "aws", Region: "eu-west-1", Account: "111122223333", Name: "hub-a1B2c3", Registry: true},
	} {
		got, err := secrets.ParseCredentialsParameter(text)
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("ParseCredentialsParameter(%q): %v %s", text, err, diff)
		}
	}
	for _, text := range []string{arn + ":user::", "arn:aws:ssm:r:1:parameter/x", "arn:"} {
		if _, err := secrets.ParseCredentialsParameter(text); err == nil {
			t.Errorf("ParseCredentialsParameter(%q) accepts it", text)
		}
	}
}
