package logs

// Source says which of a container's streams an event came from. CloudWatch Logs does not know it; the local store does.
type Source uint8

const (
	// Stdout is also the source of events that came through the API, and of all output of a container with a TTY.
	Stdout Source = iota
	Stderr
)

// String is the name of the stream as Docker writes it.
func (s Source) String() string {
	if s == Stderr {
		return "stderr"
	}
	return "stdout"
}

// Event is one log event on its way to the store.
type Event struct {
	// Timestamp is in milliseconds since 1970, as CloudWatch Logs counts.
	Timestamp int64
	// Message is never empty. Its memory belongs to whoever made the event and is only lent for the length of a call.
	Message []byte
	Source  Source
}
