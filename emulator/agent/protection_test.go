package agent

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

const protectionPath = "/api/ID/task-protection/v1/state"

func protect(t *testing.T, a *Agent, body string) (int, string) {
	t.Helper()
	got := ask(t, a, http.MethodPut, protectionPath, body, "172.17.0.6")
	return got.Code, got.Body.String()
}

func protectionText(expires string) string {
	if expires == "null" {
		return `{"protection":{"ExpirationDate":null,"ProtectionEnabled":false,"TaskArn":"` + sampleARN + `"}}`
	}
	return `{"protection":{"ExpirationDate":"` + expires + `","ProtectionEnabled":true,"TaskArn":"` + sampleARN + `"}}`
}

func TestProtectionLastsAsLongAsAskedFor(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) { // starts at 2000-01-01T00:00:00Z
		a := newAgent(bridgeTask())
		expect := func(expires string) {
			t.Helper()
			if got := get(t, a, protectionPath); got.Code != 200 || got.Body.String() != protectionText(expires) {
				t.Errorf("got %d %s, want %s", got.Code, got.Body, protectionText(expires))
			}
		}
		steps := []struct {
			put     string
			expires string
			wait    time.Duration
		}{
			{`{"ProtectionEnabled":true,"ExpiresInMinutes":10}`, "2000-01-01T00:10:00Z", 5 * time.Minute},
			{`{"ProtectionEnabled":true}`, "2000-01-01T02:05:00Z", time.Minute},
			{`{"ProtectionEnabled":false}`, "null", 0},
			{`{"ProtectionEnabled":false,"ExpiresInMinutes":3}`, "null", 0},
			{`{"protectionenabled":true,"ExpiresInMinutes":2880} and what follows`, "2000-01-03T00:06:00Z", 0},
		}
		expect("null")
		for _, step := range steps {
			if status, body := protect(t, a, step.put); status != 200 || body != protectionText(step.expires) {
				t.Errorf("%s: got %d %s, want %s", step.put, status, body, step.expires)
			}
			expect(step.expires)
			time.Sleep(step.wait)
		}
		time.Sleep(48*time.Hour - time.Nanosecond)
		expect("2000-01-03T00:06:00Z")
		if a.Protected().IsZero() {
			t.Error("Protected says it is not")
		}
		time.Sleep(time.Nanosecond)
		expect("null")
		if !a.Protected().IsZero() {
			t.Error("Protected says it is")
		}
	})
}

func TestProtectionRequestsThatAreRefused(t *testing.T) {
	t.Parallel()
	failed := func(arn, code, message string) string {
		if arn != "" {
			arn = `"Arn":"` + arn + `",`
		}
		return `{"error":{` + arn + `"Code":"` + code + `","Message":"` + message + `"}}`
	}
	undecoded := failed("", "InvalidParameterException", "UpdateTaskProtection: failed to decode request")
	for name, test := range map[string]struct {
		change func(*Agent)
		path   string
		body   string
		status int
		want   string
	}{
		"empty body":     {nil, protectionPath, ``, 400, undecoded},
		"no JSON":        {nil, protectionPath, `ProtectionEnabled=true`, 400, undecoded},
		"wrong type":     {nil, protectionPath, `{"ProtectionEnabled":"true"}`, 400, undecoded},
		"fraction":       {nil, protectionPath, `{"ProtectionEnabled":true,"ExpiresInMinutes":1.5}`, 400, undecoded},
		"unknown field":  {nil, protectionPath, `{"ProtectionEnabled":true,"Expires":1}`, 400, undecoded},
		"too long":       {nil, protectionPath, `{"ProtectionEnabled":` + strings.Repeat(" ", maxBody) + `true}`, 400, undecoded},
		"nothing asked":  {nil, protectionPath, `{}`, 400, failed(sampleARN, "InvalidParameterException", "Invalid request: does not contain 'ProtectionEnabled' field")},
		"null":           {nil, protectionPath, `null`, 400, failed(sampleARN, "InvalidParameterException", "Invalid request: does not contain 'ProtectionEnabled' field")},
		"unknown id":     {nil, "/api/nope/task-protection/v1/state", `{}`, 404, failed("", "ResourceNotFoundException", "Failed to find a task for the request")},
		"unknown, undec": {nil, "/api/nope/task-protection/v1/state", `{`, 400, undecoded},
		"no task role":   {func(a *Agent) { a.TaskRole = Role{} }, protectionPath, `{"ProtectionEnabled":true}`, 403, failed(sampleARN, "AccessDeniedException", "Invalid Request: no task IAM role credentials available for task")},
		"no service":     {func(a *Agent) { a.Standalone = true }, protectionPath, `{"ProtectionEnabled":true}`, 200, `{"failure":{"Arn":"` + sampleARN + `","Detail":null,"Reason":"TASK_NOT_VALID"}}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := newAgent(bridgeTask())
			if test.change != nil {
				test.change(a)
			}
			got := ask(t, a, http.MethodPut, test.path, test.body, "172.17.0.6")
			if got.Code != test.status || got.Body.String() != test.want {
				t.Errorf("got %d %s\nwant %d %s", got.Code, got.Body, test.status, test.want)
			}
			if !a.Protected().IsZero() {
				t.Error("it is protected all the same")
			}
		})
	}
	noRole := newAgent(bridgeTask())
	noRole.TaskRole = Role{}
	if got := get(t, noRole, protectionPath); got.Code != 403 {
		t.Errorf("without a task role GET gets %d %s", got.Code, got.Body)
	}
}

// What ECS itself would refuse has a request id.
func TestProtectionOutsideTheLimitsOfECS(t *testing.T) {
	t.Parallel()
	want := regexp.MustCompile(`^{"requestID":"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}","error":{"Arn":"` + sampleARN +
		`","Code":"InvalidParameterException","Message":"ExpiresInMinutes is (-1|0|2881); ECS takes 1 to 2880"}}$`)
	for _, minutes := range []string{"-1", "0", "2881"} {
		for _, enabled := range []string{"true", "false"} {
			status, body := protect(t, newAgent(bridgeTask()), `{"ProtectionEnabled":`+enabled+`,"ExpiresInMinutes":`+minutes+`}`)
			if status != 400 || !want.MatchString(body) {
				t.Errorf("%s minutes: got %d %s", minutes, status, body)
			}
		}
	}
}
