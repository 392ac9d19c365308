package report

import (
	"time"

	"github.com/ecslocal/ecslocal/emulator/event"
)

// Story is what happened to one container, in times. A zero time is of something that has not happened.
type Story struct {
	Name  string
	State event.Container // as it is after the last event
	// Began is when the task was created, Ended when the last event came.
	Began, Ended time.Time

	Pulling, Pulled, Created, Started time.Time
	// Healthy is when the check passed for the first time, Stopping when we asked for the end, Stopped when it came.
	Healthy, Stopping, Stopped time.Time
	// Health are the changes of the check's state, Probes all runs of it, Restarts when restartPolicy started it again.
	Health   []HealthChange
	Probes   []event.Probe
	Restarts []time.Time
}

// HealthChange is a new state of a health check.
type HealthChange struct {
	At     time.Time
	Status string
}

// Story is what happened to a container.
func (r *Run) Story(container string) *Story {
	s := &Story{Name: container}
	if seen := r.Task.Container(container); seen != nil {
		s.State = *seen
	}
	if len(r.Events) > 0 {
		s.Began, s.Ended = r.Events[0].Time, r.Events[len(r.Events)-1].Time
	}
	for i := range r.Events {
		if e := &r.Events[i]; e.Container == container {
			s.add(e)
		}
	}
	return s
}

func (s *Story) add(e *event.Event) {
	switch e.Kind {
	case event.ImagePulling:
		s.Pulling = e.Time
	case event.ImagePulled, event.ImageLocal:
		s.Pulled = e.Time
	case event.ContainerCreated:
		s.Created = e.Time
	case event.ContainerStarted:
		s.Started = e.Time
	case event.ContainerRestarted:
		s.Restarts = append(s.Restarts, e.Time)
	case event.ContainerProbe:
		s.Probes = append(s.Probes, *e.Probe)
	case event.ContainerHealth:
		s.Health = append(s.Health, HealthChange{e.Time, e.Health})
		if e.Health == event.Healthy && s.Healthy.IsZero() {
			s.Healthy = e.Time
		}
	case event.ContainerStopping:
		s.Stopping = e.Time
	case event.ContainerStopped:
		s.Stopped = e.Time
	}
}
