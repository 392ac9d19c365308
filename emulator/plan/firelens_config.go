package plan

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// fluentConfig is a router's configuration before it is written in one of the two languages.
type fluentConfig struct {
	inputs, outputs  []fluentSection
	include, exclude []fluentFilter
	record           map[string]string
	external         string
}

type fluentSection struct {
	name, tag string
	options   map[string]string
	copies    *fluentSection // an output for copies of its records
}

type fluentFilter struct{ tag, pattern string }

// fluentBit writes the configuration for Fluent Bit.
func (f *fluentConfig) fluentBit() string {
	var b strings.Builder
	section := func(kind string, lines ...string) {
		fmt.Fprintf(&b, "\n[%s]\n    %s\n", kind, strings.Join(lines, "\n    "))
	}
	for _, s := range f.inputs {
		section("INPUT", s.lines("Name ", "Tag ")...)
	}
	for _, p := range f.include {
		section("FILTER", "Name   grep", "Match "+p.tag, "Regex  log "+p.pattern)
	}
	for _, p := range f.exclude {
		section("FILTER", "Name   grep", "Match "+p.tag, "Exclude log "+p.pattern)
	}
	if f.record != nil {
		section("FILTER", append([]string{"Name record_modifier", "Match *"}, sortedOptions("Record ", f.record)...)...)
	}
	if f.external != "" {
		fmt.Fprintf(&b, "\n@INCLUDE %s\n", f.external)
	}
	for _, s := range f.outputs {
		section("OUTPUT", s.lines("Name ", "Match ")...)
		if s.copies != nil {
			section("OUTPUT", s.copies.lines("Name ", "Match ")...)
		}
	}
	return b.String()
}

// fluentd writes the configuration for Fluentd.
func (f *fluentConfig) fluentd() string {
	var b strings.Builder
	section := func(open, close string, lines ...string) {
		fmt.Fprintf(&b, "\n<%s>\n    %s\n</%s>\n", open, strings.Join(lines, "\n    "), close)
	}
	for _, s := range f.inputs {
		section("source", "source", s.lines("@type ", "tag ")...)
	}
	for _, p := range f.include {
		section("filter "+p.tag, "filter", "@type  grep", "<regexp>", "    key log", "    pattern "+p.pattern, "</regexp>")
	}
	for _, p := range f.exclude {
		section("filter "+p.tag, "filter", "@type  grep", "<exclude>", "    key log", "    pattern "+p.pattern, "</exclude>")
	}
	if f.record != nil {
		section("filter **", "filter", slices.Concat([]string{"@type record_transformer", "<record>"}, sortedOptions("    ", f.record), []string{"</record>"})...)
	}
	if f.external != "" {
		fmt.Fprintf(&b, "\n@include %s\n", f.external)
	}
	for _, s := range f.outputs {
		untagged := s
		untagged.tag = ""
		lines := untagged.lines("@type ", "")
		if s.copies != nil {
			lines = slices.Concat([]string{"@type copy", "<store>"}, lines, []string{"</store>"}, s.copies.fluentdStore())
		}
		section("match "+s.tag, "match", lines...)
	}
	return b.String()
}

// fluentdStore is a forward output as one of several stores of Fluentd, where it may fail without the others.
func (s *fluentSection) fluentdStore() []string {
	return []string{"<store ignore_error>", "@type forward", "require_ack_response true", "<server>", "    host " + s.options["Host"], "    port " + s.options["Port"],
		"</server>", "<buffer>", "    flush_interval 1s", "</buffer>", "</store>"}
}

// lines are a section's name, its tag where it has one, and its options, sorted.
func (s fluentSection) lines(name, tag string) []string {
	lines := []string{name + s.name}
	if s.tag != "" {
		lines = append(lines, tag+s.tag)
	}
	return append(lines, sortedOptions("", s.options)...)
}

func sortedOptions(prefix string, options map[string]string) []string {
	var lines []string
	for _, name := range slices.Sorted(maps.Keys(options)) {
		lines = append(lines, prefix+name+" "+options[name])
	}
	return lines
}
