package cause

import "github.com/ecslocal/ecslocal/emulator/diag"

// logic is group G: scripts that say the wrong thing.
func logic() []Rule {
	return page(Logic, []Rule{
		{ID: "HC087", Title: "a pipe hides the failure",
			Cause:   "The status of a pipeline is that of its last command.",
			Symptom: "Exit 0 and HEALTHY with an error text in the output.",
			Fix:     "Drop the pipe.", Source: engine20, Certainty: Certain, Severity: diag.Warning},
		{ID: "HC088", Title: "the check can never fail",
			Cause:   "The script ends with success on every way through it.",
			Symptom: "Always HEALTHY, whatever the application does.",
			Fix:     "End with || exit 1.", Source: engine20, Certainty: Certain, Severity: diag.Warning},
		{ID: "HC089", Title: "the check fails when the probe succeeds",
			Cause:   "The script ends with a failure after its probe has passed.",
			Symptom: "Never HEALTHY, with the right answer in the output.",
			Fix:     "Write || exit 1 instead of && exit 1.", Source: engine20, Certainty: Certain, Severity: diag.Error},
		{ID: "HC090", Title: "exit inside a pipe",
			Cause:   "A command of a pipeline runs in a shell of its own: its exit ends that one only.",
			Symptom: "HEALTHY although the probe failed.",
			Fix:     "Put || exit 1 at the end of the line.", Source: engine20, Certainty: Certain, Severity: diag.Warning},
		{ID: "HC091", Title: "the process search finds itself",
			Cause:   "The command line of the probe's own shell contains the name that is searched for.",
			Symptom: "Always HEALTHY, with sh -c … in the output.",
			Fix:     "Write the name as [n]ame, or ask the application.", Source: engine20, Certainty: Certain, Severity: diag.Warning},
		{ID: "HC092", Title: "the check kills the container",
			Cause:   "kill succeeds, so the probe that kills the application reports HEALTHY.",
			Symptom: "health_status: healthy, and the container dies at once.",
			Fix:     "End with exit 1 and leave the rest to the service.", Source: engine20, Certainty: Certain, Severity: diag.Warning},
		{ID: "HC093", Title: "exit with something that is no exit code",
			Cause:   "Exit codes are 0 to 255: exit 256 is 0, and a word is an error.",
			Symptom: "Always HEALTHY (exit 256), or Illegal number, exit 2.",
			Fix:     "Write exit 1.", Source: engine20, Certainty: Certain, Severity: diag.Error},
		{ID: "HC094", Title: "pgrep for a name of more than 15 letters",
			Cause:   "The kernel keeps 15 letters of a process name, so a longer one never matches without -f.",
			Symptom: "Exit 1 with an empty output.",
			Fix:     "Search for the first 15 letters.", Source: "pgrep(1); Linux TASK_COMM_LEN", Certainty: Certain, Severity: diag.Error},
		{ID: "HC095", Title: "the check depends on another system",
			Cause:   "When the database or another service has a bad minute, every task is UNHEALTHY and replaced.",
			Symptom: "All tasks are replaced together, and it does not help.",
			Fix:     "Check the own process only.", Source: "Amazon Builders' Library, implementing health checks", Certainty: Likely, Severity: diag.Warning},
	})
}
