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
		} else if !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, errNoIndex) {
			return nil, err
		} else if name, err := os.ReadFile(p.lock()); err != nil || len(name) == 0 {
			return nil, logs.ErrNoStream
		} else if try > 10 { // this is no rotation
			repairDead(p, string(name))
		}
		time.Sleep(time.Duration(try) * 200 * time.Microsecond)
	}
	return nil, logs.ErrNoStream
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
