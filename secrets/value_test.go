package secrets_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/ecslocal/ecslocal/secrets"
	"go.yaml.in/yaml/v3"
)

func TestValueIsNeverPrinted(t *testing.T) {
	t.Parallel()
	const text = "hunter2"
	v := secrets.NewValue(text)
	inside := struct {
		Shown  secrets.Value
		Ptr    *secrets.Value
		hidden secrets.Value
		list   []secrets.Value
	}{v, &v, v, []secrets.Value{v}}

	var logged strings.Builder
	slog.New(slog.NewJSONHandler(&logged, nil)).Info("x", "v", v, "inside", inside)
	slog.New(slog.NewTextHandler(&logged, nil)).Info("x", "v", v, "inside", inside)
	outputs := []string{logged.String(), v.String(), v.GoString(), v.LogValue().String(), fmt.Sprint(v, &v), fmt.Errorf("%w", fmt.Errorf("%s", v)).Error()}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%t", "%10s", "%T"} {
		if got := fmt.Sprintf(verb, v); got != secrets.Redacted && verb != "%T" {
			t.Errorf("%s prints %s", verb, got)
		}
		for _, x := range []any{v, &v, inside, &inside, map[string]secrets.Value{"a": v}} {
			outputs = append(outputs, fmt.Sprintf(verb, x))
		}
	}
	for _, marshal := range []func(any) ([]byte, error){json.Marshal, yaml.Marshal} {
		for _, x := range []any{v, map[string]any{"a": v, "b": &v}} {
			b, err := marshal(x)
			if err != nil || !strings.Contains(string(b), secrets.Redacted) {
				t.Errorf("marshal %T: %s, %v", x, b, err)
			}
			outputs = append(outputs, string(b))
		}
	}
	for _, output := range outputs {
		for _, form := range []string{text, fmt.Sprintf("%x", text), fmt.Sprintf("%X", text), "104 117"} {
			if strings.Contains(output, form) {
				t.Errorf("the secret is in %q", output)
			}
		}
	}
	if v.LogValue().Kind() != slog.KindString {
		t.Error("a log handler has to ask further")
	}
	if v.Reveal() != text || !v.Equal(secrets.NewValue(text)) || v.Equal(secrets.Value{}) || (secrets.Value{}).Reveal() != "" {
		t.Error("Reveal or Equal does not give the content")
	}
}
