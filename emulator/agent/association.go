package agent

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
)

// associationsShape lists names; it is null, not [], when there are none.
type associationsShape struct{ Associations []string }

func (a *Agent) associationsV3(in *request) answer { return associations(in, "V3") }
func (a *Agent) associationsV4(in *request) answer { return associations(in, "V4") }

// associations lists a container's associations of a type.
func associations(in *request, version string) answer {
	c, id, ok := in.lookup()
	if !ok {
		return answer{http.StatusBadRequest,
			version + " container associations handler: unable to get container id from request: " + noDockerID(id)}
	}
	var shape associationsShape
	for _, association := range in.task.Associations {
		if association.Type == in.vars[1] && slices.Contains(association.Containers, c.Name) {
			shape.Associations = append(shape.Associations, association.Name)
		}
	}
	return answer{http.StatusOK, shape}
}

func (a *Agent) associationV3(in *request) answer { return association(in, "V3") }
func (a *Agent) associationV4(in *request) answer { return association(in, "V4") }

// association is the value of one association of the task, whichever container asks.
func association(in *request, version string) answer {
	_, id, ok := in.lookup()
	kind, name := in.vars[1], in.vars[2]
	if !ok {
		return answer{http.StatusBadRequest, version + " container associations handler: unable to get task arn from request: " + noTaskARN(id)}
	}
	if name == "" {
		return answer{http.StatusBadRequest, version + " container associations handler: unable to get association name from request"}
	}
	for _, association := range in.task.Associations {
		if association.Type == kind && association.Name == name {
			return answer{http.StatusOK, json.RawMessage(association.Value)}
		}
	}
	return answer{http.StatusBadRequest, fmt.Sprintf("Unable to write container association response: "+
		"unable to get association from association type %s and association name %s", kind, name)}
}
