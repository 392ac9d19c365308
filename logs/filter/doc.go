// Package filter understands CloudWatch Logs filter patterns: the language of FilterLogEvents, Live Tail and metric filters.
//
// A pattern has one of four forms: terms (ERROR -"time out"), a regular expression (%5[0-9]{2}%), a condition on a JSON message
// ({ $.status >= 500 }) and conditions on the words of a message ([ip, ..., status = 5*, bytes]). The rules are those of
// "Filter pattern syntax" in the CloudWatch Logs user guide. Where the guide is silent, the comment at the code says what was
// chosen and why.
//
// The package imports the standard library only and does no I/O. Callers parse once and match many messages; a [Pattern] may be
// used by many goroutines. Patterns and messages may be hostile: a pattern is at most 1024 characters, regular expressions are RE2
// of a bounded size, and the time to match grows with the length of the message times the size of the pattern.
package filter
