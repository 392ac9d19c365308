package validate

import (
	"strings"

	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/emulator/lazyregexp"
	"github.com/ecslocal/ecslocal/emulator/taskdef"
)

var (
	digestForm   = lazyregexp.New(`^sha256:[0-9a-f]{64}$`)
	imageForm    = lazyregexp.New(`^[A-Za-z0-9_:/.\-]{1,255}$`)
	ecrImage     = lazyregexp.New(`^\d{12}\.dkr[.-]ecr(-fips)?\.[a-z0-9-]+\.(amazonaws\.com(\.cn)?|on\.aws)/`)
	userForm     = lazyregexp.New(`^[A-Za-z0-9_][A-Za-z0-9_.-]*\$?(:[A-Za-z0-9_][A-Za-z0-9_.-]*\$?)?$`)
	placeholder  = lazyregexp.New(`[<>{}$]|%s|(?i)^(placeholder|image|tbd|todo|replace)`)
	credSpecForm = lazyregexp.New(`^credentialspec(domainless)?:arn:`)
	securityForm = lazyregexp.New(`^(no-new-privileges(:true)?|apparmor[:=].+|label[:=].+|credentialspec(domainless)?:.+)$`)
)

// containerRules are about a container's own members: name, image, user, the limits of its process.
var containerRules = []Rule{
	{ID: "CNT-001", Severity: diag.Error, Source: observed,
		Message: "containerDefinitions is empty",
		AWS:     "Container list cannot be empty",
		Fix:     "add a container",
		check: func(t *task, hit hit) {
			if t.Has("/containerDefinitions") && len(t.containers) == 0 {
				hit("/containerDefinitions")
			}
		}},
	{ID: "CNT-002", Severity: diag.Error, Source: reported,
		Message: "the task has %d containers; ECS takes 10",
		AWS:     "Too many containers",
		Fix:     "split the task",
		check: func(t *task, hit hit) {
			if n := len(t.containers); n > 10 {
				hit("/containerDefinitions", n)
			}
		}},
	{ID: "CNT-003", Severity: diag.Error, Source: model,
		Message: "container %s has no name",
		AWS:     "Container.name should not be null or empty.",
		Fix:     "add \"name\"",
		check: eachContainer(func(t *task, c container, hit hit) {
			if c.Name == "" {
				hit(c.at("name"))
			}
		})},
	{ID: "CNT-003", Severity: diag.Error, Source: model,
		Message: "container %q: a name has 1 to 255 of the characters A-Z a-z 0-9 _ -",
		Fix:     "replace the other characters with -",
		check: eachContainer(func(t *task, c container, hit hit) {
			if c.Name != "" && !nameForm().MatchString(c.Name) {
				hit(c.at("name"))
			}
		})},
	{ID: "CNT-004", Severity: diag.Error, Source: observed,
		Message: "two containers have the name %s",
		AWS:     "Container names must be unique within a task definition",
		Fix:     "rename one",
		check: eachContainer(func(t *task, c container, hit hit) {
			if c.Name != "" && t.byName[c.Name].path != c.path {
				hit(c.at("name"))
			}
		})},
	{ID: "CNT-005", Severity: diag.Error, Source: reported,
		Message: "container %s has no image",
		AWS:     "Container.image should not be null or empty.",
		Fix:     "add \"image\"; where a pipeline fills it in later, give one with --image %s=IMAGE",
		check: eachContainer(func(t *task, c container, hit hit) {
			if !t.given(c.at("image")) {
				hit(c.at("image"))
			}
		})},
	{ID: "CNT-006", Severity: diag.Error, Source: reported,
		Message: "container %s: the image %q %s",
		AWS:     "Container.image contains invalid characters.",
		Fix:     "write REPOSITORY:TAG or REPOSITORY@sha256:DIGEST; where a pipeline fills it in later, give one with --image %[1]s=IMAGE",
		check: eachContainer(func(t *task, c container, hit hit) {
			if fault := imageFault(c.Image); c.Image != "" && fault != "" {
				hit(c.at("image"), c.Image, fault)
			}
		})},
	{ID: "CNT-009", Severity: diag.Info, Source: model,
		Message: "container %s: the image %q has no tag but latest: two tasks may run different images, except in a service, which pins the digest at its first deployment",
		Fix:     "write a tag that is never moved, or a digest",
		check: eachContainer(func(t *task, c container, hit hit) {
			name := c.Image[strings.LastIndexByte(c.Image, '/')+1:]
			if name != "" && !strings.Contains(name, "@") && (!strings.Contains(name, ":") || strings.HasSuffix(name, ":latest")) {
				hit(c.at("image"), c.Image)
			}
		})},
	{ID: "CNT-010", Severity: diag.Error, Source: model, Message: enumMessage, Fix: enumFix, check: notInEnum("containerDefinitions[].versionConsistency")},
	{ID: "CNT-012", Severity: diag.Error, Source: moby,
		Message: "container %s: the working directory %q is relative",
		AWS:     "the working directory '%[2]s' is invalid, it needs to be an absolute path",
		Fix:     "start it with /",
		check: eachContainer(func(t *task, c container, hit hit) {
			if c.WorkingDirectory != "" && !strings.HasPrefix(c.WorkingDirectory, "/") && !t.windows {
				hit(c.at("workingDirectory"), c.WorkingDirectory)
			}
		})},
	{ID: "CNT-013", Severity: diag.Error, Source: model,
		Message: "container %s: %q is no user",
		Fix:     "write user, user:group, uid or uid:gid, with ids that are not negative",
		check: eachContainer(func(t *task, c container, hit hit) {
			if c.User != "" && !userForm().MatchString(c.User) && !t.windows {
				hit(c.at("user"), c.User)
			}
		})},
	{ID: "CNT-015", Severity: diag.Info, Source: model,
		Message: "container %s: the root file system is read-only: what writes to /tmp or /var/run fails with EROFS, and ECS Exec does not work",
		Fix:     "mount a volume or a tmpfs where the application writes",
		check: eachContainer(func(t *task, c container, hit hit) {
			if taskdef.Or(c.ReadonlyRootFilesystem, false) {
				hit(c.at("readonlyRootFilesystem"))
			}
		})},
	{ID: "CNT-016", Severity: diag.Info, Source: model,
		Message: "container %s: %s is on, and ECS attaches no terminal",
		Fix:     "remove it unless the application asks for it",
		check: eachContainer(func(t *task, c container, hit hit) {
			if taskdef.Or(c.Interactive, false) {
				hit(c.at("interactive"), "interactive")
			}
			if taskdef.Or(c.PseudoTerminal, false) {
				hit(c.at("pseudoTerminal"), "pseudoTerminal")
			}
		})},
	{ID: "CNT-018", Severity: diag.Error, Source: model, LaunchType: taskdef.EC2,
		Message: "container %s: %q is no security option",
		Fix:     "write no-new-privileges, apparmor:PROFILE, label:VALUE or credentialspec:FILE",
		check: eachContainer(func(t *task, c container, hit hit) {
			for i, option := range c.DockerSecurityOptions {
				if !securityForm().MatchString(option) {
					hit(c.at("dockerSecurityOptions", i), option)
				}
			}
		})},
	{ID: "CNT-019", Severity: diag.Error, Source: model,
		Message: "container %s has %d credentialSpecs; ECS takes one",
		Fix:     "keep one",
		check: eachContainer(func(t *task, c container, hit hit) {
			if n := len(c.CredentialSpecs); n > 1 {
				hit(c.at("credentialSpecs"), n)
			}
		})},
	{ID: "CNT-019", Severity: diag.Error, Source: model,
		Message: "container %s: %q is no credential spec",
		Fix:     "write credentialspec:ARN or credentialspecdomainless:ARN",
		check: eachContainer(func(t *task, c container, hit hit) {
			for i, spec := range c.CredentialSpecs {
				if !credSpecForm().MatchString(spec) {
					hit(c.at("credentialSpecs", i), spec)
				}
			}
		})},
	{ID: "CNT-020", Severity: diag.Error, Source: cli, Message: missingMessage, AWS: missingAWS, Fix: missingFix,
		check: missing("containerDefinitions[].repositoryCredentials.credentialsParameter")},
	{ID: "CNT-020", Severity: diag.Error, Source: reported,
		Message: "container %s: repositoryCredentials need executionRoleArn, which reads the secret",
		AWS:     "Private repository authentication requires that the task definition specify a value for executionRoleArn.",
		Fix:     "add executionRoleArn to the task definition",
		check: eachContainer(func(t *task, c container, hit hit) {
			if c.RepositoryCredentials != nil && !t.given("/executionRoleArn") {
				hit(c.at("repositoryCredentials"))
			}
		})},
}

// imageFault says what is wrong with the name of an image, empty for nothing.
func imageFault(image string) string {
	name, digest, pinned := strings.Cut(image, "@")
	switch {
	case strings.TrimSpace(image) != image:
		return "starts or ends with white space"
	case placeholder().MatchString(image) && !imageForm().MatchString(name):
		return "looks like a placeholder that nobody filled in"
	case len(name) > 255:
		return "is longer than 255 characters"
	case !imageForm().MatchString(name):
		return "has characters that a name cannot have"
	case pinned && !digestForm().MatchString(digest):
		return "has a digest that is not sha256: and 64 hexadecimal digits"
	}
	return ""
}
