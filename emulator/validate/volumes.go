package validate

import (
	"slices"
	"strings"

	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/emulator/taskdef"
)

// volumeRules are about volumes of the task and of what kind they are.
var volumeRules = []Rule{
	{ID: "VOL-002", Severity: diag.Error, Source: model,
		Message: "the volume name %q has other characters than A-Z a-z 0-9 _ -, or more than 255",
		Fix:     "replace the other characters with -",
		check: eachVolume(func(t *task, v volume, hit hit) {
			if v.Name != "" && !nameForm().MatchString(v.Name) {
				hit(v.path+"/name", v.Name)
			}
		})},
	{ID: "VOL-002", Severity: diag.Error, Source: model,
		Message: "two volumes have the name %s",
		Fix:     "rename one",
		check: eachVolume(func(t *task, v volume, hit hit) {
			if v.Name != "" && t.volume(v.Name).path != v.path {
				hit(v.path+"/name", v.Name)
			}
		})},
	{ID: "VOL-002", Severity: diag.Error, Source: model,
		Message: "a volume with %s needs a name",
		Fix:     "add \"name\"",
		check: eachVolume(func(t *task, v volume, hit hit) {
			named := []string{"efsVolumeConfiguration", "s3filesVolumeConfiguration", "configuredAtLaunch"}
			if kinds := v.kinds(); !t.given(v.path+"/name") && len(kinds) > 0 && slices.Contains(named, kinds[0]) {
				hit(v.path, kinds[0])
			}
		})},
	{ID: "VOL-003", Severity: diag.Error, Source: model,
		Message: "the volume %s is of several kinds: %s",
		Fix:     "keep one",
		check: eachVolume(func(t *task, v volume, hit hit) {
			if kinds := v.kinds(); len(kinds) > 1 {
				hit(v.path, v.Name, strings.Join(kinds, " and "))
			}
		})},
	{ID: "VOL-004", Severity: diag.Error, Source: observed,
		Message: "the volume %s is configured at launch, and no container mounts it",
		AWS:     "Volumes [%s] are not referenced by any of the containers",
		Fix:     "mount it in a container, or remove it",
		check: eachVolume(func(t *task, v volume, hit hit) {
			if v.atLaunch() && !t.mounted(v) {
				hit(v.path, v.Name)
			}
		})},
	{ID: "VOL-004", Severity: diag.Error, Source: model,
		Message: "the volume %s is a second one that is configured at launch; a task has one",
		Fix:     "keep one",
		check: func(t *task, hit hit) {
			first := true
			for i, v := range t.Volumes {
				atLaunch := taskdef.Or(v.ConfiguredAtLaunch, false)
				if atLaunch && !first {
					hit(diag.Pointer("/volumes", i), v.Name)
				}
				first = first && !atLaunch
			}
		}},
	{ID: "VOL-005", Severity: diag.Warning, Source: observed,
		Message: "no container mounts the volume %s",
		Fix:     "mount it with mountPoints, or remove it",
		check: eachVolume(func(t *task, v volume, hit hit) {
			if !v.atLaunch() && v.Name != "" && !t.mounted(v) {
				hit(v.path, v.Name)
			}
		})},
	{ID: "VOL-006", Severity: diag.Error, Source: observed, LaunchType: taskdef.Fargate,
		Message: "the volume %s: Fargate has no host whose path %q could be mounted",
		AWS:     "Fargate compatible task definitions do not support sourcePath",
		Fix:     "write \"host\": {} for a volume of the task's own, or use EFS",
		check: eachVolume(func(t *task, v volume, hit hit) {
			if v.Host != nil && v.Host.SourcePath != "" {
				hit(v.path+"/host/sourcePath", v.Name, v.Host.SourcePath)
			}
		})},
	{ID: "VOL-007", Severity: diag.Error, Source: observed, LaunchType: taskdef.Fargate,
		Message: "the volume %s: Fargate has no Docker volumes",
		AWS:     "Fargate compatible task definitions do not support dockerVolumeConfiguration",
		Fix:     "write \"host\": {} for a volume of the task's own, or use EFS",
		check: eachVolume(func(t *task, v volume, hit hit) {
			if v.DockerVolumeConfiguration != nil {
				hit(v.path+"/dockerVolumeConfiguration", v.Name)
			}
		})},
	{ID: "VOL-008", Severity: diag.Error, Source: model, Message: enumMessage, Fix: enumFix,
		check: notInEnum("volumes[].dockerVolumeConfiguration.scope")},
	{ID: "VOL-008", Severity: diag.Error, Source: model,
		Message: "the volume %s: autoprovision is for the scope shared",
		Fix:     "write \"scope\": \"shared\", or remove autoprovision",
		check: eachVolume(func(t *task, v volume, hit hit) {
			if d := v.DockerVolumeConfiguration; d != nil && d.Autoprovision != nil && d.Scope != "shared" && !t.unknown(v.path+"/dockerVolumeConfiguration/scope") {
				hit(v.path+"/dockerVolumeConfiguration/autoprovision", v.Name)
			}
		})},
	{ID: "VOL-015", Severity: diag.Info, Source: model, LaunchType: taskdef.EC2,
		Message: "the volume %s: where %s does not exist on the instance, the engine creates it as root",
		check: eachVolume(func(t *task, v volume, hit hit) {
			if v.Host != nil && v.Host.SourcePath != "" {
				hit(v.path+"/host/sourcePath", v.Name, v.Host.SourcePath)
			}
		})},
}

// volume is a volume that knows its place.
type volume struct {
	taskdef.Volume
	path string
}

func eachVolume(check func(t *task, v volume, hit hit)) check {
	return func(t *task, hit hit) {
		for i, v := range t.Volumes {
			check(t, volume{v, diag.Pointer("/volumes", i)}, hit)
		}
	}
}

// volume is the first of that name, the zero value where there is none.
func (t *task) volume(name string) volume {
	i, ok := t.volumeByName[name]
	if !ok {
		return volume{}
	}
	return volume{t.Volumes[i], diag.Pointer("/volumes", i)}
}

// mounted says whether a container mounts the volume, as far as can be known.
func (t *task) mounted(v volume) bool {
	return t.mountedNames[v.Name] || t.unknown(v.path+"/name") || t.someUnknown("mountPoints")
}

func (v volume) atLaunch() bool { return taskdef.Or(v.ConfiguredAtLaunch, false) }

// kinds are the members that say what the volume is; it may have one, and is the task's own without.
func (v volume) kinds() []string {
	var kinds []string
	for _, kind := range []struct {
		name  string
		given bool
	}{
		{"host", v.Host != nil},
		{"dockerVolumeConfiguration", v.DockerVolumeConfiguration != nil},
		{"efsVolumeConfiguration", v.EFSVolumeConfiguration != nil},
		{"s3filesVolumeConfiguration", v.S3FilesVolumeConfiguration != nil},
		{"fsxWindowsFileServerVolumeConfiguration", v.FSxWindowsFileServerVolumeConfiguration != nil},
		{"configuredAtLaunch", v.atLaunch()},
	} {
		if kind.given {
			kinds = append(kinds, kind.name)
		}
	}
	return kinds
}
