// Package store keeps log events in plain text files that less, grep and tail -F understand, one per log stream, with a sparse
// index beside each. It is the local stand-in for CloudWatch Logs' storage; it imports the standard library and package logs.
//
//	<dir>/ecs,web/                          log group /ecs/web: the leading slash dropped, the others written as commas
//	    .group.json                         its creation time, retention and tags
//	    ecs/app/0123…cdef.log               log stream ecs/app/0123…cdef
//	    ecs/app/0123…cdef,0001.log          its older part, once there is more than 256 MB
//	    ecs/app/0123…cdef,late.log          events put after newer ones
//	    ecs/app/.0123…cdef.idx              index, one for each of these
//	    ecs/app/.0123…cdef.lock             the writer's lock, which holds the name of the stream
//
// A line is the time, a separator and the message; a TAB in place of the blank marks stderr. Further lines of the same event start
// with a TAB, so the text alone tells where an event ends. A message with NUL bytes, which would make grep call the file binary,
// has them and its backslashes escaped, marked by a small z after the time.
//
// A stream has one writer at a time, held by a file lock. Readers take no lock: the index's head says how much of the text is
// whole, and is written after the text. A writer that is killed loses nothing that Append had returned for; what it left half done
// is repaired by whoever opens the stream next. Nothing is synced to the disk before Close: a crash of the machine may lose the
// last seconds.
package store
