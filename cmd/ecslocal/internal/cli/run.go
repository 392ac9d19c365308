package cli

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/ecslocal/ecslocal/emulator"
	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/emulator/dockerengine"
	"github.com/ecslocal/ecslocal/emulator/event"
	"github.com/ecslocal/ecslocal/emulator/runner"
	"github.com/ecslocal/ecslocal/logs"
	"github.com/spf13/cobra"
)

// runFlags are those of run.
type runFlags struct {
	definitionFlags
	wait         string
	timeout      time.Duration
	detach       bool
	publish      string
	logsFault    string
	result       string
	exitCodeFrom string
	supervised   bool // the background half of run -d
	serveLogs    string
	reports      reportFlags

	// For reports: the project that was loaded, the task of it that was started, and what kept it from being started.
	project *emulator.Project
	task    *emulator.Task
	refused []diag.Finding
	release func() // those who wait for the task's end
}

func (c *command) run() *cobra.Command {
	var flags runFlags
	cmd := &cobra.Command{
		Use:   "run FILE",
		Short: "Run a task until it stops",
		Long: "Run one task in the foreground until it stops. Container output goes to standard output, task events to standard error.\n" +
			"Ctrl-C stops the task as StopTask would; a second Ctrl-C kills it. On a terminal a table of the containers stays below the log, and\n" +
			"q does the same; NO_COLOR, TERM=dumb and CI are respected.\n\n" +
			"The exit code is that of the essential container that stopped the task; 0 when --wait was reached or the user stopped it;\n" +
			"124 when --timeout passed; 125 when the task could not run or became UNHEALTHY under --wait healthy; 130 when interrupted.",
		Example: "  ecslocal run task-definition.json\n" +
			"  ecslocal run --wait healthy task-definition.json      # a smoke test\n" +
			"  ecslocal run --wait healthy --fast task-definition.json   # without waiting for the first interval\n" +
			"  ecslocal run -d --wait healthy task-definition.json   # leave it running in the background\n" +
			"  ecslocal run --wait healthy --junit junit.xml --report report.html task-definition.json",
		Args: exactArgs(1, "one task definition"),
		RunE: func(cmd *cobra.Command, args []string) error { return c.runReported(cmd.Context(), &flags, args[0]) },
	}
	flags.add(cmd.Flags())
	flags.addRun(cmd)
	return cmd
}

func (f *runFlags) addRun(cmd *cobra.Command) {
	flags, o := cmd.Flags(), &f.options
	addOutput(flags, &f.output, "text, or json: one event a line")
	flags.StringVar(&f.wait, "wait", "", "stop the task and exit 0 once it is `running`, healthy or stopped; with -d leave it running")
	flags.BoolVar(&o.Fast, "fast", false, "know by probes of our own when a health check passes, or that it never will; with --strict the engine is waited for")
	flags.DurationVar(&f.timeout, "timeout", 0, "give up after this long, such as 2m")
	flags.BoolVarP(&f.detach, "detach", "d", false, "supervise the task in the background and print its id")
	flags.StringVar(&o.Pull, "pull", "", "missing, always or never (default: as ECS: pull, else use the local image)")
	flags.StringVar(&f.publish, "publish", "auto", "where ports are found: auto (127.0.0.1:PORT, a free one where it is taken), random or none")
	flags.StringVar(&o.PublishAddress, "publish-address", "", "publish ports on this `IP` of the engine's machine, or on that which is reached from here: auto\n(default: $ECSLOCAL_PUBLISH_ADDRESS, else 127.0.0.1)")
	flags.StringVar(&o.EngineLogs, "engine-logs", "none", "the engine's own log driver: none, or json-file, which docker logs reads")
	flags.BoolVar(&o.Keep, "keep", false, "leave the containers after the task has stopped")
	flags.StringVar(&f.logsFault, "logs-fault", "", "simulate trouble with CloudWatch Logs: outage, throttle or latency=DURATION")
	flags.StringVar(&f.serveLogs, "serve-logs", "", "answer the CloudWatch Logs API at `HOST:PORT` while the task runs; alone, at a free port of 127.0.0.1")
	flags.Lookup("serve-logs").NoOptDefVal = "127.0.0.1:0"
	flags.StringVar(&f.result, "result", "", "write the task's end, in the form of DescribeTasks, to `FILE`")
	f.reports.add(flags)
	flags.StringVar(&f.exitCodeFrom, "exit-code-from", "", "exit with the code of container `NAME`")
	flags.StringArrayVar(&o.Networks, "network", nil, "join the existing Docker network `NAME` besides the task's own; repeatable")
	flags.BoolVar(&f.supervised, "supervised", false, "")
	_ = flags.MarkHidden("supervised")
}

// check reads the flags that are words, before anything is done.
func (f *runFlags) check() (err error) {
	switch emulator.Condition(f.wait) {
	case "", emulator.Running, emulator.Healthy, emulator.Stopped:
	default:
		return fmt.Errorf("read --wait %q: it is running, healthy or stopped", f.wait)
	}
	switch f.options.Pull {
	case "", "missing", "always", "never":
	default:
		return fmt.Errorf("read --pull %q: it is missing, always or never", f.options.Pull)
	}
	switch f.options.EngineLogs {
	case "none", "json-file":
	default:
		return fmt.Errorf("read --engine-logs %q: it is none or json-file", f.options.EngineLogs)
	}
	if err := emulator.CheckPublishAddress(f.options.PublishAddress); err != nil {
		return err
	}
	if f.output != "text" && f.output != "json" {
		return fmt.Errorf("read --output %q: it is text or json", f.output)
	}
	f.options.FailStuck = f.wait != ""
	if f.options.LogsFault, err = logs.ParseFault(f.logsFault); err != nil {
		return err
	}
	f.options.Publish, err = readPublish(f.publish)
	return err
}

func (c *command) runTask(ctx context.Context, flags *runFlags, file string) error {
	if err := flags.check(); err != nil {
		return fail(exitUsage, err)
	}
	if flags.detach {
		return c.detach(ctx, flags, file)
	}
	if flags.supervised {
		ignoreBrokenPipe()
	}
	renderer := c.renderer(flags)
	defer renderer.close()
	flags.options.Events = renderer.event
	project, err := flags.load(file)
	if err != nil {
		return err
	}
	flags.project = project
	if flags.exitCodeFrom != "" && project.Definition.Container(flags.exitCodeFrom) == nil {
		return fail(exitUsage, fmt.Errorf("--exit-code-from %q: the task has no such container", flags.exitCodeFrom))
	}
	if !flags.supervised {
		c.warn(project)
	}
	engine, err := dockerengine.Connect(ctx)
	if err != nil {
		return fail(exitCannotRun, err)
	}
	defer engine.Close()
	interrupts := make(chan os.Signal, 2) // from here on a signal asks for the end of the task
	signal.Notify(interrupts, os.Interrupt, syscall.SIGTERM)
	defer signal.Stop(interrupts)
	defer c.watchKeys(renderer, interrupts)()
	listener, err := c.listenForLogs(flags, renderer)
	if err != nil {
		return fail(exitCannotRun, err)
	}
	task, err := project.Start(ctx, engine)
	var invalid *emulator.InvalidError
	if errors.As(err, &invalid) {
		flags.refused = invalid.Findings
		printFindings(c.stderr, diag.Errors(invalid.Findings), project)
		return fail(exitCannotRun, errors.New("ECS would refuse this task definition"))
	}
	if err != nil && ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		return fail(exitCannotRun, errors.New(project.Hide(err.Error())))
	}
	flags.started(task)
	if listener != nil {
		go func() { _ = serveUntil(context.WithoutCancel(ctx), listener, task.CloudWatchLogs()) }() // it ends with the process
	}
	outcome := follow(task, flags, interrupts, renderer)
	if err := c.writeResult(flags, task); err != nil {
		return fail(exitCannotRun, err)
	}
	renderer.finish(task)
	return outcome
}

// warn says what is doubtful in a definition. What would refuse it is returned by Start.
func (c *command) warn(project *emulator.Project) {
	printFindings(c.stderr, slices.DeleteFunc(worthSaying(project.Validate()), func(f diag.Finding) bool {
		return f.Severity == diag.Error && !strings.HasPrefix(f.Rule, "HC")
	}), project)
}

// listenForLogs takes the address of --serve-logs and says it, before the task is begun; nil where the flag is not set.
func (c *command) listenForLogs(flags *runFlags, r renderer) (net.Listener, error) {
	if flags.serveLogs == "" {
		return nil, nil
	}
	listener, err := net.Listen("tcp", flags.serveLogs)
	if err != nil {
		return nil, fmt.Errorf("serve CloudWatch Logs: %w", err)
	}
	if h, ok := r.(*handshake); ok {
		h.send(greeting{Environment: logEnvironment(listener)})
	} else {
		fmt.Fprint(c.stderr, logEnvironment(listener))
	}
	return listener, nil
}

// follow waits for what the flags ask for, the user and the end of the task, and says how ecslocal is to exit.
func follow(task *emulator.Task, flags *runFlags, interrupts <-chan os.Signal, r renderer) error {
	waitCtx, cancel := context.WithCancel(context.Background())
	defer cancel()
	reached := make(chan error, 1)
	if flags.wait != "" {
		go func() { reached <- task.WaitFor(waitCtx, emulator.Condition(flags.wait)) }()
	}
	var timeout <-chan time.Time
	if flags.timeout > 0 {
		timeout = time.After(flags.timeout)
	}
	var outcome error
	decided, interrupted := false, false
	decide := func(err error) { outcome, decided = err, true }
	for {
		select {
		case <-task.Done():
			if !decided {
				decide(exitOf(task, flags))
			}
			if interrupted {
				return exit(exitInterrupted)
			}
			return outcome
		case err := <-reached:
			if err == nil && flags.supervised {
				timeout = nil // it is left running
			}
			if !decided {
				decideWait(waitCtx, task, flags, err, decide, r)
			}
			if decided {
				timeout = nil // the task got there, or never will; its end has limits of its own
			}
		case <-timeout:
			r.say(append([]string{fmt.Sprintf("--timeout %v has passed", flags.timeout)}, standing(task, time.Now())...)...)
			task.LookInside(waitCtx)
			decide(fail(exitTimeout, fmt.Errorf("the task did not %s within %v: %s", flags.goal(), flags.timeout, summary(task.Describe()))))
			task.Stop("--timeout passed", false)
		case <-interrupts:
			if !decided && flags.supervised {
				decide(nil)
			}
			kill := interrupted
			if inCI() && !kill { // a runner ends the job, and nobody can look any more
				r.say(append([]string{"interrupted"}, standing(task, time.Now())...)...)
			}
			interrupted = !flags.supervised
			task.Stop("", kill)
		}
	}
}

// goal is what the task is to do.
func (f *runFlags) goal() string {
	switch emulator.Condition(f.wait) {
	case emulator.Running, emulator.Healthy:
		return "become " + f.wait
	}
	return "end"
}

// decideWait acts on what became of the condition that --wait names.
func decideWait(ctx context.Context, task *emulator.Task, flags *runFlags, err error, decide func(error), r renderer) {
	switch {
	case err == nil && flags.supervised:
		r.reached(task)
	case err == nil && emulator.Condition(flags.wait) == emulator.Stopped: // the exit code is the task's
	case err == nil:
		r.reached(task)
		decide(nil)
		task.Stop("ecslocal run --wait "+flags.wait+" was reached", false)
	case errors.Is(err, emulator.ErrUnhealthy):
		task.LookInside(ctx)
		decide(fail(exitCannotRun, err))
		task.StopUnhealthy()
	case errors.Is(err, emulator.ErrStopped):
		<-task.Done()
		code := exitOf(task, flags)
		if code == nil { // it ended well, but not as asked for
			code = fail(exitCannotRun, err)
		}
		decide(code)
	}
}

// exitOf is how ecslocal exits after the task has ended by itself.
func exitOf(task *emulator.Task, flags *runFlags) error {
	described := task.Describe()
	if err := task.Err(); err != nil {
		return fail(exitCannotRun, err)
	}
	if flags.exitCodeFrom != "" {
		if c := described.Container(flags.exitCodeFrom); c != nil && c.ExitCode != nil {
			return exitWith(*c.ExitCode)
		}
		return fail(exitCannotRun, fmt.Errorf("container %q has no exit code", flags.exitCodeFrom))
	}
	if described.StopCode == runner.EssentialContainerExited {
		for _, e := range task.Events() {
			if c := described.Container(e.Container); e.Kind == event.ContainerStopped && c != nil && c.Essential && !c.Internal {
				if e.ExitCode == nil {
					return fail(exitCannotRun, fmt.Errorf("container %q: %s", e.Container, e.Reason))
				}
				return exitWith(*e.ExitCode)
			}
		}
	}
	return nil
}

func exitWith(code int) error {
	if code == 0 {
		return nil
	}
	return exit(code)
}

// writeResult writes the task's end where the flags ask for it.
func (c *command) writeResult(flags *runFlags, task *emulator.Task) error {
	if flags.result == "" {
		return nil
	}
	data, err := describe([]event.Task{task.Describe()}, nil, false)
	if err != nil {
		return err
	}
	if err := os.WriteFile(flags.result, data, 0o644); err != nil {
		return fmt.Errorf("write the result: %w", err)
	}
	return nil
}
