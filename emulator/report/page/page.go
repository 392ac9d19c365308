// Package page writes a run as one HTML page that needs nothing else: how the containers depend on each other, when each started and ended,
// every probe of their health checks, what they wrote, what was found in the definition, and what was different from ECS.
//
// It is a renderer like those of package report, and imports report, event and diag. Every text is a stranger's: what goes through the
// template is escaped for its place by html/template, log lines by this package, and a Content-Security-Policy lets nothing run or load
// but the page's own script and styles, which are known by their hashes.
package page

import (
	"bufio"
	"crypto/sha256"
	_ "embed" // of the assets
	"encoding/base64"
	"fmt"
	"html/template"
	"io"

	"github.com/ecslocal/ecslocal/emulator/report"
)

//go:embed page.html
var markup string

//go:embed page.css
var styles string

//go:embed page.js
var script string

var page = template.Must(template.New("page").Parse(markup))

// Write writes the page of a run. The error is that of the writer; log lines that cannot be read are named on the page.
func Write(w io.Writer, r *report.Run) error {
	out := bufio.NewWriterSize(w, 64<<10)
	v := newView(r)
	if err := page.ExecuteTemplate(out, "top", v); err != nil {
		return fmt.Errorf("write the page: %w", err)
	}
	writeLogs(out, r)
	if err := page.ExecuteTemplate(out, "bottom", v); err != nil {
		return fmt.Errorf("write the page: %w", err)
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("write the page: %w", err)
	}
	return nil
}

// assets are the page's own style and script, and the policy that lets nothing but them apply.
type assets struct {
	Policy        string
	Style, Script template.HTML // our own text, as it is
}

func ownAssets() assets {
	return assets{
		Policy: fmt.Sprintf("default-src 'none'; style-src '%s'; script-src '%s'; img-src data:; base-uri 'none'; form-action 'none'", hash(styles), hash(script)),
		Style:  template.HTML("<style>" + styles + "</style>"),
		Script: template.HTML("<script>" + script + "</script>"),
	}
}

// hash is a source of a Content-Security-Policy (CSP level 3, §2.3.1).
func hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}
