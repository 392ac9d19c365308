package emulator

import (
	"cmp"
	"fmt"
	"net/netip"
	"os"

	"github.com/ecslocal/ecslocal/emulator/dockerengine"
	"github.com/ecslocal/ecslocal/emulator/plan"
)

// publishAddress is where ports are published: the options' word, else the environment's, so that a CI job says it once for all that it runs.
func (p *Project) publishAddress() string {
	return cmp.Or(p.options.PublishAddress, os.Getenv("ECSLOCAL_PUBLISH_ADDRESS"))
}

// CheckPublishAddress says what is wrong with an [Options.PublishAddress].
func CheckPublishAddress(address string) error {
	if address == "" || address == plan.PublishReachable {
		return nil
	}
	if _, err := netip.ParseAddr(address); err != nil {
		return fmt.Errorf("read the publish address %q: it is an IP address of the engine's machine, or %s", address, plan.PublishReachable)
	}
	return nil
}

// publishedOn is the address that ports are published on, for this engine.
func (p *Project) publishedOn(engine plan.Engine) string {
	return (&plan.Options{PublishAddress: p.publishAddress(), Engine: engine}).PublishedOn()
}

// warnUnreached says that the task's ports cannot be reached from here.
func (t *Task) warnUnreached(engine *dockerengine.Engine) {
	reachable := engine.PublishAddress()
	if ip, err := netip.ParseAddr(reachable); err == nil && ip.IsLoopback() {
		return
	}
	for i := range t.Plan.Containers {
		if c := &t.Plan.Containers[i]; c.Type == plan.Agent {
			continue
		} else if onLoopback(c.HostConfig.PortBindings) {
			t.warn("", "the engine is at %s, and ports are published on its own loopback interface, which is not reached from here\n"+
				"--publish-address auto, or ECSLOCAL_PUBLISH_ADDRESS=auto, publishes them on %s", engine.Info.Host, reachable)
			return
		}
	}
}

func onLoopback(bindings map[string][]plan.PortBinding) bool {
	for _, of := range bindings {
		for _, b := range of {
			if ip, err := netip.ParseAddr(b.HostIP); err == nil && ip.IsLoopback() {
				return true
			}
		}
	}
	return false
}
