package cloudwatch_test

import (
	"context"
	"iter"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/ecslocal/ecslocal/logs"
)

// memory is a store that keeps everything in memory, for the handler's own tests. The zero value is empty.
type memory struct {
	mu      sync.Mutex
	groups  map[string]*memoryGroup
	streams uint64
	// reads counts the events that Events handed out.
	reads int
}

type memoryGroup struct {
	logs.Group
	streams map[string]*memoryStream
}

type memoryStream struct {
	logs.Stream
	late, live int64
	events     []logs.StoredEvent
}

func (m *memory) group(name string) (*memoryGroup, error) {
	if g := m.groups[name]; g != nil {
		return g, nil
	}
	return nil, logs.ErrNoGroup
}

func (m *memory) stream(group, name string) (*memoryStream, error) {
	g, err := m.group(group)
	if err != nil {
		return nil, err
	}
	if s := g.streams[name]; s != nil {
		return s, nil
	}
	return nil, logs.ErrNoStream
}

func (m *memory) CreateGroup(name string, tags map[string]string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.groups[name] != nil {
		return logs.ErrGroupExists
	}
	if m.groups == nil {
		m.groups = map[string]*memoryGroup{}
	}
	m.groups[name] = &memoryGroup{logs.Group{Name: name, Created: time.Now().UnixMilli(), Tags: maps.Clone(tags)}, map[string]*memoryStream{}}
	return nil
}

func (m *memory) DeleteGroup(name string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, err := m.group(name); err != nil {
		return err
	}
	delete(m.groups, name)
	return nil
}

func (m *memory) Group(name string) (logs.Group, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	g, err := m.group(name)
	if err != nil {
		return logs.Group{}, err
	}
	return g.describe(), nil
}

func (g *memoryGroup) describe() logs.Group {
	d := g.Group
	d.Tags = maps.Clone(g.Tags)
	for _, s := range g.streams {
		d.Bytes += s.Bytes
	}
	return d
}

func (m *memory) Groups(prefix string) ([]logs.Group, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var groups []logs.Group
	for _, name := range slices.Sorted(maps.Keys(m.groups)) {
		if strings.HasPrefix(name, prefix) {
			groups = append(groups, m.groups[name].describe())
		}
	}
	return groups, nil
}

func (m *memory) SetRetention(name string, days int) error {
	return m.change(name, func(g *memoryGroup) { g.RetentionDays = days })
}

func (m *memory) Tag(name string, set map[string]string, unset []string) error {
	return m.change(name, func(g *memoryGroup) {
		if g.Tags == nil {
			g.Tags = map[string]string{}
		}
		maps.Copy(g.Tags, set)
		for _, key := range unset {
			delete(g.Tags, key)
		}
	})
}

func (m *memory) change(name string, change func(*memoryGroup)) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	g, err := m.group(name)
	if err == nil {
		change(g)
	}
	return err
}

func (m *memory) CreateStream(group, stream string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	g, err := m.group(group)
	if err != nil {
		return err
	}
	if g.streams[stream] != nil {
		return logs.ErrStreamExists
	}
	m.streams++
	g.streams[stream] = &memoryStream{Stream: logs.Stream{Group: group, Name: stream, ID: m.streams, Created: time.Now().UnixMilli()}}
	return nil
}

func (m *memory) DeleteStream(group, stream string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, err := m.stream(group, stream); err != nil {
		return err
	}
	delete(m.groups[group].streams, stream)
	return nil
}

func (m *memory) Stream(group, stream string) (logs.Stream, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	s, err := m.stream(group, stream)
	if err != nil {
		return logs.Stream{}, err
	}
	return s.Stream, nil
}

func (m *memory) Streams(group, prefix string) ([]logs.Stream, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	g, err := m.group(group)
	if err != nil {
		return nil, err
	}
	var streams []logs.Stream
	for _, name := range slices.Sorted(maps.Keys(g.streams)) {
		if strings.HasPrefix(name, prefix) {
			streams = append(streams, g.streams[name].Stream)
		}
	}
	return streams, nil
}

func (m *memory) Put(group, stream string, events []logs.Event) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	s, err := m.stream(group, stream)
	if err != nil {
		return err
	}
	now := time.Now().UnixMilli()
	for _, e := range events {
		stored := logs.StoredEvent{Timestamp: e.Timestamp, Ingestion: now, Message: string(e.Message), Stream: stream, StreamID: s.ID}
		if s.Events == 0 || e.Timestamp < s.FirstEvent {
			s.FirstEvent = e.Timestamp
		}
		if stored.Late = e.Timestamp < s.LastEvent; stored.Late {
			stored.Ordinal = s.late
			s.late++
		} else {
			stored.Ordinal = s.live
			s.live++
			s.LastEvent = e.Timestamp
		}
		s.LastIngestion = now
		s.Events++
		s.Bytes += int64(len(e.Message) + 26)
		s.events = append(s.events, stored)
	}
	return nil
}

// matching are the events of a group that a query selects, in the order they came.
func (m *memory) matching(group string, q logs.Query) ([]logs.StoredEvent, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	g, err := m.group(group)
	if err != nil {
		return nil, err
	}
	var events []logs.StoredEvent
	names := q.Streams
	if len(names) == 0 {
		names = slices.Sorted(maps.Keys(g.streams))
	}
	for _, name := range names {
		s, err := m.stream(group, name)
		if err != nil {
			return nil, err
		}
		for _, e := range s.events {
			if strings.HasPrefix(name, q.Prefix) && e.Timestamp >= q.Start && (q.End == 0 || e.Timestamp <= q.End) &&
				!slices.ContainsFunc(q.Contains, func(text string) bool { return !strings.Contains(e.Message, text) }) {
				events = append(events, e)
			}
		}
	}
	return events, nil
}

func (m *memory) Events(group string, q logs.Query) iter.Seq2[logs.StoredEvent, error] {
	return func(yield func(logs.StoredEvent, error) bool) {
		events, err := m.matching(group, q)
		if err != nil {
			yield(logs.StoredEvent{}, err)
			return
		}
		slices.SortFunc(events, func(a, b logs.StoredEvent) int { return a.Key().Compare(b.Key()) })
		if q.Reverse {
			slices.Reverse(events)
		}
		for _, e := range events {
			if q.After != nil && e.Key().Compare(*q.After) <= 0 || q.Before != nil && e.Key().Compare(*q.Before) >= 0 {
				continue
			}
			m.mu.Lock()
			m.reads++
			m.mu.Unlock()
			if !yield(e, nil) {
				return
			}
		}
	}
}

func (m *memory) Follow(ctx context.Context, group string, q logs.Query) iter.Seq2[logs.StoredEvent, error] {
	type id struct {
		stream  uint64
		late    bool
		ordinal int64
	}
	idOf := func(e logs.StoredEvent) id { return id{e.StreamID, e.Late, e.Ordinal} }
	return func(yield func(logs.StoredEvent, error) bool) {
		seen := map[id]bool{}
		there, _ := m.matching(group, logs.Query{})
		for _, e := range there {
			seen[idOf(e)] = true
		}
		for e, err := range m.Events(group, q) {
			if !yield(e, err) {
				return
			}
		}
		for ctx.Err() == nil {
			events, err := m.matching(group, q)
			if err != nil {
				yield(logs.StoredEvent{}, err)
				return
			}
			for _, e := range events {
				if !seen[idOf(e)] && !yield(e, nil) {
					return
				}
				seen[idOf(e)] = true
			}
			select {
			case <-ctx.Done():
			case <-time.After(100 * time.Millisecond):
			}
		}
	}
}
