package emulator

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/emulator/dockerengine"
	"github.com/ecslocal/ecslocal/emulator/runner"
	"github.com/ecslocal/ecslocal/healthcheck"
)

// imageAtHand is what is known of a container's image, with its files if asked for; nil where there is no engine or it has no such image.
func (p *Project) imageAtHand(ctx context.Context, engine *dockerengine.Engine, d healthcheck.Definition, withFiles bool) (*healthcheck.Image, func() error, error) {
	nothing := func() error { return nil }
	if engine == nil {
		return nil, nothing, nil
	}
	ref := first(p.image(d.Container, d.Image), d.Image)
	config, err := engine.ImageConfig(ctx, ref)
	if errors.Is(err, runner.ErrNoImage) || ref == "" {
		return nil, nothing, nil
	}
	if err != nil {
		return nil, nothing, err
	}
	image := imageFacts(ref, config)
	if !withFiles {
		return image, nothing, nil
	}
	files, err := engine.ImageFiles(ctx, ref)
	if err != nil {
		return nil, nothing, err
	}
	image.Files = imageFiles{files}
	return image, files.Close, nil
}

// imagesAtHand is imageAtHand for several containers: their images in the same order, each opened once. withFiles says whose files are
// asked for.
func (p *Project) imagesAtHand(ctx context.Context, engine *dockerengine.Engine, definitions []healthcheck.Definition, withFiles func(healthcheck.Definition) bool) ([]*healthcheck.Image, func() error, error) {
	type opened struct {
		first   healthcheck.Definition
		files   bool
		image   *healthcheck.Image
		closing func() error
		err     error
	}
	byRef, ref := map[string]*opened{}, func(d healthcheck.Definition) string { return first(p.image(d.Container, d.Image), d.Image) }
	for _, d := range definitions {
		if byRef[ref(d)] == nil {
			byRef[ref(d)] = &opened{first: d}
		}
		byRef[ref(d)].files = byRef[ref(d)].files || withFiles(d)
	}
	atOnce(slices.Collect(maps.Values(byRef)), func(o *opened) { o.image, o.closing, o.err = p.imageAtHand(ctx, engine, o.first, o.files) })
	var errs []error
	var closings []func() error
	for _, o := range byRef {
		errs, closings = append(errs, o.err), append(closings, o.closing)
	}
	closing := func() error { return closeAll(closings) }
	if err := errors.Join(errs...); err != nil {
		return nil, nil, errors.Join(err, closing())
	}
	images := make([]*healthcheck.Image, len(definitions))
	for i, d := range definitions {
		images[i] = byRef[ref(d)].image
	}
	return images, closing, nil
}

// closeAll closes several images.
func closeAll(closings []func() error) error {
	var mu sync.Mutex
	var errs []error
	atOnce(closings, func(c func() error) {
		err := c()
		mu.Lock()
		defer mu.Unlock()
		errs = append(errs, err)
	})
	return errors.Join(errs...)
}

// lintAll judges health checks, each with its image.
func (p *Project) lintAll(definitions []healthcheck.Definition, images []*healthcheck.Image) []diag.Finding {
	byImage := map[*healthcheck.Image][]int{}
	for i := range definitions {
		byImage[images[i]] = append(byImage[images[i]], i)
	}
	findings := make([][]diag.Finding, len(definitions))
	atOnce(slices.Collect(maps.Values(byImage)), func(indexes []int) { // an image is asked by one at a time
		for _, i := range indexes {
			findings[i] = p.placed(healthcheck.Lint(definitions[i], images[i]))
		}
	})
	return slices.Concat(findings...)
}

// atOnce does something with several values, some at a time: the engine takes tens of milliseconds for each look into an image.
func atOnce[T any](values []T, do func(T)) {
	const most = 8
	slots := make(chan struct{}, most)
	var running sync.WaitGroup
	for _, v := range values {
		slots <- struct{}{}
		running.Go(func() {
			defer func() { <-slots }()
			do(v)
		})
	}
	running.Wait()
}

func imageFacts(ref string, c dockerengine.ImageConfig) *healthcheck.Image {
	image := &healthcheck.Image{Name: ref, Architecture: c.Architecture, Environment: map[string]string{}, Entrypoint: c.Config.Entrypoint, Cmd: c.Config.Cmd,
		User: c.Config.User, WorkingDir: c.Config.WorkingDir, Shell: c.Config.Shell}
	for _, line := range c.Config.Env {
		name, value, _ := strings.Cut(line, "=")
		image.Environment[name] = value
	}
	for port := range c.Config.ExposedPorts {
		number, _, _ := strings.Cut(port, "/")
		if n, err := strconv.Atoi(number); err == nil {
			image.Exposed = append(image.Exposed, n)
		}
	}
	for volume := range c.Config.Volumes {
		image.Volumes = append(image.Volumes, volume)
	}
	if h := c.Config.Healthcheck; h != nil {
		image.Check = &healthcheck.ImageCheck{Test: h.Test, Interval: h.Interval, Timeout: h.Timeout, StartPeriod: h.StartPeriod, StartInterval: h.StartInterval, Retries: h.Retries}
	}
	return image
}
