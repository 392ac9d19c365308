package agent

import (
	"cmp"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"time"
)

// Request is one request that the endpoints got.
type Request struct {
	Time time.Time
	// Caller is the address it came from, without the port.
	Caller string
	// Container is the name of the container it is from, as far as its path or its address tell; in awsvpc all containers
	// have one address.
	Container string
	Method    string
	// Path is without the query; the id of a credentials path, which is all that one needs to get the keys, is ***.
	Path     string
	Status   int
	Duration time.Duration
}

// Requests are the latest requests, oldest first.
func (a *Agent) Requests() []Request { return a.log.list() }

// requestLog keeps the latest requests in a ring. The zero value is ready.
type requestLog struct {
	mu   sync.Mutex
	ring []Request
	next int // where the next request goes once the ring is full
}

func (l *requestLog) add(r Request, keep int) {
	if keep <= 0 {
		keep = 1000
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.ring) < keep {
		l.ring = append(l.ring, r)
		return
	}
	l.ring[l.next] = r
	l.next = (l.next + 1) % len(l.ring)
}

func (l *requestLog) list() []Request {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append(append([]Request{}, l.ring[l.next:]...), l.ring[:l.next]...)
}

// entry is what the log keeps of a request. A handler that set no status sent 200.
func (in *request) entry(status int, start time.Time) Request {
	return Request{
		Time: start, Caller: callerIP(in.Request), Container: in.containerName(),
		Method: in.Method, Path: loggedPath(in.URL.Path), Status: cmp.Or(status, http.StatusOK), Duration: time.Since(start),
	}
}

// containerName finds the container by the endpoint id in the path, else by the caller's address.
func (in *request) containerName() string {
	if parts := strings.SplitN(in.URL.Path, "/", 4); len(parts) > 2 {
		if c, ok := in.task.container(parts[2]); ok {
			return c.Name
		}
	}
	caller, err := netip.ParseAddr(callerIP(in.Request))
	if err != nil {
		return ""
	}
	for _, c := range in.task.Containers {
		for _, n := range c.Networks {
			if addr, err := netip.ParseAddr(n.IPv4); err == nil && addr == caller.Unmap() {
				return c.Name
			}
		}
	}
	return ""
}

// loggedPathLimit keeps the log small whatever a caller asks for.
const loggedPathLimit = 512

func loggedPath(path string) string {
	path = cleanPath(path)
	if id, ok := strings.CutPrefix(path, "/v2/credentials/"); ok && id != "" {
		return "/v2/credentials/***"
	}
	return path[:min(len(path), loggedPathLimit)]
}
