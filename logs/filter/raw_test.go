package filter

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// tree builds what encoding/json builds, by walking the text.
func (r raw) tree() any {
	switch r[0] {
	case '{':
		object := map[string]any{}
		r.each(func(key, value raw) bool {
			object[key.text()] = value.tree()
			return false
		})
		return object
	case '[':
		array := []any{}
		r.each(func(_, value raw) bool {
			array = append(array, value.tree())
			return false
		})
		return array
	case '"':
		return r.text()
	case 't', 'f':
		return r[0] == 't'
	case 'n':
		return nil
	}
	return json.Number(r)
}

// FuzzRaw holds the walker against encoding/json.
func FuzzRaw(f *testing.F) {
	for _, seed := range []string{
		`{}`, ` {"a" : [ ] , "b":{ }, "c":[1,-2e5 ,[true]] }`, `{"a\"b\\":"x\\","\u0061":"\ud83d\ude00","":null}`, "{\"a\":\"\xff\",\"a\":2}", "{\"\xa2\":0}", "\v{}\u0085", `{"a":[{"b":"]}"},{"c":",:"}]}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, message []byte) {
		object, ok := parseRaw(message)
		var want map[string]any
		decoder := json.NewDecoder(bytes.NewReader(message))
		decoder.UseNumber()
		valid := json.Valid(message) && decoder.Decode(&want) == nil && want != nil
		if ok != valid {
			t.Fatalf("parseRaw = %v, want %v", ok, valid)
		}
		if !ok {
			return
		}
		if diff := cmp.Diff(any(want), object.tree()); diff != "" {
			t.Fatalf("-encoding/json +raw\n%s", diff)
		}
		for key, value := range want {
			if diff := cmp.Diff(value, object.member(key).tree()); diff != "" {
				t.Fatalf("member %q: -encoding/json +raw\n%s", key, diff)
			}
		}
	})
}
