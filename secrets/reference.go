package secrets

import (
	"errors"
	"fmt"
	"strings"

	"github.com/ecslocal/ecslocal/emulator/lazyregexp"
)

// Kind is the service that a reference names.
type Kind string

const (
	SSM            Kind = "ssm"            // Systems Manager Parameter Store
	SecretsManager Kind = "secretsmanager" // AWS Secrets Manager
)

// The ways in which a valueFrom can be malformed; [ParseReference]'s errors wrap them.
var (
	// ErrParameterName is RegisterTaskDefinition's refusal of a text that is no ARN and no parameter name. AWS goes on:
	// "The parameter name can be up to 2048 characters and include the following letters and symbols: a-zA-Z0-9_.-/".
	ErrParameterName = errors.New("the Systems Manager parameter name is invalid")
	// ErrSecretARN is the agent's (agent/taskresource/asmsecret/asmsecret.go) for an ARN that has not exactly 7 or 10 parts.
	ErrSecretARN error = awsText("an invalid ARN format for the AWS Secrets Manager secret was specified. Specify a valid ARN and try again.")
	// ErrService is an ARN of a service that holds no secrets, or an ARN that names no parameter.
	ErrService = errors.New("the ARN is not one of a Systems Manager parameter or a Secrets Manager secret")
)

// awsText is an error in AWS's own words.
type awsText string

func (t awsText) Error() string { return string(t) }

// Reference is a parsed valueFrom.
type Reference struct {
	ValueFrom string // as written
	Kind      Kind
	// Partition, Region and Account are the ARN's, empty where a parameter is named without one: it then is in the task's own.
	Partition, Region, Account string
	// Name is the parameter's name (/p/one), or the secret's as the ARN has it, usually with Secrets Manager's own suffix of a
	// hyphen and six characters.
	Name string
	// JSONKey, VersionStage and VersionID select from a Secrets Manager secret; empty where not given.
	JSONKey, VersionStage, VersionID string
	// Registry says that this is repositoryCredentials.credentialsParameter, for which ECS has texts of its own.
	Registry bool
}

// parameterName is the form that RegisterTaskDefinition demands of a valueFrom that is no ARN.
var parameterName = lazyregexp.New(`^[a-zA-Z0-9_./-]+$`)

const maxParameterName = 2048

// ParseReference reads the valueFrom of a container's secrets and secretOptions. A text that is no ARN names an SSM parameter:
// a Secrets Manager secret is always named by ARN (ECS developer guide, "Pass sensitive data to an Amazon ECS container").
// Partition, region and account are taken as written, as the agent does. On an error the fields read so far are set.
func ParseReference(valueFrom string) (Reference, error) {
	ref := Reference{ValueFrom: valueFrom, Kind: SSM}
	if !strings.HasPrefix(valueFrom, "arn:") {
		if !parameterName().MatchString(valueFrom) || len(valueFrom) > maxParameterName {
			return ref, fmt.Errorf("parse valueFrom %q: %w", valueFrom, ErrParameterName)
		}
		ref.Name = valueFrom
		return ref, nil
	}
	parts := strings.Split(valueFrom, ":")
	if len(parts) < 6 {
		return ref, fmt.Errorf("parse valueFrom %q: %w", valueFrom, ErrService)
	}
	ref.Partition, ref.Region, ref.Account = parts[1], parts[3], parts[4]
	switch parts[2] {
	case string(SSM):
		return ref, ref.readParameter(strings.Join(parts[5:], ":"))
	case string(SecretsManager):
		return ref, ref.readSecret(parts)
	}
	return ref, fmt.Errorf("parse valueFrom %q: %w", valueFrom, ErrService)
}

// ParseCredentialsParameter reads repositoryCredentials.credentialsParameter: the ARN or the name of a Secrets Manager secret.
// The agent hands it to Secrets Manager as it is, so nothing can be selected from the secret.
func ParseCredentialsParameter(text string) (Reference, error) {
	if !strings.HasPrefix(text, "arn:") {
		return Reference{ValueFrom: text, Kind: SecretsManager, Name: text, Registry: true}, nil
	}
	ref, err := ParseReference(text)
	ref.Registry = true
	if err == nil && (ref.Kind != SecretsManager || ref.selects()) {
		err = fmt.Errorf("parse credentialsParameter %q: %w", text, ErrSecretARN)
	}
	return ref, err
}

// readParameter takes the resource of a parameter's ARN. The ARN of /a/b ends in parameter/a/b, that of x (and of /x) in parameter/x.
func (r *Reference) readParameter(resource string) error {
	name, ok := strings.CutPrefix(resource, "parameter/")
	if !ok || name == "" {
		return fmt.Errorf("parse valueFrom %q: %w", r.ValueFrom, ErrService)
	}
	if strings.Contains(name, "/") {
		name = "/" + name
	}
	r.Name = name
	return nil
}

// readSecret takes the parts of a secret's ARN: 7, or 10 with json-key, version-stage and version-id, each of which may be empty.
func (r *Reference) readSecret(parts []string) error {
	r.Kind = SecretsManager
	if (len(parts) != 7 && len(parts) != 10) || parts[5] != "secret" || parts[6] == "" {
		return fmt.Errorf("trying to retrieve secret with value %s resulted in error: %w", r.ValueFrom, ErrSecretARN)
	}
	r.Name = parts[6]
	if len(parts) == 10 {
		r.JSONKey, r.VersionStage, r.VersionID = parts[7], parts[8], parts[9]
	}
	return nil
}

// ID is what the agent asks the service for: the parameter's name or ARN as written, or the secret's ARN without selections.
func (r Reference) ID() string {
	if r.Kind == SecretsManager && r.selects() {
		return strings.Join(strings.SplitN(r.ValueFrom, ":", 8)[:7], ":")
	}
	return r.ValueFrom
}

// selects says whether the reference has the three further parts, even where they are empty.
func (r Reference) selects() bool {
	return strings.HasPrefix(r.ValueFrom, "arn:") && strings.Count(r.ValueFrom, ":") == 9
}

// secretSuffix is what Secrets Manager appends to a secret's name in its ARN.
var secretSuffix = lazyregexp.New(`-[A-Za-z0-9]{6}$`)

// withoutSuffix is a secret's name without the characters that its ARN adds. A name may end like that by itself: a guess.
func withoutSuffix(name string) string { return secretSuffix().ReplaceAllString(name, "") }
