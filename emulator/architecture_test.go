package emulator_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/ecslocal/ecslocal/"

// arrows say which of our packages a package may import; the picture in doc.go is the same list for people. A name ending in /... stands
// for a package and all below it.
var arrows = map[string][]string{
	"emulator":              {"emulator/...", "secrets", "logs/...", "healthcheck/..."},
	"emulator/diag":         {},
	"emulator/document":     {"emulator/diag"},
	"emulator/taskdef":      {"emulator/diag", "emulator/document"},
	"emulator/input":        {"emulator/diag", "emulator/document"},
	"emulator/config":       {"emulator/diag", "emulator/document/..."},
	"emulator/expect":       {"emulator/event", "emulator/shutdown", "logs/filter"},
	"emulator/spec":         {"emulator/diag", "emulator/document/...", "emulator/taskdef", "emulator/expect"},
	"emulator/envfile":      {"emulator/diag"},
	"emulator/validate":     {"emulator/diag", "emulator/document", "emulator/taskdef", "healthcheck/...", "logs", "secrets"},
	"emulator/fix":          {"emulator/diag", "emulator/document"},
	"emulator/iam":          {"emulator/diag", "emulator/document", "emulator/taskdef", "secrets"},
	"emulator/suite":        {"emulator", "emulator/..."},
	"emulator/plan":         {"emulator/diag", "emulator/taskdef", "healthcheck", "secrets", "logs"},
	"emulator/event":        {},
	"emulator/runner":       {"emulator/plan", "emulator/event", "healthcheck", "healthcheck/pace", "logs"},
	"emulator/dockerengine": {"emulator/plan", "emulator/event", "emulator/runner"},
	"emulator/state":        {"emulator/event"},
	"emulator/agent":        {},
	"emulator/selfimage":    {},
	"emulator/lazyregexp":   {},
	"emulator/prober":       {"emulator/event", "healthcheck/..."},
	"emulator/trial":        {"healthcheck/..."},
	"emulator/inside":       {"emulator/selfimage", "emulator/inside/..."},
	"emulator/program":      {"emulator/inside", "emulator/agent/relay", "emulator/plan"},
	"emulator/report":       {"emulator/diag", "emulator/event", "emulator/shutdown", "healthcheck"},
	"emulator/shutdown":     {"emulator/event"},
	"healthcheck":           {"emulator/diag", "healthcheck/..."},
	"secrets":               {"emulator/diag"},
	"logs":                  {"emulator/diag"},
	"logs/store":            {"logs"},
	"logs/filter":           {},
	"logs/forward":          {"logs"},
	"logs/cloudwatch":       {"logs", "logs/filter"},
	// What everything may import everything, or is only for tests:
	"cmd/...": {"..."}, "testdata/...": {"..."}, "emulator/runner/enginetest": {"..."}, "emulator/emulatortest": {"..."},
}

// restricted are modules that one package alone may import.
var restricted = map[string][]string{
	"github.com/docker/docker/client":             {"emulator/dockerengine"},
	"github.com/spf13/cobra":                      {"cmd/ecslocal/internal/cli"},
	"github.com/testcontainers/testcontainers-go": {"emulator/emulatortest/tctarget"},
}

func TestArrows(t *testing.T) {
	t.Parallel()
	for _, p := range packages(t) {
		room := strings.TrimPrefix(p.ImportPath, module)
		for _, imported := range p.Imports {
			if ours, ok := strings.CutPrefix(imported, module); ok && !mayImport(room, ours) {
				t.Errorf("%s imports %s, which no arrow allows", room, ours)
			}
			if rooms, ok := restricted[imported]; ok && !slices.Contains(rooms, room) {
				t.Errorf("%s imports %s; only %v may", room, imported, rooms)
			}
		}
	}
}

// mayImport asks the arrows of a package, or of the nearest package above it, whose own parts may import each other.
func mayImport(room, other string) bool {
	if other == "emulator/lazyregexp" {
		return true
	}
	for above := room; ; above = filepath.Dir(above) {
		allowed, ok := arrows[above]
		if !ok {
			allowed, ok = arrows[above+"/..."]
		}
		if ok {
			return slices.ContainsFunc(allowed, func(a string) bool { return matches(a, other) }) || above != room && matches(above+"/...", other) || matches(room+"/...", other)
		}
		if above == "." {
			return false
		}
	}
}

func matches(pattern, room string) bool {
	prefix, tree := strings.CutSuffix(pattern, "...")
	return room == pattern || tree && (prefix == "" || strings.HasPrefix(room+"/", prefix))
}

// TestFrontDoorIsLight keeps what is only for tests out of a user's build.
func TestFrontDoorIsLight(t *testing.T) {
	t.Parallel()
	out, err := exec.Command("go", "list", "-deps", module+"emulator").Output()
	if err != nil {
		t.Fatal(err)
	}
	for dep := range strings.SplitSeq(string(out), "\n") {
		if strings.HasPrefix(dep, "github.com/testcontainers/") || dep == "testing" {
			t.Errorf("importing emulator brings %s into a user's build", dep)
		}
	}
}

func TestTopLevel(t *testing.T) {
	t.Parallel()
	want := []string{"CHANGELOG.md", "CONTRIBUTING.md", "Dockerfile", "LICENSE", "README.md", "action.yml", "cmd", "emulator", "go.mod", "go.sum", "healthcheck", "logs", "secrets", "testdata"}
	tracked, err := exec.Command("git", "-C", "..", "ls-files").Output()
	if err != nil {
		t.Skip("not a git checkout")
	}
	for path := range strings.SplitSeq(strings.TrimSpace(string(tracked)), "\n") {
		if top, _, _ := strings.Cut(path, "/"); !strings.HasPrefix(top, ".") && !slices.Contains(want, top) {
			t.Errorf("%s does not belong to the top level", top)
		}
	}
}

// TestCode wants a doc comment on each package, and keeps printing, exiting and contexts of one's own out of the library.
func TestCode(t *testing.T) {
	t.Parallel()
	for _, p := range packages(t) {
		room := strings.TrimPrefix(p.ImportPath, module)
		documented := false
		for _, name := range p.GoFiles {
			file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(p.Dir, name), nil, parser.ParseComments)
			if err != nil {
				t.Fatal(err)
			}
			documented = documented || file.Doc != nil
			if !matches("cmd/...", room) && !matches("testdata/...", room) {
				checkCalls(t, room+"/"+name, file)
				checkPatterns(t, room+"/"+name, file)
			}
		}
		if !documented && len(p.GoFiles) > 0 {
			t.Errorf("package %s has no doc comment", room)
		}
	}
}

func checkCalls(t *testing.T, where string, file *ast.File) {
	t.Helper()
	ast.Inspect(file, func(n ast.Node) bool {
		if s, ok := n.(*ast.SelectorExpr); ok {
			if x, ok := s.X.(*ast.Ident); ok {
				switch call := x.Name + "." + s.Sel.Name; call {
				case "fmt.Print", "fmt.Printf", "fmt.Println", "os.Exit", "context.Background", "context.TODO":
					t.Errorf("%s uses %s", where, call)
				}
			}
		}
		return true
	})
}

// checkPatterns keeps the start of the process short: no regular expression is compiled before main.
func checkPatterns(t *testing.T, where string, file *ast.File) {
	t.Helper()
	for _, decl := range file.Decls {
		vars, ok := decl.(*ast.GenDecl)
		if !ok {
			continue
		}
		ast.Inspect(vars, func(n ast.Node) bool {
			if s, ok := n.(*ast.SelectorExpr); ok && s.Sel.Name == "MustCompile" {
				t.Errorf("%s compiles a regular expression at the start of the process; write lazyregexp.New", where)
			}
			_, function := n.(*ast.FuncLit)
			return !function
		})
	}
}

type listed struct {
	ImportPath, Dir  string
	GoFiles, Imports []string
}

func packages(t *testing.T) []listed {
	t.Helper()
	out, err := exec.Command("go", "list", "-json=ImportPath,Dir,GoFiles,Imports", module+"...").Output()
	if err != nil {
		t.Fatalf("list packages: %v", err)
	}
	var all []listed
	for decoder := json.NewDecoder(bytes.NewReader(out)); ; {
		var p listed
		if err := decoder.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
}
