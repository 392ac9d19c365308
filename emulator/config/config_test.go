package config_test

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/ecslocal/ecslocal/emulator/config"
	"github.com/google/go-cmp/cmp"
)

func TestParse(t *testing.T) {
	t.Parallel()
	const yaml = `region: us-east-2
account: "012345678901"
cluster: shop
secrets: [secrets.yaml, /etc/more.yaml, ../up.env]
images: {web: "demo:1", "*.amazonaws.com/*": "other:2"}
logGroups: [/ecs/shop]
s3: {bucket: ./env}
efs: {fs-0123: data/efs}
fsx: {fs-4567: /srv}
credentials: {profile: dev, assumeRole: true}
`
	const json = `{"region": "us-east-2", "account": "012345678901", "cluster": "shop", "secrets": ["secrets.yaml", "/etc/more.yaml", "../up.env"],
		"images": {"web": "demo:1", "*.amazonaws.com/*": "other:2"}, "logGroups": ["/ecs/shop"], "s3": {"bucket": "./env"},
		"efs": {"fs-0123": "data/efs"}, "fsx": {"fs-4567": "/srv"}, "credentials": {"profile": "dev", "assumeRole": true}}`
	want := &config.Config{
		Region: "us-east-2", Account: "012345678901", Cluster: "shop", Secrets: []string{"a/b/secrets.yaml", "/etc/more.yaml", "a/up.env"},
		Images: map[string]string{"web": "demo:1", "*.amazonaws.com/*": "other:2"}, LogGroups: []string{"/ecs/shop"},
		S3: map[string]string{"bucket": "a/b/env"}, EFS: map[string]string{"fs-0123": "a/b/data/efs"}, FSx: map[string]string{"fs-4567": "/srv"},
		Credentials: config.Credentials{Profile: "dev", AssumeRole: true},
	}
	for _, data := range []string{yaml, json} {
		got, findings := config.Parse("a/b/ecslocal.yaml", []byte(data))
		if diff := cmp.Diff(want, got); diff != "" || len(findings) > 0 {
			t.Errorf("%v %s", findings, diff)
		}
	}
	if diff := cmp.Diff(map[string]string{"fs-0123": "a/b/data/efs", "fs-4567": "/srv"}, want.Folders()); diff != "" {
		t.Errorf("Folders: %s", diff)
	}
	for _, empty := range []string{"", "  \n", "# nothing\n\n---\n# yet", "{}", "region:\nsecrets:\ncredentials:\n"} {
		got, findings := config.Parse("ecslocal.yaml", []byte(empty))
		if diff := cmp.Diff(&config.Config{}, got); diff != "" || len(findings) > 0 {
			t.Errorf("%q: %v %s", empty, findings, diff)
		}
	}
}

func TestFindings(t *testing.T) {
	t.Parallel()
	for data, want := range map[string]string{
		"regoin: x\nsecret: [a]\nbanana: 1": "e.yaml:1:1: error: regoin is not a setting [CFG-001] /regoin -> did you mean region?|" +
			"e.yaml:2:1: error: secret is not a setting [CFG-001] /secret -> did you mean secrets?|" +
			"e.yaml:3:1: error: banana is not a setting [CFG-001] /banana -> remove it",
		"credentials: {Mode: stub}": "e.yaml:1:15: error: credentials.Mode is not a setting [CFG-001] /credentials/Mode -> did you mean mode?",
		"account: 123456789012":     "e.yaml:1:10: error: account is a text, not a number [CFG-002] /account -> put it in quotes",
		"account: 012345670123":     "e.yaml:1:10: error: account is a text, not a number [CFG-002] /account -> put it in quotes",
		"account: '12345'":          `e.yaml:1:10: error: "12345" is not an account id [CFG-003] /account -> write 12 digits, in quotes`,
		"secrets: s.yaml":           "e.yaml:1:10: error: secrets is a list, not a text [CFG-002] /secrets -> put it in brackets: [ ]",
		"secrets: [s.yaml, {}, '']": "e.yaml:1:19: error: secrets.1 is a text, not a mapping [CFG-002] /secrets/1 -> |e.yaml:1:23: error: secrets.2 is empty [CFG-003] /secrets/2 -> ",
		"images: {web: [x], a: ''}": "e.yaml:1:15: error: images.web is a text, not a list [CFG-002] /images/web -> |e.yaml:1:23: error: images.a is empty [CFG-003] /images/a -> ",
		"s3: {b: }":                 "e.yaml:1:9: error: s3.b is empty [CFG-003] /s3/b -> ",
		"s3: [b]":                   "e.yaml:1:5: error: s3 is a mapping, not a list [CFG-002] /s3 -> ",
		"region: !Ref x":            "e.yaml:1:9: error: region has the YAML tag !Ref, which means nothing here [CFG-002] /region -> remove it, or quote the text",
		"region: Ohio\ncluster: a b\nlogGroups: ['a b']": `e.yaml:1:9: error: "Ohio" is not the name of a region [CFG-003] /region -> write one such as us-east-1|e.yaml:2:10: error: "a b" is not the name of a cluster [CFG-003] /cluster -> use letters, digits, hyphens and underscores|e.yaml:3:13: error: "a b" is not the name of a log group [CFG-003] /logGroups/0 -> use letters, digits and . - _ / #`,
		"region: us-east-1\nregion: us-east-2":           "e.yaml:2:1: error: region is in line 1 already [CFG-004] /region -> remove one of them",
		"images: {a: x, a: y}":                           "e.yaml:1:16: error: a is in line 1 already [CFG-004] /images/a -> remove one of them",
		"credentials: env":                               "e.yaml:1:14: error: credentials is a mapping, not a text [CFG-002] /credentials -> write {mode: stub}, {mode: env} or {profile: NAME}",
		"credentials: {mode: real}":                      `e.yaml:1:21: error: "real" is not a mode of credentials [CFG-003] /credentials/mode -> write stub or env, or profile: NAME instead of a mode`,
		"credentials: {mode: env, profile: x}":           "e.yaml:1:21: error: credentials have a mode and a profile [CFG-003] /credentials/mode -> remove one of them",
		"credentials: {assumeRole: true}":                "e.yaml:1:27: error: stub credentials cannot assume a role [CFG-003] /credentials/assumeRole -> add mode: env or profile: NAME",
		"credentials: {assumeRole: 'yes', mode: env}":    "e.yaml:1:27: error: credentials.assumeRole is true or false, not a text [CFG-002] /credentials/assumeRole -> ",
		"credentials: {mode: env, assumeRole: true}":     "",
		"- region": "e.yaml:1:1: error: a configuration file is a mapping, not a list [CFG-002]  -> ",
		"a: [":     "e.yaml:2: ",
		"region: us-gov-west-1\naccount: '000000000000'":  "",
		"region: cn-north-1\nlogGroups: [/aws/a.b-c_d#1]": "",
	} {
		_, findings := config.Parse("e.yaml", []byte(data))
		var got []string
		for _, f := range findings {
			got = append(got, f.String()+" "+f.Path+" -> "+f.Fix)
		}
		if data == "a: [" {
			if len(findings) != 1 || findings[0].File != "e.yaml" {
				t.Errorf("%q: %v", data, got)
			}
			continue
		}
		if diff := cmp.Diff(want, strings.Join(got, "|")); diff != "" {
			t.Errorf("%q: %s", data, diff)
		}
	}
}

func TestImage(t *testing.T) {
	t.Parallel()
	c := &config.Config{Images: map[string]string{
		"web": "by-name", "nginx:1": "by-reference", "*.amazonaws.com/*": "by-glob", "*.amazonaws.com/shop/*:v?": "by-longer-glob", "a.b*": "dot",
	}}
	for _, test := range []struct{ container, image, want string }{
		{"web", "nginx:1", "by-name"},
		{"proxy", "nginx:1", "by-reference"},
		{"proxy", "nginx:2", "nginx:2"},
		{"proxy", "1.dkr.ecr.us-east-1.amazonaws.com/team/app:3", "by-glob"},
		{"proxy", "1.dkr.ecr.us-east-1.amazonaws.com/shop/app:v3", "by-longer-glob"},
		{"proxy", "1.dkr.ecr.us-east-1.amazonaws.com/shop/app:v33", "by-glob"},
		{"proxy", "axb", "axb"},
		{"*.amazonaws.com/x", "x", "x"},
	} {
		if got := c.Image(test.container, test.image); got != test.want {
			t.Errorf("Image(%q, %q) = %q, want %q", test.container, test.image, got, test.want)
		}
	}
	if got := new(config.Config).Image("web", "nginx"); got != "nginx" {
		t.Errorf("without a file: %q", got)
	}
}

func TestFindAndLoad(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	definition := filepath.Join(dir, "task.json")
	if got := config.Find(definition); got != "" {
		t.Errorf("Find = %q where there is none", got)
	}
	for _, name := range []string{"ecslocal.yml", "ecslocal.yaml"} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte("secrets: [s.yaml]"), 0o600); err != nil {
			t.Fatal(err)
		}
		if got := config.Find(definition); got != path {
			t.Errorf("Find = %q, want %q", got, path)
		}
		c, findings, err := config.Load(path)
		if err != nil || len(findings) > 0 || len(c.Secrets) != 1 || c.Secrets[0] != filepath.Join(dir, "s.yaml") {
			t.Errorf("Load: %+v %v %v", c, findings, err)
		}
	}
	if _, _, err := config.Load(definition); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Load of no file: %v", err)
	}
	if err := os.WriteFile(definition, make([]byte, 2<<20), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, _, err := config.Load(definition); err == nil {
		t.Error("Load takes a file of 2 MiB")
	}
}

// schemaNode is the part of JSON schema that ours uses.
type schemaNode struct {
	Type        string                `json:"type"`
	Description string                `json:"description"`
	Properties  map[string]schemaNode `json:"properties"`
	Items       *schemaNode           `json:"items"`
	Additional  json.RawMessage       `json:"additionalProperties"`
}

// Every member of the struct is in the schema, and the other way round.
func TestSchemaFitsTheStruct(t *testing.T) {
	t.Parallel()
	var root schemaNode
	if err := json.Unmarshal(config.Schema(), &root); err != nil {
		t.Fatal(err)
	}
	fits(t, "", root, reflect.TypeFor[config.Config]())
}

func fits(t *testing.T, path string, s schemaNode, typ reflect.Type) {
	want := map[reflect.Kind]string{reflect.String: "string", reflect.Bool: "boolean", reflect.Slice: "array", reflect.Map: "object", reflect.Struct: "object"}
	if s.Type != want[typ.Kind()] {
		t.Errorf("%s is a %s in the schema and a %s in the struct", path, s.Type, typ)
		return
	}
	switch typ.Kind() {
	case reflect.Slice:
		fits(t, path+"[]", *s.Items, typ.Elem())
	case reflect.Map:
		var element schemaNode
		if err := json.Unmarshal(s.Additional, &element); err != nil {
			t.Errorf("%s: %v", path, err)
		}
		fits(t, path+"{}", element, typ.Elem())
	case reflect.Struct:
		if string(s.Additional) != "false" {
			t.Errorf("%s takes other members in the schema", path)
		}
		seen := map[string]bool{}
		for i := range typ.NumField() {
			name := typ.Field(i).Tag.Get("json")
			seen[name] = true
			property, ok := s.Properties[name]
			if !ok || property.Description == "" {
				t.Errorf("%s.%s is not in the schema, or not described", path, name)
				continue
			}
			fits(t, path+"."+name, property, typ.Field(i).Type)
		}
		for name := range s.Properties {
			if !seen[name] {
				t.Errorf("%s.%s is not in the struct", path, name)
			}
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{"region: x", `{"images": {"a": 1}}`, "credentials: &a {mode: *a}", "secrets: [[]]", "s3: {<<: {a: b}}"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		c, findings := config.Parse("ecslocal.yaml", data)
		c.Image("web", "nginx")
		for _, finding := range findings {
			if finding.File != "ecslocal.yaml" {
				t.Errorf("finding without a file: %+v", finding)
			}
		}
	})
}
