package input

import (
	"slices"
	"testing"
	"testing/fstest"
)

func TestTemplatesOfAnAssembly(t *testing.T) {
	t.Parallel()
	file := func(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text)} }
	assembly := fstest.MapFS{
		"manifest.json": file(`{"version": "39.0.0", "artifacts": {
			"Tree": {"type": "cdk:tree", "properties": {"file": "tree.json"}},
			"Web": {"type": "aws:cloudformation:stack", "properties": {"templateFile": "Web.template.json"}},
			"assembly-Prod": {"type": "cdk:cloud-assembly", "properties": {"directoryName": "assembly-Prod"}}}}`),
		"assembly-Prod/manifest.json": file(`{"artifacts": {"P": {"type": "aws:cloudformation:stack", "properties": {"templateFile": "P.template.json"}}}}`),
	}
	got, err := Templates(assembly)
	if want := []string{"Web.template.json", "assembly-Prod/P.template.json"}; err != nil || !slices.Equal(got, want) {
		t.Errorf("%v, %v", got, err)
	}
	for name, broken := range map[string]fstest.MapFS{
		"no manifest":     {},
		"not JSON":        {"manifest.json": file("{")},
		"stage is itself": {"manifest.json": file(`{"artifacts": {"a": {"type": "cdk:cloud-assembly", "properties": {"directoryName": "../.."}}}}`)},
	} {
		if _, err := Templates(broken); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	circle := fstest.MapFS{"manifest.json": file(`{"artifacts": {"a": {"type": "cdk:cloud-assembly", "properties": {"directoryName": "."}}}}`)}
	if got, err := Templates(circle); len(got) > 0 || err != nil {
		t.Errorf("a stage in itself: %v, %v", got, err)
	}
}
