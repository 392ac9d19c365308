package fix_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/emulator/document"
	"github.com/ecslocal/ecslocal/emulator/fix"
	"github.com/ecslocal/ecslocal/emulator/input"
)

// templates have their checks in many forms: written out, shared by an alias or a mapping, chosen by a condition, made by functions.
var templates = []string{`
Mappings: {M: {a: {Cmd: [CMD, "x"], Text: x, N: "5"}}}
Conditions: {Yes: !Equals [a, a]}
Resources:
  T: # é
    Type: AWS::ECS::TaskDefinition
    Properties:
      ContainerDefinitions:
      - {Name: a, Image: i, HealthCheck: {Command: [CMD, 'it''s'], Interval: 9}} # c
      - Name: b
        Image: i
        HealthCheck: &h
          Command:
            - CMD-SHELL
            - >-
              x
              || y
          Timeout: "4"
      - {Name: c, Image: i, HealthCheck: *h}
      - Name: d
        Image: i
        HealthCheck:
          Command: !FindInMap [M, a, Cmd]
          Interval: !FindInMap [M, a, N]
      - Name: e
        Image: i
        HealthCheck:
          Fn::If: [Yes, {Command: [CMD, !FindInMap [M, a, Text]], Interval: 7}, {Command: [CMD, z]}]
      - !If [Yes, {Name: f, Image: i, HealthCheck: {Command: !If [Yes, [CMD, w], [CMD, w]]}}, !Ref AWS::NoValue]
      - {Name: g, Image: i, HealthCheck: {Command: !Split [",", "CMD,x"], Interval: 5}}
      - Name: h
        Image: i
        HealthCheck:
          Command: [CMD, x,
            y]
`, `
Transform: AWS::LanguageExtensions
Resources:
  Fn::ForEach::L:
  - N
  - [A, B]
  - T${N}: {Type: AWS::ECS::TaskDefinition, Properties: {ContainerDefinitions: [{Name: a, Image: i, HealthCheck: {Command: [CMD, x]}}, {Name: b, Image: !Ref N, HealthCheck: {Command: [CMD, !Ref N]}}]}}
`, `{"Resources": {"T": {"Type": "AWS::ECS::TaskDefinition", "Properties": {"ContainerDefinitions": [
  {"Name": "a", "Image": "i", "HealthCheck": {"Command": ["CMD", "x"], "Interval": 7}}, {"Name": "b", "Image": "i", "HealthCheck": {}},
  {"Name": "c", "Image": "i", "HealthCheck": {"Command": {"Fn::If": ["X", ["CMD", "x"], ["CMD", {"Ref": "AWS::Region"}]]}}}]}}}}`,
	`[{"name": "a", "image": "i", "healthCheck": {"command": ["CMD", "x"]}}]`,
	`{"taskDefinition": {"family": "f", "containerDefinitions": [{"name": "a", "image": "i", "healthCheck": {"command": ["CMD", "x"], "interval": 7}}]}}`,
}

// FuzzTemplate: what was fixed reads as the definition before it with the patch made, and nothing else changed.
func FuzzTemplate(f *testing.F) {
	for _, template := range templates {
		f.Add(template)
		f.Add("\ufeff" + strings.ReplaceAll(template, "\n", "\r\n"))
	}
	f.Fuzz(func(t *testing.T, source string) {
		if len(source) > 4000 {
			return
		}
		file, _ := document.Parse("t", []byte(source))
		found, _ := input.Read("t", []byte(source), input.Options{})
		for n, one := range found {
			for _, patch := range healthPatches(one.Root) {
				fixed, made := fix.Apply([]byte(source), file, fix.InFile(file, one.Root, []diag.Patch{patch}))
				if !made[0] {
					if string(fixed) != source {
						t.Errorf("%v is not made of\n%s\nand gives\n%s", patch, source, fixed)
					}
					continue
				}
				again, _ := input.Read("t", fixed, input.Options{})
				if len(again) != len(found) || !reads(again[n].Root, one.Root, "", patch) {
					t.Errorf("%v of %s in\n%s\ngives\n%s", patch, one.Name, source, fixed)
				}
			}
		}
	})
}

// healthPatches change or add a command and a number of each container.
func healthPatches(root *document.Node) []diag.Patch {
	var patches []diag.Patch
	containers := root.Member("containerDefinitions")
	if containers == nil {
		return nil
	}
	for i := range containers.Items {
		at := diag.Pointer("/containerDefinitions", i) + "/healthCheck"
		patches = append(patches, diag.Patch{Path: at + "/command", Value: `["CMD","new: # é"]`}, diag.Patch{Path: at + "/interval", Value: "31"})
	}
	return patches
}

// reads says whether a tree is the one before it with a patch made.
func reads(after, before *document.Node, pointer string, p diag.Patch) bool {
	if pointer == p.Path {
		value, _ := document.ParseJSON("", []byte(p.Value))
		return after.Text == value.Text && len(after.Items) == len(value.Items) && slices.EqualFunc(after.Items, value.Items, func(a, b *document.Node) bool { return a.Text == b.Text })
	}
	members := after.Members
	if strings.HasPrefix(p.Path, pointer+"/") && before.At(p.Path[len(pointer):]) == nil && strings.Count(p.Path[len(pointer):], "/") == 1 {
		members = members[:max(len(members)-1, 0)] // the one that is added
		if len(after.Members) == 0 || !reads(after.Members[len(members)].Value, nil, p.Path, p) {
			return false
		}
	}
	if after.Kind != before.Kind || after.Text != before.Text || after.Unknown != before.Unknown || len(after.Items) != len(before.Items) || len(members) != len(before.Members) {
		return false
	}
	for i, item := range after.Items {
		if !reads(item, before.Items[i], diag.Pointer(pointer, i), p) {
			return false
		}
	}
	for i, m := range members {
		if m.Name != before.Members[i].Name || !reads(m.Value, before.Members[i].Value, diag.Pointer(pointer, m.Name), p) {
			return false
		}
	}
	return true
}
