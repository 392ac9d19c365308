package cloudwatch_test

import (
	"archive/tar"
	"bytes"
	"errors"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ecslocal/ecslocal/logs"
	"github.com/ecslocal/ecslocal/logs/cloudwatch"
)

// TestEngine lets the engine's own awslogs driver write to the handler.
func TestEngine(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("needs a Docker engine")
	}
	needsEngine(t)
	giveCredentials(t)
	image := printerImage(t)
	s := openStore(t)
	server := httptest.NewServer(&cloudwatch.Handler{Store: s})
	defer server.Close()
	run := func(stream string, options ...string) (string, error) {
		args := []string{"run", "--rm", "--name", "ecslocal-test-" + stream + fmt.Sprint(os.Getpid()), "--log-driver", "awslogs"}
		for _, option := range append(options, "awslogs-region=us-east-1", "awslogs-group="+group, "awslogs-stream="+stream, "awslogs-endpoint="+server.URL) {
			args = append(args, "--log-opt", option)
		}
		out, err := exec.CommandContext(t.Context(), "docker", append(args, image)...).CombinedOutput()
		return string(out), err
	}
	if out, err := run("none"); err == nil || !strings.Contains(out, "ResourceNotFoundException: "+logs.ErrNoGroup.Error()) {
		t.Errorf("without a log group: %v\n%.2000s", err, out)
	}
	for _, c := range []struct {
		stream  string
		options []string
		want    []string
	}{
		{"lines", []string{"awslogs-create-group=true"}, []string{"first", "  ", "tab\tand\rreturn", "\x00\x1b[31mred", "\ufffd\ufffd bad", "日本 <&>",
			strings.Repeat("x", 262_118), strings.Repeat("x", 37_882), "the end"}},
		{"multiline", []string{"awslogs-multiline-pattern=^(first|tab)"}, []string{"first\n\n  \n",
			"tab\tand\rreturn\n\x00\x1b[31mred\n\ufffd\ufffd bad\n日本 <&>\n", strings.Repeat("x", 262_118), strings.Repeat("x", 37_882) + "\nthe end\n"}},
	} {
		if out, err := run(c.stream, c.options...); err != nil {
			t.Fatalf("%v\n%.2000s", err, out)
		}
		var got []string
		for event, err := range s.Events(group, logs.Query{Streams: []string{c.stream}}) {
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, event.Message)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: -want +got\n%.3000s", c.stream, diff)
		}
	}
}

// credentialsFile is where the engine looks for them when a container starts.
const credentialsFile = "/root/.aws/credentials"

var (
	credentialsMu    sync.Mutex
	credentialsUsers int // tests that need those that giveCredentials made
)

// giveCredentials makes a file with credentials, unless there is one, for as long as a test needs it.
func giveCredentials(t *testing.T) {
	t.Helper()
	credentialsMu.Lock()
	defer credentialsMu.Unlock()
	if _, err := os.Stat(credentialsFile); err == nil && credentialsUsers == 0 {
		return // somebody's own
	}
	err := os.MkdirAll(filepath.Dir(credentialsFile), 0o700)
	if err == nil {
		err = os.WriteFile(credentialsFile, []byte("[default]\naws_access_key_id = AKIDANYBODY\naws_secret_access_key = anything\n"), 0o600)
	}
	if err != nil {
		t.Fatalf("the engine needs AWS credentials, any will do: make %s, or run the test as root: %v", credentialsFile, err)
	}
	credentialsUsers++
	t.Cleanup(func() {
		credentialsMu.Lock()
		defer credentialsMu.Unlock()
		if credentialsUsers--; credentialsUsers == 0 {
			_ = os.Remove(credentialsFile)
			_ = os.Remove(filepath.Dir(credentialsFile)) // where nothing else is in it
		}
	})
}

// printerImage makes an image of testdata/printer, alone in it.
func printerImage(t *testing.T) string {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "printer")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", binary, "./testdata/printer")
	build.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build printer: %v\n%s", err, out)
	}
	program, err := os.ReadFile(binary)
	if err != nil {
		t.Fatal(err)
	}
	var archive bytes.Buffer
	w := tar.NewWriter(&archive)
	err = w.WriteHeader(&tar.Header{Name: "printer", Mode: 0o755, Size: int64(len(program))})
	_, err2 := w.Write(program)
	if err := errors.Join(err, err2, w.Close()); err != nil {
		t.Fatal(err)
	}
	image := fmt.Sprintf("ecslocal-test-cloudwatch:%d-%s", os.Getpid(), strings.ToLower(t.Name()))
	load := exec.CommandContext(t.Context(), "docker", "import", "--change", `ENTRYPOINT ["/printer"]`, "-", image)
	load.Stdin = &archive
	if out, err := load.CombinedOutput(); err != nil {
		t.Fatalf("import image: %v\n%s", err, out)
	}
	t.Cleanup(func() { _ = exec.Command("docker", "rmi", "-f", image).Run() })
	return image
}
