// Package emulator runs AWS ECS task definitions on the local Docker engine. It is the front door of the library, and what the
// command line is made of.
//
//	project, err := emulator.Load("task-definition.json", emulator.Options{})
//	engine, err := dockerengine.Connect(ctx)
//	task, err := project.Start(ctx, engine)
//	err = task.WaitFor(ctx, emulator.Healthy)
//	result := task.Stop(ctx, "done")
//
// The main flow is one line: input.Read and taskdef.Decode give a definition, validate.Check judges it, plan.Compile decides everything,
// runner.Run carries it out on an engine, and event.Fold says how the task stands.
//
// Who may import whom (A -> B: A may import B); a test refuses everything else:
//
//	cmd            -> everything
//	emulator       -> taskdef input validate fix iam plan runner dockerengine event report shutdown expect agent state config envfile selfimage
//	                  prober trial inside/look, secrets logs healthcheck
//	validate       -> taskdef document diag healthcheck logs secrets
//	fix            -> document diag
//	iam            -> taskdef document diag secrets
//	taskdef, input -> document diag
//	config         -> document diag
//	expect         -> event shutdown logs/filter
//	spec           -> document diag taskdef expect
//	suite          -> emulator and what it imports, spec report
//	plan           -> taskdef diag healthcheck secrets logs (what they say, no I/O)
//	runner         -> plan event healthcheck logs (never dockerengine)
//	dockerengine   -> plan runner event
//	prober         -> event healthcheck   trial -> healthcheck (they try health checks, on interfaces of their own)
//	program        -> inside agent/relay plan
//	report         -> event diag shutdown healthcheck
//	shutdown       -> event
//	state          -> event
//	agent, selfimage, diag, event, envfile -> nothing but diag
//	healthcheck secrets logs               -> diag, and each other only as logs/cloudwatch -> logs
//	everything     -> lazyregexp
package emulator
