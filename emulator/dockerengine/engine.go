// Package dockerengine is the Docker engine as the rest of ecslocal sees it, and the only importer of the Docker client.
//
// It translates plans one to one and decides nothing about a task; what depends on the engine's version or place stands here.
// It implements runner.Engine, and imports plan, event and runner for their types.
package dockerengine

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/docker/docker/client"
	"github.com/ecslocal/ecslocal/emulator/plan"
)

// Engine is a connection to a Docker engine. Close it after use.
type Engine struct {
	api *client.Client
	// Info is what the engine says of itself.
	Info Info
	// StateDir is where the files of tasks go that containers mount.
	StateDir string

	own *atomic.Pointer[Loader]
}

// Loader loads ecslocal's own image, which somebody's prune may remove at any moment.
type Loader func(ctx context.Context) error

// Loads says how ecslocal's own image is loaded where a container needs it and the engine has not got it.
func (e *Engine) Loads(own Loader) { e.own.Store(&own) }

// For is the same connection for the tasks of another state directory; tasks that begin at the same time may share one, each with its own of
// these. Only the first is to be closed.
func (e *Engine) For(stateDir string) *Engine {
	own := *e
	own.StateDir, own.own = stateDir, new(atomic.Pointer[Loader])
	return &own
}

// Info is an engine's description.
type Info struct {
	Version      string // such as 28.5.2
	APIVersion   string // the one in use
	OS           string
	Architecture string // in Go's spelling
	CgroupDriver string
	CgroupV2     bool
	GPUs         bool
	NoLimits     bool // it has no control groups at all
	// Local says that the engine runs on this machine and shares its files.
	Local bool
	// Rootless says that the engine runs without root's rights: it binds no low ports, and may lack control groups.
	Rootless bool
	// Host is the address that published ports are reached at.
	Host string

	neighbour bool // we are in one of the engine's containers
}

// connectLimit is how long an engine may take to answer for the first time.
const connectLimit = 10 * time.Second

// Connect reaches the engine that DOCKER_HOST or Docker's current context names. The error says what to do.
func Connect(ctx context.Context) (*Engine, error) {
	address, options, err := endpoint()
	if err != nil {
		return nil, err
	}
	api, err := client.NewClientWithOpts(append(options, client.WithAPIVersionNegotiation())...)
	if err != nil {
		return nil, fmt.Errorf("connect to the Docker engine at %s: %w", address, err)
	}
	e := &Engine{api: api, own: new(atomic.Pointer[Loader])}
	ctx, cancel := context.WithTimeout(ctx, connectLimit)
	defer cancel()
	if err := e.describe(ctx, address); err != nil {
		api.Close()
		return nil, fmt.Errorf("reach the Docker engine at %s: %w\nstart Docker, or point DOCKER_HOST or `docker context use` at a running engine", address, err)
	}
	return e, nil
}

// Close ends the connection.
func (e *Engine) Close() error { return e.api.Close() }

func (e *Engine) describe(ctx context.Context, address string) error {
	info, err := e.api.Info(ctx)
	if err != nil {
		return err
	}
	e.Info = Info{
		Version: info.ServerVersion, APIVersion: e.api.ClientVersion(), OS: info.OSType, Architecture: goArch(info.Architecture),
		CgroupDriver: info.CgroupDriver, CgroupV2: info.CgroupVersion == "2", Local: strings.HasPrefix(address, "unix://") && !isDesktop(info.OperatingSystem),
		Host: publishedHost(address), Rootless: slices.Contains(info.SecurityOptions, "name=rootless"),
	}
	e.Info.NoLimits = info.OSType == "linux" && info.CgroupDriver == "none"
	_, e.Info.GPUs = info.Runtimes["nvidia"]
	if strings.HasPrefix(address, "unix://") {
		e.neighbour(ctx)
	}
	return nil
}

// isDesktop says whether the engine runs in a virtual machine behind a local socket.
func isDesktop(operatingSystem string) bool { return strings.Contains(operatingSystem, "Desktop") }

func goArch(kernels string) string {
	if arch, ok := map[string]string{"x86_64": "amd64", "aarch64": "arm64", "armv7l": "arm"}[kernels]; ok {
		return arch
	}
	return kernels
}

// Facts are what a plan must know of the engine.
func (e *Engine) Facts() plan.Engine {
	facts := plan.Engine{APIVersion: e.Info.APIVersion, Platform: e.Info.OS + "/" + e.Info.Architecture, GPUs: e.Info.GPUs, Remote: !e.Info.Local,
		OpenFiles: e.openFiles(), NoLimits: e.Info.NoLimits, PublishAddress: e.PublishAddress()}
	if e.canWriteCgroups() {
		facts.TaskCgroup = e.Info.CgroupDriver
	}
	return facts
}

// canWriteCgroups says whether a task's own control group can be made: only by root, on the engine's machine.
func (e *Engine) canWriteCgroups() bool {
	if !e.Info.Local || os.Geteuid() != 0 || e.Info.CgroupDriver != "cgroupfs" {
		return false
	}
	for _, root := range e.cgroupRoots() {
		if probe, err := os.MkdirTemp(root, "ecslocal-probe-"); err != nil {
			return false
		} else if os.Remove(probe) != nil {
			return false
		}
	}
	return len(e.cgroupRoots()) > 0
}

// taskDir is where a task's files are.
func (e *Engine) taskDir(taskID string) string { return filepath.Join(e.StateDir, "tasks", taskID) }
