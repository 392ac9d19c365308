package validate

import (
	"slices"
	"strings"

	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/emulator/lazyregexp"
	"github.com/ecslocal/ecslocal/emulator/taskdef"
)

// capabilities are those that linuxParameters takes, and mountOptions those of a tmpfs (API model).
var (
	capabilities = strings.Fields(`ALL AUDIT_CONTROL AUDIT_WRITE BLOCK_SUSPEND CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID IPC_LOCK
		IPC_OWNER KILL LEASE LINUX_IMMUTABLE MAC_ADMIN MAC_OVERRIDE MKNOD NET_ADMIN NET_BIND_SERVICE NET_BROADCAST NET_RAW SETFCAP
		SETGID SETPCAP SETUID SYS_ADMIN SYS_BOOT SYS_CHROOT SYS_MODULE SYS_NICE SYS_PACCT SYS_PTRACE SYS_RAWIO SYS_RESOURCE SYS_TIME
		SYS_TTY_CONFIG SYSLOG WAKE_ALARM`)
	mountOptions = strings.Fields(`defaults ro rw suid nosuid dev nodev exec noexec sync async dirsync remount mand nomand atime
		noatime diratime nodiratime bind rbind unbindable runbindable private rprivate shared rshared slave rslave relatime norelatime
		strictatime nostrictatime mode uid gid nr_inodes nr_blocks mpol`)
	sysctlForm = lazyregexp.New(`^(kernel\.(msgmax|msgmnb|msgmni|sem|shmall|shmmax|shmmni|shm_rmid_forced)|fs\.mqueue\..+|net\..+)$`)
)

// linuxRules are about linuxParameters, ulimits and systemControls. What Fargate forbids of them is in fargateRules.
var linuxRules = []Rule{
	{ID: "LNX-002", Severity: diag.Error, Source: model,
		Message: "container %s: %q is not a capability that ECS knows",
		Fix:     "%[3]s",
		check: eachCapability(func(t *task, path, name string, hit hit) {
			if !slices.Contains(capabilities, name) && !slices.Contains(capabilities, plainCapability(name)) {
				hit(path, name, suggest(plainCapability(name), capabilities))
			}
		})},
	{ID: "LNX-002", Severity: diag.Error, Source: model,
		patch: func(path string, values []any) *diag.Patch {
			return &diag.Patch{Path: path, Value: `"` + values[2].(string) + `"`}
		},
		Message: "container %s: ECS writes the capability %s as %s",
		Fix:     "write \"%[3]s\"",
		check: eachCapability(func(t *task, path, name string, hit hit) {
			if plain := plainCapability(name); plain != name && slices.Contains(capabilities, plain) {
				hit(path, name, plain)
			}
		})},
	{ID: "LNX-005", Severity: diag.Info, Source: "AWS announcement of 2026-01-06", LaunchType: taskdef.Fargate,
		Message: "container %s: Fargate has tmpfs since January 2026; older guides and linters still forbid it",
		check:   linuxMember("tmpfs", func(p *taskdef.LinuxParameters) bool { return len(p.Tmpfs) > 0 })},
	{ID: "LNX-007", Severity: diag.Error, Source: model, LaunchType: taskdef.EC2,
		Message: "container %s: swappiness is 0 to 100",
		Fix:     "write a number between",
		check: linuxMember("swappiness", func(p *taskdef.LinuxParameters) bool {
			return p.Swappiness != nil && (*p.Swappiness < 0 || *p.Swappiness > 100)
		})},
	{ID: "LNX-007", Severity: diag.Warning, Source: model, LaunchType: taskdef.EC2,
		Message: "container %s: swappiness is ignored without maxSwap, and on Amazon Linux 2023 altogether",
		Fix:     "add maxSwap, or remove swappiness",
		check:   linuxMember("swappiness", func(p *taskdef.LinuxParameters) bool { return p.Swappiness != nil && p.MaxSwap == nil })},
	{ID: "LNX-007", Severity: diag.Error, Source: model, LaunchType: taskdef.EC2,
		Message: "container %s: maxSwap is negative",
		Fix:     "write the MiB of swap, 0 for none",
		check:   linuxMember("maxSwap", func(p *taskdef.LinuxParameters) bool { return taskdef.Or(p.MaxSwap, 0) < 0 })},
	{ID: "LNX-008", Severity: diag.Error, Source: cli, Message: missingMessage, AWS: missingAWS, Fix: missingFix,
		check: missing("containerDefinitions[].linuxParameters.tmpfs[].containerPath", "containerDefinitions[].linuxParameters.tmpfs[].size")},
	{ID: "LNX-008", Severity: diag.Error, Source: model,
		Message: "container %s: %q is not a mount option of a tmpfs",
		Fix:     "%[3]s",
		check: eachTmpfs(func(t *task, tmpfs taskdef.Tmpfs, path string, hit hit) {
			for i, option := range tmpfs.MountOptions {
				if name, _, _ := strings.Cut(option, "="); !slices.Contains(mountOptions, name) {
					hit(diag.Pointer(path, "mountOptions", i), option, suggest(name, mountOptions))
				}
			}
		})},
	{ID: "LNX-009", Severity: diag.Error, Source: model, Message: enumMessage, Fix: enumFix,
		check: notInEnum("containerDefinitions[].linuxParameters.devices[].permissions[]")},
	{ID: "LNX-010", Severity: diag.Warning, Source: model,
		Message: "container %s: linuxParameters mean nothing to Windows",
		Fix:     "remove them",
		check: eachContainer(func(t *task, c container, hit hit) {
			if t.windows && c.LinuxParameters != nil {
				hit(c.at("linuxParameters"))
			}
		})},
	{ID: "ULM-001", Severity: diag.Error, Source: observed,
		Message: "container %s: the soft limit of %s (%d) is above the hard limit (%d)",
		AWS:     "Soft limit exceeds hard limit for ulimit %[2]s",
		Fix:     "lower the soft limit",
		check: eachContainer(func(t *task, c container, hit hit) {
			for i, u := range c.Ulimits {
				soft, hard := taskdef.Or(u.SoftLimit, 0), taskdef.Or(u.HardLimit, 0)
				if u.SoftLimit != nil && u.HardLimit != nil && hard != -1 && (soft > hard || soft == -1) { // -1 is no limit
					hit(c.at("ulimits", i, "softLimit"), u.Name, soft, hard)
				}
			}
		})},
	{ID: "ULM-002", Severity: diag.Error, Source: model, Message: enumMessage, Fix: enumFix, check: notInEnum("containerDefinitions[].ulimits[].name")},
	{ID: "SYS-001", Severity: diag.Error, Source: model,
		Message: "container %s: %q is not a kernel parameter that a container can have",
		Fix:     "use kernel.msg*, kernel.sem, kernel.shm*, fs.mqueue.* or net.*; others belong to the instance",
		check: eachSysctl(func(t *task, s taskdef.SystemControl, path string, hit hit) {
			if !sysctlForm().MatchString(s.Namespace) && (s.Namespace != "" || !t.unknown(path)) {
				hit(path+"/namespace", s.Namespace)
			}
		})},
	{ID: "SYS-002", Severity: diag.Error, Source: model, LaunchType: taskdef.EC2,
		Message: "container %s: %s cannot be set with network mode host: it would be the instance's",
		Fix:     "remove it, or change the network mode",
		check: eachSysctl(func(t *task, s taskdef.SystemControl, path string, hit hit) {
			if strings.HasPrefix(s.Namespace, "net.") && t.mode == "host" {
				hit(path+"/namespace", s.Namespace)
			}
		})},
	{ID: "SYS-002", Severity: diag.Error, Source: model, LaunchType: taskdef.EC2,
		Message: "container %s: %s cannot be set with ipcMode host: it would be the instance's",
		Fix:     "remove it, or change ipcMode",
		check: eachSysctl(func(t *task, s taskdef.SystemControl, path string, hit hit) {
			if sysctlForm().MatchString(s.Namespace) && !strings.HasPrefix(s.Namespace, "net.") && t.IPCMode == "host" {
				hit(path+"/namespace", s.Namespace)
			}
		})},
	{ID: "SYS-003", Severity: diag.Warning, Source: model,
		Message: "container %s sets %s to %q, and container %s to %q; with network mode awsvpc they share it, and the last that starts wins",
		Fix:     "set it once",
		check: func(t *task, hit hit) {
			type setting struct{ container, value string }
			first := map[string]setting{}
			for _, c := range t.containers {
				for i, s := range c.SystemControls {
					before, twice := first[s.Namespace]
					if t.mode == "awsvpc" && strings.HasPrefix(s.Namespace, "net.") && twice && before.value != s.Value {
						hit(c.at("systemControls", i), c.label(), s.Namespace, s.Value, before.container, before.value)
					}
					if !twice {
						first[s.Namespace] = setting{c.label(), s.Value}
					}
				}
			}
		}},
}

func plainCapability(name string) string { return strings.TrimPrefix(strings.ToUpper(name), "CAP_") }

func eachCapability(check func(t *task, path, name string, hit hit)) check {
	return eachContainer(func(t *task, c container, hit hit) {
		if c.LinuxParameters == nil || c.LinuxParameters.Capabilities == nil {
			return
		}
		at := c.at("linuxParameters", "capabilities")
		for i, name := range c.LinuxParameters.Capabilities.Add {
			check(t, diag.Pointer(at, "add", i), name, hit)
		}
		for i, name := range c.LinuxParameters.Capabilities.Drop {
			check(t, diag.Pointer(at, "drop", i), name, hit)
		}
	})
}

func eachTmpfs(check func(t *task, tmpfs taskdef.Tmpfs, path string, hit hit)) check {
	return eachContainer(func(t *task, c container, hit hit) {
		if c.LinuxParameters != nil {
			for i, tmpfs := range c.LinuxParameters.Tmpfs {
				check(t, tmpfs, c.at("linuxParameters", "tmpfs", i), hit)
			}
		}
	})
}

func eachSysctl(check func(t *task, s taskdef.SystemControl, path string, hit hit)) check {
	return eachContainer(func(t *task, c container, hit hit) {
		for i, s := range c.SystemControls {
			check(t, s, c.at("systemControls", i), hit)
		}
	})
}
