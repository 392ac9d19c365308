package plan

import (
	"maps"
	"strconv"
	"strings"
)

// Image is what a container's final form depends on in its image.
type Image struct {
	Env         []string // NAME=VALUE
	StartPeriod int64    // of the image's own health check, in nanoseconds
}

// Settle gives a container the form in which it is created, now that its image and the addresses of the containers it depends on are
// known. It changes only what the plan left open.
func (c Container) Settle(image Image, address func(container string) string) Container {
	set := map[string]bool{}
	for _, line := range image.Env {
		name, _, _ := strings.Cut(line, "=")
		set[name] = true
	}
	c.Config.Env = maps.Clone(c.Config.Env)
	for name, v := range c.Config.Env {
		switch {
		case anyOf(v.UnlessImage, set):
			delete(c.Config.Env, name)
		case v.AddressOf != "" && address != nil:
			c.Config.Env[name] = Plain(address(v.AddressOf))
		}
	}
	if h := c.Config.Healthcheck; h != nil && h.StartPeriod == 0 && image.StartPeriod > 0 {
		// The engine merges field by field and takes 0 for absent (20.10 and 28.5): a millisecond keeps the image's value out.
		without := *h
		without.StartPeriod = 1_000_000
		c.Config.Healthcheck = &without
	}
	return c
}

func anyOf(names []string, set map[string]bool) bool {
	for _, name := range names {
		if set[name] {
			return true
		}
	}
	return false
}

// apiAtLeast compares an Engine API version such as 1.41; an unknown one is taken as old.
func apiAtLeast(version string, major, minor int) bool {
	a, b, _ := strings.Cut(version, ".")
	x, errX := strconv.Atoi(a)
	y, errY := strconv.Atoi(b)
	return errX == nil && errY == nil && (x > major || x == major && y >= minor)
}
