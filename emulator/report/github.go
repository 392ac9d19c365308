package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/ecslocal/ecslocal/emulator/diag"
)

// writeGitHub writes a workflow command for each finding, which the runner turns into an annotation
// (docs.github.com, "Workflow commands for GitHub Actions"; escapes as in @actions/core).
func writeGitHub(w io.Writer, findings []diag.Finding, _ Options) error {
	out := bufio.NewWriter(w)
	for _, f := range findings {
		command := map[diag.Severity]string{diag.Error: "error", diag.Warning: "warning", diag.Info: "notice"}[f.Severity]
		properties := []string{}
		if f.File != "" {
			properties = append(properties, "file="+commandProperty.Replace(slashes(f.File)))
		}
		if f.Line > 0 {
			properties = append(properties, fmt.Sprintf("line=%d,col=%d", f.Line, f.Column))
		}
		properties = append(properties, "title="+commandProperty.Replace(f.Rule))
		fmt.Fprintf(out, "::%s %s::%s\n", command, strings.Join(properties, ","), commandData.Replace(explanation(f)))
	}
	return out.Flush()
}

var (
	commandData     = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	commandProperty = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)

// explanation is all that a finding says beside its place, on lines of its own.
func explanation(f diag.Finding) string {
	text := f.Message
	if f.AWS != "" {
		text += "\nAWS says: " + f.AWS
	}
	if f.Fix != "" {
		text += "\nFix: " + f.Fix
	}
	return text
}
