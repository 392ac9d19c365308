package agent

import (
	"context"
	"encoding/json"
	"net/http"
	"sync"
)

// Stats tells what the engine measures of a container.
type Stats interface {
	// Stats is the newest sample. An error says that nothing measures the container, because it stopped or is gone.
	Stats(ctx context.Context, dockerID string) (Sample, error)
}

// Sample is what an engine measured of a container.
type Sample struct {
	// Engine is the JSON object of the engine's stats call; nil before the first one.
	Engine json.RawMessage
	// Rate is known from the second sample on; nil before, and for containers without a network.
	Rate *NetworkRate
}

// NetworkRate is network traffic in bytes a second, all interfaces together.
type NetworkRate struct {
	Received    float64 `json:"rx_bytes_per_sec"`
	Transmitted float64 `json:"tx_bytes_per_sec"`
}

func (a *Agent) containerStatsV4(in *request) answer {
	c, id, ok := in.lookup()
	switch {
	case in.err != nil:
		return answer{http.StatusInternalServerError, "failed to get stats"}
	case !ok:
		return answer{http.StatusNotFound, "V4 container stats handler: unable to get task arn from request: " + noTaskARN(id)}
	}
	return a.containerStats(in, c.DockerID, true, http.StatusInternalServerError)
}

func (a *Agent) taskStatsV4(in *request) answer {
	_, id, ok := in.lookup()
	switch {
	case in.err != nil:
		return answer{http.StatusInternalServerError, "failed to get stats"}
	case !ok:
		return answer{http.StatusNotFound, "V4 task stats handler: unable to get task arn from request: " + noTaskARN(id)}
	}
	return a.taskStats(in, true)
}

func (a *Agent) containerStatsV3(in *request) answer {
	c, id, ok := in.lookup()
	if !ok {
		return answer{http.StatusBadRequest, "V3 container stats handler: unable to get task arn from request: " + noTaskARN(id)}
	}
	return a.containerStats(in, c.DockerID, false, http.StatusBadRequest)
}

func (a *Agent) taskStatsV3(in *request) answer {
	if _, id, ok := in.lookup(); !ok {
		return answer{http.StatusBadRequest, "V3 task stats handler: unable to get task arn from request: " + noTaskARN(id)}
	}
	return a.taskStats(in, false)
}

func (a *Agent) containerStatsV2(in *request) answer {
	if refused, ok := in.notOfTask(); ok {
		return refused
	}
	return a.containerStats(in, in.vars[0], false, http.StatusBadRequest)
}

func (a *Agent) taskStatsV2(in *request) answer {
	if refused, ok := in.notOfTask(); ok {
		return refused
	}
	return a.taskStats(in, false)
}

func (a *Agent) containerStats(in *request, dockerID string, v4 bool, failed int) answer {
	c, ok := in.task.byDockerID(dockerID)
	if !ok {
		return answer{failed, "Unable to get container stats for: " + dockerID}
	}
	sample, ok := a.sample(in, c)
	if !ok {
		return answer{failed, "Unable to get container stats for: " + dockerID}
	}
	return answer{http.StatusOK, sample.shape(v4)}
}

// taskStats has the statistics of every container under its docker id. All are asked at once: a first sample takes the engine
// a second or two.
func (a *Agent) taskStats(in *request, v4 bool) answer {
	var (
		all   = map[string]json.RawMessage{}
		mu    sync.Mutex
		asked sync.WaitGroup
	)
	for i := range in.task.Containers {
		c := &in.task.Containers[i]
		if c.DockerID == "" {
			continue
		}
		asked.Go(func() {
			sample, _ := a.sample(in, c)
			mu.Lock()
			defer mu.Unlock()
			all[c.DockerID] = sample.shape(v4)
		})
	}
	asked.Wait()
	return answer{http.StatusOK, all}
}

// sample is a container's newest one; one that stopped is not measured any more, as in the agent. In awsvpc its network is that of the task, which is measured at the pause container.
func (a *Agent) sample(in *request, c *Container) (Sample, bool) {
	switch {
	case c.KnownStatus == "STOPPED":
		return Sample{}, false
	case a.Stats == nil:
		return Sample{}, true
	}
	sample, err := a.Stats.Stats(in.Context(), c.DockerID)
	if err != nil {
		return Sample{}, false
	}
	if in.task.NetworkMode != AWSVPC || c.Type == CNIPause || sample.Engine == nil {
		return sample, true
	}
	for _, pause := range in.task.Containers {
		if pause.Type == CNIPause && pause.DockerID != "" {
			if network, err := a.Stats.Stats(in.Context(), pause.DockerID); err == nil {
				sample = sample.withNetworkOf(network)
			}
		}
	}
	return sample, true
}

// networksKey is where the engine reports the traffic of each interface, by its name.
const networksKey = "networks"

func (s Sample) withNetworkOf(pause Sample) Sample {
	var object map[string]json.RawMessage
	if json.Unmarshal(pause.Engine, &object) == nil && object[networksKey] != nil {
		s.Engine = with(s.Engine, networksKey, object[networksKey])
	}
	s.Rate = pause.Rate
	return s
}

// shape is what an endpoint answers: the engine's object, in v4 with the rates. Without a sample it is {} in v4 and null before.
func (s Sample) shape(v4 bool) json.RawMessage {
	switch {
	case s.Engine == nil && v4:
		return json.RawMessage("{}")
	case s.Engine == nil:
		return json.RawMessage("null")
	case v4 && s.Rate != nil:
		return with(s.Engine, "network_rate_stats", *s.Rate)
	}
	return s.Engine
}

// with sets a key of a JSON object. Anything else than an object stays as it is.
func with(object json.RawMessage, key string, value any) json.RawMessage {
	var keys map[string]json.RawMessage
	if json.Unmarshal(object, &keys) != nil || keys == nil {
		return object
	}
	raw, err := json.Marshal(value)
	if err != nil {
		return object
	}
	keys[key] = raw
	merged, err := json.Marshal(keys)
	if err != nil {
		return object
	}
	return merged
}
