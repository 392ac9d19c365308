package store

import (
	"errors"
	"io/fs"
	"os"
	"time"

	"github.com/ecslocal/ecslocal/logs"
)

// openPart opens the live part of a stream for reading. It may meet the writer in the middle of a rotation, and then tries again;
// what a killed writer left behind it repairs.
func openPart(p place) (*part, error) {
	for try := range 50 {
		live, err := openFiles(p, "")
		if err == nil && sameFile(live.idx, p.index("")) && !(live.unfinished() && repairDead(p, live.head.stream)) {
			return live, nil
		}
		if err == nil {
			live.close()
		} else if !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		} else if _, err := os.Stat(p.lock()); err != nil {
			return nil, logs.ErrNoStream
		} else if stream, ok := olderName(p); ok && try > 10 {
			repairDead(p, stream)
		}
		time.Sleep(time.Duration(try) * 200 * time.Microsecond)
	}
	return nil, logs.ErrNoStream
}

// olderName is the name of a stream whose live part is missing, as its newest older part has it.
func olderName(p place) (stream string, ok bool) {
	n, err := newest(p)
	if err != nil || n == 0 {
		return "", false
	}
	h, _, err := readIndex(p.index(older(n)))
	return h.stream, err == nil
}

// unfinished tells whether there is more text than the index says. Mostly the writer is just about to say so.
func (p *part) unfinished() bool {
	info, err := p.log.Stat()
	return err == nil && info.Size() > p.state.size
}

// repairDead repairs a stream whose writer is gone, and tells whether it did so.
func repairDead(p place, stream string) bool {
	lock, err := acquire(p, 0)
	if err != nil {
		return false // alive, or not ours to write
	}
	defer lock.Close()
	l, err := openLane(p, "", stream)
	if err != nil {
		return false
	}
	return l.close(false) == nil
}
