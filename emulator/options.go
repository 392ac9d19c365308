package emulator

import (
	"github.com/ecslocal/ecslocal/emulator/event"
	"github.com/ecslocal/ecslocal/emulator/plan"
	"github.com/ecslocal/ecslocal/emulator/taskdef"
	"github.com/ecslocal/ecslocal/logs"
)

// Options say how to run a definition. The zero value runs it as its file and the ecslocal.yaml beside it say.
type Options struct {
	// Config is the path of ecslocal.yaml; empty takes the one beside the definition, where there is one.
	Config string
	// Secrets are secrets files besides those of ecslocal.yaml; a later one wins.
	Secrets []string
	// Images are what to run instead, by container name, image reference or glob of references.
	Images map[string]string

	TaskID     string // 32 hex digits; empty makes one up
	LaunchType string // EC2 or FARGATE; empty takes the definition's
	Region     string
	Account    string
	Cluster    string
	Overrides  *taskdef.Overrides
	Env        []taskdef.KeyValuePair // added to every container

	Input Input

	// Executable is a Linux build of ecslocal, of which the image of the agent and pause containers is made; empty is this process's own
	// executable, which must then be ecslocal.
	Executable string
	// StateDir is where state and logs are kept; empty is the user's own.
	StateDir string
	Pull     string       // one of plan's Pull constants; empty is ECS's own behaviour
	Publish  plan.Publish // empty is plan.PublishAuto
	// PublishAddress is the IP address of the engine's machine on which ports are published. Empty is ECSLOCAL_PUBLISH_ADDRESS, else 127.0.0.1;
	// plan.PublishReachable ("auto") is the address that is reached from here, for engines elsewhere and for ecslocal in a container.
	PublishAddress string
	// EngineLogs is the engine's log driver below ours: none (empty) or json-file.
	EngineLogs string
	// LogsFault simulates trouble with CloudWatch Logs.
	LogsFault logs.Fault
	// Networks are existing Docker networks that the task joins besides its own.
	Networks []string
	// Strict makes failures of what is otherwise only said: fidelity notes, missing log groups, tasks that would wait for ever.
	Strict bool
	// FailStuck ends a task that would wait for ever on ECS.
	FailStuck bool
	// Fast finds out about health by probes of our own beside the engine's: a pass is known when it happens, and so is a check that can never
	// pass. With Strict the engine is waited for all the same.
	Fast bool
	// Keep leaves containers and networks on the engine after the task has stopped.
	Keep bool

	// Events gets every event as it happens, one at a time. Where it stands still, so does the output of containers, which comes as events of kind
	// event.Output; the run goes on, and does not end before everything was told.
	Events event.Sink
}

// Input says how to read the definition's file.
type Input struct {
	From     string            // the format, one of package input; empty finds out
	Resource string            // of a template that holds several task definitions
	Params   map[string]string // values of a template's parameters
	EnvSubst bool              // replace $NAME and ${NAME}
}
