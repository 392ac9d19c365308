package cloudwatch

import (
	"context"
	"iter"

	"github.com/ecslocal/ecslocal/logs"
)

// Store is what a Handler needs of the place where events are kept. Errors are logs.ErrNoGroup and its siblings, so that the
// handler can answer what the service would.
type Store interface {
	CreateGroup(name string, tags map[string]string) error
	DeleteGroup(name string) error
	// Group describes one group; Bytes may be left out. It is asked before every batch that is put.
	Group(name string) (logs.Group, error)
	// Groups lists the groups whose name starts with prefix, by name.
	Groups(prefix string) ([]logs.Group, error)
	// SetRetention sets after how many days events of a group go; 0 keeps them for ever.
	SetRetention(name string, days int) error
	Tag(name string, set map[string]string, unset []string) error

	CreateStream(group, stream string) error
	DeleteStream(group, stream string) error
	Stream(group, stream string) (logs.Stream, error)
	// Streams lists the streams of a group whose name starts with prefix, by name.
	Streams(group, prefix string) ([]logs.Stream, error)

	// Put stores events, which are in the order of their timestamps but may be older than what the stream holds.
	Put(group, stream string, events []logs.Event) error
	// Events reads what is stored, in the order of logs.Key. It must not read more of a stream than the caller takes and the
	// query cannot exclude: the last page of a large stream costs what a page costs.
	Events(group string, q logs.Query) iter.Seq2[logs.StoredEvent, error]
	// Follow reads as Events does and then what is stored from the call on, as it comes, until the context ends.
	Follow(ctx context.Context, group string, q logs.Query) iter.Seq2[logs.StoredEvent, error]
}
