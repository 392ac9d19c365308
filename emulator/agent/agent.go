package agent

import (
	"encoding/json"
	"net/http"
	"net/url"
	"path"
	"strings"
	"time"
)

// Agent answers the requests of one task's containers. Its zero value works: it knows no container, no role and no statistics.
// The fields must not change once it serves.
type Agent struct {
	// Tasks knows the task.
	Tasks Tasks
	// Stats knows the engine's statistics; nil has none.
	Stats Stats
	// TaskRole is the role of AWS_CONTAINER_CREDENTIALS_RELATIVE_URI. Task protection needs it, as on ECS.
	TaskRole Role
	// ExecutionRole is the role of the agent itself and of log drivers.
	ExecutionRole Role
	// Standalone answers task protection as ECS does for a task of no service (TASK_NOT_VALID). Otherwise it works as in a service.
	Standalone bool
	// Fallback serves requests that have an X-Amz-Target header, such as those of a CloudWatch Logs client. The agent has nothing
	// like it. Nil leaves them to the agent's paths.
	Fallback http.Handler
	// KeepRequests is how many requests Requests remembers; 0 is 1000.
	KeepRequests int

	limits     limiter
	protection protection
	log        requestLog
}

// answer is a status and a value that is written as JSON, which is all that the agent's handlers ever answer.
type answer struct {
	status int
	body   any
}

// maxBody is how many bytes of a request's body the agent's own paths read. The agent has no limit.
const maxBody = 1 << 20

// ServeHTTP answers a request. RemoteAddr has to be that of the caller in the task.
func (a *Agent) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	start, recorder := time.Now(), &statusRecorder{ResponseWriter: w}
	in := &request{Request: r}
	if a.Tasks != nil {
		in.task, in.err = a.Tasks.Task(r.Context())
	}
	defer func() { a.log.add(in.entry(recorder.status, start), a.KeepRequests) }()
	if a.Fallback != nil && r.Header.Get("X-Amz-Target") != "" {
		a.Fallback.ServeHTTP(recorder, r)
		return
	}
	a.serve(recorder, in)
}

// serve keeps the agent's own order: clean the path, limit the rate, find the route, check its method.
func (a *Agent) serve(w http.ResponseWriter, in *request) {
	if clean := cleanPath(in.URL.Path); clean != in.URL.Path {
		redirect(w, in.URL, clean)
		return
	}
	if !a.limits.admit(w, in.Request, everyPath) {
		return
	}
	route, vars, found := match(in.Method, in.URL.Path)
	switch {
	case route == nil && found:
		w.WriteHeader(http.StatusMethodNotAllowed)
	case route == nil:
		http.NotFound(w, in.Request)
	case route.limit != nil && !a.limits.admit(w, in.Request, *route.limit):
	default:
		in.vars, in.Body = vars, http.MaxBytesReader(w, in.Body, maxBody)
		write(w, route.answer(a, in))
	}
}

// request is a request with the task as it stood when it came, and the variable parts of its path.
type request struct {
	*http.Request
	task TaskState
	err  error // of asking for the task
	vars []string
}

// write sends an answer as the agent does: without a newline at the end, and {} with status 500 if it cannot be encoded.
func write(w http.ResponseWriter, a answer) {
	body, err := json.Marshal(a.body)
	if err != nil {
		a.status, body = http.StatusInternalServerError, []byte("{}")
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(a.status)
	_, _ = w.Write(body) // the client is gone: nobody to tell
}

// cleanPath is the canonical form of a path: no empty, "." or ".." elements; a slash at the end stays.
func cleanPath(p string) string {
	clean := path.Clean("/" + p)
	if strings.HasSuffix(p, "/") && clean != "/" {
		clean += "/"
	}
	return clean
}

// redirect sends the client to the canonical path, without a body, as gorilla/mux does for the agent.
func redirect(w http.ResponseWriter, from *url.URL, clean string) {
	to := *from
	to.Path, to.RawPath = clean, ""
	w.Header().Set("Location", to.String())
	w.WriteHeader(http.StatusMovedPermanently)
}

// statusRecorder remembers the status for the request log and still lets a handler flush.
type statusRecorder struct {
	http.ResponseWriter
	status int
}

func (s *statusRecorder) WriteHeader(status int) {
	if s.status == 0 {
		s.status = status
	}
	s.ResponseWriter.WriteHeader(status)
}

func (s *statusRecorder) Write(b []byte) (int, error) {
	if s.status == 0 {
		s.status = http.StatusOK
	}
	return s.ResponseWriter.Write(b)
}

// Unwrap lets http.ResponseController reach the writer below.
func (s *statusRecorder) Unwrap() http.ResponseWriter { return s.ResponseWriter }

// Flush keeps streaming handlers working that ask for an http.Flusher.
func (s *statusRecorder) Flush() { _ = http.NewResponseController(s.ResponseWriter).Flush() }
