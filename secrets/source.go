package secrets

import (
	"encoding/json"
	"errors"
	"fmt"
)

// Source answers references from secrets files: the SSM Parameter Store and Secrets Manager of the emulated account.
// It is not changed by use, so that several goroutines may use it. The zero Source has no secrets.
type Source struct {
	// Region and Account are the task's. Parameters named without an ARN are in that region.
	Region, Account string
	// Files, of which a later one wins over an earlier one. A key that is the very name or ARN wins over one that differs by the
	// 6-character suffix of a secret's ARN or the first slash of a parameter's name, and that over a glob, whichever file they
	// are in; the longer of two globs wins.
	Files []*File
}

// Resolve gives the values of references, in their order. The error names all that are missing at once; it is nil where none
// is, and the values of missing ones are empty.
func (s *Source) Resolve(refs []Reference) ([]Value, *MissingError) {
	values := make([]Value, len(refs))
	missing := &MissingError{Region: s.Region}
	for i, ref := range refs {
		value, err := s.value(ref)
		if err != nil {
			missing.Missing = append(missing.Missing, Missing{Reference: ref, cause: err})
			continue
		}
		values[i] = value
	}
	if len(missing.Missing) == 0 {
		return values, nil
	}
	return values, missing
}

// value is the value of one reference.
func (s *Source) value(ref Reference) (Value, error) {
	if ref.Name == "" { // ParseReference could not read it
		_, err := ParseReference(ref.ValueFrom)
		return Value{}, err
	}
	e := s.lookup(ref)
	if e == nil {
		return Value{}, errNotFound
	}
	value, err := e.version(ref)
	if err != nil {
		return Value{}, err
	}
	if ref.Registry {
		_, _, err := RegistryAuth(value)
		return value, err
	}
	if ref.JSONKey != "" {
		return member(value, ref.JSONKey)
	}
	return value, nil
}

// lookup finds the best entry for a reference, nil where there is none.
func (s *Source) lookup(ref Reference) *entry {
	var best *entry
	bestRank := noMatch
	for _, file := range s.Files {
		for i := range file.entries {
			e := &file.entries[i]
			rank := s.rank(e, ref)
			longerGlob := rank == globbed && bestRank == globbed && len(e.key) < len(best.key)
			if rank < noMatch && rank <= bestRank && !longerGlob {
				best, bestRank = e, rank
			}
		}
	}
	return best
}

// version selects a version of a secret: by id where one is given, else by stage, else AWSCURRENT.
func (e *entry) version(ref Reference) (Value, error) {
	if value, ok := e.values[""]; ok {
		return value, nil
	}
	name, err := ref.VersionID, error(versionError("VersionId: "+ref.VersionID))
	if name == "" {
		name = ref.VersionStage
		if name == "" {
			name = "AWSCURRENT"
		}
		err = versionError("staging label: " + name)
	}
	if value, ok := e.values[name]; ok {
		return value, nil
	}
	return Value{}, err
}

// member takes one member out of a secret that is a JSON object, and prints it as the agent does (agent/asm/asm.go): with
// Go's %v of what encoding/json decodes, so 1234567890123 is 1.234567890123e+12, null is <nil> and an object is map[a:1].
func member(secret Value, key string) (Value, error) {
	object := map[string]any{}
	if err := json.Unmarshal([]byte(secret.Reveal()), &object); err != nil {
		return Value{}, notJSONError(hideCharacter(err.Error()))
	}
	value, ok := object[key]
	if !ok {
		return Value{}, errNoMember
	}
	return NewValue(fmt.Sprintf("%v", value)), nil
}

// RegistryAuth reads the credentials of a private registry out of a secret, as the agent does. The errors are the agent's.
func RegistryAuth(secret Value) (username string, password Value, err error) {
	var auth struct{ Username, Password *string }
	if secret.Reveal() == "" {
		return "", Value{}, errors.New("asm fetching authorization data: empty secrets value")
	}
	if json.Unmarshal([]byte(secret.Reveal()), &auth) != nil {
		return "", Value{}, errors.New("asm fetching authorization data: unable to unmarshal secret value, invalid schema")
	}
	if auth.Username == nil || *auth.Username == "" {
		return "", Value{}, errors.New("asm fetching username: AuthorizationData is malformed, empty field")
	}
	if auth.Password == nil || *auth.Password == "" {
		return "", Value{}, errors.New("asm fetching password: AuthorizationData is malformed, empty field")
	}
	return *auth.Username, NewValue(*auth.Password), nil
}
