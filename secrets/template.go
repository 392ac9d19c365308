package secrets

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Placeholder stands where a secrets file made from a template has to be filled in.
const Placeholder = "change-me"

const templateHeader = `What SSM Parameter Store and Secrets Manager answer to ecslocal.
Replace every ` + Placeholder + `, keep the file out of version control and readable by you alone (chmod 600).`

// Template is a secrets file in YAML with a key for everything that is asked for, in the order of the uses, and with comments
// that say by whom. Secrets of which JSON keys are taken are mappings, and those with version stages or ids have them listed.
func Template(uses []Use) []byte {
	wanted, refused := collect(uses)
	root := &yaml.Node{Kind: yaml.MappingNode, HeadComment: strings.Join(append([]string{templateHeader}, refused...), "\n")}
	for _, w := range wanted {
		key := text(w.key(wanted))
		key.HeadComment = "\n" + strings.Join(w.users, "\n")
		root.Content = append(root.Content, key, w.content())
	}
	var b bytes.Buffer
	if len(wanted) == 0 {
		for line := range strings.Lines(root.HeadComment + "\n") {
			b.WriteString("# " + line)
		}
		return b.Bytes()
	}
	encoder := yaml.NewEncoder(&b)
	encoder.SetIndent(2)
	if err := encoder.Encode(root); err != nil {
		panic("encode a tree of texts: " + err.Error()) // cannot be
	}
	return b.Bytes()
}

// wanted is a secret with everything that is asked of it.
type wanted struct {
	ref   Reference
	users []string
	// versions and their JSON keys, in the order asked for; the empty version is the current one.
	versions []string
	keys     map[string][]string
}

// collect gathers the uses by secret. What cannot be parsed is told in a comment.
func collect(uses []Use) (list []*wanted, refused []string) {
	for _, use := range uses {
		ref, err := use.Reference()
		if err != nil {
			refused = append(refused, fmt.Sprintf("Not here: %s: %v", use, err))
			continue
		}
		i := slices.IndexFunc(list, func(w *wanted) bool { return w.ref.ID() == ref.ID() && w.ref.Kind == ref.Kind })
		if i < 0 {
			i = len(list)
			list = append(list, &wanted{ref: ref, keys: map[string][]string{}})
		}
		list[i].add(use, ref)
	}
	return list, refused
}

func (w *wanted) add(use Use, ref Reference) {
	w.users = append(w.users, fmt.Sprintf("%s from %s", use, ref.ValueFrom))
	version := ref.VersionID
	if version == "" {
		version = ref.VersionStage
	}
	if !slices.Contains(w.versions, version) {
		w.versions = append(w.versions, version)
	}
	keys := []string{ref.JSONKey}
	switch {
	case ref.Registry:
		keys = []string{"username", "password"}
	case ref.JSONKey == "":
		keys = nil
	}
	for _, key := range keys {
		if !slices.Contains(w.keys[version], key) {
			w.keys[version] = append(w.keys[version], key)
		}
	}
}

// key is the name, or, where two secrets would have the same, what the definition calls it.
func (w *wanted) key(all []*wanted) string {
	for _, other := range all {
		if other != w && other.name() == w.name() {
			return w.ref.ID()
		}
	}
	return w.name()
}

func (w *wanted) name() string {
	if w.ref.Kind == SecretsManager {
		return withoutSuffix(w.ref.Name)
	}
	return w.ref.Name
}

func (w *wanted) content() *yaml.Node {
	if len(w.versions) == 1 && w.versions[0] == "" {
		return w.version("")
	}
	versions := &yaml.Node{Kind: yaml.MappingNode}
	for _, version := range w.versions {
		name := version
		if name == "" {
			name = "AWSCURRENT"
		}
		versions.Content = append(versions.Content, text(name), w.version(version))
	}
	return &yaml.Node{Kind: yaml.MappingNode, Content: []*yaml.Node{text("versions"), versions}}
}

func (w *wanted) version(version string) *yaml.Node {
	if len(w.keys[version]) == 0 {
		return text(Placeholder)
	}
	mapping := &yaml.Node{Kind: yaml.MappingNode}
	for _, key := range w.keys[version] {
		mapping.Content = append(mapping.Content, text(key), text(Placeholder))
	}
	return mapping
}

func text(s string) *yaml.Node { return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: s} }
