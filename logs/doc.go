// Package logs knows what becomes of a container's output: the options of the awslogs driver and the texts it answers, the name of
// the stream, the assembly of bytes into events, the buffer in front of CloudWatch Logs, and what to warn of.
//
// It is pure apart from Collector, which reads a container's output in goroutines of its own. It imports the standard library and
// emulator/diag. Package validate asks it about options, package plan for names, package runner collects with it; package
// logs/store keeps events in files, logs/cloudwatch serves them, logs/filter selects among them.
//
// "Engine" in comments is dockerd's awslogs driver (moby daemon/logger/awslogs), versions 20.10.24 and 28.5.2 unless said otherwise.
package logs
