package cli

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
	"text/template"

	"github.com/spf13/cobra"
	"go.yaml.in/yaml/v3"
)

// commandLine is a use of ecslocal in a file: its words up to what a shell or a quotation ends.
var commandLine = regexp.MustCompile("(?m)(?:^|[ \t'\"`;&|\\[])ecslocal((?: +[^\\s|;&<>'\"`#]+)+)")

// TestCIFiles holds that every command and flag in the files for CI, and in the README's section about it, exists.
func TestCIFiles(t *testing.T) {
	t.Parallel()
	for path, atLeast := range map[string]int{
		".github/actions/ecslocal/action.yml": 1, ".pre-commit-hooks.yaml": 1, "testdata/ci/gitlab-ci.yml": 3, "testdata/ci/job.sh": 4, "README.md#In CI": 3,
	} {
		text := readRoot(t, path)
		if strings.HasSuffix(path, "ml") {
			var parsed any
			if err := yaml.Unmarshal([]byte(text), &parsed); err != nil {
				t.Errorf("%s: %v", path, err)
			}
		}
		found := 0
		for _, m := range commandLine.FindAllStringSubmatch(text, -1) {
			words := strings.Fields(m[1])
			if cmd, rest, err := new(command).root().Find(words); err == nil && cmd.HasParent() {
				found++
				checkFlags(t, path, cmd, rest)
			} else if !proseOrPlaceholder(words) {
				t.Errorf("%s: there is no command %q", path, m[0])
			}
		}
		if found < atLeast {
			t.Errorf("%s: %d command lines were found", path, found)
		}
	}
}

// readRoot is a file of the repository, or the section of it that is named after #.
func readRoot(t *testing.T, path string) string {
	t.Helper()
	path, section, _ := strings.Cut(path, "#")
	data, err := os.ReadFile(filepath.Join(root, path))
	if err != nil {
		t.Fatal(err)
	}
	text := string(data)
	if section != "" {
		_, text, _ = strings.Cut(text, "\n## "+section+"\n")
		text, _, _ = strings.Cut(text, "\n## ")
	}
	return text
}

// proseOrPlaceholder says whether words after our name are a sentence about us, or the arguments of an action.
func proseOrPlaceholder(words []string) bool {
	return strings.HasPrefix(words[0], "$") || slices.Contains([]string{"into", "in", "is", "itself", "left", "runs"}, words[0])
}

func checkFlags(t *testing.T, path string, cmd *cobra.Command, words []string) {
	t.Helper()
	for _, word := range words {
		name, isLong := strings.CutPrefix(word, "--")
		name, _, _ = strings.Cut(name, "=")
		short, isShort := strings.CutPrefix(word, "-")
		if isLong && cmd.Flags().Lookup(name) == nil || !isLong && isShort && cmd.Flags().ShorthandLookup(short[:1]) == nil {
			t.Errorf("%s: ecslocal %s has no flag %s", path, cmd.Name(), word)
		}
	}
}

// TestPreCommitHook holds which files the hook is for.
func TestPreCommitHook(t *testing.T) {
	t.Parallel()
	var hooks []struct{ ID, Entry, Language, Files string }
	if err := yaml.Unmarshal([]byte(readRoot(t, ".pre-commit-hooks.yaml")), &hooks); err != nil || len(hooks) != 1 {
		t.Fatalf("%v: %v", err, hooks)
	}
	files := regexp.MustCompile(hooks[0].Files)
	for path, want := range map[string]bool{
		"task-definition.json": true, "deploy/web.task-definition.yaml": true, "taskdef.json": true, "ecs/task_def-prod.yml": true, "a/taskdefinitions.json": true,
		"package.json": false, "deploy/task.go": false, "mytaskdefault.json": false, "task-definition.json.bak": false,
	} {
		if files.MatchString(path) != want {
			t.Errorf("%s: matched %v", path, !want)
		}
	}
}

// goreleaser is what of the release's configuration others rely on.
type goreleaser struct {
	ProjectName string `yaml:"project_name"`
	Before      struct{ Hooks []string }
	Builds      []struct {
		Main               string
		Env, Tags, Ldflags []string
		Goos, Goarch       []string
	}
	Archives []struct {
		Formats      []string
		NameTemplate string `yaml:"name_template"`
	}
	Checksum struct {
		NameTemplate string `yaml:"name_template"`
	}
	Dockers []struct{ Dockerfile string } `yaml:"dockers_v2"`
	SBOMs   []struct{ Artifacts string }  `yaml:"sboms"`
	Casks   []struct{ Name string }       `yaml:"homebrew_casks"`
}

func release(t *testing.T) (g goreleaser) {
	t.Helper()
	if err := yaml.Unmarshal([]byte(readRoot(t, ".goreleaser.yaml")), &g); err != nil || len(g.Builds) != 1 || len(g.Archives) != 1 {
		t.Fatalf("%v: %+v", err, g)
	}
	return g
}

// TestGoreleaser holds that the release's configuration names what is there.
func TestGoreleaser(t *testing.T) {
	t.Parallel()
	g := release(t)
	build := g.Builds[0]
	for _, path := range []string{build.Main, g.Before.Hooks[0], g.Dockers[0].Dockerfile} {
		if _, err := os.Stat(filepath.Join(root, path)); err != nil {
			t.Error(err)
		}
	}
	if !slices.Equal(build.Tags, []string{"release"}) || !slices.Equal(build.Env, []string{"CGO_ENABLED=0"}) {
		t.Errorf("tags %v, environment %v", build.Tags, build.Env)
	}
	if !slices.Equal(build.Goos, []string{"linux", "darwin", "windows"}) || !slices.Equal(build.Goarch, []string{"amd64", "arm64"}) {
		t.Errorf("for %v %v", build.Goos, build.Goarch)
	}
	if variable := "cli.version="; !strings.Contains(build.Ldflags[0], "github.com/ecslocal/ecslocal/cmd/ecslocal/internal/"+variable) {
		t.Errorf("the version is not set: %v", build.Ldflags)
	}
	if len(g.SBOMs) == 0 || len(g.Casks) == 0 {
		t.Error("no SBOM, or nothing for Homebrew")
	}
}

// TestInstall downloads a release from a server of the test, named as the release's configuration names it, and refuses one that is not what
// the checksums say.
func TestInstall(t *testing.T) {
	t.Parallel()
	g := release(t)
	name := render(t, g.Archives[0].NameTemplate, map[string]string{"ProjectName": g.ProjectName, "Version": "1.2.3", "Os": runtime.GOOS, "Arch": runtime.GOARCH}) + "." + g.Archives[0].Formats[0]
	archive := packed(t, "#!/bin/sh\necho \"ecslocal 1.2.3 $1\"\n")
	for what, c := range map[string]struct {
		version, sum string
		ok           bool
	}{
		"a version": {"1.2.3", fmt.Sprintf("%x", sha256.Sum256(archive)), true}, "latest": {"latest", fmt.Sprintf("%x", sha256.Sum256(archive)), true},
		"another file": {"v1.2.3", strings.Repeat("0", 64), false}, "no release": {"1.2.4", "", false},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			mux := http.NewServeMux()
			mux.HandleFunc("/releases/latest", func(w http.ResponseWriter, r *http.Request) {
				http.Redirect(w, r, "/releases/tag/v1.2.3", http.StatusFound)
			})
			mux.HandleFunc("/releases/tag/v1.2.3", func(http.ResponseWriter, *http.Request) {})
			mux.HandleFunc("/releases/download/v1.2.3/"+name, func(w http.ResponseWriter, _ *http.Request) { w.Write(archive) })
			mux.HandleFunc("/releases/download/v1.2.3/"+g.Checksum.NameTemplate, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintf(w, "%s  %s\n", c.sum, name) })
			server := httptest.NewServer(mux)
			defer server.Close()
			dir := t.TempDir()
			install := exec.CommandContext(t.Context(), "bash", root+"/.github/actions/ecslocal/install.sh")
			install.Env = append(os.Environ(), "VERSION="+c.version, "ECSLOCAL_RELEASES="+server.URL+"/releases", "RUNNER_TEMP="+dir, "GITHUB_PATH="+dir+"/path", "ECSLOCAL_BIN=")
			out, err := install.CombinedOutput()
			path, _ := os.ReadFile(dir + "/path")
			_, missing := os.Stat(dir + "/ecslocal/ecslocal")
			if c.ok && (err != nil || !strings.Contains(string(out), "ecslocal 1.2.3 version") || string(path) != dir+"/ecslocal\n") {
				t.Errorf("%v: %s; path %q", err, out, path)
			}
			if !c.ok && (err == nil || missing == nil || len(path) > 0) {
				t.Errorf("installed: %s", out)
			}
		})
	}
}

func render(t *testing.T, text string, data any) string {
	t.Helper()
	var b strings.Builder
	parsed, err := template.New("").Parse(text)
	if err == nil {
		err = parsed.Execute(&b, data)
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// packed is an archive that holds an executable of that content.
func packed(t *testing.T, content string) []byte {
	t.Helper()
	var b bytes.Buffer
	zipped := gzip.NewWriter(&b)
	archive := tar.NewWriter(zipped)
	if err := archive.WriteHeader(&tar.Header{Name: "ecslocal", Mode: 0o755, Size: int64(len(content))}); err != nil {
		t.Fatal(err)
	}
	archive.Write([]byte(content))
	archive.Close()
	zipped.Close()
	return b.Bytes()
}
