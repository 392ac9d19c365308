package validate

import (
	"slices"
	"strings"
	"testing"

	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/emulator/taskdef"
)

// TestLogDriversAreChecked looks that what package logs knows is asked, at the right place and for the right launch type.
func TestLogDriversAreChecked(t *testing.T) {
	t.Parallel()
	for want, text := range map[string]string{
		"LOG-002": `{"family": "f", "requiresCompatibilities": ["FARGATE"], "containerDefinitions": [{"name": "a", "logConfiguration": {"logDriver": "gelf"}}]}`,
		"LOG-004": `{"family": "f", "containerDefinitions": [{"name": "a", "logConfiguration": {"logDriver": "awslogs"}}]}`,
		"LOG-018": `{"family": "f", "containerDefinitions": [{"name": "a", "logConfiguration": {"logDriver": "awslogs", "options": {"awslogs-group": "g", "awslogs-region": "us-east-1", "awslogs-create-group": "false"}}}]}`,
	} {
		def, _ := taskdef.Load("f", []byte(text))
		findings := Check(def, Options{})
		i := slices.IndexFunc(findings, func(f diag.Finding) bool { return f.Rule == want })
		if i < 0 || findings[i].Line != 1 || !strings.HasPrefix(findings[i].Path, "/containerDefinitions/0/logConfiguration") || !strings.Contains(findings[i].Message, "container a") {
			t.Errorf("%s is not found in its place: %v", want, findings)
		}
	}
}

func FuzzCheck(f *testing.F) {
	f.Add([]byte(`{"family":"a","networkMode":"awsvpc","requiresCompatibilities":["FARGATE"],"containerDefinitions":[{"name":"b","links":["c"],"portMappings":[{"containerPortRange":"1-"}],"secrets":[{"valueFrom":"arn:"}]}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		if def, _ := taskdef.Load("f", data); def != nil {
			Check(def, Options{})
		}
	})
}

func BenchmarkCheck(b *testing.B) {
	text := []byte(`{"family":"f","requiresCompatibilities":["FARGATE"],"networkMode":"awsvpc","cpu":"256","memory":"512","containerDefinitions":[
		{"name":"web","image":"web:1","portMappings":[{"containerPort":80}],"healthCheck":{"command":["CMD-SHELL","curl -f http://localhost/ || exit 1"]}}]}`)
	for b.Loop() {
		def, _ := taskdef.Load("f", text)
		Check(def, Options{})
	}
}
