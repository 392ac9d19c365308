package expect

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/big"
	"slices"
	"strings"

	"github.com/theory/jsonpath"
)

// checkJSON says which path does not select what is expected.
func checkJSON(want map[string]any, body string) error {
	if len(want) == 0 {
		return nil
	}
	decoder := json.NewDecoder(strings.NewReader(body))
	decoder.UseNumber()
	var document any
	if err := decoder.Decode(&document); err != nil {
		return fmt.Errorf("the body is no JSON: %w; it is %s", err, quote(body))
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return fmt.Errorf("the body is more than one JSON value: it is %s", quote(body))
	}
	for _, text := range slices.Sorted(maps.Keys(want)) {
		path, err := jsonpath.Parse(text)
		if err != nil {
			return never{fmt.Errorf("read JSON path %s: %w", text, err)}
		}
		if err := checkPath(path, document, want[text]); err != nil {
			return fmt.Errorf("%s %w; the body is %s", text, err, quote(body))
		}
	}
	return nil
}

func checkPath(path *jsonpath.Path, document, want any) error {
	selected := path.Select(document)
	var got any = []any(selected)
	if path.Query().Singular() != nil {
		if len(selected) == 0 {
			return fmt.Errorf("selects nothing, not %s", jsonText(want))
		}
		got = selected[0]
	}
	if !equal(got, want) {
		return fmt.Errorf("is %s, not %s", jsonText(got), jsonText(want))
	}
	return nil
}

func jsonText(value any) string {
	text, err := json.Marshal(value)
	if err != nil {
		return fmt.Sprint(value)
	}
	return string(text)
}

// equal compares JSON values; numbers are equal where they mean the same.
func equal(a, b any) bool {
	switch a := a.(type) {
	case json.Number:
		other, ok := b.(json.Number)
		return ok && (a == other || number(a) != nil && number(other) != nil && number(a).Cmp(number(other)) == 0)
	case []any:
		other, ok := b.([]any)
		return ok && slices.EqualFunc(a, other, equal)
	case map[string]any:
		other, ok := b.(map[string]any)
		return ok && maps.EqualFunc(a, other, equal)
	}
	return a == b
}

// number is a number's exact value, nil where it is too large to be written out.
func number(n json.Number) *big.Rat {
	if mantissa, exponent, ok := strings.Cut(strings.ToLower(string(n)), "e"); ok && len(exponent) > 4 || len(mantissa) > 1000 {
		return nil
	}
	r, _ := new(big.Rat).SetString(string(n))
	return r
}
