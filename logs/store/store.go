package store

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	"github.com/ecslocal/ecslocal/logs"
)

// Options of a store. The zero value is what ecslocal uses.
type Options struct {
	// PartBytes is the size of text at which a stream gets a new file, 256 MB where it is 0.
	PartBytes int64
	// MaxBytes is how much text Trim leaves, 2 GB where it is 0.
	MaxBytes int64
}

// Store is a directory of log groups. Several processes may use one directory; a Store may be used by several goroutines.
type Store struct {
	dir       string
	partBytes int64
	maxBytes  int64

	mu      sync.Mutex
	writers map[place]*Writer
}

// Open opens the store in a directory, which is made where it is not there, readable by its owner only.
func Open(dir string, options Options) (*Store, error) {
	if err := os.MkdirAll(dir, dirMode); err != nil {
		return nil, fmt.Errorf("open log store: %w", err)
	}
	s := &Store{dir: dir, partBytes: options.PartBytes, maxBytes: options.MaxBytes, writers: map[place]*Writer{}}
	if s.partBytes <= 0 {
		s.partBytes = 256 << 20
	}
	if s.maxBytes <= 0 {
		s.maxBytes = 2 << 30
	}
	return s, nil
}

// Path is the file that holds the newest text of a stream, for messages to the user.
func (s *Store) Path(group, stream string) string {
	return streamPlace(s.groupPath(group), stream).text("")
}

func (s *Store) groupPath(group string) string { return filepath.Join(s.dir, groupDir(group)) }

// checkStream tells whether the names are legal and the group exists.
func (s *Store) checkStream(group, stream string) error {
	if err := logs.CheckStreamName(stream); err != nil {
		return err
	}
	_, err := s.meta(group)
	return err
}

// CreateStream makes an empty stream; the error is logs.ErrStreamExists where it exists.
func (s *Store) CreateStream(group, stream string) error {
	if _, err := s.Stream(group, stream); !errors.Is(err, logs.ErrNoStream) {
		if err == nil {
			err = logs.ErrStreamExists
		}
		return err
	}
	w, err := s.open(group, stream, 0)
	if errors.Is(err, logs.ErrStreamBusy) { // somebody else makes it at this moment
		return logs.ErrStreamExists
	}
	if err != nil {
		return err
	}
	return w.close(false)
}

// DeleteStream removes a stream and its events; the error is logs.ErrNoStream where there is none and logs.ErrStreamBusy where it
// is written to.
func (s *Store) DeleteStream(group, stream string) error {
	if _, err := s.Stream(group, stream); err != nil {
		return err
	}
	if err := deletePlace(streamPlace(s.groupPath(group), stream)); err != nil {
		return fmt.Errorf("delete log stream %s: %w", stream, err)
	}
	return nil
}

func remove(name string) error {
	if err := os.Remove(name); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}
