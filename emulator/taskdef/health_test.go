package taskdef

import "testing"

// TestHealthChecksOfOtherTools wants the repair of what Compose, the console and Docker write differently.
func TestHealthChecksOfOtherTools(t *testing.T) {
	t.Parallel()
	for written, want := range map[string]string{
		`"command": "curl -f http://localhost/?a=1&b=2 || exit 1"`:        `["CMD-SHELL","curl -f http://localhost/?a=1&b=2 || exit 1"]`,
		`"command": "CMD-SHELL, curl -f http://localhost/ || exit 1"`:     `["CMD-SHELL","curl -f http://localhost/ || exit 1"]`,
		`"command": "CMD curl -f http://localhost/"`:                      `["CMD-SHELL","curl -f http://localhost/"]`,
		`"command": "CMDB_check"`:                                         `["CMD-SHELL","CMDB_check"]`,
		`"command": "[\"CMD\", \"curl\", \"-f\", \"http://localhost/\"]"`: `["CMD", "curl", "-f", "http://localhost/"]`,
		`"command": ["CMD", "true"], "interval": "30s"`:                   `30`,
		`"command": ["CMD", "true"], "timeout": "1m30s"`:                  `90`,
		`"command": ["CMD", "true"], "timeout": "5"`:                      `5`,
		`"command": ["CMD", "true"], "timeout": "soon"`:                   ``,
		`"command": ["CMD", "true"], "startPeriod": "500ms"`:              ``,
	} {
		_, findings := Load("f", []byte(`{"containerDefinitions": [{"healthCheck": {`+written+`}}]}`))
		got := ""
		if len(findings) == 1 && findings[0].Patch != nil {
			got = findings[0].Patch.Value
		}
		if len(findings) != 1 || got != want {
			t.Errorf("%s: repaired as %q, want %q (%v)", written, got, want, findings)
		}
	}
}
