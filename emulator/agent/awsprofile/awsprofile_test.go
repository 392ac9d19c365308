package awsprofile

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
)

const roleARN = "arn:aws:iam::210987654321:role/orders-task"

// files are the options of a machine with these AWS files and no others.
func files(t *testing.T, configuration, credentials string) []func(*config.LoadOptions) error {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{"config": configuration, "credentials": credentials} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return []func(*config.LoadOptions) error{
		config.WithSharedConfigFiles([]string{filepath.Join(dir, "config")}),
		config.WithSharedCredentialsFiles([]string{filepath.Join(dir, "credentials")}),
	}
}

const credentialsFile = "[shop]\naws_access_key_id = AKIASHOP\naws_secret_access_key = shop-secret\n"

func TestKeysOfAProfile(t *testing.T) {
	t.Parallel()
	s := &Source{Profile: "shop", Options: files(t, "", credentialsFile)}
	keys, err := s.Keys(t.Context(), roleARN)
	if err != nil || keys.AccessKeyID != "AKIASHOP" || keys.SecretAccessKey != "shop-secret" || keys.SessionToken != "" {
		t.Errorf("other keys (%v)", err)
	}
	if left := time.Until(keys.Expiration); left < 50*time.Minute || left > time.Hour {
		t.Errorf("keys without an end are said to end in %v", left)
	}
}

// A profile may have a program that finds the credentials.
func TestKeysOfAProcess(t *testing.T) {
	t.Parallel()
	answer := filepath.Join(t.TempDir(), "answer.json")
	text := `{"Version":1,"AccessKeyId":"ASIAPROCESS","SecretAccessKey":"s","SessionToken":"t","Expiration":"2099-01-02T03:04:05Z"}`
	if err := os.WriteFile(answer, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	s := &Source{Profile: "tool", Options: files(t, "[profile tool]\ncredential_process = cat "+answer+"\n", "")}
	keys, err := s.Keys(t.Context(), roleARN)
	if err != nil || keys.AccessKeyID != "ASIAPROCESS" || keys.SessionToken != "t" || keys.Expiration.Year() != 2099 {
		t.Errorf("other keys (%v)", err)
	}
}

func TestProfilesThatDoNotWork(t *testing.T) {
	t.Parallel()
	for name, s := range map[string]*Source{
		"not there": {Profile: "nowhere", Options: files(t, "", credentialsFile)},
		"no keys":   {Profile: "empty", Options: files(t, "[profile empty]\ncredential_process = false\n", "")},
	} {
		_, err := s.Keys(t.Context(), roleARN)
		if err == nil || !strings.Contains(err.Error(), `AWS profile "`+s.Profile+`"`) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

// fakeSTS lets roles be assumed for as long as it is asked, or refuses.
type fakeSTS struct {
	refuse bool

	mu       sync.Mutex
	requests []string
}

func (f *fakeSTS) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.requests = append(f.requests, r.FormValue("Action")+" "+r.FormValue("RoleArn")+" "+r.FormValue("RoleSessionName")+" "+r.FormValue("DurationSeconds"))
	w.Header().Set("Content-Type", "text/xml")
	if f.refuse || !strings.Contains(r.Header.Get("Authorization"), "AKIASHOP/") {
		w.WriteHeader(http.StatusForbidden)
		fmt.Fprint(w, `<ErrorResponse><Error><Code>AccessDenied</Code><Message>not you</Message></Error></ErrorResponse>`)
		return
	}
	fmt.Fprintf(w, `<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>ASIA%d</AccessKeyId><SecretAccessKey>s</SecretAccessKey>
		<SessionToken>t</SessionToken><Expiration>%s</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`,
		len(f.requests), time.Now().Add(time.Hour).UTC().Format(time.RFC3339))
}

// assuming is a source that assumes roles at a fake STS.
func assuming(t *testing.T, f *fakeSTS) *Source {
	t.Helper()
	server := httptest.NewServer(f)
	t.Cleanup(server.Close)
	return &Source{
		Profile: "shop", Region: "eu-west-1", AssumeRole: true, SessionName: "8c1f0de27a5b4f6e9d3a41c2b7e65f90",
		Options: append(files(t, "", credentialsFile), config.WithBaseEndpoint(server.URL),
			config.WithRetryer(func() aws.Retryer { return aws.NopRetryer{} })),
	}
}

func TestKeysOfAnAssumedRole(t *testing.T) {
	t.Parallel()
	f := &fakeSTS{}
	s := assuming(t, f)
	for _, want := range []struct{ role, key string }{{roleARN, "ASIA1"}, {roleARN, "ASIA1"}, {roleARN + "2", "ASIA2"}, {roleARN, "ASIA1"}} {
		keys, err := s.Keys(t.Context(), want.role)
		if err != nil || keys.AccessKeyID != want.key || time.Until(keys.Expiration) < 30*time.Minute {
			t.Errorf("%s: %v left (%v)", want.role, time.Until(keys.Expiration), err)
		}
	}
	if len(f.requests) != 2 || f.requests[0] != "AssumeRole "+roleARN+" 8c1f0de27a5b4f6e9d3a41c2b7e65f90 3600" {
		t.Errorf("asked STS for %q", f.requests)
	}
}

func TestRoleThatCannotBeAssumed(t *testing.T) {
	t.Parallel()
	_, err := assuming(t, &fakeSTS{refuse: true}).Keys(t.Context(), roleARN)
	if err == nil || !strings.Contains(err.Error(), "assume role "+roleARN) || !strings.Contains(err.Error(), "not you") ||
		strings.Contains(err.Error(), "shop-secret") {
		t.Errorf("got %v", err)
	}
}
