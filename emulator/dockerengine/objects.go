package dockerengine

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/containerd/errdefs"
	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/filters"
	"github.com/docker/docker/api/types/network"
	"github.com/docker/docker/api/types/volume"
	"github.com/ecslocal/ecslocal/emulator/plan"
	"github.com/ecslocal/ecslocal/emulator/runner"
)

// CreateNetwork makes a task's network. The engine's own address pools hold about 30 networks; past them, small ones of 198.18.0.0/15
// (reserved for benchmarks, RFC 2544) are tried until one is free.
func (e *Engine) CreateNetwork(ctx context.Context, n plan.Network) error {
	options := network.CreateOptions{Driver: "bridge", Labels: n.Labels}
	_, err := e.api.NetworkCreate(ctx, n.Name, options)
	hash := fnv.New32a()
	hash.Write([]byte(n.Name))
	for try := uint32(0); err != nil && noAddresses(err) && try < subnetTries; try++ {
		options.IPAM = &network.IPAM{Config: []network.IPAMConfig{{Subnet: subnet(hash.Sum32() + try).String()}}}
		_, err = e.api.NetworkCreate(ctx, n.Name, options)
	}
	return err
}

const subnetTries = 500

// noAddresses says that the engine found no free range, or that ours overlaps another.
func noAddresses(err error) bool {
	text := err.Error()
	return strings.Contains(text, "overlapping") || strings.Contains(text, "overlaps") || strings.Contains(text, "all predefined address pools")
}

// subnet is the n-th network of 16 addresses in 198.18.0.0/15.
func subnet(n uint32) netip.Prefix {
	const sixteenths = 1 << (28 - 15)
	offset := n % sixteenths * 16
	return netip.PrefixFrom(netip.AddrFrom4([4]byte{198, 18 + byte(offset>>16), byte(offset >> 8), byte(offset)}), 28)
}

// PublishedPorts are the host ports of the containers that run, such as 8080/tcp.
func (e *Engine) PublishedPorts(ctx context.Context) (map[string]bool, error) {
	running, err := e.api.ContainerList(ctx, container.ListOptions{})
	if err != nil {
		return nil, err
	}
	ports := map[string]bool{}
	for _, c := range running {
		for _, p := range c.Ports {
			if p.PublicPort != 0 {
				ports[fmt.Sprintf("%d/%s", p.PublicPort, p.Type)] = true
			}
		}
	}
	return ports, nil
}

// CreateVolume makes a volume unless it exists.
func (e *Engine) CreateVolume(ctx context.Context, v plan.Volume) error {
	if v.Shared {
		_, err := e.api.VolumeInspect(ctx, v.Name)
		if err == nil {
			return nil
		}
		if errdefs.IsNotFound(err) && v.MustExist {
			return marked{err, runner.ErrNoVolume}
		}
	}
	_, err := e.api.VolumeCreate(ctx, volume.CreateOptions{Name: v.Name, Driver: v.Driver, DriverOpts: v.DriverOpts, Labels: v.Labels})
	return err
}

// WriteFiles writes a plan's files below the task's directory, where its containers mount them from.
func (e *Engine) WriteFiles(_ context.Context, taskID string, files []plan.File) error {
	for _, f := range files {
		path := filepath.Join(e.taskDir(taskID), filepath.FromSlash(f.Path))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, []byte(f.Content), 0o644); err != nil { // the router may run as any user
			return err
		}
	}
	return os.MkdirAll(filepath.Join(e.taskDir(taskID), "firelens", "socket"), 0o755)
}

func ofTask(taskID string) filters.Args {
	return filters.NewArgs(filters.Arg("label", plan.LabelTask+"="+taskID))
}

// removeContainers removes a task's containers at the same time: each takes the engine a while.
func (e *Engine) removeContainers(ctx context.Context, taskID string) []error {
	found, err := e.api.ContainerList(ctx, container.ListOptions{All: true, Filters: ofTask(taskID)})
	if err != nil {
		return []error{fmt.Errorf("list containers: %w", err)}
	}
	errs := make([]error, len(found))
	var all sync.WaitGroup
	for i, c := range found {
		all.Go(func() {
			errs[i] = e.api.ContainerRemove(ctx, c.ID, container.RemoveOptions{Force: true, RemoveVolumes: true})
		})
	}
	all.Wait()
	return errs
}

func (e *Engine) removeNetworks(ctx context.Context, taskID string) []error {
	found, err := e.api.NetworkList(ctx, network.ListOptions{Filters: ofTask(taskID)})
	if err != nil {
		return []error{fmt.Errorf("list networks: %w", err)}
	}
	var errs []error
	for _, n := range found {
		errs = append(errs, e.api.NetworkRemove(ctx, n.ID))
	}
	return errs
}

func (e *Engine) removeVolumes(ctx context.Context, taskID string) []error {
	found, err := e.api.VolumeList(ctx, volume.ListOptions{Filters: ofTask(taskID)})
	if err != nil {
		return []error{fmt.Errorf("list volumes: %w", err)}
	}
	var errs []error
	for _, v := range found.Volumes {
		errs = append(errs, e.api.VolumeRemove(ctx, v.Name, true))
	}
	return errs
}

// errNoCgroups is of engines whose control groups are out of reach; plans for them have none.
var errNoCgroups = errors.New("this engine's control groups cannot be written")
