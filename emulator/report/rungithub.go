package report

import (
	"io"
	"path/filepath"
	"strings"

	"github.com/ecslocal/ecslocal/emulator/diag"
)

// Annotations writes the problems of a run as commands of a GitHub workflow, which become annotations at the lines of the task definition.
// workspace is the folder that GitHub names files from, directory the one that the definition's name is relative to; both may be empty.
func Annotations(w io.Writer, r *Run, workspace, directory string) error {
	var findings []diag.Finding
	for _, p := range r.Problems() {
		f := diag.Finding{Rule: p.Title, Severity: p.Severity, Position: p.Position, Message: Plain(strings.Join(p.Details, "\n"))}
		if f.Message == "" {
			f.Message = p.Title
		}
		if f.File == "-" { // standard input has no lines that GitHub could show
			f.Position = diag.Position{}
		} else if f.File != "" {
			f.File = fromWorkspace(workspace, directory, f.File)
		}
		findings = append(findings, f)
	}
	return Findings(w, GitHub, findings, Options{})
}

// fromWorkspace names a file from the workspace where it is inside of it.
func fromWorkspace(workspace, directory, file string) string {
	absolute := file
	if !filepath.IsAbs(file) {
		absolute = filepath.Join(directory, file)
	}
	if relative, err := filepath.Rel(workspace, absolute); workspace != "" && err == nil && filepath.IsLocal(relative) {
		return relative
	}
	return file
}
