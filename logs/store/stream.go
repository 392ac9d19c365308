package store

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/ecslocal/ecslocal/logs"
)

// Stream describes one stream; the error is logs.ErrNoGroup or logs.ErrNoStream where there is none.
func (s *Store) Stream(group, stream string) (logs.Stream, error) {
	if err := s.checkStream(group, stream); err != nil {
		return logs.Stream{}, err
	}
	return describe(streamPlace(s.groupPath(group), stream), group)
}

// describe reads the heads of a stream's indexes.
func describe(p place, group string) (logs.Stream, error) {
	live, err := openPart(p)
	if err != nil {
		return logs.Stream{}, err
	}
	defer live.close()
	s := live.state
	info := logs.Stream{Group: group, Name: live.head.stream, ID: live.head.id, Created: live.head.created,
		FirstEvent: s.firstTime, LastEvent: s.lastTime, LastIngestion: s.ingested, Events: s.totalEvents, Bytes: s.total}
	behind, err := openFiles(p, late)
	if errors.Is(err, fs.ErrNotExist) {
		return info, nil
	}
	if err != nil {
		return info, err
	}
	defer behind.close()
	if l := behind.state; l.events > 0 {
		info.FirstEvent = min(info.FirstEvent, l.firstTime)
		info.LastIngestion = max(info.LastIngestion, l.ingested)
		info.Events += l.events
		info.Bytes += l.total
	}
	return info, nil
}

// Streams lists the streams of a group whose name starts with prefix, by name.
func (s *Store) Streams(group, prefix string) ([]logs.Stream, error) {
	if _, err := s.meta(group); err != nil {
		return nil, err
	}
	var streams []logs.Stream
	err := eachPlace(s.groupPath(group), func(p place) error {
		info, err := describe(p, group)
		if errors.Is(err, logs.ErrNoStream) || err == nil && !strings.HasPrefix(info.Name, prefix) {
			return nil
		}
		streams = append(streams, info)
		return err
	})
	slices.SortFunc(streams, func(a, b logs.Stream) int { return strings.Compare(a.Name, b.Name) })
	return streams, err
}

// eachPlace calls found for every stream of a group. It goes by the lock, the one file that is never renamed.
func eachPlace(dir string, found func(place) error) error {
	err := filepath.WalkDir(dir, func(path string, file fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) { // removed while we look
			return nil
		}
		if err != nil {
			return err
		}
		base, ok := strings.CutSuffix(file.Name(), ".lock")
		if file.IsDir() || !ok || base == ".%" {
			return nil
		}
		return found(place{filepath.Dir(path), strings.TrimPrefix(base, ".")})
	})
	if err != nil {
		return fmt.Errorf("list log streams: %w", err)
	}
	return nil
}

// part is a part of a stream, open for reading, and how far it was written at that moment.
type part struct {
	log, idx *os.File
	head     head
	state    state
}

func (p *part) close() { p.log.Close(); p.idx.Close() }

// openFiles opens text and index of one part.
func openFiles(p place, name string) (*part, error) {
	idx, err := os.Open(p.index(name))
	if err != nil {
		return nil, err
	}
	h, s, err := readHead(idx)
	if err != nil {
		idx.Close()
		return nil, err
	}
	log, err := os.Open(p.text(name))
	if err != nil {
		idx.Close()
		return nil, err
	}
	return &part{log: log, idx: idx, head: h, state: s}, nil
}
