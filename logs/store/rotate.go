package store

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// rotate makes the live part an older one and starts a new live part, so that retention can remove whole files.
// The text is renamed before its index: a reader that finds the same index before and after opening the text has a pair.
func (l *lane) rotate() (*lane, error) {
	closed := l.state
	closed.closed = 1
	if err := l.commit(closed, l.mark); err != nil {
		return nil, fmt.Errorf("close part: %w", err)
	}
	if err := finishRename(l.place, older(l.head.part+1)); err != nil {
		return nil, fmt.Errorf("close part: %w", err)
	}
	next, err := openLane(l.place, "", l.head.stream)
	if err != nil {
		return nil, err
	}
	return next, l.close(false)
}

func finishRename(p place, part string) error {
	if err := os.Rename(p.text(""), p.text(part)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return os.Rename(p.index(""), p.index(part))
}

// finishRotation completes a rotation during which the writer was killed: the text has its new name and the index has not.
func finishRotation(p place) error {
	if _, err := os.Stat(p.text("")); err == nil || !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	h, _, err := readIndex(p.index(""))
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, errNoIndex) {
		return nil // openIndex makes a new one
	}
	if err != nil {
		return err
	}
	if _, err := os.Stat(p.text(older(h.part + 1))); err == nil {
		return os.Rename(p.index(""), p.index(older(h.part+1)))
	}
	return nil
}
