package store

import (
	"cmp"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/ecslocal/ecslocal/logs"
)

// piece is what Trim can remove at once: an older part of a stream, or the rest of it with the stream itself.
type piece struct {
	place place
	// part is the number of an older part, 0 for the rest.
	part int64
	// last is the timestamp of its newest event, bytes how much text it holds.
	last, bytes int64
	expired     bool
}

// Trim removes what is older than its group keeps, and then the oldest text until no more than MaxBytes are left. A stream that is
// being written loses at most its older parts. A finished stream goes with its last event, where CloudWatch Logs keeps an empty one.
// It returns how much text it removed, in bytes.
func (s *Store) Trim(now time.Time) (freed int64, err error) {
	pieces, total, err := s.pieces(now)
	if err != nil {
		return 0, err
	}
	slices.SortStableFunc(pieces, func(a, b piece) int { return cmp.Compare(a.last, b.last) })
	for _, p := range pieces {
		if !p.expired && (total <= s.maxBytes || p.bytes == 0) {
			continue
		}
		failed := p.remove()
		if errors.Is(failed, logs.ErrStreamBusy) {
			continue
		}
		err = errors.Join(err, failed)
		total -= p.bytes
		freed += p.bytes
	}
	return freed, err
}

func (p piece) remove() error {
	if p.part == 0 {
		return deletePlace(p.place)
	}
	return errors.Join(remove(p.place.index(older(p.part))), remove(p.place.text(older(p.part))))
}

// pieces lists what can be removed, and counts all text.
func (s *Store) pieces(now time.Time) (pieces []piece, total int64, err error) {
	groups, err := s.Groups("")
	if err != nil {
		return nil, 0, err
	}
	for _, group := range groups {
		expired := expiry(group, now)
		err := eachPlace(s.groupPath(group.Name), func(p place) error {
			found, bytes, err := streamPieces(p)
			for i := range found {
				found[i].expired = found[i].last < expired
			}
			pieces, total = append(pieces, found...), total+bytes
			if errors.Is(err, logs.ErrNoStream) {
				return nil
			}
			return err
		})
		if err != nil {
			return nil, 0, err
		}
	}
	return pieces, total, nil
}

// expiry is the time before which the events of a group are no longer kept.
func expiry(group logs.Group, now time.Time) int64 {
	if group.RetentionDays <= 0 {
		return 0
	}
	return now.AddDate(0, 0, -group.RetentionDays).UnixMilli()
}

// streamPieces are the older parts of a stream, all but the newest, which its writer reads when it rotates, and the rest.
func streamPieces(p place) (pieces []piece, bytes int64, err error) {
	live, err := openPart(p)
	if err != nil {
		return nil, 0, err
	}
	defer live.close()
	rest := piece{place: p, last: live.state.lastTime, bytes: live.state.size}
	if live.state.totalEvents == 0 {
		rest.last = live.head.created
	}
	for n := live.head.part; n > 0; n-- {
		_, s, err := readIndex(p.index(older(n)))
		if err != nil {
			break // removed before
		}
		bytes += s.size
		if n == live.head.part {
			rest.bytes += s.size
		} else {
			pieces = append(pieces, piece{place: p, part: n, last: s.lastTime, bytes: s.size})
		}
	}
	if _, s, err := readIndex(p.index(late)); err == nil {
		rest.bytes += s.size
		bytes += s.size
	}
	return append(pieces, rest), bytes + live.state.size, nil
}

// deletePlace removes the files of a stream, its lock last, and the directories that are empty then.
func deletePlace(p place) error {
	lock, err := acquire(p, 0)
	if err != nil {
		return err
	}
	defer lock.Close()
	n, err := newest(p)
	if err != nil {
		return err
	}
	parts := []string{"", late}
	for ; n > 0; n-- {
		parts = append(parts, older(n))
	}
	var errs []error
	for _, part := range parts {
		errs = append(errs, remove(p.index(part)), remove(p.text(part)))
	}
	errs = append(errs, remove(p.lock()))
	for dir := p.dir; !isGroup(dir); dir = filepath.Dir(dir) {
		if os.Remove(dir) != nil { // in use
			break
		}
	}
	return errors.Join(errs...)
}

func isGroup(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, groupFile))
	return err == nil || strings.TrimRight(dir, string(filepath.Separator)) == filepath.Dir(dir)
}
