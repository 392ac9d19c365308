package report

import (
	"encoding/json"
	"io"

	"github.com/ecslocal/ecslocal/emulator/diag"
)

// writeJSON writes {"findings": [ … ]}, each finding with the members that diag.Finding documents.
func writeJSON(w io.Writer, findings []diag.Finding, _ Options) error {
	if findings == nil {
		findings = []diag.Finding{}
	}
	return encode(w, map[string]any{"findings": findings})
}

// encode writes a value as JSON that people can read: < stays <, for AWS's texts have many.
func encode(w io.Writer, value any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(value)
}
