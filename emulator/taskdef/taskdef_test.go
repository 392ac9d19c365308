package taskdef

import (
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/emulator/document"
	"github.com/google/go-cmp/cmp"
)

// TestStructsCoverTheAPI compares the structs with the list of every value that RegisterTaskDefinition takes.
func TestStructsCoverTheAPI(t *testing.T) {
	t.Parallel()
	file, err := os.ReadFile("testdata/members.txt")
	if err != nil {
		t.Fatal(err)
	}
	want := strings.Split(strings.TrimSpace(string(file)), "\n")[1:]
	got := leaves(reflect.TypeFor[Definition](), "", "")
	slices.Sort(want)
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("structs and API differ (-API +structs):\n%s", diff)
	}
}

func leaves(t reflect.Type, path, enum string) []string {
	switch t.Kind() {
	case reflect.Pointer:
		return leaves(t.Elem(), path, enum)
	case reflect.Slice:
		return leaves(t.Elem(), path+"[]", enum)
	case reflect.Struct:
		var all []string
		for i := range t.NumField() {
			if tag := t.Field(i).Tag; tag.Get("json") != "-" {
				all = append(all, leaves(t.Field(i).Type, strings.TrimPrefix(path+"."+tag.Get("json"), "."), tag.Get("enum"))...)
			}
		}
		return all
	}
	kinds := map[reflect.Kind]string{reflect.String: "string", reflect.Int: "integer", reflect.Bool: "boolean", reflect.Map: "map"}
	return []string{strings.TrimSpace(path + " " + kinds[t.Kind()] + " " + enum)}
}

func TestFindings(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ file, want string }{
		"unknown at the top": {`{"famly": "x"}`, `1:2 error DOC-005 "famly" is not a member here; did you mean "family"?`},
		"case":               {`{"Family": "x"}`, `1:2 error DOC-007 "Family" is not a member here: names are case sensitive`},
		"describe-only":      {`{"revision": 3}`, `1:2 warning DOC-004 "revision" is written by describe-task-definition and refused by register-task-definition; it is ignored`},
		"misplaced":          {`{"containerDefinitions": [{"networkMode": "host"}]}`, `1:28 error DOC-006 "networkMode" does not belong here`},
		"null":               {`{"cpu": null}`, `1:9 warning TYP-001 cpu is null and is taken as absent; the AWS CLI refuses null`},
		"twice":              {`{"family": "a", "family": "b"}`, `1:17 error DOC-008 "family" is given twice, first at line 1; AWS takes the last and says nothing`},
		"number for text":    {`{"cpu": 256}`, `1:9 error TYP-002 cpu must be a string, not a number`},
		"text for number":    {`{"containerDefinitions": [{"cpu": "256"}]}`, `1:35 error TYP-003 containerDefinitions[0].cpu must be a number, not a string`},
		"bool in options": {`{"containerDefinitions": [{"logConfiguration": {"options": {"awslogs-create-group": true}}}]}`,
			`1:85 error TYP-004 containerDefinitions[0].logConfiguration.options.awslogs-create-group must be a string, not a boolean`},
		"environment number": {`{"containerDefinitions": [{"environment": [{"name": "P", "value": 80}]}]}`,
			`1:67 error TYP-005 containerDefinitions[0].environment[0].value must be a string, not a number`},
		"text for list":   {`{"containerDefinitions": [{"command": "npm start"}]}`, `1:39 error TYP-006 containerDefinitions[0].command must be a list, not a string`},
		"text for bool":   {`{"containerDefinitions": [{"essential": "true"}]}`, `1:41 error TYP-007 containerDefinitions[0].essential must be a boolean, not a string`},
		"float":           {`{"containerDefinitions": [{"memory": 512.5}]}`, `1:38 error TYP-008 512.5 is not written as an integer`},
		"object for list": {`{"containerDefinitions": [{"portMappings": {"containerPort": 80}}]}`, `1:44 error TYP-009 containerDefinitions[0].portMappings must be a list, not an object`},
		"null in list":    {`{"containerDefinitions": [{"command": [null]}]}`, `1:40 error TYP-010 null is not allowed in a list`},
		"not an object":   {`[1]`, `1:1 error DOC-001 a task definition is an object, not a list`},
		"huge number":     {`{"containerDefinitions": [{"memory": 99999999999}]}`, `1:38 error TYP-013 99999999999 is out of the range of an integer`},
	} {
		_, findings := Load("f", []byte(c.file))
		var got []string
		for _, f := range findings {
			got = append(got, fmt.Sprintf("%d:%d %s %s %s", f.Line, f.Column, f.Severity, f.Rule, f.Message))
		}
		if diff := cmp.Diff(c.want, strings.Join(got, "\n")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestValuesAreConvertedWhereTheMeaningIsPlain(t *testing.T) {
	t.Parallel()
	def, findings := Load("f", []byte(`{"family": "web", "cpu": 256, "revision": 7, "containerDefinitions": [{"name": "a", "cpu": "128", "essential": "false",
		"memory": 64.0, "stopTimeout": null, "portMappings": {"containerPort": 80}, "dockerLabels": {"n": 1}, "linuxParameters": {"tmpfs": [{"size": 1}]}}]}`))
	c := def.Container("a")
	if def.CPU != "256" || def.Revision != 7 || *c.CPU != 128 || c.IsEssential() || *c.Memory != 64 || c.StopTimeout != nil ||
		*c.PortMappings[0].ContainerPort != 80 || c.DockerLabels["n"] != "1" || *c.LinuxParameters.Tmpfs[0].Size != 1 {
		t.Errorf("decoded: %+v %+v", def, c)
	}
	if got := len(diag.Errors(findings)); got != 6 {
		t.Errorf("%d errors, want 6: %v", got, findings)
	}
	if def.Has("/containerDefinitions/0/stopTimeout") || !def.Has("/containerDefinitions/0/memory") {
		t.Error("Has: null counts as no value")
	}
}

func TestValuesThatTheirFormatConverts(t *testing.T) {
	t.Parallel()
	root, _ := document.Parse("f", []byte(`{"family": "web", "cpu": 256, "containerDefinitions": [{"cpu": "128", "memory": "lots", "essential": "false",
		"environment": [{"name": "N", "value": 1}], "portMappings": [{"containerPort": null}], "command": [null]}]}`))
	_, findings := Decode(root)
	if got := len(findings); got != 7 {
		t.Fatalf("as they are: %d findings: %v", got, findings)
	}
	for _, at := range []string{"/cpu", "/containerDefinitions/0/cpu", "/containerDefinitions/0/essential", "/containerDefinitions/0/environment/0/value"} {
		root.At(at).Coerced = true
	}
	for _, at := range []string{"/containerDefinitions/0/memory", "/containerDefinitions/0/portMappings/0/containerPort", "/containerDefinitions/0/command/0"} {
		root.At(at).Unknown = "it is in the future"
	}
	var def *Definition
	def, findings = Decode(root)
	if c := def.ContainerDefinitions[0]; len(findings) > 0 || def.CPU != "256" || *c.CPU != 128 || c.Memory != nil || c.IsEssential() || c.Environment[0].Value != "1" {
		t.Errorf("%v %+v", findings, c)
	}
	if !def.Has("/containerDefinitions/0/portMappings/0/containerPort") {
		t.Error("Has: a value that is not known yet is given")
	}
}

func TestAWSText(t *testing.T) {
	t.Parallel()
	_, findings := Load("f", []byte(`{"containerDefinitions": [{"essential": true, "zzz": 1, "logConfiguration": {"options": {"awslogs-create-group": true}}}]}`))
	if got, want := findings[1].AWS, "Invalid type for parameter containerDefinitions[0].logConfiguration.options.awslogs-create-group, value: True, type: <class 'bool'>, valid types: <class 'str'>"; got != want {
		t.Errorf("type: %s", got)
	}
	if got, want := findings[0].AWS, `Unknown parameter in containerDefinitions[0]: "zzz", must be one of: name, image, repositoryCredentials,`; !strings.HasPrefix(got, want) {
		t.Errorf("unknown: %s", got)
	}
}

func TestDefaults(t *testing.T) {
	t.Parallel()
	fargate := Definition{RequiresCompatibilities: []string{"FARGATE"}}
	if got := fargate.LaunchType() + fargate.Mode(fargate.LaunchType()); got != "FARGATEawsvpc" {
		t.Errorf("Fargate: %s", got)
	}
	var zero Definition
	if got := zero.LaunchType() + zero.Mode(zero.LaunchType()); got != "EC2bridge" {
		t.Errorf("zero value: %s", got)
	}
}

func FuzzLoad(f *testing.F) {
	f.Add([]byte(`{"family":"a","containerDefinitions":[{"name":"b","portMappings":[{"containerPort":1}],"dockerLabels":{"a":"b"}}]}`))
	f.Add([]byte(`containerDefinitions: [{command: [null, !x y]}]`))
	f.Fuzz(func(t *testing.T, data []byte) {
		def, findings := Load("f", data)
		if def == nil && len(findings) == 0 {
			t.Error("nothing was read and nothing was said")
		}
	})
}
