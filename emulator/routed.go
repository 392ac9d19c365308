package emulator

import (
	"cmp"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/ecslocal/ecslocal/emulator/agent/relay"
	"github.com/ecslocal/ecslocal/emulator/event"
	"github.com/ecslocal/ecslocal/emulator/expect"
	"github.com/ecslocal/ecslocal/emulator/state"
	"github.com/ecslocal/ecslocal/logs"
	"github.com/ecslocal/ecslocal/logs/forward"
	"github.com/ecslocal/ecslocal/logs/store"
)

// routed is what comes from the task's log router: it shows the records and keeps them, a stream for each container that they are from.
// A router is as hostile as any container.
type routed struct {
	task *Task

	mu       sync.Mutex
	names    map[string]bool
	writers  map[string]*store.Writer // by name
	hidden   bool                     // it was said that a record shows a secret
	troubles int                      // that were told
}

const (
	// maxRouted is how many streams a router may make; what is tagged with more names goes to one.
	maxRouted = 64
	// maxTroubles are told of a router that sends what nobody can read.
	maxTroubles = 5
)

// ServeHTTP takes one connection of the router.
func (r *routed) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	server := forward.Server{Handle: r.keep, Trouble: r.trouble}
	if err := server.ServeConn(relay.Stream(w, request)); err != nil && request.Context().Err() == nil {
		r.trouble(err)
	}
}

func (r *routed) trouble(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.troubles++; r.troubles <= maxTroubles {
		r.task.warn("", "receive what the log router forwards: %v", err)
	}
}

// keep stores and shows records. The router sends those again that could not be stored.
func (r *routed) keep(records []forward.Record) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	byName := map[string][]forward.Record{}
	for _, record := range records {
		name := r.name(record.Tag)
		byName[name] = append(byName[name], record)
	}
	for name, records := range byName {
		if err := r.store(name, records); err != nil {
			return err
		}
	}
	if r.task.project.options.Events != nil {
		r.task.live.show(func(tell event.Sink) {
			for _, record := range records {
				tell(event.Event{Time: record.At, Kind: event.Output, Container: routedName(r.name(record.Tag)), Stream: record.Source.String(),
					Message: r.task.project.Hide(string(record.Message))})
			}
		})
	}
	return nil
}

// name is the container that a tag is about (ECS agent: <container>-firelens-<task id>), or the tag itself.
func (r *routed) name(tag string) string {
	name, _, _ := strings.Cut(tag, "-firelens-")
	name = strings.Map(func(c rune) rune {
		if c == ':' || c == '*' || c < ' ' {
			return '_'
		}
		return c
	}, name[:min(len(name), 200)])
	name = strings.ToValidUTF8(cmp.Or(name, "untagged"), "_")
	if !r.names[name] && len(r.names) >= maxRouted {
		return "others"
	}
	if r.names == nil {
		r.names = map[string]bool{}
	}
	r.names[name] = true
	return name
}

// routedName is what a router's records of a container are called beside the container's own output.
func routedName(name string) string { return expect.RoutedPrefix + name }

func (r *routed) store(name string, records []forward.Record) error {
	group, stream := logs.FireLensGroup(r.task.Plan.Task.Family), name+"/"+r.task.ID
	if r.writers[name] == nil {
		if err := r.open(name, group, stream); err != nil {
			return err
		}
	}
	events := make([]logs.Event, len(records))
	for i, record := range records {
		events[i] = record.Event()
	}
	slices.SortStableFunc(events, func(a, b logs.Event) int { return cmp.Compare(a.Timestamp, b.Timestamp) })
	events, hidden := r.task.hideEvents(events)
	if hidden && !r.hidden {
		r.hidden = true
		r.task.warn(name, "what the log router forwards shows a secret; it is hidden here as ***, and would be readable at its destination")
	}
	return r.task.logs.Put(group, stream, events)
}

func (r *routed) open(name, group, stream string) error {
	if err := r.task.makeGroup(group); err != nil {
		return err
	}
	writer, err := r.task.logs.Writer(group, stream)
	if err != nil {
		return err
	}
	if r.writers == nil {
		r.writers = map[string]*store.Writer{}
	}
	r.writers[name] = writer
	return r.task.record.SetStream(routedName(name), state.Stream{Group: group, Stream: stream})
}

func (r *routed) close() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for name, writer := range r.writers {
		if err := writer.Close(); err != nil {
			r.task.warn(name, "store what the log router forwards: %v", err)
		}
	}
}
