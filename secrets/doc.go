// Package secrets answers a task definition's references to SSM Parameter Store and Secrets Manager from a local file, and
// keeps the values out of everything but the container that asked for them.
//
// A [Reference] is what a definition writes in valueFrom; a [File] is the local secrets file; a [Source] looks references up
// in files and says what is missing in ECS's own words. A [Value] prints as *** wherever it ends up, and a [Redactor] hides
// the values that others, such as the Docker engine, put into their texts.
//
// The package imports the standard library, emulator/diag and the YAML parser only. It does not read through
// emulator/document: that reader normalizes numbers and quotes what it could not read, and here the literal text counts and
// must not be quoted. After Load nothing in it does I/O.
package secrets
