package dockerengine

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/filters"
	"github.com/docker/docker/api/types/image"
	"github.com/docker/docker/api/types/network"
	"github.com/docker/docker/api/types/volume"
	"github.com/ecslocal/ecslocal/emulator/plan"
)

// Left is a task of which something is on the engine.
type Left struct {
	ID string
	// Alive says that its agent container runs, which ends with the ecslocal that supervises the task; of a task without one, that any
	// container runs.
	Alive bool
	// Created is when the newest of its objects was made.
	Created time.Time

	hasAgent bool
}

// Tasks are the tasks of which something is on the engine.
func (e *Engine) Tasks(ctx context.Context) ([]Left, error) {
	ours := filters.NewArgs(filters.Arg("label", plan.LabelTask))
	found := map[string]*Left{}
	note := func(labels map[string]string, created time.Time) *Left {
		id := labels[plan.LabelTask]
		if found[id] == nil {
			found[id] = &Left{ID: id}
		}
		if created.After(found[id].Created) {
			found[id].Created = created
		}
		return found[id]
	}
	containers, err := e.api.ContainerList(ctx, container.ListOptions{All: true, Filters: ours})
	if err != nil {
		return nil, err
	}
	for _, c := range containers {
		left, running := note(c.Labels, time.Unix(c.Created, 0)), c.State == "running"
		if c.Labels[plan.LabelType] == plan.Agent {
			left.hasAgent, left.Alive = true, running
		} else if !left.hasAgent {
			left.Alive = left.Alive || running
		}
	}
	networks, err := e.api.NetworkList(ctx, network.ListOptions{Filters: ours})
	if err != nil {
		return nil, err
	}
	for _, n := range networks {
		note(n.Labels, n.Created)
	}
	volumes, err := e.api.VolumeList(ctx, volume.ListOptions{Filters: ours})
	if err != nil {
		return nil, err
	}
	for _, v := range volumes.Volumes {
		note(v.Labels, parseTime(v.CreatedAt))
	}
	left := make([]Left, 0, len(found))
	for _, l := range found {
		left = append(left, *l)
	}
	slices.SortFunc(left, func(a, b Left) int { return cmp.Compare(a.ID, b.ID) })
	return left, nil
}

// imageLabel marks the images that ecslocal makes of itself (package selfimage).
const imageLabel = "dev.ecslocal.image"

// RemoveImages removes the images that ecslocal made and no container uses.
func (e *Engine) RemoveImages(ctx context.Context) (int, error) {
	images, err := e.api.ImageList(ctx, image.ListOptions{All: true, Filters: filters.NewArgs(filters.Arg("label", imageLabel))})
	if err != nil {
		return 0, err
	}
	removed := 0
	var errs []error
	for _, i := range images {
		used, err := e.api.ContainerList(ctx, container.ListOptions{All: true, Filters: filters.NewArgs(filters.Arg("ancestor", i.ID))})
		if err != nil || len(used) > 0 {
			errs = append(errs, err)
			continue
		}
		if _, err := e.api.ImageRemove(ctx, i.ID, image.RemoveOptions{Force: true, PruneChildren: true}); err != nil && !ignorable(err) {
			errs = append(errs, err)
			continue
		}
		removed++
	}
	return removed, errors.Join(errs...)
}
