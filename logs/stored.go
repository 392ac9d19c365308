package logs

import "cmp"

// StoredEvent is an event as a reader of the store sees it.
type StoredEvent struct {
	// Timestamp and Ingestion are in milliseconds since 1970. Ingestion is when the store got the event.
	Timestamp, Ingestion int64
	Message              string
	Source               Source
	// Stream is the name of the log stream.
	Stream string
	// Late marks an event that was put after an event with a newer timestamp.
	Late bool
	// Ordinal counts the events of the stream from 0, late ones apart. With Late it identifies an event of a stream for ever.
	Ordinal int64
	// StreamID is drawn at random when the stream is created, so that a new stream of an old name has other event ids.
	StreamID uint64
}

// Key is the place of an event in reading order.
func (e StoredEvent) Key() Key {
	return Key{Timestamp: e.Timestamp, Ingestion: e.Ingestion, Stream: e.Stream, Late: e.Late, Ordinal: e.Ordinal}
}

// Key is a place in reading order: by timestamp, then ingestion time, then stream, then order of arrival.
// Within one stream Timestamp, Late and Ordinal suffice; Ingestion may then be left out.
type Key struct {
	Timestamp, Ingestion int64
	Stream               string
	Late                 bool
	Ordinal              int64
}

// Compare orders keys.
func (k Key) Compare(o Key) int {
	if c := cmp.Compare(k.Timestamp, o.Timestamp); c != 0 {
		return c
	}
	if k.Stream != o.Stream {
		return cmp.Or(cmp.Compare(k.Ingestion, o.Ingestion), cmp.Compare(k.Stream, o.Stream))
	}
	if k.Late != o.Late {
		if o.Late {
			return -1
		}
		return 1
	}
	return cmp.Compare(k.Ordinal, o.Ordinal)
}

// Query selects events of one log group. The zero value is all events of all streams, oldest first.
type Query struct {
	// Streams are exact names; empty means all streams whose name starts with Prefix.
	Streams []string
	Prefix  string
	// Start and End are the first and the last timestamp wanted, both inclusive, in milliseconds since 1970; End 0 means no end.
	Start, End int64
	// After and Before leave out everything up to, or from, a place in reading order.
	After, Before *Key
	// Reverse reads newest first.
	Reverse bool
	// Contains are byte sequences that all have to occur in the message. They make a search fast: most of the text is never parsed.
	Contains []string
}

// Group describes a log group.
type Group struct {
	Name string `json:"name"`
	// Created is in milliseconds since 1970.
	Created int64 `json:"created"`
	// RetentionDays is 0 where events are kept for ever.
	RetentionDays int               `json:"retentionDays,omitempty"`
	Tags          map[string]string `json:"tags,omitempty"`
	// Bytes is what CloudWatch Logs calls storedBytes: messages in UTF-8 and 26 bytes an event.
	Bytes int64 `json:"-"`
}

// Stream describes a log stream. Times are in milliseconds since 1970 and 0 where there is no event.
type Stream struct {
	Group, Name           string
	ID                    uint64
	Created               int64
	FirstEvent, LastEvent int64
	LastIngestion         int64
	Events, Bytes         int64
}
