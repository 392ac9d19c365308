package main

import (
	"maps"
	"os"
	"regexp"
	"strings"
)

// section are the options of a section, names in small letters.
type section map[string]string

// parse reads a configuration in Fluent Bit's classic language: sections by kind, in order.
func parse(text string) map[string][]section {
	config, kind := map[string][]section{}, ""
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "[") {
			kind = strings.Trim(line, "[]")
			config[kind] = append(config[kind], section{})
			continue
		}
		name, value, ok := strings.Cut(line, " ")
		if !ok || kind == "" || strings.HasPrefix(line, "@") {
			continue
		}
		into := config[kind][len(config[kind])-1]
		if name = strings.ToLower(name); name == "record" { // there may be several
			key, value, _ := strings.Cut(strings.TrimSpace(value), " ")
			into["record "+key] = value
			continue
		}
		into[name] = os.Expand(strings.TrimSpace(value), os.Getenv)
	}
	return config
}

// matches says whether a section is for a tag; a star at the end stands for any rest.
func (s section) matches(tag string) bool {
	prefix, star := strings.CutSuffix(s["match"], "*")
	return tag == prefix || star && strings.HasPrefix(tag, prefix)
}

// filter applies all filters to a record; nil is a record that none wants.
func filter(filters []section, tag string, record map[string]any) map[string]any {
	record = maps.Clone(record)
	for _, f := range filters {
		if !f.matches(tag) {
			continue
		}
		for option, value := range f {
			key, isRecord := strings.CutPrefix(option, "record ")
			switch {
			case isRecord:
				record[key] = value
			case option == "regex" && !grep(value, record), option == "exclude" && grep(value, record):
				return nil
			}
		}
	}
	return record
}

// grep says whether a record fits "key pattern".
func grep(rule string, record map[string]any) bool {
	key, pattern, _ := strings.Cut(rule, " ")
	text, _ := record[key].(string)
	fits, err := regexp.MatchString(pattern, text)
	return err == nil && fits
}
