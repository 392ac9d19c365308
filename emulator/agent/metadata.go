package agent

import (
	"fmt"
	"net/http"
	"net/netip"
)

// The texts and statuses of unknown containers are the agent's own mixture: 404 in v4, 500 or 400 in v3, 400 in v2.

// noDockerID and noTaskARN are why an endpoint id is not known, as the agent says it.
func noDockerID(endpointID string) string {
	return "unable to get docker ID from v3 endpoint ID: " + endpointID
}
func noTaskARN(endpointID string) string {
	return "unable to get task Arn from v3 endpoint ID: " + endpointID
}

// lookup finds the container of the endpoint id in the path.
func (in *request) lookup() (c *Container, id string, ok bool) {
	id = in.vars[0]
	c, ok = in.task.container(id)
	return c, id, ok
}

func (a *Agent) containerV4(in *request) answer {
	c, id, ok := in.lookup()
	switch {
	case in.err != nil:
		return answer{http.StatusInternalServerError, "failed to get container metadata"}
	case !ok:
		return answer{http.StatusNotFound, "V4 container metadata handler: unable to get container ID from request: " + noDockerID(id)}
	}
	return answer{http.StatusOK, in.task.containerV4(c)}
}

func (a *Agent) taskV4(in *request) answer         { return taskMetadataV4(in, false) }
func (a *Agent) taskWithTagsV4(in *request) answer { return taskMetadataV4(in, true) }

func taskMetadataV4(in *request, withTags bool) answer {
	_, id, ok := in.lookup()
	switch {
	case in.err != nil:
		return answer{http.StatusInternalServerError, "failed to get task metadata"}
	case !ok:
		return answer{http.StatusNotFound, "V4 task metadata handler: unable to get task arn from request: " + noTaskARN(id)}
	}
	return answer{http.StatusOK, in.task.v4Shape(withTags)}
}

func (a *Agent) containerV3(in *request) answer {
	c, id, ok := in.lookup()
	if !ok {
		return answer{http.StatusInternalServerError, "V3 container metadata handler: unable to get container ID from request: " + noDockerID(id)}
	}
	return answer{http.StatusOK, in.task.containerV3(c)}
}

func (a *Agent) taskV3(in *request) answer         { return taskMetadataV3(in, false) }
func (a *Agent) taskWithTagsV3(in *request) answer { return taskMetadataV3(in, true) }

func taskMetadataV3(in *request, withTags bool) answer {
	if _, id, ok := in.lookup(); !ok {
		return answer{http.StatusInternalServerError, "V3 task metadata handler: unable to get task arn from request: " + noTaskARN(id)}
	}
	return answer{http.StatusOK, in.task.v3Shape(withTags)}
}

func (a *Agent) taskV2(in *request) answer         { return taskMetadataV2(in, false) }
func (a *Agent) taskWithTagsV2(in *request) answer { return taskMetadataV2(in, true) }

func taskMetadataV2(in *request, withTags bool) answer {
	if refused, ok := in.notOfTask(); ok {
		return refused
	}
	return answer{http.StatusOK, in.task.v3Shape(withTags)}
}

func (a *Agent) containerV2(in *request) answer {
	if refused, ok := in.notOfTask(); ok {
		return refused
	}
	c, ok := in.task.byDockerID(in.vars[0])
	if !ok {
		return answer{http.StatusBadRequest, "Unable to generate metadata for container '" + in.vars[0] + "'"}
	}
	return answer{http.StatusOK, in.task.containerV3(c)}
}

// notOfTask is v2's answer to a caller whose address is not the task's. Outside awsvpc that is every caller.
func (in *request) notOfTask() (answer, bool) {
	caller := callerIP(in.Request)
	if addr, err := netip.ParseAddr(caller); err == nil && in.task.isCaller(addr) {
		return answer{}, false
	}
	return answer{http.StatusBadRequest, fmt.Sprintf("Unable to get task arn from request: unable to associate '%s' with task", caller)}, true
}
