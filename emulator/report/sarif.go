package report

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/url"
	"path"
	"path/filepath"
	"strings"
	"unicode/utf16"

	"github.com/ecslocal/ecslocal/emulator/diag"
)

// The parts of SARIF 2.1.0 (OASIS) that GitHub code scanning reads ("SARIF support for code scanning").
type (
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool       sarifTool     `json:"tool"`
		ColumnKind string        `json:"columnKind"`
		Results    []sarifResult `json:"results"`
	}
	sarifTool struct {
		Driver sarifDriver `json:"driver"`
	}
	sarifDriver struct {
		Name           string      `json:"name"`
		Version        string      `json:"version,omitempty"`
		InformationURI string      `json:"informationUri"`
		Rules          []sarifRule `json:"rules"`
	}
	sarifRule struct {
		ID                   string       `json:"id"`
		ShortDescription     sarifMessage `json:"shortDescription"`
		FullDescription      sarifMessage `json:"fullDescription"`
		Help                 sarifMessage `json:"help"`
		DefaultConfiguration sarifLevel   `json:"defaultConfiguration"`
	}
	sarifLevel struct {
		Level string `json:"level"`
	}
	sarifMessage struct {
		Text string `json:"text"`
	}
	sarifResult struct {
		RuleID              string            `json:"ruleId"`
		RuleIndex           int               `json:"ruleIndex"`
		Level               string            `json:"level"`
		Message             sarifMessage      `json:"message"`
		Locations           []sarifLocation   `json:"locations"`
		PartialFingerprints map[string]string `json:"partialFingerprints"`
	}
	sarifLocation struct {
		PhysicalLocation sarifPhysical  `json:"physicalLocation"`
		LogicalLocations []sarifLogical `json:"logicalLocations,omitempty"`
	}
	sarifPhysical struct {
		ArtifactLocation sarifArtifact `json:"artifactLocation"`
		Region           sarifRegion   `json:"region"`
	}
	sarifArtifact struct {
		URI       string `json:"uri"`
		URIBaseID string `json:"uriBaseId,omitempty"`
	}
	sarifRegion struct {
		StartLine   int `json:"startLine"`
		StartColumn int `json:"startColumn,omitempty"`
		EndColumn   int `json:"endColumn,omitempty"`
	}
	sarifLogical struct {
		FullyQualifiedName string `json:"fullyQualifiedName"`
	}
)

func writeSARIF(w io.Writer, findings []diag.Finding, opts Options) error {
	run := sarifRun{ColumnKind: "utf16CodeUnits", Results: []sarifResult{}, Tool: sarifTool{sarifDriver{Name: "ecslocal", Version: opts.Version,
		InformationURI: "https://github.com/ecslocal/ecslocal", Rules: []sarifRule{}}}}
	rules, source, seen := map[string]int{}, newLines(opts), map[string]int{}
	var current sarifLine
	for _, f := range findings {
		index, known := rules[f.Rule]
		if !known {
			index = len(rules)
			rules[f.Rule] = index
			run.Tool.Driver.Rules = append(run.Tool.Driver.Rules, newSARIFRule(f, opts))
		}
		line, _ := source.at(f.Position)
		current.enter(line)
		print := fingerprint(f, current.digest)
		seen[print]++
		run.Results = append(run.Results, sarifResult{RuleID: f.Rule, RuleIndex: index, Level: sarifLevels[f.Severity], Message: sarifMessage{explanation(f)},
			Locations: []sarifLocation{newSARIFLocation(f, &current)}, PartialFingerprints: map[string]string{"primaryLocationLineHash": fmt.Sprintf("%s:%d", print, seen[print])}})
	}
	return encode(w, sarifLog{"https://json.schemastore.org/sarif-2.1.0.json", "2.1.0", []sarifRun{run}})
}

var sarifLevels = map[diag.Severity]string{diag.Error: "error", diag.Warning: "warning", diag.Info: "note"}

func newSARIFRule(f diag.Finding, opts Options) sarifRule {
	short, full := f.Message, explanation(f)
	if opts.Describe != nil && opts.Describe(f.Rule) != "" {
		short = opts.Describe(f.Rule)
		full = short
	}
	help := "Rule " + f.Rule + " of ecslocal."
	if f.Source != "" {
		help += " Established by: " + f.Source
	}
	return sarifRule{ID: f.Rule, ShortDescription: sarifMessage{limited(short)}, FullDescription: sarifMessage{limited(full)}, Help: sarifMessage{help},
		DefaultConfiguration: sarifLevel{sarifLevels[f.Severity]}}
}

// limited is a text of at most 1024 characters, as GitHub takes in descriptions.
func limited(text string) string {
	const most = 1024
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most-1]) + "…"
	}
	return text
}

// sarifLine is the line of the finding at hand. Findings come in the order of their places, so that no line is read for each of them: a
// file of one line may have tens of thousands.
type sarifLine struct {
	text, digest string
	at, units    int // how many UTF-16 units the first at bytes have
}

func (l *sarifLine) enter(text string) {
	if text != l.text || l.digest == "" {
		*l = sarifLine{text: text, digest: digest(text)}
	}
}

// unitsBefore is how many UTF-16 units stand before a byte of the line.
func (l *sarifLine) unitsBefore(at int) int {
	if at < l.at {
		l.at, l.units = 0, 0
	}
	l.units += utf16Length(l.text[l.at:at])
	l.at = at
	return l.units
}

func newSARIFLocation(f diag.Finding, line *sarifLine) sarifLocation {
	location := sarifLocation{PhysicalLocation: sarifPhysical{ArtifactLocation: newSARIFArtifact(f.File), Region: sarifRegion{StartLine: max(1, f.Line)}}}
	if f.Column > 0 {
		at := min(f.Column-1, len(line.text))
		region := &location.PhysicalLocation.Region
		region.StartColumn = f.Column
		if line.text != "" {
			region.StartColumn = 1 + line.unitsBefore(at)
			region.EndColumn = region.StartColumn + max(1, utf16Length(line.text[at:at+tokenLength(line.text[at:])]))
		}
	}
	if f.Path != "" {
		location.LogicalLocations = []sarifLogical{{f.Path}}
	}
	return location
}

func utf16Length(text string) int { return len(utf16.Encode([]rune(text))) }

// newSARIFArtifact names a file: relative to the source root, as GitHub asks for, or by its full path.
func newSARIFArtifact(file string) sarifArtifact {
	file = slashes(file)
	switch {
	case file == "":
		return sarifArtifact{URI: "unknown", URIBaseID: "%SRCROOT%"}
	case path.IsAbs(file) || filepath.IsAbs(file):
		return sarifArtifact{URI: (&url.URL{Scheme: "file", Path: "/" + strings.TrimPrefix(file, "/")}).String()}
	}
	return sarifArtifact{URI: (&url.URL{Path: path.Clean(file)}).String(), URIBaseID: "%SRCROOT%"}
}

// fingerprint stays the same while the line that a finding is about moves in its file.
func fingerprint(f diag.Finding, lineDigest string) string {
	return digest(strings.Join([]string{f.Rule, slashes(f.File), f.Path, lineDigest}, "\x00"))
}

// digest is the same for texts that differ in white space only.
func digest(text string) string {
	sum := sha256.Sum256([]byte(strings.Join(strings.Fields(text), " ")))
	return hex.EncodeToString(sum[:8])
}
