package validate

import (
	"errors"
	"strings"

	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/emulator/lazyregexp"
	"github.com/ecslocal/ecslocal/emulator/taskdef"
	"github.com/ecslocal/ecslocal/secrets"
)

var (
	secretSuffix     = lazyregexp.New(`-[A-Za-z0-9]{6}$`)
	exampleAccount   = lazyregexp.New(`^(012345678901|123456789012|111122223333)$`)
	looksLikeSecret  = lazyregexp.New(`:[^:]*:[^:]*:[^:]*$`) // json-key:version-stage:version-id
	slashedParameter = ":parameter//"
)

// secretRules are about the references of secrets, secretOptions and registry credentials.
var secretRules = []Rule{
	{ID: "ENV-002", Severity: diag.Error, Source: reported,
		Message: "container %s: %s is a secret, and a variable or another secret as well",
		AWS:     "The secret name must be unique and not shared with any new or existing environment variables set on the container, such as '%[2]s'.",
		Fix:     "remove one",
		check: eachContainer(func(t *task, c container, hit hit) {
			taken := map[string]bool{}
			for _, e := range c.Environment {
				taken[e.Name] = true
			}
			for i, s := range c.Secrets {
				if at := c.at("secrets", i, "name"); s.Name != "" && !t.unknown(at) {
					if taken[s.Name] {
						hit(at, s.Name)
					}
					taken[s.Name] = true
				}
			}
		})},
	{ID: "ENV-003", Severity: diag.Error, Source: observed,
		Message: "container %s: secrets are read with the execution role, and there is no executionRoleArn",
		AWS:     "When you are specifying container secrets, you must also specify a value for 'executionRoleArn'.",
		Fix:     "add executionRoleArn to the task definition",
		check: eachContainer(func(t *task, c container, hit hit) {
			if len(c.Secrets) > 0 && !t.given("/executionRoleArn") {
				hit(c.at("secrets"))
			}
		})},
	{ID: "ENV-004", Severity: diag.Error, Source: reported,
		Message: "container %s: %s: %q is neither an ARN nor the name of a parameter",
		AWS:     "The Systems Manager parameter name specified for secret %[2]s is invalid.",
		Fix:     "%[4]s",
		check: eachSecret(func(t *task, s secret, hit hit) {
			if errors.Is(s.err, secrets.ErrParameterName) {
				fix := "write a parameter's name of a-z A-Z 0-9 _ . - /, or the ARN of a parameter or secret"
				if looksLikeSecret().MatchString(s.ValueFrom) {
					fix = "a secret of Secrets Manager is named by its full ARN: arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME-SUFFIX:json-key:version-stage:version-id"
				}
				hit(s.path+"/valueFrom", s.Name, s.ValueFrom, fix)
			}
		})},
	{ID: "ENV-005", Severity: diag.Error, Source: guide,
		Message: "container %s: %s: %q is the ARN of neither a parameter nor a secret",
		Fix:     "write arn:aws:ssm:REGION:ACCOUNT:parameter/NAME or arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME-SUFFIX",
		check: eachSecret(func(t *task, s secret, hit hit) {
			if errors.Is(s.err, secrets.ErrService) {
				hit(s.path+"/valueFrom", s.Name, s.ValueFrom)
			}
		})},
	{ID: "ENV-005", Severity: diag.Warning, Source: guide,
		Message: "container %s: %s: an ARN has one slash between parameter and a name that starts with a slash",
		Fix:     "write parameter/ once: %[3]s",
		check: eachSecret(func(t *task, s secret, hit hit) {
			if strings.Contains(s.ValueFrom, slashedParameter) {
				hit(s.path+"/valueFrom", s.Name, strings.Replace(s.ValueFrom, slashedParameter, ":parameter/", 1))
			}
		})},
	{ID: "ENV-006", Severity: diag.Error, Source: agent,
		Message: "container %s: %s: %q has not the 7 or 10 parts of a secret's ARN",
		AWS:     secrets.ErrSecretARN.Error(),
		Fix:     "end it after the secret's name, or add all of :json-key:version-stage:version-id; a part that is not wanted stays empty",
		check: eachSecret(func(t *task, s secret, hit hit) {
			if errors.Is(s.err, secrets.ErrSecretARN) {
				hit(s.path+"/valueFrom", s.Name, s.ValueFrom)
			}
		})},
	{ID: "ENV-008", Severity: diag.Warning, Source: guide,
		Message: "container %s: %s: a JSON key can be taken only from a secret named by its full ARN, and %q seems to lack the hyphen and six characters at its end",
		Fix:     "copy the ARN from Secrets Manager",
		check: eachSecret(func(t *task, s secret, hit hit) {
			if s.err == nil && s.ref.Kind == secrets.SecretsManager && s.ref.JSONKey != "" && !secretSuffix().MatchString(s.ref.Name) {
				hit(s.path+"/valueFrom", s.Name, s.ref.Name)
			}
		})},
	{ID: "ENV-009", Severity: diag.Info, Source: guide,
		Message: "container %s: %s: account %s is one that AWS's documentation uses in examples",
		Fix:     "write your own account",
		check: eachSecret(func(t *task, s secret, hit hit) {
			if exampleAccount().MatchString(s.ref.Account) {
				hit(s.path+"/valueFrom", s.Name, s.ref.Account)
			}
		})},
	{ID: "CNT-020", Severity: diag.Error, Source: agent,
		Message: "container %s: %q is not the ARN of a secret with the registry's user and password",
		AWS:     secrets.ErrSecretARN.Error(),
		Fix:     "write arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME-SUFFIX and no more",
		check: eachContainer(func(t *task, c container, hit hit) {
			if c.RepositoryCredentials == nil {
				return
			}
			if _, err := secrets.ParseCredentialsParameter(c.RepositoryCredentials.CredentialsParameter); err != nil {
				hit(c.at("repositoryCredentials", "credentialsParameter"), c.RepositoryCredentials.CredentialsParameter)
			}
		})},
}

// secret is an entry of secrets or secretOptions that knows its place, with its reference as far as it could be read.
type secret struct {
	taskdef.Secret
	path string
	ref  secrets.Reference
	err  error
}

func eachSecret(check func(t *task, s secret, hit hit)) check {
	return eachContainer(func(t *task, c container, hit hit) {
		list := func(path string, all []taskdef.Secret) {
			for i, s := range all {
				if s.ValueFrom != "" {
					ref, err := secrets.ParseReference(s.ValueFrom)
					check(t, secret{s, diag.Pointer(path, i), ref, err}, hit)
				}
			}
		}
		list(c.at("secrets"), c.Secrets)
		if c.LogConfiguration != nil {
			list(c.at("logConfiguration", "secretOptions"), c.LogConfiguration.SecretOptions)
		}
	})
}
