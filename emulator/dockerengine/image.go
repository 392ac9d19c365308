package dockerengine

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/cpuguy83/dockercfg"
	"github.com/distribution/reference"
	"github.com/docker/docker/api/types/image"
	"github.com/docker/docker/api/types/registry"
	"github.com/ecslocal/ecslocal/emulator/event"
	"github.com/ecslocal/ecslocal/emulator/plan"
	"github.com/ecslocal/ecslocal/emulator/runner"
)

// Image describes a local image. One of another platform than is asked for counts as none.
func (e *Engine) Image(ctx context.Context, ref, platform string) (runner.Image, error) {
	inspected, err := e.api.ImageInspect(ctx, ref)
	if err != nil && e.provide(ctx, ref, err) {
		inspected, err = e.api.ImageInspect(ctx, ref)
	}
	if err != nil {
		return runner.Image{}, classify(err)
	}
	if have := inspected.Os + "/" + inspected.Architecture; platform != "" && have != platform {
		return runner.Image{}, fmt.Errorf("image %s is for %s and not for %s: %w", ref, have, platform, runner.ErrNoImage)
	}
	found := runner.Image{ID: inspected.ID}
	for _, digest := range inspected.RepoDigests {
		_, found.Digest, _ = strings.Cut(digest, "@")
	}
	if config := inspected.Config; config != nil {
		found.Env = config.Env
		if config.Healthcheck != nil {
			found.StartPeriod = int64(config.Healthcheck.StartPeriod)
		}
	}
	return found, nil
}

// provide loads ecslocal's own image again where it is the one that is missing.
func (e *Engine) provide(ctx context.Context, ref string, err error) bool {
	ours := strings.HasPrefix(ref, "ecslocal.local/agent") || strings.HasPrefix(ref, "ecslocal.local/demo")
	own := e.own.Load()
	return ours && own != nil && errors.Is(classify(err), runner.ErrNoImage) && (*own)(ctx) == nil
}

// Pull pulls an image with the given credentials, else with those that the docker command would use.
func (e *Engine) Pull(ctx context.Context, ref string, pull plan.Pull, progress func(event.Progress)) error {
	auth, err := registryAuth(ref, pull)
	if err != nil {
		return err
	}
	body, err := e.api.ImagePull(ctx, ref, image.PullOptions{RegistryAuth: auth, Platform: pull.Platform})
	if err != nil {
		return err
	}
	defer body.Close()
	return readProgress(body, ref, progress)
}

// pullMessage is a line of the engine's answer to a pull.
type pullMessage struct {
	ID             string `json:"id"`
	ProgressDetail struct {
		Current int64 `json:"current"`
		Total   int64 `json:"total"`
	} `json:"progressDetail"`
	Status string `json:"status"`
	Error  string `json:"error"`
}

// readProgress adds the layers' progress up and gives the error that the engine reports at the end.
func readProgress(body io.Reader, ref string, progress func(event.Progress)) error {
	layers := map[string]pullMessage{}
	for decoder := json.NewDecoder(body); ; {
		var m pullMessage
		switch err := decoder.Decode(&m); {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return fmt.Errorf("read the engine's answer: %w", err)
		case m.Error != "":
			return errors.New(m.Error)
		}
		if m.Status != "Downloading" || m.ID == "" {
			continue
		}
		layers[m.ID] = m
		sum := event.Progress{Image: ref}
		for _, layer := range layers {
			sum.Current += layer.ProgressDetail.Current
			sum.Total += layer.ProgressDetail.Total
		}
		progress(sum)
	}
}

// registryAuth is the header that carries credentials: repositoryCredentials, else the docker command's configuration and helpers.
func registryAuth(ref string, pull plan.Pull) (string, error) {
	username, password := pull.Username, pull.Password.Reveal()
	if username == "" {
		named, err := reference.ParseNormalizedNamed(ref)
		if err != nil {
			return "", fmt.Errorf("read image name %q: %w", ref, err)
		}
		username, password, err = dockercfg.GetRegistryCredentials(dockercfg.ResolveRegistryHost(reference.Domain(named)))
		if err != nil || username == "" && password == "" {
			return "", nil // an image that needs no credentials needs no helper that works either
		}
	}
	config := registry.AuthConfig{Username: username, Password: password}
	if username == "" || username == "<token>" {
		config = registry.AuthConfig{IdentityToken: password}
	}
	data, err := json.Marshal(config)
	return base64.URLEncoding.EncodeToString(data), err
}

// HasCredentials says whether the docker command could log in to the registry of an image.
func HasCredentials(ref string) bool {
	auth, err := registryAuth(ref, plan.Pull{})
	return err == nil && auth != ""
}

// LoadImage loads an archive as docker load does.
func (e *Engine) LoadImage(ctx context.Context, archive io.Reader) error {
	loaded, err := e.api.ImageLoad(ctx, archive)
	if err != nil {
		return err
	}
	defer loaded.Body.Close()
	return readProgress(loaded.Body, "", func(event.Progress) {})
}

// HasImage says whether an image is there under that name.
func (e *Engine) HasImage(ctx context.Context, ref string) (bool, error) {
	_, err := e.Image(ctx, ref, "")
	if errors.Is(err, runner.ErrNoImage) {
		return false, nil
	}
	return err == nil, err
}
