package agent

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// failingKeys are a source that has an error instead of keys.
type failingKeys struct{ err error }

func (f failingKeys) Keys(context.Context, string) (Keys, error) { return Keys{}, f.err }

func TestCredentialsOfBothRoles(t *testing.T) {
	t.Parallel()
	var stub Stub
	a := newAgent(bridgeTask())
	a.TaskRole.Source = &stub
	a.ExecutionRole = Role{ID: "execution", ARN: "arn:aws:iam::210987654321:role/orders-execution", Source: &stub}
	task, execution := object(t, get(t, a, "/v2/credentials/CREDENTIALS")), object(t, get(t, a, "/v1/credentials?id=execution"))
	if task["RoleArn"] != a.TaskRole.ARN || execution["RoleArn"] != a.ExecutionRole.ARN {
		t.Errorf("roles are %v and %v", task["RoleArn"], execution["RoleArn"])
	}
	for key := range task {
		if key != "Expiration" && task[key] == execution[key] {
			t.Errorf("both roles have the same %s", key)
		}
	}
	if len(task) != 5 {
		t.Errorf("keys are %v", task)
	}
}

func TestCredentialsThatAreNotThere(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		source CredentialsSource
		status int
		want   string
	}{
		"no source": {nil, 503, `{"code":"CredentialsUninitialized","message":"CredentialsV2Request: Credentials uninitialized for ID","HTTPErrorCode":503}`},
		"pending":   {failingKeys{fmt.Errorf("ask: %w", ErrPending)}, 503, `{"code":"CredentialsUninitialized","message":"CredentialsV2Request: Credentials uninitialized for ID","HTTPErrorCode":503}`},
		"failed":    {failingKeys{errors.New("sign in first")}, 500, `{"code":"InternalServerError","message":"CredentialsV2Request: ecslocal cannot get keys for arn:aws:iam::210987654321:role/orders-task: sign in first","HTTPErrorCode":500}`},
	} {
		a := newAgent(bridgeTask())
		a.TaskRole.Source = test.source
		if got := get(t, a, "/v2/credentials/CREDENTIALS"); got.Code != test.status || got.Body.String() != test.want {
			t.Errorf("%s: got %d %s, want %d %s", name, got.Code, got.Body, test.status, test.want)
		}
	}
}

func TestStubKeysLookLikeThoseOfARole(t *testing.T) {
	t.Parallel()
	var stub Stub
	keys, err := stub.Keys(t.Context(), "role")
	if err != nil {
		t.Fatal(err)
	}
	for text, pattern := range map[string]string{
		keys.AccessKeyID:     `^ASIA[A-Z2-7]{16}$`,
		keys.SecretAccessKey: `^[A-Za-z0-9+/]{40}$`,
		keys.SessionToken:    `^[A-Za-z0-9+/=]{100,}$`,
	} {
		if !regexp.MustCompile(pattern).MatchString(text) {
			t.Errorf("%q does not match %s", text, pattern)
		}
	}
}

func TestStubKeysExpireAndRotate(t *testing.T) {
	t.Parallel()
	for life, stub := range map[time.Duration]*Stub{6 * time.Hour: {}, 4 * time.Minute: {Lifetime: 4 * time.Minute}} {
		synctest.Test(t, func(t *testing.T) {
			ask := func() Keys {
				keys, err := stub.Keys(t.Context(), "role")
				if left := time.Until(keys.Expiration); err != nil || left <= life/4 || left > life {
					t.Errorf("after %v: %v left of %v (%v)", time.Now(), left, life, err)
				}
				return keys
			}
			first := ask()
			time.Sleep(life/4*3 - time.Second)
			if ask() != first {
				t.Error("new keys too early")
			}
			time.Sleep(time.Second)
			second := ask()
			if second.AccessKeyID == first.AccessKeyID || !second.Expiration.After(first.Expiration) {
				t.Error("old keys too late")
			}
			if !time.Now().Before(first.Expiration) {
				t.Error("the old keys expired before there were new ones")
			}
		})
	}
}

func TestEnvironmentKeys(t *testing.T) {
	t.Parallel()
	environment := func(pairs ...string) Environment {
		return Environment{Lookup: func(name string) (string, bool) {
			for i := 0; i < len(pairs); i += 2 {
				if pairs[i] == name {
					return pairs[i+1], true
				}
			}
			return "", false
		}}
	}
	id, secret := []string{"AWS_ACCESS_KEY_ID", "AKIDHOST"}, []string{"AWS_SECRET_ACCESS_KEY", "host-secret"}
	expires := []string{"AWS_SESSION_TOKEN", "host-token", "AWS_CREDENTIAL_EXPIRATION", "2031-01-02T03:04:05+02:00"}
	keys, err := environment(append(append(id, secret...), expires...)...).Keys(t.Context(), "role")
	want := Keys{"AKIDHOST", "host-secret", "host-token", time.Date(2031, 1, 2, 1, 4, 5, 0, time.UTC)}
	if err != nil || keys.AccessKeyID != want.AccessKeyID || keys.SecretAccessKey != want.SecretAccessKey ||
		keys.SessionToken != want.SessionToken || !keys.Expiration.Equal(want.Expiration) {
		t.Errorf("got other keys (%v)", err)
	}
	keys, err = environment(append(id, secret...)...).Keys(t.Context(), "role")
	if left := time.Until(keys.Expiration); err != nil || keys.SessionToken != "" || left < 50*time.Minute || left > time.Hour {
		t.Errorf("keys of a user: %v left (%v)", left, err)
	}
	for missing, e := range map[string]Environment{
		"AWS_ACCESS_KEY_ID":         environment(secret...),
		"AWS_SECRET_ACCESS_KEY":     environment(id...),
		"AWS_CREDENTIAL_EXPIRATION": environment(append(append(id, secret...), "AWS_CREDENTIAL_EXPIRATION", "soon")...),
	} {
		_, err := e.Keys(t.Context(), "role")
		if err == nil || !strings.Contains(err.Error(), missing) || strings.Contains(err.Error(), "host-secret") {
			t.Errorf("%s: got %v", missing, err)
		}
	}
}

func TestKeysDoNotPrintThemselves(t *testing.T) {
	t.Parallel()
	keys := Keys{"ASIASECRETSECRETSECR", "secret-secret", "secret-token", time.Now()}
	var log strings.Builder
	slog.New(slog.NewJSONHandler(&log, nil)).Info("keys", "keys", keys, "pointer", &keys)
	printed := fmt.Sprintf("%v %+v %#v %s %q %x %d %v %+v", keys, keys, keys, keys, keys, keys, keys, &keys, []Keys{keys}) + log.String()
	marshalled, err := json.Marshal(map[string]any{"keys": keys, "pointer": &keys})
	if err != nil {
		t.Error(err)
	}
	printed += string(marshalled)
	for _, secret := range []string{"ASIASECRET", "secret-secret", "secret-token", fmt.Sprintf("%x", "secret-secret")} {
		if strings.Contains(printed, secret) {
			t.Errorf("printed: %s", printed)
		}
	}
}
