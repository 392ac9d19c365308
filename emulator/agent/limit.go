package agent

import (
	"fmt"
	"hash/maphash"
	"net"
	"net/http"
	"sync"
	"time"
)

// rate is a limit on requests for one path from one address.
type rate struct {
	scope         string // keeps the counts of different limits apart
	perSecond     float64
	burst         float64
	limitExceeded string // the answer's text
}

// The agent's limits: tollbooth's defaults count by caller's address and path, so 60 requests at once for /v4/ID do not
// hold back /v4/ID/task. Sources: agent/config (ECS_TASK_METADATA_RPS_LIMIT), agent/handlers/task_server_setup.go (fault paths:
// one request in five seconds).
var (
	everyPath = rate{perSecond: 40, burst: 60, limitExceeded: "You have reached maximum request limit."}
	faultPath = rate{scope: "fault", perSecond: 0.2, burst: 1, limitExceeded: "You have reached maximum request limit"}
)

// limiter counts requests in one bucket of tokens per limit, caller and path. The zero value is ready.
type limiter struct {
	mu      sync.Mutex
	seed    maphash.Seed
	buckets map[uint64]*bucket
	sweepAt time.Time // earliest time of the next sweep
}

// bucket is full before its first request.
type bucket struct {
	rate   rate
	tokens float64
	at     time.Time
}

// admit says whether a request is within a limit, and answers it if not. The headers are tollbooth's.
func (l *limiter) admit(w http.ResponseWriter, r *http.Request, limit rate) bool {
	h := w.Header()
	h.Add("X-Rate-Limit-Limit", fmt.Sprintf("%.2f", limit.perSecond))
	h.Add("X-Rate-Limit-Duration", "1")
	h.Add("X-Rate-Limit-Request-Forwarded-For", r.Header.Get("X-Forwarded-For"))
	h.Add("X-Rate-Limit-Request-Remote-Addr", r.RemoteAddr)
	if l.take(limit, callerIP(r), r.URL.Path) {
		return true
	}
	h.Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(http.StatusTooManyRequests)
	_, _ = w.Write([]byte(limit.limitExceeded)) // the client is gone: nobody to tell
	return false
}

// take takes a token. Paths come from the caller, so a bucket is kept under a hash of them, not under the path itself.
func (l *limiter) take(limit rate, caller, path string) bool {
	now := time.Now()
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.buckets == nil {
		l.seed, l.buckets = maphash.MakeSeed(), map[uint64]*bucket{}
	}
	key := maphash.Comparable(l.seed, [3]string{limit.scope, caller, path})
	b := l.buckets[key]
	if b == nil {
		l.sweep(now)
		b = &bucket{rate: limit, tokens: limit.burst, at: now}
		l.buckets[key] = b
	}
	b.refill(now)
	if b.tokens < 1 {
		return false
	}
	b.tokens--
	return true
}

func (b *bucket) refill(now time.Time) {
	b.tokens = min(b.rate.burst, b.tokens+now.Sub(b.at).Seconds()*b.rate.perSecond)
	b.at = now
}

// sweep forgets full buckets, which are the same as none, once in a while when there are many.
func (l *limiter) sweep(now time.Time) {
	if len(l.buckets) < 1000 || now.Before(l.sweepAt) {
		return
	}
	l.sweepAt = now.Add(time.Second)
	for key, b := range l.buckets {
		if b.refill(now); b.tokens == b.rate.burst {
			delete(l.buckets, key)
		}
	}
}

// callerIP is the caller's address without the port, or all of RemoteAddr if it has none.
func callerIP(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}
