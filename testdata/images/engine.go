package images

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/docker/go-connections/sockets"
	"github.com/docker/go-connections/tlsconfig"

	"github.com/ecslocal/ecslocal/emulator/selfimage"
)

// engine is the Docker engine at DOCKER_HOST, which is a unix or a tcp address, with the variables of docker(1) for TLS.
type engine struct {
	http         *http.Client
	base         string
	architecture string // Go's spelling
	version      string
}

var connection = sync.OnceValues(dialEngine)

// connect is the engine; a test that has none fails, and with -short is skipped.
func connect(t testing.TB) *engine {
	t.Helper()
	if testing.Short() {
		t.Skip("needs a Docker engine, which -short leaves out")
	}
	e, err := connection()
	if err != nil {
		t.Fatalf("this test needs a Docker engine (skip such tests with -short): %v", err)
	}
	return e
}

func dialEngine() (*engine, error) {
	host := os.Getenv("DOCKER_HOST")
	if host == "" {
		host = "unix:///var/run/docker.sock"
	}
	transport := &http.Transport{MaxIdleConnsPerHost: 8, IdleConnTimeout: time.Minute}
	e := &engine{http: &http.Client{Transport: transport}, base: "http://engine"}
	scheme, address, _ := strings.Cut(host, "://")
	if err := sockets.ConfigureTransport(transport, scheme, address); err != nil {
		return nil, fmt.Errorf("DOCKER_HOST %s: %w", host, err)
	}
	if dir := os.Getenv("DOCKER_CERT_PATH"); scheme == "tcp" && dir != "" {
		file := func(name string) string { return filepath.Join(dir, name) }
		config, err := tlsconfig.Client(tlsconfig.Options{CAFile: file("ca.pem"), CertFile: file("cert.pem"), KeyFile: file("key.pem"),
			InsecureSkipVerify: os.Getenv("DOCKER_TLS_VERIFY") == ""})
		if err != nil {
			return nil, err
		}
		transport.TLSClientConfig, e.base = config, "https://"+address
	} else if scheme == "tcp" {
		e.base = "http://" + address
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	var version struct{ Version, Arch string }
	err := e.do(ctx, "GET", "/version", nil, &version)
	e.architecture, e.version = version.Arch, version.Version
	return e, err
}

// do makes one call. A body that is no reader is sent as JSON; the answer goes to into: a writer takes it as it is,
// anything else as JSON, nil drops it.
func (e *engine) do(ctx context.Context, method, path string, body, into any) error {
	reader, stream := body.(io.Reader)
	if !stream && body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return err
		}
		reader = bytes.NewReader(text)
	}
	request, err := http.NewRequestWithContext(ctx, method, e.base+path, reader)
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", map[bool]string{true: "application/x-tar", false: "application/json"}[stream])
	response, err := e.http.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode >= 300 {
		var refusal struct{ Message string }
		_ = json.NewDecoder(io.LimitReader(response.Body, 1<<20)).Decode(&refusal) // a refusal without a text has its status
		return &refused{method + " " + path, response.StatusCode, refusal.Message}
	}
	switch into := into.(type) {
	case nil:
		_, err = io.Copy(io.Discard, response.Body)
	case io.Writer:
		_, err = io.Copy(into, response.Body)
	default:
		err = json.NewDecoder(response.Body).Decode(into)
	}
	return err
}

// refused is an answer of the engine other than success.
type refused struct {
	call    string
	status  int
	message string
}

func (r *refused) Error() string {
	return fmt.Sprintf("%s: status %d: %s", r.call, r.status, r.message)
}

// ensure loads the archive unless the engine has its reference.
func (e *engine) ensure(ctx context.Context, reference string, archive selfimage.Archive) error {
	if there, err := e.has(ctx, reference); there || err != nil {
		return err
	}
	stream := archive.Open()
	defer stream.Close()
	var said strings.Builder
	if err := e.do(ctx, "POST", "/images/load?quiet=1", stream, &said); err != nil {
		return fmt.Errorf("load image %s: %w", reference, err)
	}
	if !strings.Contains(said.String(), reference) {
		return fmt.Errorf("load image %s: the engine says %s", reference, said.String())
	}
	return nil
}

// has says whether the engine has an image.
func (e *engine) has(ctx context.Context, reference string) (bool, error) {
	err := e.do(ctx, "GET", "/images/"+reference+"/json", nil, nil)
	var answer *refused
	if errors.As(err, &answer) && answer.status == http.StatusNotFound {
		return false, nil
	}
	return err == nil, err
}

// made are the references of this process's images by name: to find one out takes building programs and hashing files.
var made sync.Map

// kept is the image that was made under this name before, if the engine still has it, else a new one.
func kept(t testing.TB, name string, make func() string) string {
	t.Helper()
	engine := connect(t)
	if reference, ok := made.Load(name); ok {
		if there, err := engine.has(t.Context(), reference.(string)); there && err == nil {
			return reference.(string)
		}
	}
	reference := make()
	made.Store(name, reference)
	return reference
}
