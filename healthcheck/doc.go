// Package healthcheck judges the health check of a container: what is wrong with it before it runs (Lint), why its probes
// failed (Explain), what would work instead (room candidate), and how it should be paced (room pace).
//
// It is pure: no Docker, no files, no clock. The definition, the image, the record of the probes (Timeline) and what
// a helper saw inside the container (Look) are handed in. Its place in the flow:
//
//	taskdef ──> Definition ─┐
//	engine  ──> Image ──────┼─> Lint, Explain ──> Diagnosis ──> diag.Finding
//	engine  ──> Timeline, Look ─┘
//
// Rooms: cause holds the words of the 108 causes, shell reads scripts, client knows the programs that probes are made of,
// output reads what probes print, candidate lists and proves what may work, pace follows and proposes intervals. It imports the standard library, emulator/diag and the shell parser.
package healthcheck
