package agent

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"net/http"
	"sync"
	"time"
)

// Limits and default of a protection. Source: the ECS API's UpdateTaskProtection.
const (
	defaultProtection    = 120 * time.Minute
	minProtectionMinutes = 1
	maxProtectionMinutes = 2880
)

// protection is how long the task is protected from scale-in. On ECS the service keeps it; here it is in memory. The zero value
// does not protect.
type protection struct {
	mu    sync.Mutex
	until time.Time
}

func (p *protection) set(until time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.until = until
}

// get is the end of the protection, nil if there is none or it is over.
func (p *protection) get() *time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !time.Now().Before(p.until) {
		return nil
	}
	return shown(p.until)
}

// Protected is until when the task is protected from scale-in; zero if it is not.
func (a *Agent) Protected() time.Time {
	if until := a.protection.get(); until != nil {
		return *until
	}
	return time.Time{}
}

// protectionShape is every answer of the path: one of its fields. Source: ecs-agent/tmds/handlers/taskprotection/v1/types.
type protectionShape struct {
	RequestID  string             `json:"requestID,omitempty"` // of the ECS API's errors
	Protection *protectedTask     `json:"protection,omitempty"`
	Failure    *protectionFailure `json:"failure,omitempty"`
	Error      *protectionError   `json:"error,omitempty"`
}

type protectedTask struct {
	ExpirationDate    *time.Time
	ProtectionEnabled bool
	TaskArn           string
}

type protectionFailure struct {
	Arn    string
	Detail *string
	Reason string
}

type protectionError struct {
	Arn           string `json:",omitempty"`
	Code, Message string
}

func protectionRefused(status int, arn, code, message string) *answer {
	return &answer{status, protectionShape{Error: &protectionError{arn, code, message}}}
}

func (a *Agent) getProtection(in *request) answer {
	if refused := a.protectionTask(in); refused != nil {
		return *refused
	}
	if refused := a.protectionRole(in); refused != nil {
		return *refused
	}
	return a.protectionState(in)
}

// updateProtection checks in the agent's order: what the body is, the task, what the body says, the role, and then what
// the ECS API would check.
func (a *Agent) updateProtection(in *request) answer {
	var body struct {
		ProtectionEnabled *bool
		ExpiresInMinutes  *int64
	}
	decoder := json.NewDecoder(in.Body)
	decoder.DisallowUnknownFields()
	if decoder.Decode(&body) != nil {
		return *protectionRefused(http.StatusBadRequest, "", "InvalidParameterException", "UpdateTaskProtection: failed to decode request")
	}
	if refused := a.protectionTask(in); refused != nil {
		return *refused
	}
	if body.ProtectionEnabled == nil {
		return *protectionRefused(http.StatusBadRequest, in.task.ARN, "InvalidParameterException",
			"Invalid request: does not contain 'ProtectionEnabled' field")
	}
	if refused := a.protectionRole(in); refused != nil {
		return *refused
	}
	length, err := protectionLength(*body.ProtectionEnabled, body.ExpiresInMinutes)
	if err != nil {
		return answer{http.StatusBadRequest, protectionShape{
			RequestID: requestID(), Error: &protectionError{in.task.ARN, "InvalidParameterException", err.Error()},
		}}
	}
	if !a.Standalone {
		a.protection.set(time.Now().Add(length))
	}
	return a.protectionState(in)
}

// protectionLength is 0 for no protection. The error's words are ours; the ECS API's own are not known.
func protectionLength(enabled bool, minutes *int64) (time.Duration, error) {
	switch {
	case minutes != nil && (*minutes < minProtectionMinutes || *minutes > maxProtectionMinutes):
		return 0, fmt.Errorf("ExpiresInMinutes is %d; ECS takes %d to %d", *minutes, minProtectionMinutes, maxProtectionMinutes)
	case !enabled:
		return 0, nil
	case minutes == nil:
		return defaultProtection, nil
	}
	return time.Duration(*minutes) * time.Minute, nil
}

// protectionTask refuses a container that is not known.
func (a *Agent) protectionTask(in *request) *answer {
	const message = "Failed to find a task for the request"
	if in.err != nil {
		return protectionRefused(http.StatusInternalServerError, "", "ServerException", message)
	}
	if _, _, ok := in.lookup(); !ok {
		return protectionRefused(http.StatusNotFound, "", "ResourceNotFoundException", message)
	}
	return nil
}

// protectionRole refuses a task without a task role: the agent calls ECS with its credentials.
func (a *Agent) protectionRole(in *request) *answer {
	if a.TaskRole.ID == "" {
		return protectionRefused(http.StatusForbidden, in.task.ARN, "AccessDeniedException",
			"Invalid Request: no task IAM role credentials available for task")
	}
	return nil
}

func (a *Agent) protectionState(in *request) answer {
	if a.Standalone {
		return answer{http.StatusOK, protectionShape{Failure: &protectionFailure{Arn: in.task.ARN, Reason: "TASK_NOT_VALID"}}}
	}
	until := a.protection.get()
	return answer{http.StatusOK, protectionShape{
		Protection: &protectedTask{ExpirationDate: until, ProtectionEnabled: until != nil, TaskArn: in.task.ARN},
	}}
}

// requestID looks like those of AWS's APIs, a uuid.
func requestID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
