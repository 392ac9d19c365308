package validate

import (
	"strings"

	"github.com/ecslocal/ecslocal/emulator/diag"
)

// mountRules are about what containers mount.
var mountRules = []Rule{
	{ID: "VOL-001", Severity: diag.Error, Source: observed,
		Message: "container %s mounts the volume %q, which the task does not have",
		AWS:     "Unknown volume '%[2]s'.",
		Fix:     "%[3]s",
		check: eachContainer(func(t *task, c container, hit hit) {
			for i, m := range c.MountPoints {
				if t.volume(m.SourceVolume).path != "" || t.someVolumeUnknown() {
					continue
				}
				fix := "add {\"name\": \"" + m.SourceVolume + "\"} to volumes"
				if near := diag.Nearest(m.SourceVolume, t.volumeNames()); near != "" {
					fix = "did you mean " + near + "?"
				}
				hit(c.at("mountPoints", i, "sourceVolume"), m.SourceVolume, fix)
			}
		})},
	{ID: "VOL-013", Severity: diag.Error, Source: observed,
		Message: "container %s takes volumes from %q, which is no container of the task",
		AWS:     "Invalid 'volumesFrom' setting. Unknown container: '%[2]s'.",
		Fix:     "%[3]s",
		check: eachContainer(func(t *task, c container, hit hit) {
			for i, from := range c.VolumesFrom {
				if !t.has(from.SourceContainer) {
					hit(c.at("volumesFrom", i, "sourceContainer"), from.SourceContainer, suggest(from.SourceContainer, t.names()))
				}
			}
		})},
	{ID: "VOL-014", Severity: diag.Error, Source: moby,
		Message: "container %s: the path %q is not absolute, so the engine refuses the mount",
		Fix:     "start it with /",
		check: eachContainer(func(t *task, c container, hit hit) {
			for i, m := range c.MountPoints {
				if !strings.HasPrefix(m.ContainerPath, "/") && !t.windows {
					hit(c.at("mountPoints", i, "containerPath"), m.ContainerPath)
				}
			}
		})},
	{ID: "VOL-014", Severity: diag.Error, Source: moby,
		Message: "container %s mounts two things at %s",
		AWS:     "Duplicate mount point: %[2]s",
		Fix:     "choose another path for one",
		check: eachContainer(func(t *task, c container, hit hit) {
			taken := map[string]bool{}
			for i, m := range c.MountPoints {
				at := c.at("mountPoints", i, "containerPath")
				if m.ContainerPath != "" && taken[m.ContainerPath] {
					hit(at, m.ContainerPath)
				}
				taken[m.ContainerPath] = !t.unknown(at)
			}
		})},
}

func (t *task) volumeNames() []string {
	var names []string
	for _, v := range t.Volumes[:min(len(t.Volumes), 50)] {
		names = append(names, v.Name)
	}
	return names
}

// someVolumeUnknown says whether the names of all volumes cannot be known before deployment.
func (t *task) someVolumeUnknown() bool {
	return t.unknown("/volumes") || t.anyUnknown("/volumes", len(t.Volumes), "name")
}
