// Package forward receives log records in the Fluentd forward protocol, version 1: what Docker's fluentd log driver, Fluent Bit and
// Fluentd send. It makes the output of FireLens containers visible without a log router's destination.
//
// It imports the standard library and package logs. A Server listens where the caller says and gives records to a handler, which
// stores and shows them. Peers are not trusted: everything is bounded, see Limits.
//
// Of the protocol it knows all four ways to carry events (Message, Forward, PackedForward, CompressedPackedForward), both forms of
// time, Fluent Bit's entries with metadata, acknowledgement of chunks and heartbeats. It does not know authentication (HELO, PING, PONG),
// which neither the ECS agent nor Docker sets up, and says so to whom it waits for, nor heartbeats over UDP, nor zstd.
package forward
