package input

import (
	"strings"
	"testing"

	"github.com/ecslocal/ecslocal/emulator/diag"
)

func TestFilesAsPeopleHaveThem(t *testing.T) {
	t.Parallel()
	definition := "{\n \"family\": \"web\",\n \"containerDefinitions\": []\n}\n"
	for name, c := range map[string]struct{ file, want string }{
		"crlf":          {strings.ReplaceAll(definition, "\n", "\r\n"), ""},
		"bom":           {"\ufeff" + definition, "byte order mark"},
		"utf-16":        {"\xff\xfe{\x00}\x00", "UTF-16"},
		"not utf-8":     {strings.Replace(definition, "web", "w\xe9b", 1), "not UTF-8"},
		"comments":      {"// mine\n" + definition, "no comments"},
		"empty":         {"", "the file is empty"},
		"empty object":  {"{}", ""},
		"only a text":   {`"hello"`, "no task definition"},
		"yaml bomb":     {"a: &a [x, x, x, x, x, x, x, x]\n" + bomb(), "more than 200000 values"},
		"missing value": {`{"family": ${}`, "ends in the middle"},
	} {
		found, findings := Read("f", []byte(c.file), Options{})
		var said []string
		for _, f := range findings {
			said = append(said, f.String())
		}
		if all := strings.Join(said, "\n"); !strings.Contains(all, c.want) || c.want == "" && (all != "" || len(found) != 1) {
			t.Errorf("%s: found %d, said %s", name, len(found), all)
		}
		for _, f := range found {
			if n := f.Root.At("/containerDefinitions"); n != nil && n.Pos.Column != 26 {
				t.Errorf("%s: containerDefinitions at %v", name, n.Pos)
			}
		}
	}
}

func bomb() string {
	var b strings.Builder
	for c := 'b'; c < 'j'; c++ {
		b.WriteString(string(c) + ": &" + string(c) + " [" + strings.Repeat("*"+string(c-1)+", ", 7) + "*" + string(c-1) + "]\n")
	}
	return b.String()
}

func TestFrom(t *testing.T) {
	t.Parallel()
	if _, findings := Read("f", []byte("{}"), Options{From: "cfn"}); len(findings) != 1 || !strings.Contains(findings[0].Fix, "cloudformation") {
		t.Errorf("an unknown format: %v", findings)
	}
	found, _ := Read("f.json", []byte(`{"volumes": []}`), Options{From: Register})
	if len(found) != 1 || found[0].Format != Register {
		t.Errorf("register: %v", found)
	}
	for _, format := range []Format{Describe, Containers, CloudFormation, Terraform} {
		if found, findings := Read("f", []byte(`{"family": "a"}`), Options{From: format}); len(found) > 0 || len(diag.Errors(findings)) == 0 {
			t.Errorf("%s of a task definition: %v %v", format, found, findings)
		}
	}
	found, _ = Read("f.json", []byte(`{"family": "a", "containerDefinitions": [{"command": ["${x}"]}]}`), Options{From: Template, Params: map[string]string{"x": "y"}})
	if got := found[0].Root.At("/containerDefinitions/0/command/0").Text; got != "y" {
		t.Errorf("template: %s", got)
	}
}

func TestSingle(t *testing.T) {
	t.Parallel()
	found := []Found{{Name: "A"}, {Name: "B"}}
	if one, findings := Single("f", found[:1]); one.Name != "A" || len(findings) > 0 {
		t.Errorf("one: %v %v", one, findings)
	}
	if _, findings := Single("f", found); len(findings) != 1 || !strings.Contains(findings[0].Message, "A, B") {
		t.Errorf("two: %v", findings)
	}
}

// TestValuesStayOutOfFindings: a parameter may be a password.
func TestValuesStayOutOfFindings(t *testing.T) {
	t.Parallel()
	const secret = "hunter2"
	opts := Options{EnvSubst: true, Params: map[string]string{"P": secret, "Q": secret + "\"", "unused": secret},
		Env: func(string) (string, bool) { return secret, true }}
	for _, file := range []string{
		`{"family": "$P", "cpu": ${Q}, "memory": "${E}", "x": "{{ env "A" "B" }}"}`,
		`{"Parameters": {"P": {"Type": "String", "AllowedValues": ["a"], "AllowedPattern": "b"}}, "Resources": {"T": {"Type": "AWS::ECS::TaskDefinition", "Properties": {"Family": {"Fn::Sub": "${P}"}}}}}`,
	} {
		found, findings := Read("f.json", []byte(file), opts)
		for _, one := range found {
			findings = append(findings, one.Notes...)
		}
		for _, f := range findings {
			if strings.Contains(f.String()+f.Fix+f.AWS, secret) {
				t.Errorf("told: %v", f)
			}
		}
		if len(found) != 1 {
			t.Errorf("found %d", len(found))
		}
	}
}
