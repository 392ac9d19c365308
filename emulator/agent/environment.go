package agent

import (
	"context"
	"fmt"
	"os"
	"time"
)

// Environment has the keys of the host's environment: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN and
// AWS_CREDENTIAL_EXPIRATION. The zero value reads the environment of this process.
type Environment struct {
	// Lookup is os.LookupEnv where nil.
	Lookup func(name string) (string, bool)
}

// unknownExpiration is how long keys are said to be valid when the environment does not tell: a client asks again that often.
const unknownExpiration = time.Hour

// Keys are those of the environment at this moment, whatever the role.
func (e Environment) Keys(context.Context, string) (Keys, error) {
	lookup := e.Lookup
	if lookup == nil {
		lookup = os.LookupEnv
	}
	keys := Keys{Expiration: time.Now().Add(unknownExpiration)}
	for _, required := range []struct {
		name string
		to   *string
	}{{"AWS_ACCESS_KEY_ID", &keys.AccessKeyID}, {"AWS_SECRET_ACCESS_KEY", &keys.SecretAccessKey}} {
		if *required.to, _ = lookup(required.name); *required.to == "" {
			return Keys{}, fmt.Errorf("read %s: not set in the environment of ecslocal", required.name)
		}
	}
	keys.SessionToken, _ = lookup("AWS_SESSION_TOKEN")
	if text, ok := lookup("AWS_CREDENTIAL_EXPIRATION"); ok && text != "" {
		at, err := time.Parse(time.RFC3339, text)
		if err != nil {
			return Keys{}, fmt.Errorf("read AWS_CREDENTIAL_EXPIRATION: %q is not a time as 2030-01-02T03:04:05Z", text)
		}
		keys.Expiration = at
	}
	return keys, nil
}
