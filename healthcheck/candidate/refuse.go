package candidate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ecslocal/ecslocal/healthcheck"
	"github.com/ecslocal/ecslocal/healthcheck/client"
	"github.com/ecslocal/ecslocal/healthcheck/shell"
)

// changers are programs that exist to change something, by what they do.
var changers = words(map[string]string{
	"ends processes":         "kill killall killall5 pkill skill fuser shutdown reboot halt poweroff init telinit",
	"removes files":          "rm rmdir unlink shred",
	"changes files":          "mv cp dd ln touch mkdir mkfifo mknod mktemp truncate install tee chmod chown chgrp tar unzip gunzip patch ed vi",
	"changes the system":     "mount umount swapoff sysctl iptables ip6tables nft crontab passwd adduser useradd deluser userdel hostname date",
	"installs something":     "apk apt apt-get dpkg yum dnf microdnf rpm pip pip3 npm npx yarn pnpm gem composer",
	"becomes another user":   "su sudo doas setpriv gosu su-exec",
	"starts another service": "service systemctl supervisorctl rc-service runit sv nohup setsid",
	"changes a database":     "dropdb createdb pg_restore pg_ctl mysqlimport mongorestore",
})

func words(groups map[string]string) map[string]string {
	all := map[string]string{}
	for does, names := range groups {
		for _, name := range strings.Fields(names) {
			all[name] = does
		}
	}
	return all
}

// Refuse says why a command must not be run for a trial, nil for one that only asks: it writes, kills, leaves something running, or sends
// data. What an interpreter's program text or the application's own binary does cannot be seen.
func (f Facts) Refuse(c healthcheck.Command) error {
	if err := c.Refuse(); err != nil {
		return err
	}
	script := f.read(c)
	if script == nil {
		return nil // nothing runs, or the shell refuses all of it
	}
	for _, r := range script.Redirects() {
		if r.Writes && !harmless(r.Target) {
			return fmt.Errorf("it writes to %s", r.Target)
		}
	}
	for _, call := range script.Calls {
		if does := changes(call); does != "" {
			return fmt.Errorf("it %s: %s", does, call)
		}
	}
	return nil
}

// changes says what a call changes, empty for nothing.
func changes(call *shell.Call) string {
	if call.Background {
		return "leaves a process running in the background"
	}
	name, argv := call.Program(), call.Argv()
	if name == "busybox" && len(argv) > 1 {
		name, argv = argv[1], argv[1:]
	}
	if does, ok := changers[name]; ok && !onlyShows(name, argv) {
		return does
	}
	if name == "sed" && slices.ContainsFunc(argv, func(a string) bool { return strings.HasPrefix(a, "-i") || a == "--in-place" }) {
		return "changes files"
	}
	if name == "find" && slices.ContainsFunc(argv, func(a string) bool { return a == "-delete" || strings.HasPrefix(a, "-exec") || a == "-ok" }) {
		return "runs commands on files"
	}
	return sends(client.Read(argv))
}

// onlyShows are the harmless uses of programs that can change something.
func onlyShows(name string, argv []string) bool {
	switch name {
	case "kill":
		return len(argv) > 1 && (argv[1] == "-0" || argv[1] == "-l" || len(argv) > 2 && argv[1] == "-s" && argv[2] == "0")
	case "pkill":
		return slices.Contains(argv, "-0")
	case "hostname", "date", "mount":
		return len(argv) == 1 || strings.HasPrefix(argv[1], "+") || name == "hostname" && strings.HasPrefix(argv[1], "-")
	case "service", "supervisorctl", "systemctl", "sv", "rc-service", "pg_ctl":
		return slices.Contains(argv, "status") || slices.Contains(argv, "is-active")
	case "tar":
		return len(argv) > 1 && strings.Contains(argv[1], "t")
	}
	return false
}

// harmless are places where writing changes nothing.
func harmless(target shell.Word) bool {
	if _, network := client.Device(target.Text); network {
		return true
	}
	return target.Known && slices.ContainsFunc([]string{"/dev/null", "/dev/stdout", "/dev/stderr", "/dev/fd/1", "/dev/fd/2", "/proc/1/fd/1", "/proc/1/fd/2", "/proc/self/fd/1", "/proc/self/fd/2"},
		func(device string) bool { return target.Text == device })
}

// sends says what a request of curl or wget does besides asking.
func sends(r *client.Request) string {
	switch {
	case r == nil:
		return ""
	case r.Method != "" && r.Method != "GET" && r.Method != "HEAD" && r.Method != "OPTIONS":
		return "sends " + r.Method
	case r.SavesNamed:
		return "writes a file with a name of its own"
	case r.Output != "" && r.Output != "-" && !strings.HasPrefix(r.Output, "/dev/"):
		return "writes the file " + r.Output
	}
	for _, o := range r.Options() {
		switch o.Name {
		case "T", "upload-file", "c", "cookie-jar", "D", "dump-header", "trace", "trace-ascii":
			if o.Value != "-" && !strings.HasPrefix(o.Value, "/dev/") && !(r.Program == "wget" && len(o.Name) == 1) {
				return "writes a file (" + o.Word + ")"
			}
		}
	}
	return ""
}
