package dockerengine

import (
	"archive/tar"
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/docker/docker/api/types/image"
	"github.com/ecslocal/ecslocal/emulator/event"
	"github.com/ecslocal/ecslocal/emulator/plan"
)

// TestPull pulls from a registry that asks for a password: the definition's own, Docker's configuration's, or a credential helper's.
// It cannot run beside others: Docker's configuration is in the environment.
func TestPull(t *testing.T) {
	if testing.Short() {
		t.Skip("needs an engine")
	}
	engine := connect(t)
	docker := t.TempDir()
	t.Setenv("DOCKER_CONFIG", docker)
	t.Setenv("PATH", docker+":"+os.Getenv("PATH"))
	const helper = "#!/bin/sh\necho '{\"Username\": \"ann\", \"Secret\": \"sesame\"}'\n"
	if err := os.WriteFile(filepath.Join(docker, "docker-credential-ecslocal"), []byte(helper), 0o755); err != nil {
		t.Fatal(err)
	}
	auth := base64.StdEncoding.EncodeToString([]byte("ann:sesame"))
	given := plan.Pull{Username: "ann", Password: plan.Hidden("sesame")}
	for _, test := range []struct {
		name, config string // HOST stands for the registry
		pull         plan.Pull
		want         string // of the error, empty for success
	}{
		{"repositoryCredentials", `{}`, given, ""},
		{"repositoryCredentials before Docker's own", `{"auths": {"HOST": {"auth": "` + base64.StdEncoding.EncodeToString([]byte("ann:wrong")) + `"}}}`, given, ""},
		{"Docker's configuration", `{"auths": {"HOST": {"auth": "` + auth + `"}}}`, plan.Pull{}, ""},
		{"a helper of one registry", `{"credHelpers": {"HOST": "ecslocal"}}`, plan.Pull{}, ""},
		{"a helper of all registries", `{"credsStore": "ecslocal"}`, plan.Pull{}, ""},
		{"no credentials", `{}`, plan.Pull{}, "no basic auth credentials"},
		{"wrong password", `{}`, plan.Pull{Username: "ann", Password: plan.Hidden("guess")}, "unauthorized"},
	} {
		t.Run(test.name, func(t *testing.T) {
			host := serveImage(t, "ann", "sesame")
			if err := os.WriteFile(filepath.Join(docker, "config.json"), []byte(strings.ReplaceAll(test.config, "HOST", host)), 0o600); err != nil {
				t.Fatal(err)
			}
			ref := host + "/team/app:v1"
			t.Cleanup(func() {
				_, _ = engine.api.ImageRemove(context.Background(), ref, image.RemoveOptions{Force: true})
			})
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			var last event.Progress
			err := engine.Pull(ctx, ref, test.pull, func(p event.Progress) { last = p })
			switch {
			case test.want == "" && err != nil, test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)):
				t.Errorf("error %v, want %q", err, test.want)
			case test.want == "":
				if last.Image != ref || last.Current == 0 || last.Total < last.Current {
					t.Errorf("progress %+v", last)
				}
				if found, err := engine.Image(ctx, ref, ""); err != nil || !strings.HasPrefix(found.Digest, "sha256:") {
					t.Errorf("pulled %+v: %v", found, err)
				}
			}
			if err != nil && strings.Contains(err.Error(), "sesame") {
				t.Errorf("the error shows the password: %v", err)
			}
		})
	}
}

// TestPullIsGivenUp ends a pull with its context, in the middle of a layer.
func TestPullIsGivenUp(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("needs an engine")
	}
	engine := connect(t)
	ref := serveImage(t, "", "") + "/team/slow:v1"
	ctx, cancel := context.WithCancel(t.Context())
	started := time.Now()
	err := engine.Pull(ctx, ref, plan.Pull{}, func(event.Progress) { cancel() })
	if err == nil || time.Since(started) > 30*time.Second {
		t.Errorf("after %v: %v", time.Since(started), err)
	}
}

func connect(t *testing.T) *Engine {
	t.Helper()
	engine, err := Connect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { engine.Close() })
	return engine
}

// serveImage is the address of a registry that has one image under every name, of a layer that nobody has seen before; it asks for the
// user's password unless there is no user.
func serveImage(t *testing.T, user, password string) string {
	blobs := map[string][]byte{}
	add := func(data []byte) map[string]any {
		digest := fmt.Sprintf("sha256:%x", sha256.Sum256(data))
		blobs[digest] = data
		return map[string]any{"digest": digest, "size": len(data)}
	}
	layer := add(layer())
	layer["mediaType"] = "application/vnd.docker.image.rootfs.diff.tar"
	config, _ := json.Marshal(map[string]any{"architecture": runtime.GOARCH, "os": "linux", "config": map[string]any{"Cmd": []string{"/app"}},
		"rootfs": map[string]any{"type": "layers", "diff_ids": []any{layer["digest"]}}})
	described := add(config)
	described["mediaType"] = "application/vnd.docker.container.image.v1+json"
	const mediaType = "application/vnd.docker.distribution.manifest.v2+json"
	manifest, _ := json.Marshal(map[string]any{"schemaVersion": 2, "mediaType": mediaType, "config": described, "layers": []any{layer}})
	add(manifest)

	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if name, pass, ok := r.BasicAuth(); user != "" && (!ok || name != user || pass != password) {
			w.Header().Set("WWW-Authenticate", `Basic realm="test"`)
			http.Error(w, `{"errors":[{"code":"UNAUTHORIZED","message":"authentication required"}]}`, http.StatusUnauthorized)
			return
		}
		last := r.URL.Path[strings.LastIndexByte(r.URL.Path, '/')+1:]
		switch {
		case r.URL.Path == "/v2/":
			fmt.Fprint(w, "{}")
		case strings.Contains(r.URL.Path, "/manifests/"):
			w.Header().Set("Content-Type", mediaType)
			http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(manifest))
		default:
			slowly(w, blobs[last])
		}
	}))
	t.Cleanup(server.Close)
	return strings.TrimPrefix(server.URL, "http://")
}

// slowly sends data so that the engine reports progress in between.
func slowly(w http.ResponseWriter, data []byte) {
	w.Header().Set("Content-Length", fmt.Sprint(len(data)))
	for part := 64 << 10; len(data) > 0; data = data[min(part, len(data)):] {
		if _, err := w.Write(data[:min(part, len(data))]); err != nil {
			return
		}
		if f, ok := w.(http.Flusher); ok {
			f.Flush()
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// layer is a file system with one file of random bytes.
func layer() []byte {
	content := make([]byte, 1<<20)
	rand.Read(content) // never fails
	var b bytes.Buffer
	archive := tar.NewWriter(&b)
	_ = archive.WriteHeader(&tar.Header{Name: "app", Mode: 0o755, Size: int64(len(content))})
	_, _ = archive.Write(content)
	_ = archive.Close()
	return b.Bytes()
}
