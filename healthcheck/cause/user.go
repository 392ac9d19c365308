package cause

import "github.com/ecslocal/ecslocal/emulator/diag"

// user is group F: rights of the probe.
func user() []Rule {
	return page(User, []Rule{
		{ID: "HC080", Title: "the user of the container may not read the file",
			Cause:   "The probe runs as the user of the container, and the file belongs to root.",
			Symptom: "cat: can't open '/path': Permission denied.",
			Fix:     "Make the file readable in the image.", Source: engine20, Certainty: Certain, Severity: diag.Error},
		{ID: "HC081", Title: "the probe writes to a read-only file system",
			Cause:   "readonlyRootFilesystem is on and the probe writes a file.",
			Symptom: "Read-only file system; curl: (23).",
			Fix:     "Write to /dev/null, or mount a volume or tmpfs there.", Source: engine20, Certainty: Certain, Severity: diag.Error},
		{ID: "HC082", Title: "wget saves the page under its own name",
			Cause:   "Without -O wget writes a file into the working directory. BusyBox wget refuses to overwrite it at the next probe; GNU wget writes one more file each time.",
			Symptom: "The first probe passes, then wget: can't open 'health': File exists.",
			Fix:     "Add -O /dev/null.", Source: engine20, Certainty: Certain, Severity: diag.Error},
		{ID: "HC083", Title: "the output file cannot be written",
			Cause:   "The directory of curl's -o does not exist, or the user may not write there.",
			Symptom: "curl: (23) Failure writing output to destination.",
			Fix:     "Write to /dev/null.", Source: engine20, Certainty: Certain, Severity: diag.Error},
		{ID: "HC084", Title: "ping is not allowed",
			Cause:   "ping needs the capability NET_RAW, and it asks the kernel, not the application.",
			Symptom: "ping: permission denied (are you root?).",
			Fix:     "Ask the application over HTTP or TCP.", Source: engine20, Certainty: Certain, Severity: diag.Error},
		{ID: "HC085", Title: "the probe asks for a password",
			Cause:   "A probe has no terminal, and its standard input is /dev/null.",
			Symptom: "cannot open /dev/tty, or an immediate end.",
			Fix:     "Give the password in MYSQL_PWD or PGPASSWORD.", Source: engine20, Certainty: Certain, Severity: diag.Error},
		{ID: "HC086", Title: "the file that the check waits for is not there",
			Cause:   "The check passes when a file exists, and the application has not written it.",
			Symptom: "Exit 1 with an empty output.",
			Fix:     "Let the application write the file, or print what was looked for.", Source: engine20, Certainty: Likely, Severity: diag.Error},
	})
}
