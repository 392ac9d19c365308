package cli

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/ecslocal/ecslocal/emulator"
	"github.com/ecslocal/ecslocal/emulator/shutdown"
	"github.com/ecslocal/ecslocal/emulator/state"
)

// auditTask tells how the containers of a task that was stopped took it.
func (c *command) auditTask(dir *state.Dir, task *state.Task, output string) error {
	run, err := emulator.ReadReport(dir, task)
	if err != nil {
		return fail(exitCannotRun, err)
	}
	audited := run.Shutdown()
	if output == "json" {
		e := json.NewEncoder(c.stdout)
		e.SetEscapeHTML(false)
		e.SetIndent("", "  ")
		err = e.Encode(map[string]any{"containers": audited})
	} else {
		err = writeAudit(c.stdout, audited)
	}
	switch {
	case err != nil:
		return fail(exitCannotRun, err)
	case !shutdown.Clean(audited):
		return exit(exitInvalid)
	}
	return nil
}

// writeAudit writes a table of the containers, and below it what to change.
func writeAudit(w io.Writer, audited []shutdown.Container) error {
	table := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	fmt.Fprintln(table, "CONTAINER\tEND\tTOOK\tSTOPTIMEOUT\tEXIT\tPROCESS\tAT "+"SIGNAL\tCONNECTIONS")
	for i := range audited {
		a := &audited[i]
		took := ""
		if a.Outcome == shutdown.Graceful || a.Outcome == shutdown.Killed {
			took = fmt.Sprintf("%.1fs", a.Took)
		}
		connections := ""
		if a.Dropped != nil {
			connections = fmt.Sprintf("%d open", *a.Dropped)
		}
		process, does := processColumns(a)
		fmt.Fprintf(table, "%s\t%s\t%s\t%ds\t%s\t%s\t%s\t%s\n", a.Name, a.Outcome, took, a.StopTimeout, code(a.ExitCode), process, does, connections)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	for i := range audited {
		for _, cause := range audited[i].Causes {
			fmt.Fprintf(w, "%s: %s\n", audited[i].Name, printable(cause.Message))
			if cause.Fix != "" {
				fmt.Fprintf(w, "  fix: %s\n", printable(cause.Fix))
			}
		}
	}
	return nil
}

// commandWidth is how much of a command line a table shows.
const commandWidth = 40

// processColumns are the process and what it does about the signal.
func processColumns(a *shutdown.Container) (process, does string) {
	p := a.Process
	if p == nil {
		return "", ""
	}
	process = printable(p.Command)
	if runes := []rune(process); len(runes) > commandWidth {
		process = string(runes[:commandWidth-1]) + "…"
	}
	signal := cmp.Or(p.Signal, "SIGTERM")
	switch {
	case p.Catches:
		return process, "handles " + signal
	case p.Ignores:
		return process, "ignores " + signal
	}
	return process, "no handler for " + signal
}
