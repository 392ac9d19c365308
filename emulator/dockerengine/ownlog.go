package dockerengine

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/docker/docker/api/types/container"
)

// Entry is an entry of the engine's own log of a container: a line with its end, or a part of a long line without.
type Entry struct {
	At     time.Time
	Stderr bool
	Text   []byte
}

// maxOwnLog is how much of a log is read; plans let json-file keep 20 MB.
const maxOwnLog = 64 << 20

// OwnLog is what the engine's own log driver has of a container's output since a time, without waiting for more. Drivers that cannot be
// read, such as none, are an error.
func (e *Engine) OwnLog(ctx context.Context, id string, since time.Time) ([]Entry, error) {
	described, err := e.api.ContainerInspect(ctx, id)
	if err != nil {
		return nil, classify(err)
	}
	options := container.LogsOptions{ShowStdout: true, ShowStderr: true, Timestamps: true}
	if !since.IsZero() {
		options.Since = fmt.Sprintf("%d.%09d", since.Unix(), since.Nanosecond())
	}
	stream, err := e.api.ContainerLogs(ctx, id, options)
	if err != nil {
		return nil, classify(err)
	}
	defer stream.Close()
	data, err := io.ReadAll(io.LimitReader(stream, maxOwnLog))
	if err != nil {
		return nil, fmt.Errorf("read the engine's own log: %w", err)
	}
	if described.Config != nil && described.Config.Tty {
		return ttyEntries(data)
	}
	return entries(data)
}

var errOwnLog = errors.New("read the engine's own log: it is not in the form that is known")

// entries takes a log apart into frames, of which each is an entry (API reference, "Attach to a container").
func entries(data []byte) ([]Entry, error) {
	var all []Entry
	for len(data) >= 8 {
		size := int(binary.BigEndian.Uint32(data[4:8]))
		if size > len(data)-8 {
			break // the limit cut it off
		}
		entry, err := dated(data[8 : 8+size])
		if err != nil {
			return all, err
		}
		entry.Stderr = data[0] == 2
		all, data = append(all, entry), data[8+size:]
	}
	return all, nil
}

// ttyEntries takes lines for entries: with a terminal there are no frames.
func ttyEntries(data []byte) ([]Entry, error) {
	var all []Entry
	for line := range bytes.Lines(data) {
		entry, err := dated(line)
		if err != nil {
			return all, err
		}
		all = append(all, entry)
	}
	return all, nil
}

// dated reads "TIME TEXT".
func dated(text []byte) (Entry, error) {
	stamp, rest, ok := bytes.Cut(text, []byte(" "))
	at, err := time.Parse(time.RFC3339Nano, string(stamp))
	if !ok || err != nil {
		return Entry{}, errOwnLog
	}
	return Entry{At: at, Text: rest}, nil
}

// Answers says whether the engine can be reached at this moment.
func (e *Engine) Answers(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	_, err := e.api.Ping(ctx)
	return err == nil
}

// Environment is a container's variables, as the engine has them.
func (e *Engine) Environment(ctx context.Context, id string) (map[string]string, error) {
	described, err := e.api.ContainerInspect(ctx, id)
	if err != nil {
		return nil, classify(err)
	}
	variables := map[string]string{}
	if described.Config != nil {
		for _, line := range described.Config.Env {
			name, value, _ := strings.Cut(line, "=")
			variables[name] = value
		}
	}
	return variables, nil
}
