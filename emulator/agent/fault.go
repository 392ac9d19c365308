package agent

import "net/http"

// faultShape is every answer of the fault paths. Source: ecs-agent/tmds/handlers/fault/v1.
type faultShape struct {
	Status string `json:",omitempty"`
	Error  string `json:",omitempty"`
}

func faultRefused(status int, message string) *answer {
	return &answer{status, faultShape{Error: message}}
}

// fault checks a request as the agent does, and injects nothing: a start that the agent would carry out is refused with a text
// that says so. As no fault ever runs here, the agent's 409 (another latency or loss fault is running) does not occur.
func (a *Agent) fault(in *request) answer {
	kind, operation := in.vars[1], in.vars[2]
	// start always has a body; stop and status have one only where the port has to be told.
	if operation == "start" || kind == blackholePort {
		if err := checkFault(kind, in.Body); err != nil {
			return *faultRefused(http.StatusBadRequest, err.Error())
		}
	}
	if refused := in.noFaults(); refused != nil {
		return *refused
	}
	switch operation {
	case "stop":
		return answer{http.StatusOK, faultShape{Status: "stopped"}}
	case "status":
		return answer{http.StatusOK, faultShape{Status: "not-running"}}
	}
	return *faultRefused(http.StatusInternalServerError, "ecslocal does not inject faults; on ECS this would start "+kind)
}

// noFaults refuses a task that may not inject faults. The agent means to refuse other modes than host and awsvpc with a text of
// its own, but finds first that their task has no network namespace, which it takes for an internal error.
func (in *request) noFaults() *answer {
	_, id, ok := in.lookup()
	mode := in.task.mode()
	switch {
	case in.err == nil && !ok:
		return faultRefused(http.StatusNotFound, "unable to get task arn from request: "+noTaskARN(id))
	case in.err == nil && !in.task.FaultInjection:
		return faultRefused(http.StatusBadRequest, "enableFaultInjection is not enabled for task: "+in.task.ARN)
	case in.err != nil || mode != Host && mode != AWSVPC:
		return faultRefused(http.StatusInternalServerError,
			"failed to get task metadata due to internal server error for container: "+id)
	}
	return nil
}
