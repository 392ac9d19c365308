package validate

import (
	"cmp"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/emulator/taskdef"
	"github.com/ecslocal/ecslocal/healthcheck"
)

// imageRule is a rule about a container and its image.
type imageRule struct {
	Rule
	check func(t *task, c container, image *healthcheck.Image, hit hit)
}

// ImageRules is the table of the rules that need the image, at hand on the engine.
func ImageRules() []Rule {
	var all []Rule
	for _, r := range imageRules {
		all = append(all, r.Rule)
	}
	return all
}

// CheckImages applies the rules about images, which are given by the container's name; a container without one is not judged.
func CheckImages(def *taskdef.Definition, opts Options, images map[string]*healthcheck.Image) []diag.Finding {
	var rules []Rule
	for _, r := range imageRules {
		rule := r.Rule
		rule.check = eachContainer(func(t *task, c container, hit hit) {
			if image := images[c.Name]; image != nil {
				r.check(t, c, image, hit)
			}
		})
		rules = append(rules, rule)
	}
	return apply(rules, def, opts)
}

var imageRules = []imageRule{
	{Rule{ID: "IMG-001", Severity: diag.Error, Source: moby,
		Message: "container %s: the image has no user %s in /etc/passwd",
		AWS:     "unable to find user %[2]s: no matching entries in passwd file",
		Fix:     "give the user's number, or make the user in the Dockerfile"},
		func(_ *task, c container, image *healthcheck.Image, hit hit) {
			user, _, _ := strings.Cut(cmp.Or(c.User, image.User), ":")
			if at := c.userPath(); missingName(image, "/etc/passwd", user) && !c.mounted("/etc/passwd") {
				hit(at, user)
			}
		}},
	{Rule{ID: "IMG-001", Severity: diag.Error, Source: moby,
		Message: "container %s: the image has no group %s in /etc/group",
		AWS:     "unable to find group %[2]s: no matching entries in group file",
		Fix:     "give the group's number, or make the group in the Dockerfile"},
		func(_ *task, c container, image *healthcheck.Image, hit hit) {
			_, group, _ := strings.Cut(cmp.Or(c.User, image.User), ":")
			if at := c.userPath(); missingName(image, "/etc/group", group) && !c.mounted("/etc/group") {
				hit(at, group)
			}
		}},
	{Rule{ID: "IMG-002", Severity: diag.Error, Source: moby,
		Message: "container %s: %q, which it runs, is not in the image",
		Fix:     "name a program that the image has; a line for a shell needs [\"sh\", \"-c\", \"…\"]"},
		func(_ *task, c container, image *healthcheck.Image, hit hit) {
			at, program := c.program(image)
			if image.Files == nil || program == "" || c.mounted(program) {
				return
			}
			if _, ok := image.Find(program, cmp.Or(c.WorkingDirectory, image.WorkingDir), c.pathVariable(image)); !ok {
				hit(at, program)
			}
		}},
	{Rule{ID: "IMG-002", Severity: diag.Error, Source: moby,
		Message: "container %s: %q, which it runs, is not executable in the image",
		Fix:     "chmod +x in the Dockerfile, or run it with its interpreter"},
		func(_ *task, c container, image *healthcheck.Image, hit hit) {
			at, program := c.program(image)
			if image.Files == nil || program == "" || c.mounted(program) {
				return
			}
			file, ok := image.Find(program, cmp.Or(c.WorkingDirectory, image.WorkingDir), c.pathVariable(image))
			if ok && (file.Mode.IsDir() || file.Mode&0o111 == 0) {
				hit(at, program)
			}
		}},
	{Rule{ID: "IMG-003", Severity: diag.Warning, Source: guide,
		Message: "container %s: the image at hand is for %s, and the task runs on %s: on ECS it cannot be pulled or cannot start (exec format error)",
		Fix:     "build with --platform linux/%[3]s, or set runtimePlatform.cpuArchitecture"},
		func(t *task, c container, image *healthcheck.Image, hit hit) {
			if want := t.architecture(); want != "" && image.Architecture != "" && image.Architecture != want {
				hit(c.at("image"), image.Architecture, want)
			}
		}},
	{Rule{ID: "IMG-004", Severity: diag.Info, Source: guide,
		Message: "container %s: the image exposes %s, and portMappings has none of it",
		Fix:     "see on which port the application listens"},
		func(_ *task, c container, image *healthcheck.Image, hit hit) {
			mapped := func(port int) bool {
				return slices.ContainsFunc(c.PortMappings, func(m taskdef.PortMapping) bool { return m.ContainerPort == nil || *m.ContainerPort == port })
			}
			if len(c.PortMappings) == 0 || len(image.Exposed) == 0 || slices.ContainsFunc(image.Exposed, mapped) {
				return
			}
			var ports []string
			for _, port := range slices.Sorted(slices.Values(image.Exposed)) {
				ports = append(ports, strconv.Itoa(port))
			}
			hit(c.at("portMappings"), strings.Join(ports, ", "))
		}},
	{Rule{ID: "IMG-005", Severity: diag.Info, Source: moby,
		Message: "container %s: %s is a VOLUME of the image and stays writable under readonlyRootFilesystem",
		Fix:     "mount a volume there, to decide where the data goes"},
		func(_ *task, c container, image *healthcheck.Image, hit hit) {
			if c.ReadonlyRootFilesystem == nil || !*c.ReadonlyRootFilesystem {
				return
			}
			for _, volume := range slices.Sorted(slices.Values(image.Volumes)) {
				if !c.mounted(volume) {
					hit(c.at("readonlyRootFilesystem"), volume)
				}
			}
		}},
	{Rule{ID: "IMG-006", Severity: diag.Warning, Source: moby,
		Message: "container %s: entryPoint without command drops the image's CMD (%s)",
		Fix:     "repeat in \"command\" what of it is still needed"},
		func(_ *task, c container, image *healthcheck.Image, hit hit) {
			if len(c.EntryPoint) > 0 && len(c.Command) == 0 && len(image.Cmd) > 0 {
				hit(c.at("entryPoint"), strings.Join(image.Cmd, " "))
			}
		}},
}

// architecture is the one that the task runs on, in Go's words; empty where any will do.
func (t *task) architecture() string {
	architecture := ""
	if t.RuntimePlatform != nil {
		architecture = t.RuntimePlatform.CPUArchitecture
	}
	switch {
	case architecture == "ARM64":
		return "arm64"
	case architecture == "X86_64", t.fargate && !t.ec2:
		return "amd64"
	}
	return ""
}

func (c container) userPath() string {
	if c.User != "" {
		return c.at("user")
	}
	return c.at("image")
}

// program is the first word of what the container runs, and where that is decided.
func (c container) program(image *healthcheck.Image) (at, program string) {
	switch {
	case len(c.EntryPoint) > 0:
		return c.at("entryPoint"), c.EntryPoint[0]
	case len(image.Entrypoint) > 0:
		return c.at("image"), image.Entrypoint[0]
	case len(c.Command) > 0:
		return c.at("command"), c.Command[0]
	case len(image.Cmd) > 0:
		return c.at("image"), image.Cmd[0]
	}
	return "", ""
}

func (c container) pathVariable(image *healthcheck.Image) string {
	for _, pair := range slices.Backward(c.Environment) {
		if pair.Name == "PATH" {
			return pair.Value
		}
	}
	return image.Environment["PATH"]
}

// mounted says whether a file may come from a volume, which no image tells: volumesFrom may bring anything, and a name that PATH or the
// working directory completes may lead into any mount.
func (c container) mounted(file string) bool {
	return len(c.VolumesFrom) > 0 || slices.ContainsFunc(c.MountPoints, func(m taskdef.MountPoint) bool {
		inside := path.Clean(m.ContainerPath)
		return !path.IsAbs(file) || file == inside || strings.HasPrefix(file, strings.TrimSuffix(inside, "/")+"/")
	})
}

// missingName says whether a name, as opposed to a number, is in no line of /etc/passwd or /etc/group.
func missingName(image *healthcheck.Image, file, name string) bool {
	if _, err := strconv.Atoi(name); err == nil || name == "" || image.Files == nil {
		return false
	}
	text, err := image.Files.Read(file, 1<<20)
	if err != nil {
		return true
	}
	for line := range strings.Lines(string(text)) {
		if strings.HasPrefix(line, name+":") {
			return false
		}
	}
	return true
}
