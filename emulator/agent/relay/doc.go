// Package relay carries HTTP requests out of a task's network to the ecslocal that supervises the task, so that the container at
// 169.254.170.2 holds no data and no privilege: it passes everything on over its own standard input and output.
//
//	task's container --HTTP--> Relay (in the agent container) --lines over stdout/stdin--> Serve (in ecslocal) --> http.Handler
//
// Both ends are the same program. Each line is one message in JSON (type message). A request is a stream with a number of its own;
// streams are interleaved, bodies go in pieces in both directions while the handler works, and a receiver grants the sender
// a window, so that neither a slow client nor a slow handler fills memory or holds back other streams. A client that goes away
// cancels its request's context. A line that is no message, or a message that fits no stream, is skipped: somebody may have typed into
// the container.
//
// The container needs an open stdin that the engine closes when its attached client is lost (OpenStdin, StdinOnce, AttachStdin):
// that is how Relay, and so the container, ends when ecslocal dies. Standard output must not be a TTY.
//
// The package knows HTTP but nothing of ECS or Docker, and imports the standard library only.
package relay
