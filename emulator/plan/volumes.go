package plan

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"path"
	"slices"

	"github.com/ecslocal/ecslocal/emulator/taskdef"
)

// volumes plans the Docker volumes that the task's volumes need; those that are a folder need none.
func (c *compiler) volumes() {
	for _, v := range c.def.Volumes {
		if c.folder(&v) == "" && (!isLocal(&v) || c.mounted(v.Name)) {
			c.plan.Volumes = append(c.plan.Volumes, c.volume(&v))
		}
	}
}

// isLocal says whether a volume is only a name, so that it exists as soon as somebody mounts it, and not before (agent: task.go,
// initializeDockerLocalVolumes).
func isLocal(v *taskdef.Volume) bool {
	return v.DockerVolumeConfiguration == nil && v.EFSVolumeConfiguration == nil && v.FSxWindowsFileServerVolumeConfiguration == nil &&
		v.S3FilesVolumeConfiguration == nil && !taskdef.Or(v.ConfiguredAtLaunch, false)
}

func (c *compiler) mounted(volume string) bool {
	return slices.ContainsFunc(c.def.ContainerDefinitions, func(d taskdef.ContainerDefinition) bool {
		return slices.ContainsFunc(d.MountPoints, func(m taskdef.MountPoint) bool { return m.SourceVolume == volume })
	})
}

// folder is the host folder that a volume is, empty for a Docker volume.
func (c *compiler) folder(v *taskdef.Volume) string {
	switch {
	case v.Host != nil && v.Host.SourcePath != "":
		return v.Host.SourcePath
	case v.EFSVolumeConfiguration != nil:
		if local := c.options.Folders[v.EFSVolumeConfiguration.FileSystemID]; local != "" {
			return path.Join(local, v.EFSVolumeConfiguration.RootDirectory)
		}
	case v.FSxWindowsFileServerVolumeConfiguration != nil:
		if local := c.options.Folders[v.FSxWindowsFileServerVolumeConfiguration.FileSystemID]; local != "" {
			return path.Join(local, v.FSxWindowsFileServerVolumeConfiguration.RootDirectory)
		}
	case v.S3FilesVolumeConfiguration != nil:
		if local := c.options.Folders[v.S3FilesVolumeConfiguration.FileSystemARN]; local != "" {
			return path.Join(local, v.S3FilesVolumeConfiguration.RootDirectory)
		}
	}
	return ""
}

// volume is a Docker volume: the task's own, or one that is shared between tasks (agent: task.go, addTaskScopedVolumes and
// addSharedVolumes).
func (c *compiler) volume(v *taskdef.Volume) Volume {
	own := Volume{Name: c.volumeName(v.Name), Source: v.Name, Labels: map[string]string{LabelTask: c.plan.Task.ID}}
	d := v.DockerVolumeConfiguration
	if d == nil {
		return own
	}
	if d.Scope == "shared" {
		return Volume{Name: v.Name, Source: v.Name, Driver: d.Driver, DriverOpts: d.DriverOpts, Labels: d.Labels,
			Shared: true, MustExist: !taskdef.Or(d.Autoprovision, false)}
	}
	own.Driver, own.DriverOpts = d.Driver, d.DriverOpts
	for name, value := range d.Labels {
		own.Labels[name] = value
	}
	return own
}

// volumeName is ecs-<family>-<revision>-<name>-<20 hex>, the hex depending on the task.
func (c *compiler) volumeName(name string) string {
	sum := sha256.Sum256([]byte(c.plan.Task.ID + "\x00volume\x00" + name))
	return fmt.Sprintf("ecs-%s-%d-%s-%s", c.plan.Task.Family, c.plan.Task.Revision, name, hex.EncodeToString(sum[:10]))
}

// binds mounts the volumes of the i-th container definition (agent: task.go, dockerHostBinds).
func (c *compiler) binds(i int) []string {
	var binds []string
	for j, m := range c.def.ContainerDefinitions[i].MountPoints {
		at := at(i, "mountPoints", j, "sourceVolume")
		k := slices.IndexFunc(c.def.Volumes, func(v taskdef.Volume) bool { return v.Name == m.SourceVolume })
		if k < 0 {
			c.refuse("VOL-REF", at, fmt.Sprintf("mount volume %q: the task has no such volume", m.SourceVolume),
				"Invalid volume referenced: "+m.SourceVolume, "add it to volumes, or correct the name")
			continue
		}
		bind := or(c.folder(&c.def.Volumes[k]), c.volume(&c.def.Volumes[k]).Name) + ":" + m.ContainerPath
		if taskdef.Or(m.ReadOnly, false) {
			bind += ":ro"
		}
		binds = append(binds, bind)
	}
	return binds
}

// volumesFrom names the containers whose mounts are taken over (agent: task.go, dockerVolumesFrom).
func (c *compiler) volumesFrom(i int) []string {
	var from []string
	for j, v := range c.def.ContainerDefinitions[i].VolumesFrom {
		if c.def.Container(v.SourceContainer) == nil {
			c.refuse("VOL-FROM", at(i, "volumesFrom", j, "sourceContainer"), fmt.Sprintf("take volumes from %q: the task has no such container", v.SourceContainer),
				"", "correct the name")
		}
		name := c.dockerName(v.SourceContainer)
		if taskdef.Or(v.ReadOnly, false) {
			name += ":ro"
		}
		from = append(from, name)
	}
	return from
}
