package spec_test

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"testing"

	"github.com/ecslocal/ecslocal/emulator/expect"
	"github.com/ecslocal/ecslocal/emulator/spec"
	"github.com/google/go-cmp/cmp"
)

// schemaNode is the part of JSON schema that ours uses.
type schemaNode struct {
	Description string                `json:"description"`
	Required    []string              `json:"required"`
	Properties  map[string]schemaNode `json:"properties"`
	Items       *schemaNode           `json:"items"`
	Additional  json.RawMessage       `json:"additionalProperties"`
	OneOf       []schemaNode          `json:"oneOf"`
}

// TestSchemaFitsTheReader wants every member that the reader knows in the schema, described, and the other way round.
func TestSchemaFitsTheReader(t *testing.T) {
	t.Parallel()
	var root schemaNode
	if err := json.Unmarshal(spec.Schema(), &root); err != nil {
		t.Fatal(err)
	}
	fits(t, "", root, members(reflect.TypeFor[spec.Spec](), nil))
	step := root.Properties["steps"].Items
	known := []string{"name"}
	for _, k := range spec.Kinds() {
		known = append(known, k.Name)
		if k.Type.Kind() != reflect.Struct {
			continue
		}
		node := step.Properties[k.Name]
		want := members(k.Type, nil)
		if k.Type.Implements(reflect.TypeFor[expect.Expectation]()) {
			want = append(want, "within")
		}
		fits(t, k.Name, node, want)
		if diff := cmp.Diff(slices.Sorted(slices.Values(k.Required)), slices.Sorted(slices.Values(node.Required))); diff != "" {
			t.Errorf("%s requires: %s", k.Name, diff)
		}
		for _, name := range []string{"stdout", "stderr", "stoppedReason"} {
			if text, ok := node.Properties[name]; ok {
				fits(t, k.Name+"."+name, text, members(reflect.TypeFor[expect.Text](), nil))
			}
		}
	}
	if fits(t, "steps", *step, known); len(step.OneOf) != len(spec.Kinds()) {
		t.Errorf("a step is one of %d kinds in the schema, of %d in the reader", len(step.OneOf), len(spec.Kinds()))
	}
}

func fits(t *testing.T, path string, node schemaNode, want []string) {
	t.Helper()
	if diff := cmp.Diff(slices.Sorted(slices.Values(want)), slices.Sorted(maps.Keys(node.Properties))); diff != "" {
		t.Errorf("%s: reader and schema differ: %s", path, diff)
	}
	if string(node.Additional) != "false" {
		t.Errorf("%s takes other members in the schema", path)
	}
	for name, property := range node.Properties {
		if property.Description == "" {
			t.Errorf("%s.%s is not described", path, name)
		}
	}
}

// members are the names that a struct is filled by.
func members(of reflect.Type, names []string) []string {
	for i := range of.NumField() {
		if field := of.Field(i); field.Anonymous {
			names = members(field.Type, names)
		} else if name := field.Tag.Get("json"); name != "" {
			names = append(names, name)
		}
	}
	return names
}
