package agent

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

// Whatever a container sends gets an answer that HTTP can carry, and no secret by guessing.
func FuzzAgent(f *testing.F) {
	f.Add("GET", "/v4/"+sampleID+"/task", "", "172.17.0.6:1")
	f.Add("PUT", "/api/"+sampleID+"/task-protection/v1/state", `{"ProtectionEnabled":true}`, "")
	f.Add("POST", "/api/"+sampleID+"/fault/v1/network-latency/start", `{"Sources":[null]}`, "x")
	f.Add("GET", "/v3/"+sampleID+"/associations/gpu/0", "", "[::1%25eth0]:9")
	f.Add("", "//..//v2/credentials/", "\x00", "1.2.3.4:5:6")
	f.Fuzz(func(t *testing.T, method, path, body, remote string) {
		a := newAgent(awsvpcTask())
		w := httptest.NewRecorder()
		a.ServeHTTP(w, &http.Request{
			Method: method, URL: &url.URL{Path: path}, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body)), RemoteAddr: remote,
		})
		if w.Code < 200 || w.Code > 599 {
			t.Errorf("status %d", w.Code)
		}
		if !strings.Contains(path, credentialsID) && strings.Contains(w.Body.String(), "made/up+secret") {
			t.Errorf("the keys came out: %s", w.Body)
		}
	})
}
