package agent

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"
)

// Role is an IAM role of the task. The zero value is none.
type Role struct {
	// ID is the last part of the role's credentials path, a uuid that is hard to guess. The two roles of a task have different ones.
	ID string
	// ARN is the role's, shown as RoleArn whoever the keys really belong to.
	ARN string
	// Source has the keys; nil has none yet (503 CredentialsUninitialized).
	Source CredentialsSource
}

// CredentialsSource makes or finds keys. Package agent has Stub and Environment, package awsprofile the AWS SDK's own chain.
type CredentialsSource interface {
	// Keys are valid for a while longer. Errors must not hold any part of a key.
	Keys(ctx context.Context, roleARN string) (Keys, error)
}

// ErrPending is the error of a source that will have keys in a while.
var ErrPending = errors.New("credentials are not there yet")

// Keys are credentials as AWS hands them out for a role. They print themselves as nothing that could be used.
type Keys struct {
	AccessKeyID, SecretAccessKey, SessionToken string
	Expiration                                 time.Time
}

// Format keeps keys out of errors and logs, whatever verb prints them.
func (k Keys) Format(to fmt.State, _ rune) { _, _ = io.WriteString(to, "keys ***") }

// MarshalText does the same for encoders such as JSON's.
func (k Keys) MarshalText() ([]byte, error) { return []byte("keys ***"), nil }

// keysShape is the answer with keys. Source: ecs-agent/credentials/manager.go.
type keysShape struct {
	RoleARN         string `json:"RoleArn"`
	AccessKeyID     string `json:"AccessKeyId"`
	SecretAccessKey string
	Token           string
	Expiration      string // RFC 3339, seconds, as AWS sends it
}

// credentialsError is the answer without keys.
type credentialsError struct {
	Code    string `json:"code"`
	Message string `json:"message"`
	Status  int    `json:"HTTPErrorCode"`
}

// credentialsV1 takes the id from the query.
func (a *Agent) credentialsV1(in *request) answer {
	return a.credentials(in, "CredentialsV1Request: ", in.URL.Query().Get("id"))
}

// credentialsV2 takes the id from the path.
func (a *Agent) credentialsV2(in *request) answer {
	return a.credentials(in, "CredentialsV2Request: ", in.vars[0])
}

// credentials looks a role up by the id alone, whoever asks.
// The agent always has keys; a source that failed is ours, and its error is what the user has to see.
func (a *Agent) credentials(in *request, prefix, id string) answer {
	fail := func(status int, code, message string) answer {
		return answer{status, credentialsError{code, prefix + message, status}}
	}
	if id == "" {
		return fail(http.StatusBadRequest, "NoIdInRequest", "No Credential ID in the request")
	}
	role, ok := a.role(id)
	if !ok {
		return fail(http.StatusBadRequest, "InvalidIdInRequest", "Credentials not found")
	}
	keys, err := role.keys(in.Context())
	switch {
	case errors.Is(err, ErrPending):
		return fail(http.StatusServiceUnavailable, "CredentialsUninitialized", "Credentials uninitialized for ID")
	case err != nil:
		return fail(http.StatusInternalServerError, "InternalServerError", fmt.Sprintf("ecslocal cannot get keys for %s: %v", role.ARN, err))
	}
	return answer{http.StatusOK, keysShape{
		role.ARN, keys.AccessKeyID, keys.SecretAccessKey, keys.SessionToken, keys.Expiration.UTC().Format(time.RFC3339),
	}}
}

func (a *Agent) role(id string) (Role, bool) {
	for _, role := range []Role{a.TaskRole, a.ExecutionRole} {
		if role.ID == id {
			return role, true
		}
	}
	return Role{}, false
}

func (r Role) keys(ctx context.Context) (Keys, error) {
	if r.Source == nil {
		return Keys{}, ErrPending
	}
	return r.Source.Keys(ctx, r.ARN)
}
