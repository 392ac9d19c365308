package validate

import (
	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/emulator/taskdef"
)

// fargateRules say what Fargate does not do. The rules of its sizes are in sizeRules, of logging in logRules.
var fargateRules = []Rule{
	{ID: "TSK-011", Severity: diag.Error, Source: observed, LaunchType: taskdef.Fargate, patch: remove,
		Message: "Fargate has no placementConstraints: there are no instances to choose from",
		AWS:     "Fargate compatible task definitions do not support constraints",
		Fix:     "remove placementConstraints",
		check: func(t *task, hit hit) {
			if len(t.PlacementConstraints) > 0 {
				hit("/placementConstraints")
			}
		}},
	{ID: "TSK-012", Severity: diag.Error, Source: observed, LaunchType: taskdef.Fargate, patch: remove,
		Message: "Fargate has no ipcMode, whatever its value",
		AWS:     "Fargate compatible task definitions do not support ipcMode",
		Fix:     "remove ipcMode",
		check: func(t *task, hit hit) {
			if t.IPCMode != "" {
				hit("/ipcMode")
			}
		}},
	{ID: "TSK-013", Severity: diag.Error, Source: observed, LaunchType: taskdef.Fargate,
		Message: "Fargate has no pidMode %q",
		AWS:     "Tasks using the Fargate launch type do not support pidMode '%s'. The supported value for pidMode is 'task'.",
		Fix:     "write \"pidMode\": \"task\", or remove it",
		check: func(t *task, hit hit) {
			if t.PIDMode != "" && t.PIDMode != "task" {
				hit("/pidMode", t.PIDMode)
			}
		}},
	{ID: "NET-001", Severity: diag.Error, Source: observed, LaunchType: taskdef.Fargate, patch: set(`"awsvpc"`),
		Message: "Fargate needs the network mode awsvpc; without networkMode it is bridge",
		AWS:     "Fargate only supports network mode 'awsvpc'.",
		Fix:     "write \"networkMode\": \"awsvpc\"",
		check: func(t *task, hit hit) {
			if t.mode != "awsvpc" {
				hit("/networkMode")
			}
		}},
	{ID: "CNT-014", Severity: diag.Error, Source: observed, LaunchType: taskdef.Fargate,
		Message: "container %s: Fargate has no privileged containers",
		AWS:     "Fargate requires that the 'privileged' setting be 'false'",
		Fix:     "remove privileged; of capabilities Fargate can add SYS_PTRACE",
		check: eachContainer(func(t *task, c container, hit hit) {
			if taskdef.Or(c.Privileged, false) {
				hit(c.at("privileged"))
			}
		})},
	{ID: "CNT-017", Severity: diag.Error, Source: observed, LaunchType: taskdef.Fargate,
		Message: "container %s: Fargate has no dockerSecurityOptions",
		AWS:     "Fargate compatible task definitions do not support dockerSecurityOptions",
		Fix:     "remove dockerSecurityOptions",
		check: eachContainer(func(t *task, c container, hit hit) {
			if len(c.DockerSecurityOptions) > 0 {
				hit(c.at("dockerSecurityOptions"))
			}
		})},
	{ID: "CNT-021", Severity: diag.Error, Source: reported, LaunchType: taskdef.Fargate,
		Message: "container %s: Fargate pulls %q from ECR with the execution role, and there is no executionRoleArn",
		AWS:     "Fargate requires task definition to have execution role ARN to support ECR images.",
		Fix:     "add executionRoleArn",
		check: eachContainer(func(t *task, c container, hit hit) {
			if ecrImage().MatchString(c.Image) && !t.given("/executionRoleArn") {
				hit(c.at("image"), c.Image)
			}
		})},
	{ID: "CNT-022", Severity: diag.Error, Source: observed, LaunchType: taskdef.Fargate,
		Message: "container %s: Fargate has no GPUs",
		AWS:     "Tasks using the Fargate launch type do not support GPU resource requirements",
		Fix:     "run the task on EC2, or remove the requirement",
		check: eachContainer(func(t *task, c container, hit hit) {
			for i, r := range c.ResourceRequirements {
				if r.Type == "GPU" {
					hit(c.at("resourceRequirements", i))
				}
			}
		})},
	{ID: "LNX-001", Severity: diag.Error, Source: observed, LaunchType: taskdef.Fargate,
		Message: "container %s: Fargate adds no capability but SYS_PTRACE, so not %s",
		AWS:     "%[2]s is not allowed on Fargate.",
		Fix:     "remove it",
		check: eachContainer(func(t *task, c container, hit hit) {
			if c.LinuxParameters == nil || c.LinuxParameters.Capabilities == nil {
				return
			}
			for i, name := range c.LinuxParameters.Capabilities.Add {
				if name != "SYS_PTRACE" {
					hit(c.at("linuxParameters", "capabilities", "add", i), name)
				}
			}
		})},
	{ID: "LNX-003", Severity: diag.Error, Source: observed, LaunchType: taskdef.Fargate, patch: remove,
		Message: "container %s: Fargate gives no devices",
		AWS:     "Fargate compatible task definitions do not support devices",
		Fix:     "remove devices",
		check:   linuxMember("devices", func(p *taskdef.LinuxParameters) bool { return len(p.Devices) > 0 })},
	{ID: "LNX-004", Severity: diag.Error, Source: observed, LaunchType: taskdef.Fargate,
		Message: "container %s: Fargate does not change the size of /dev/shm",
		AWS:     "Fargate compatible task definitions do not support sharedMemorySize",
		Fix:     "remove sharedMemorySize; a tmpfs at another path may do, which Fargate has since 2026-01",
		check:   linuxMember("sharedMemorySize", func(p *taskdef.LinuxParameters) bool { return p.SharedMemorySize != nil })},
	{ID: "LNX-006", Severity: diag.Error, Source: observed, LaunchType: taskdef.Fargate, patch: remove,
		Message: "container %s: Fargate has no swap",
		AWS:     "Fargate compatible task definitions do not support maxSwap",
		Fix:     "remove maxSwap",
		check:   linuxMember("maxSwap", func(p *taskdef.LinuxParameters) bool { return p.MaxSwap != nil })},
	{ID: "LNX-006", Severity: diag.Error, Source: model, LaunchType: taskdef.Fargate, patch: remove,
		Message: "container %s: Fargate has no swap, so swappiness means nothing",
		Fix:     "remove swappiness",
		check:   linuxMember("swappiness", func(p *taskdef.LinuxParameters) bool { return p.Swappiness != nil })},
	{ID: "ULM-003", Severity: diag.Info, Source: model, LaunchType: taskdef.Fargate,
		Message: "container %s: Fargate sets no limit but nofile; %s keeps the operating system's value",
		Fix:     "remove it",
		check: eachContainer(func(t *task, c container, hit hit) {
			for i, u := range c.Ulimits {
				if u.Name != "nofile" && u.Name != "" {
					hit(c.at("ulimits", i), u.Name)
				}
			}
		})},
	{ID: "ULM-003", Severity: diag.Warning, Source: model, LaunchType: taskdef.Fargate,
		Message: "container %s: Fargate's nofile is at most 1048576, and the hard limit is %d",
		Fix:     "write a limit of at most 1048576; Fargate's default is 65535",
		check: eachContainer(func(t *task, c container, hit hit) {
			for i, u := range c.Ulimits {
				if u.Name == "nofile" && max(taskdef.Or(u.SoftLimit, 0), taskdef.Or(u.HardLimit, 0)) > 1048576 {
					hit(c.at("ulimits", i, "hardLimit"), taskdef.Or(u.HardLimit, 0))
				}
			}
		})},
	{ID: "RUN-006", Severity: diag.Error, Source: model, LaunchType: taskdef.Fargate,
		Message: "%s needs Fargate's platform version 1.4.0, and the version is %s",
		Fix:     "run the task with platform version 1.4.0 or LATEST",
		check: func(t *task, hit hit) {
			if v := t.opts.PlatformVersion; v != "" && v < "1.4" { // 1.0.0 to 1.3.0; LATEST is greater
				for path, what := range t.needsPlatform14() {
					hit(path, what, v)
				}
			}
		}},
}

// linuxMember reports a member of linuxParameters that is given.
func linuxMember(member string, given func(*taskdef.LinuxParameters) bool) check {
	return eachContainer(func(t *task, c container, hit hit) {
		if c.LinuxParameters != nil && given(c.LinuxParameters) {
			hit(c.at("linuxParameters", member))
		}
	})
}

// needsPlatform14 are the places of what Fargate has since platform version 1.4.0.
func (t *task) needsPlatform14() map[string]string {
	needs := map[string]string{}
	if cpu, ok := taskdef.CPUUnits(t.CPU); ok && cpu >= 8192 {
		needs["/cpu"] = "a task of 8 vCPU or more"
	}
	if t.EphemeralStorage != nil {
		needs["/ephemeralStorage"] = "ephemeralStorage"
	}
	if t.PIDMode != "" {
		needs["/pidMode"] = "pidMode"
	}
	for i, v := range t.Volumes {
		if v.EFSVolumeConfiguration != nil {
			needs[diag.Pointer("/volumes", i)] = "EFS"
		}
	}
	return needs
}
