package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/ecslocal/ecslocal/emulator/diag"
)

// TestSARIF checks a report by testdata/sarif.json, which holds the rules of the SARIF 2.1.0 schema and of GitHub code scanning for
// every member that is written, and by what a schema cannot say.
func TestSARIF(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("testdata/sarif.json")
	if err != nil {
		t.Fatal(err)
	}
	var schema map[string]any
	if err := json.Unmarshal(data, &schema); err != nil {
		t.Fatal(err)
	}
	wordy := sample[0]
	wordy.AWS = strings.Repeat("ü", 2000)
	for name, text := range map[string]string{"findings": render(t, SARIF, sample), "nothing": render(t, SARIF, nil), "long": render(t, SARIF, []diag.Finding{wordy})} {
		var value any
		if err := json.Unmarshal([]byte(text), &value); err != nil {
			t.Fatal(err)
		}
		for _, problem := range check(schema, schema, value, name) {
			t.Error(problem)
		}
	}
	var log sarifLog
	if err := json.Unmarshal([]byte(render(t, SARIF, sample)), &log); err != nil {
		t.Fatal(err)
	}
	run := log.Runs[0]
	var ids, prints []string
	for _, rule := range run.Tool.Driver.Rules {
		ids = append(ids, rule.ID)
	}
	for i, result := range run.Results {
		prints = append(prints, result.PartialFingerprints["primaryLocationLineHash"])
		if ids[result.RuleIndex] != result.RuleID {
			t.Errorf("result %d: ruleIndex %d is %s, not %s", i, result.RuleIndex, ids[result.RuleIndex], result.RuleID)
		}
		checkRegion(t, sample[i].File, result.Locations[0].PhysicalLocation.Region)
		if _, err := url.Parse(result.Locations[0].PhysicalLocation.ArtifactLocation.URI); err != nil {
			t.Error(err)
		}
	}
	for what, list := range map[string][]string{"rule ids": ids, "fingerprints": prints} {
		slices.Sort(list)
		if len(slices.Compact(slices.Clone(list))) != len(list) {
			t.Errorf("%s are not unique: %v", what, list)
		}
	}
	if len(run.Results) != len(sample) {
		t.Errorf("%d results of %d findings", len(run.Results), len(sample))
	}
}

// checkRegion compares a region with the file: its columns count UTF-16 code units and lie in the line.
func checkRegion(t *testing.T, file string, region sarifRegion) {
	t.Helper()
	lines := strings.Split(string(sources(file)), "\n")
	if region.StartColumn == 0 || len(lines) < region.StartLine {
		return
	}
	units := utf16.Encode([]rune(lines[region.StartLine-1]))
	if region.EndColumn <= region.StartColumn || region.EndColumn > len(units)+1 {
		t.Errorf("%s: region %+v in a line of %d", file, region, len(units))
		return
	}
	if text := string(utf16.Decode(units[region.StartColumn-1 : region.EndColumn-1])); text != `"wäb, 100%: yes"` && text != "256" && text != "77" && text != `"a \" b"` {
		t.Errorf("%s: the region is %q", file, text)
	}
}

// TestFingerprintsFollowTheLine: a finding is the same one after lines above it were added, and another one on another line.
func TestFingerprintsFollowTheLine(t *testing.T) {
	t.Parallel()
	f := sample[1]
	moved := f
	moved.Line += 7
	if fingerprint(f, digest(`"cpu": 256`)) != fingerprint(moved, digest(`    "cpu":   256`)) {
		t.Error("a moved line has another fingerprint")
	}
	if fingerprint(f, digest(`"cpu": 256`)) == fingerprint(f, digest(`"cpu": 512`)) {
		t.Error("another line has the same fingerprint")
	}
}

// check gives what is wrong with a value by the part of JSON Schema that testdata/sarif.json uses.
func check(root, schema map[string]any, value any, path string) []string {
	if ref, ok := schema["$ref"].(string); ok {
		name := strings.TrimPrefix(ref, "#/definitions/")
		return check(root, root["definitions"].(map[string]any)[name].(map[string]any), value, path)
	}
	var problems []string
	add := func(format string, args ...any) { problems = append(problems, path+": "+fmt.Sprintf(format, args...)) }
	if want, ok := schema["type"].(string); ok && want != kindOf(value) {
		add("is a %s, not a %s", kindOf(value), want)
		return problems
	}
	if list, ok := schema["enum"].([]any); ok && !slices.Contains(list, value) {
		add("%v is not one of %v", value, list)
	}
	switch v := value.(type) {
	case string:
		if pattern, ok := schema["pattern"].(string); ok && !regexp.MustCompile(pattern).MatchString(v) {
			add("%q does not match %s", v, pattern)
		}
	case float64:
		if least, ok := schema["minimum"].(float64); ok && v < least {
			add("%v is below %v", v, least)
		}
	case []any:
		if least, ok := schema["minItems"].(float64); ok && float64(len(v)) < least {
			add("has %d items", len(v))
		}
		if items, ok := schema["items"].(map[string]any); ok {
			for i, item := range v {
				problems = append(problems, check(root, items, item, fmt.Sprintf("%s/%d", path, i))...)
			}
		}
	case map[string]any:
		required, _ := schema["required"].([]any)
		for _, name := range required {
			if _, there := v[name.(string)]; !there {
				add("has no %s", name)
			}
		}
		properties, _ := schema["properties"].(map[string]any)
		for name, member := range v {
			sub, known := properties[name].(map[string]any)
			if !known {
				add("has a member %s that SARIF does not know", name)
				continue
			}
			problems = append(problems, check(root, sub, member, path+"/"+name)...)
		}
	}
	return problems
}

func kindOf(value any) string {
	switch v := value.(type) {
	case string:
		return "string"
	case float64:
		if v == float64(int(v)) {
			return "integer"
		}
		return "number"
	case []any:
		return "array"
	case map[string]any:
		return "object"
	}
	return fmt.Sprintf("%T", value)
}

// TestLongLine reports many findings of one long line: each place costs what stands around it, not the whole line.
func TestLongLine(t *testing.T) {
	t.Parallel()
	line := strings.Repeat(`"é", `, 200_000)
	var findings []diag.Finding
	for i := range 20_000 {
		findings = append(findings, diag.Finding{Rule: "X-001", Severity: diag.Error, Message: "m", Position: diag.Position{File: "f", Line: 1, Column: 1 + 60*i}})
	}
	for _, format := range Formats() {
		began := time.Now()
		var b bytes.Buffer
		if err := Findings(&b, format, findings, Options{Source: func(string) []byte { return []byte(line) }}); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(began); took > 20*time.Second { // minutes, if each finding read the line
			t.Errorf("%s took %v", format, took)
		}
	}
}
