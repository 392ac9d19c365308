package spec_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/ecslocal/ecslocal/emulator/spec"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

// everything is a spec with every member that there is, in JSON, so that the schema's validator and ours read the same.
const everything = `{
"definition": "t.json", "config": "e.yaml", "secrets": ["s.yaml"], "images": {"web": "web:dev"}, "env": {"A": "b"}, "params": {"Tag": "v1"}, "resource": "Task",
"launchType": "FARGATE", "networks": ["shared"], "strict": true, "timeout": "90s", "overrides": {"containerOverrides": []},
"matrix": {"mode": ["awsvpc"], "n": [1], "exclude": [{"mode": "host", "n": 2}], "include": [{"mode": "host", "n": 3}]},
"steps": [
  {"name": "well", "healthy": {"containers": ["web"], "within": "30s"}}, {"healthy": null}, {"running": {"within": "1m"}}, {"unhealthy": {"container": "web", "within": "5s"}},
  {"stopped": {"stopCode": "UserInitiated", "stoppedReason": {"equals": "a", "contains": "a", "excludes": "b", "matches": "a"}, "within": "5s"}},
  {"exit": {"container": "job", "code": 3, "within": "5s"}}, {"connect": {"container": "web", "port": 80, "within": "5s"}}, {"connect": {"port": "web:80"}},
  {"http": {"container": "web", "port": 8080, "https": true, "method": "POST", "path": "/a", "headers": {"A": "b"}, "body": "{}", "status": 201, "responseHeaders": {"B": {"equals": "c"}},
    "equals": "a", "contains": "a", "excludes": "b", "matches": "a", "jsonPath": {"$.a": 1}, "within": "3s"}},
  {"log": {"container": "web", "pattern": "up", "count": 2, "within": "3s"}}, {"log": {"pattern": "up", "absent": true}}, {"noSecretsInLogs": true},
  {"file": {"container": "web", "path": "/a", "exists": true, "mode": "0644", "equals": "a", "contains": "a", "excludes": "b", "matches": "a", "within": "3s"}},
  {"exec": {"container": "web", "command": ["ls"], "user": "1", "exitCode": 1, "stdout": {"matches": "a"}, "stderr": {"equals": ""}, "within": "3s"}},
  {"signal": {"container": "web", "signal": "SIGHUP"}},
  {"stop": {"reason": "enough", "graceful": true, "inFlight": [{"port": "web:8080", "path": "/slow", "status": 200}]}}]}`

// TestSchemaAcceptsWhatTheReaderDoes changes one value of a spec after the other, and wants schema and reader to agree about what comes of it.
// What a schema cannot say is left to the reader: whether patterns can be compiled, and what a matrix makes of the rest.
func TestSchemaAcceptsWhatTheReaderDoes(t *testing.T) {
	t.Parallel()
	schema := compiled(t)
	agree := func(change string, tree any) {
		text, err := json.Marshal(tree)
		if err != nil {
			t.Fatal(err)
		}
		_, findings := spec.Parse("s.yaml", text)
		refused := schema.Validate(withoutNulls(tree, ""))
		if (refused != nil) != (len(findings) > 0) {
			t.Errorf("%s: the schema says %v, the reader %v\n%s", change, refused, findings, text)
		}
	}
	tree := parsed(t, everything)
	agree("nothing", tree)
	for _, path := range pointers(tree, "", nil) {
		for _, value := range []any{nil, true, json.Number("7"), json.Number("1.5"), json.Number("70000"), "", "30s", []any{}, []any{"x"}, []any{json.Number("7")}, map[string]any{}, map[string]any{"x": "y"}} {
			if !beyondSchema(path, value) {
				changed := parsed(t, everything)
				set(changed, path, value)
				agree(fmt.Sprintf("%s = %v", path, value), changed)
			}
		}
		changed := parsed(t, everything)
		if set(changed, path, "${matrix.mode}"); scalar(at(tree, path)) && !strings.HasPrefix(path, "/matrix") && !strings.HasSuffix(path, "/noSecretsInLogs") {
			if err := schema.Validate(changed); err != nil {
				t.Errorf("%s takes no parameter of the matrix: %v", path, err)
			}
		}
		changed = parsed(t, everything)
		if remove(changed, path); !strings.HasPrefix(path, "/matrix") {
			agree(path+" removed", changed)
		}
		changed = parsed(t, everything)
		if object, ok := at(changed, path).(map[string]any); ok && !beyondSchema(path, map[string]any{"x": "y"}) {
			object["nonsense"] = map[string]any{}
			agree(path+" with nonsense", changed)
		}
	}
}

func scalar(value any) bool {
	switch value.(type) {
	case string, json.Number, bool:
		return true
	}
	return false
}

// beyondSchema says what no schema can know of a value.
func beyondSchema(path string, value any) bool {
	switch {
	case strings.HasPrefix(path, "/overrides/"), path == "/overrides":
		_, object := value.(map[string]any)
		return path != "/overrides" || object // it is RunTask's, with a reader of its own
	case strings.HasPrefix(path, "/matrix/include"), strings.HasPrefix(path, "/matrix/exclude"):
		_, object := value.(map[string]any)
		return object && strings.Count(path, "/") == 3 // other names than the parameters'
	case strings.HasSuffix(path, "/jsonPath"):
		_, object := value.(map[string]any)
		return object // its names are paths
	}
	return strings.HasSuffix(path, "/pattern") && value == json.Number("1.5") // a filter pattern of two terms
}

func compiled(t *testing.T) *jsonschema.Schema {
	t.Helper()
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(spec.Schema()))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("spec.json", document); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile("spec.json")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

func parsed(t *testing.T, text string) any {
	t.Helper()
	value, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return value
}

// withoutNulls is a tree without the members that are null, which are as good as nothing, but for kinds of steps and parameters.
func withoutNulls(tree any, path string) any {
	switch tree := tree.(type) {
	case map[string]any:
		copied := map[string]any{}
		for name, value := range tree {
			if value != nil || name != "name" && strings.Count(path, "/") == 2 && strings.HasPrefix(path, "/steps/") || strings.HasPrefix(path, "/matrix") && name != "include" && name != "exclude" {
				copied[name] = withoutNulls(value, path+"/"+name)
			}
		}
		return copied
	case []any:
		copied := []any{}
		for i, value := range tree {
			copied = append(copied, withoutNulls(value, fmt.Sprintf("%s/%d", path, i)))
		}
		return copied
	}
	return tree
}

// pointers are the places of a tree, but for its root. No name in it has a slash.
func pointers(tree any, path string, all []string) []string {
	if path != "" {
		all = append(all, path)
	}
	switch tree := tree.(type) {
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(tree)) {
			all = pointers(tree[name], path+"/"+name, all)
		}
	case []any:
		for i, value := range tree {
			all = pointers(value, fmt.Sprintf("%s/%d", path, i), all)
		}
	}
	return all
}

func at(tree any, path string) any {
	for name := range strings.SplitSeq(strings.TrimPrefix(path, "/"), "/") {
		switch inner := tree.(type) {
		case map[string]any:
			tree = inner[name]
		case []any:
			tree = inner[index(name)]
		}
	}
	return tree
}

func index(name string) (i int) {
	fmt.Sscan(name, &i)
	return i
}

func parent(tree any, path string) (any, string) {
	i := strings.LastIndexByte(path, '/')
	if i == 0 {
		return tree, path[1:]
	}
	return at(tree, path[:i]), path[i+1:]
}

func set(tree any, path string, value any) {
	switch inner, name := parent(tree, path); inner := inner.(type) {
	case map[string]any:
		inner[name] = value
	case []any:
		inner[index(name)] = value
	}
}

// remove takes a member of an object away.
func remove(tree any, path string) {
	if inner, name := parent(tree, path); name != "" {
		if object, ok := inner.(map[string]any); ok {
			delete(object, name)
		}
	}
}
