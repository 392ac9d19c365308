package validate

import (
	"fmt"
	"reflect"

	"github.com/ecslocal/ecslocal/emulator/diag"
)

// Texts that several rows share.
const (
	missingMessage = "%[3]s has no %[2]s"
	missingAWS     = "Missing required parameter in %s: \"%s\""
	missingFix     = "add %[2]q to %[3]s"
	enumMessage    = "%[2]s: %[1]q is not a value that ECS knows"
	enumFix        = "%[3]s"
)

// maxBytes is what ECS takes of a definition after it has normalised it.
const maxBytes = 64 << 10

var documentRules = []Rule{
	{ID: "DOC-009", Severity: diag.Error, Source: reported,
		Message: "the definition has %d bytes as compact JSON; ECS takes 65536 after it has filled in its defaults",
		AWS:     "Actual length: '%d'. Max allowed length is '65536' bytes.",
		Fix:     "move environment variables to environmentFiles or SSM parameters",
		check: func(t *task, hit hit) {
			if size := compactSize(reflect.ValueOf(t.Definition).Elem()); size > maxBytes {
				hit("", size)
			}
		}},
	{ID: "DOC-010", Severity: diag.Error, Source: cli,
		Message: "the key of tags[%d] is empty",
		AWS:     "Invalid length for parameter tags[%d].key, value: 0, valid min length: 1",
		Fix:     "give the tag a key, or remove it",
		check: func(t *task, hit hit) {
			for i := range t.Tags {
				if t.Tags[i].Key == "" {
					hit(diag.Pointer("/tags", i, "key"), i)
				}
			}
		}},
	{ID: "DOC-011", Severity: diag.Error, Source: reported, patch: remove,
		Message: "tags is an empty list, which ECS refuses; other empty lists count as absent",
		AWS:     "Tags can not be empty.",
		Fix:     "remove tags",
		check: func(t *task, hit hit) {
			if t.Has("/tags") && len(t.Tags) == 0 && len(t.Source.Member("tags").Items) == 0 {
				hit("/tags")
			}
		}},
	{ID: "TYP-011", Severity: diag.Error, Source: cli, Message: enumMessage, Fix: enumFix,
		check: notInEnum("pidMode", "ipcMode", "proxyConfiguration.type", "runtimePlatform.cpuArchitecture",
			"runtimePlatform.operatingSystemFamily", "volumes[].efsVolumeConfiguration.transitEncryption",
			"volumes[].efsVolumeConfiguration.authorizationConfig.iam")},
	{ID: "TYP-012", Severity: diag.Warning, Source: cli, patch: remove,
		Message: "%s is an empty text, which is not the same as leaving it out",
		Fix:     "remove it, or give it a value",
		check: func(t *task, hit hit) {
			for _, shape := range neverEmpty {
				for _, m := range t.schema.empty[shape] {
					hit(m.path, clientPath(m.path))
				}
			}
		}},
}

// neverEmpty are the members for which an empty text says nothing. Members that are required have rules of their own.
var neverEmpty = append([]string{"taskRoleArn", "executionRoleArn", "cpu", "memory",
	"containerDefinitions[].hostname", "containerDefinitions[].user", "containerDefinitions[].workingDirectory",
	"containerDefinitions[].portMappings[].name", "containerDefinitions[].portMappings[].containerPortRange"},
	optionalEnums()...)

func optionalEnums() []string {
	var paths []string
	walkShapes(func(path string, m shape) {
		if m.enum != nil && !m.required {
			paths = append(paths, path)
		}
	})
	return paths
}

// compactSize is the length of a value as JSON without blanks and without what the file does not give.
func compactSize(v reflect.Value) int {
	switch v.Kind() {
	case reflect.Pointer:
		return compactSize(v.Elem())
	case reflect.Struct:
		size := 2
		for i, m := range shapeOf(v.Type()) {
			if field := v.Field(i); m.name != "-" && !field.IsZero() {
				size += len(m.name) + 4 + compactSize(field)
			}
		}
		return size
	case reflect.Slice:
		size := 2
		for i := range v.Len() {
			size += compactSize(v.Index(i)) + 1
		}
		return size
	case reflect.Map:
		size := 2
		for _, key := range v.MapKeys() {
			size += quotedSize(key.String()) + quotedSize(v.MapIndex(key).String()) + 2
		}
		return size
	case reflect.String:
		return quotedSize(v.String())
	}
	return len(fmt.Sprint(v.Interface())) // numbers and booleans
}

// quotedSize is the length of a text as JSON.
func quotedSize(text string) int {
	size := 2
	for _, c := range []byte(text) {
		switch {
		case c == '"', c == '\\', c == '\n', c == '\r', c == '\t':
			size += 2
		case c < ' ':
			size += 6
		default:
			size++
		}
	}
	return size
}
