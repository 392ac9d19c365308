package cli

import (
	"context"
	"errors"
	"fmt"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/ecslocal/ecslocal/emulator"
	"github.com/ecslocal/ecslocal/emulator/dockerengine"
	"github.com/ecslocal/ecslocal/emulator/trial"
	"github.com/ecslocal/ecslocal/healthcheck"
	"github.com/spf13/cobra"
)

func (c *command) healthTry() *cobra.Command {
	var flags definitionFlags
	var container string
	var allowWrites bool
	cmd := &cobra.Command{
		Use: "try TASK [-c NAME] [-- COMMAND…]", Short: "Find a health check that works, by running candidates in a running container, and prove it",
		Long: "Run candidates for a container's health check in the running container, as the engine would run them: as declared, with its faults\n" +
			"repaired, asking the ports that listen, with the tools that the image has. The one that works is put to the proof: it must pass three\n" +
			"times, and fail when its port or path is made wrong. Nothing is changed; commands that write or kill are not run.\n\n" +
			"Behind -- stands a command of your own: CMD or CMD-SHELL as in a definition, or just the command, which runs without a shell.\n\n" +
			"Exit code 0: a check passes and stands the proof; 1: none does; 3: nothing could be tried.",
		Example: "  ecslocal health try hello-world\n" +
			"  ecslocal health try hello-world -c web -- CMD-SHELL 'curl -f http://localhost:8080/ready || exit 1'\n" +
			"  ecslocal health try hello-world -- /app -healthcheck",
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx, stop := signal.NotifyContext(cmd.Context(), syscall.SIGINT)
			defer stop()
			t := emulator.HealthTrial{Container: container, AllowWrites: allowWrites, Settle: 5 * time.Second}
			if len(args) > 1 {
				t.Own = []healthcheck.Command{ownCommand(args[1:])}
			}
			return c.tryHealth(ctx, &flags, args[0], t)
		},
	}
	flags.add(cmd.Flags())
	cmd.Flags().StringVarP(&container, "container", "c", "", "container `NAME` (default: the only one, or the only one with a health check)")
	cmd.Flags().BoolVar(&allowWrites, "allow-writes", false, "run commands that write files, send data or end processes all the same")
	return cmd
}

// ownCommand is a command of the user's in the form of a definition.
func ownCommand(args []string) healthcheck.Command {
	if form := healthcheck.Command(args).Form(); form == healthcheck.FormExec || form == healthcheck.FormShell {
		return args
	}
	return append(healthcheck.Command{"CMD"}, args...)
}

func (c *command) tryHealth(ctx context.Context, flags *definitionFlags, name string, t emulator.HealthTrial) error {
	task, project, err := flags.taskOf(name)
	if err != nil {
		return fail(exitUndecided, err)
	}
	release, err := task.Alone(tryLock)
	if err != nil {
		return fail(exitUndecided, err)
	}
	defer release()
	engine, err := dockerengine.Connect(ctx)
	if err != nil {
		return fail(exitUndecided, err)
	}
	defer engine.Close()
	t.TaskID = task.ID
	if t.Container, err = checkedContainer(project, t.Container); err != nil {
		return fail(exitUndecided, err)
	}
	proof, err := c.trial(ctx, project, engine, t)
	if err != nil {
		return fail(exitUndecided, errors.New(project.Hide(err.Error())))
	}
	if proof.Winner == nil {
		return exit(exitInvalid)
	}
	return nil
}

// checkedContainer is the container that is meant: the named one, the only one with a health check, or the only one.
func checkedContainer(project *emulator.Project, name string) (string, error) {
	var checked, all []string
	for _, d := range project.HealthDefinitions() {
		all = append(all, d.Container)
		if d.HasCheck {
			checked = append(checked, d.Container)
		}
	}
	switch {
	case name != "":
		return name, nil
	case len(checked) == 1:
		return checked[0], nil
	case len(all) == 1:
		return all[0], nil
	}
	return "", fmt.Errorf("name a container with -c: the task has %q", all)
}

// trial tries, and tells everything as it happens.
func (c *command) trial(ctx context.Context, project *emulator.Project, engine *dockerengine.Engine, t emulator.HealthTrial) (emulator.HealthProof, error) {
	t.Looked = func(look *healthcheck.Look, err error) { c.writeLook(look, err) }
	t.Row = func(row trial.Row) { c.writeRow(row, project.Hide) }
	proof, err := project.TryHealth(ctx, engine, t)
	if err != nil {
		return proof, err
	}
	c.writeProof(proof, project.Hide)
	return proof, nil
}

// writeLook prints what was seen inside.
func (c *command) writeLook(look *healthcheck.Look, err error) {
	if err != nil {
		fmt.Fprintf(c.stdout, "inside   %s\n", firstLine(err.Error()))
	}
	if look == nil {
		return
	}
	var listening, answers []string
	for _, l := range look.Listeners {
		listening = append(listening, listenerText(l))
	}
	for _, a := range look.Answers {
		if a.Status > 0 && (a.Status != 404 || len(look.Answers) < 3) && a.TLS == strings.HasPrefix(a.URL, "https:") {
			answers = append(answers, fmt.Sprintf("%s -> %d", a.URL, a.Status)+locationText(a))
		}
	}
	c.writeLeftovers(look.Leftovers)
	fmt.Fprintf(c.stdout, "listens  %s\n", textOr(strings.Join(listening, ", "), "nothing"))
	if len(look.Answers) > 0 {
		const most = 6
		more := ""
		if len(answers) > most {
			more = fmt.Sprintf(", and %d more", len(answers)-most)
		}
		fmt.Fprintf(c.stdout, "answers  %s%s\n", printable(textOr(strings.Join(answers[:min(most, len(answers))], ", "), "no HTTP")), more)
	}
}

func listenerText(l healthcheck.Listener) string {
	text := l.Address
	if l.Port > 0 {
		text = fmt.Sprintf("%s:%d", l.Address, l.Port)
		if strings.Contains(l.Address, ":") {
			text = fmt.Sprintf("[%s]:%d", l.Address, l.Port)
		}
	}
	if l.Process != "" {
		text += fmt.Sprintf(" (pid %d %s)", l.PID, printable(l.Process))
	}
	return text
}

// writeLeftovers prints what is left of earlier probes: what goes on, and what has ended and was not collected.
func (c *command) writeLeftovers(left []healthcheck.Process) {
	for _, kind := range []struct {
		zombie          bool
		one, many, says string
	}{{false, "process", "processes", "which nobody ended"}, {true, "zombie", "zombies", "which process 1 does not collect"}} {
		these := slices.DeleteFunc(slices.Clone(left), func(p healthcheck.Process) bool { return p.Zombie != kind.zombie })
		if len(these) == 0 {
			continue
		}
		name := kind.many
		if len(these) == 1 {
			name = kind.one
		}
		p := these[0]
		fmt.Fprintf(c.stdout, "left     %d %s of earlier probes, %s: %s (pid %d, parent %d)\n", len(these), name, kind.says, printable(shortened(p.Command, 80)), p.PID, p.Parent)
	}
}

func answerText(a healthcheck.Answer) string {
	if a.Status == 0 {
		return a.Problem
	}
	return fmt.Sprint(a.Status)
}

func locationText(a healthcheck.Answer) string {
	if a.Location == "" {
		return ""
	}
	return " to " + a.Location
}

func textOr(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}

// writeRow prints what became of one candidate.
func (c *command) writeRow(row trial.Row, hide func(string) string) {
	command := printable(hide(row.Command.String()))
	if row.Refused != nil {
		fmt.Fprintf(c.stdout, "not run  %s  (%s)\n           %s\n", command, row.Why, printable(hide(row.Refused.Error())))
		return
	}
	word := "FAIL"
	if row.Passed() {
		word = "PASS"
	}
	fmt.Fprintf(c.stdout, "%-7s  exit %-3d %6s  %s  (%s)\n", word, row.Run.ExitCode, row.Run.Duration.Round(time.Millisecond), command, printable(row.Why))
	if line := firstLine(hide(healthcheck.Text(row.Run.Output))); line != "" {
		fmt.Fprintf(c.stdout, "           %s\n", shortened(line, 160))
	}
}

// shortened cuts a line in the middle of its text, whose beginning and end both tell something.
func shortened(line string, most int) string {
	runes := []rune(line)
	if len(runes) <= most {
		return line
	}
	return string(runes[:most*2/3]) + " … " + string(runes[len(runes)-most/3:])
}

// writeProof prints what the proof has shown, and the block to write.
func (c *command) writeProof(proof emulator.HealthProof, hide func(string) string) {
	for _, refuted := range proof.Refuted {
		fmt.Fprintf(c.stdout, "refuted  %s\n", printable(hide(refuted)))
	}
	for _, a := range proof.Slow {
		fmt.Fprintf(c.stdout, "slow     asked without a limit: %s -> %s after %v\n", printable(a.URL), answerText(a), a.Duration.Round(time.Millisecond))
	}
	if proof.Winner == nil {
		fmt.Fprintln(c.stdout, "result   no check passes")
		c.writeWays(proof)
		return
	}
	var steps []string
	for _, m := range proof.Proof.Mutated {
		steps = append(steps, fmt.Sprintf("with %s exit %d", m.Change, m.Run.ExitCode))
	}
	fmt.Fprintf(c.stdout, "proof    %d of %d pass; %s\n", len(proof.Proof.Again), len(proof.Proof.Again), textOr(strings.Join(steps, "; "), "nothing to make wrong"))
	fmt.Fprintf(c.stdout, "result   %s: %s\n", proof.Strength, proof.Says)
	fmt.Fprintf(c.stdout, "write    \"healthCheck\": %s\n", hide(emulator.HealthBlock(proof)))
}

// writeWays prints which kinds of check a container without tools can run.
func (c *command) writeWays(proof emulator.HealthProof) {
	if len(proof.Ways) == 0 {
		return
	}
	if healthy(proof.Look) {
		fmt.Fprintln(c.stdout, "so       the application answers, asked from a helper beside the container: it is well, and the check cannot run. What this image can do:")
	} else {
		fmt.Fprintln(c.stdout, "so       what this image can do:")
	}
	for i, way := range proof.Ways {
		fmt.Fprintf(c.stdout, "         %d %s\n", i+1, printable(way))
	}
}

func healthy(look *healthcheck.Look) bool {
	if look == nil {
		return false
	}
	for _, a := range look.Answers {
		if a.Status >= 200 && a.Status < 300 {
			return true
		}
	}
	return false
}
