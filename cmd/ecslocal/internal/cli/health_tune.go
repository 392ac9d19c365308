package cli

import (
	"context"
	"errors"
	"fmt"
	"os/signal"
	"path/filepath"
	"slices"
	"syscall"
	"time"

	"github.com/ecslocal/ecslocal/emulator"
	"github.com/ecslocal/ecslocal/emulator/dockerengine"
	"github.com/ecslocal/ecslocal/emulator/plan"
	"github.com/ecslocal/ecslocal/emulator/state"
	"github.com/ecslocal/ecslocal/healthcheck/pace"
	"github.com/spf13/cobra"
)

// tuneFlags are those of health tune.
type tuneFlags struct {
	definitionFlags
	container string
	starts    int
	recorded  bool
	limit     time.Duration
}

func (c *command) healthTune() *cobra.Command {
	var flags tuneFlags
	cmd := &cobra.Command{
		Use: "tune FILE [-c NAME] [-n STARTS]", Short: "Measure how the task starts, and recommend interval, timeout, retries and startPeriod",
		Long: "Start the task several times, measure when the health check first passes and how long its probes take, and recommend numbers: with what\n" +
			"they, and the declared ones, would have meant in the measured starts. --recorded measures earlier runs instead of starting new ones.\n\n" +
			"A production host is not this machine: the recommendation takes twice what was measured.\n\n" +
			"Exit code 0: measured; 3: not.",
		Example: "  ecslocal health tune task-definition.json -n 5\n  ecslocal health tune task-definition.json --recorded",
		Args:    exactArgs(1, "one task definition"),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx, stop := signal.NotifyContext(cmd.Context(), syscall.SIGINT)
			defer stop()
			return fromError(exitUndecided, c.tuneHealth(ctx, &flags, args[0]))
		},
	}
	flags.add(cmd.Flags())
	cmd.Flags().StringVarP(&flags.container, "container", "c", "", "container `NAME` (default: the only one with a health check)")
	cmd.Flags().IntVarP(&flags.starts, "starts", "n", 5, "how often to start the task")
	cmd.Flags().BoolVar(&flags.recorded, "recorded", false, "take the runs of this definition that are recorded, and start none")
	cmd.Flags().DurationVar(&flags.limit, "timeout", 5*time.Minute, "how long the container may take to be HEALTHY")
	return cmd
}

func (c *command) tuneHealth(ctx context.Context, flags *tuneFlags, file string) error {
	if flags.starts < 1 || flags.starts > 100 {
		return fmt.Errorf("read -n %d: it is from 1 to 100", flags.starts)
	}
	flags.options.Publish = plan.PublishNone // nobody asks from outside
	project, err := flags.load(file)
	if err != nil {
		return err
	}
	name, err := checkedContainer(project, flags.container)
	if err != nil {
		return err
	}
	d, err := project.HealthDefinition(name)
	if err != nil {
		return err
	}
	if !d.HasCheck {
		return fmt.Errorf("container %q has no health check; ecslocal health fix finds one", name)
	}
	starts, err := c.measure(ctx, flags, project, file, name)
	if err != nil {
		return errors.New(project.Hide(err.Error()))
	}
	declared, advice := pace.Replay(paceOf(d), starts), pace.Recommend(starts)
	c.writeAdvice("declared", declared)
	c.writeAdvice("recommended", advice)
	fmt.Fprintf(c.stdout, "write    \"healthCheck\": %s\n", printable(project.Hide(emulator.HealthNumbers(d, advice.Settings))))
	return nil
}

// measure measures starts, and prints each as it is known.
func (c *command) measure(ctx context.Context, flags *tuneFlags, project *emulator.Project, file, name string) ([]pace.Start, error) {
	if flags.recorded {
		return c.recordedStarts(flags, file, name)
	}
	engine, err := dockerengine.Connect(ctx)
	if err != nil {
		return nil, err
	}
	defer engine.Close()
	var starts []pace.Start
	for i := range flags.starts {
		start, err := project.MeasureStart(ctx, engine, name, flags.limit)
		if err != nil {
			return nil, fmt.Errorf("start %d: %w", i+1, err)
		}
		c.writeStart(i+1, start)
		starts = append(starts, start)
	}
	return starts, nil
}

// recordedStarts are those of the runs that the state directory has of a definition.
func (c *command) recordedStarts(flags *tuneFlags, file, name string) ([]pace.Start, error) {
	path, err := filepath.Abs(file)
	if err != nil {
		return nil, err
	}
	dir, err := state.Open(flags.options.StateDir)
	if err != nil {
		return nil, err
	}
	tasks, err := dir.Tasks()
	if err != nil {
		return nil, err
	}
	var starts []pace.Start
	for _, t := range tasks {
		if t.Definition != path {
			continue
		}
		events, err := t.Events()
		if err != nil {
			return nil, err
		}
		if start, ok := emulator.StartOf(events, name); ok {
			c.writeStart(len(starts)+1, start)
			starts = append(starts, start)
		}
	}
	if len(starts) == 0 {
		return nil, fmt.Errorf("no run of %s is recorded in which the check of %q passed", file, name)
	}
	return starts, nil
}

func (c *command) writeStart(n int, s pace.Start) {
	fmt.Fprintf(c.stdout, "start %-2d  ready after %7v, %2d probes, the slowest %v\n", n, s.Ready.Round(10*time.Millisecond), len(s.Probes), slices.Max(s.Probes).Round(time.Millisecond))
}

// writeAdvice prints numbers and what they mean.
func (c *command) writeAdvice(name string, a pace.Advice) {
	fmt.Fprintf(c.stdout, "%-11s  interval %v, timeout %v, retries %d, startPeriod %v: ", name, a.Interval, a.Timeout, a.Retries, a.StartPeriod)
	if a.FalseAlarms > 0 {
		fmt.Fprintf(c.stdout, "UNHEALTHY in %d of the starts, although the application was only starting", a.FalseAlarms)
	} else {
		fmt.Fprintf(c.stdout, "HEALTHY after %v", a.Healthy.Round(100*time.Millisecond))
	}
	fmt.Fprintf(c.stdout, "; a failure is UNHEALTHY after at most %v\n", a.Replace.Round(100*time.Millisecond))
}
