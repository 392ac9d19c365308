// Package validate holds the rules of RegisterTaskDefinition, and of running the task later, as tables of small functions.
//
// Every row of the tables has an identifier, a severity, the launch type that it holds for, our own words, AWS's exact words
// where they are known, the fix and the source. [Check] applies all of them at once to a decoded definition and is pure: it
// reads no file and asks nobody. What a definition says wrongly about types and names is found earlier, by package taskdef.
//
// Severities: an error is refused by AWS or makes the task fail; a warning is accepted and likely to hurt, or is something on
// which the sources contradict each other (the message then says so); an info is worth knowing.
//
// The package comes after taskdef in the flow and imports diag, document, taskdef and, for the subjects that have a room of
// their own, healthcheck, logs and secrets.
package validate
