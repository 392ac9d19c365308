package emulator

import (
	"context"

	"github.com/ecslocal/ecslocal/emulator/dockerengine"
	"github.com/ecslocal/ecslocal/emulator/event"
	"github.com/ecslocal/ecslocal/healthcheck"
)

// HealthTimeline is what the events of a run tell of a container's check.
func HealthTimeline(events []event.Event, container string) healthcheck.Timeline {
	return timeline(events, container)
}

// HealthImage is what is known of the image that a container runs, its files included; nil where the engine has no such image. The image's
// files can be asked until it is closed.
func (p *Project) HealthImage(ctx context.Context, engine *dockerengine.Engine, d healthcheck.Definition) (*healthcheck.Image, func() error, error) {
	return p.imageAtHand(ctx, engine, d, true)
}
