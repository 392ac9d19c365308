// Package emulatortest runs an ECS task for the length of a Go test.
//
//	task := emulatortest.Run(t, "task-definition.json", emulatortest.WithSecrets("secrets.yaml"))
//	resp, err := http.Get("http://" + task.Addr("web", "8080") + "/orders")
//
// [Run] returns when the task is healthy, or as [WithWait] says; the task is stopped and removed when the test ends, however it ends: by
// itself, by a failure, by a panic, or because go test's -timeout is about to pass. A panic ends all tests of the process; their tasks go with
// that of the test that panicked, if it has one. Where a test fails, its log has what happened to the
// task: why health checks fail, the timeline, and the last lines of each container. With go test -artifacts the events are kept, too.
//
// Tasks of parallel tests share nothing. Ports are published at free ports of the engine's choice, which [Task.Addr] looks up, so that no two
// tests want the same one. What a test process that was killed has left behind, ecslocal prune removes.
//
// A health check passes when it passes, not an interval later: ecslocal runs it beside the engine, as run --fast does. The engine's own word is
// waited for where [WithOptions] sets Strict, and alone counts where it clears Fast.
//
// Everything that a task needs besides its own images is built from source with the go command when the first task runs; no image is pulled
// for it. The package is for tests only, and may import everything.
package emulatortest
