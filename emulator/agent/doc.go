// Package agent is what the Amazon ECS agent offers a task at 169.254.170.2: metadata v2, v3 and v4, statistics, credentials of the
// task's roles, task protection and the fault injection paths.
//
// Paths, status codes, content types, error texts and quirks are those of amazon-ecs-agent 1.105.1 (packages ecs-agent/tmds and
// agent/handlers), established from its source and from recorded answers. Where this package has to differ, the comment says so.
//
// An Agent is an http.Handler for one task. It runs in the supervising ecslocal, next to the runner that knows the task; package
// relay carries the requests of the task's containers to it. It asks for everything it shows through the narrow interfaces Tasks,
// Stats and CredentialsSource, and imports the standard library only; package awsprofile, which needs the AWS SDK, is apart.
package agent
