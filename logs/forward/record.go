package forward

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/ecslocal/ecslocal/logs"
)

// Record is one log record as it is stored.
type Record struct {
	// Tag is the peer's; that of a FireLens container is <container>-firelens-<task id> (ECS agent).
	Tag string
	// At is the time the peer gave.
	At time.Time
	// Source is stderr where Docker's driver says so.
	Source logs.Source
	// Container is the name Docker has for the container, without its slash, empty where the record came by way of a router.
	Container string
	// Message is the line of output where the record is Docker's own, and else the record as JSON.
	Message []byte
}

// Event is the record as a log event.
func (r Record) Event() logs.Event {
	return logs.Event{Timestamp: r.At.UnixMilli(), Message: r.Message, Source: r.Source}
}

// asRecord makes a record of an entry. Docker's fluentd driver sends container_id, container_name, source and log.
func (e entry) asRecord() Record {
	r := Record{Tag: e.tag, At: e.at}
	if e.record.get("source") == "stderr" {
		r.Source = logs.Stderr
	}
	if e.fromDocker() {
		r.Container = strings.TrimPrefix(e.record.get("container_name"), "/")
		r.Message = []byte(e.record.get("log"))
		return r
	}
	r.Message = appendJSON(nil, e.record, 0)
	return r
}

// fromDocker tells whether a record has the members of Docker's driver and no others: of one with labels or variables, which the
// driver adds when asked to, more is kept than the line.
func (e entry) fromDocker() bool {
	own := 0
	for _, member := range e.record {
		switch textOf(member.key) {
		case "log", "source", "container_id", "container_name":
			own++
		case "partial_message", "partial_id", "partial_ordinal", "partial_last": // of a part of a long line
		default:
			return false
		}
	}
	return own == 4
}

// appendJSON writes a value as JSON, members in the order in which they came.
func appendJSON(b []byte, value any, depth int) []byte {
	switch v := value.(type) {
	case pairs:
		b = append(b, '{')
		for i, member := range v {
			if i > 0 {
				b = append(b, ',')
			}
			b = appendString(b, keyOf(member.key))
			b = append(b, ':')
			b = appendJSON(b, member.value, depth+1)
		}
		return append(b, '}')
	case []any:
		b = append(b, '[')
		for i, element := range v {
			if i > 0 {
				b = append(b, ',')
			}
			b = appendJSON(b, element, depth+1)
		}
		return append(b, ']')
	case string:
		return appendString(b, v)
	case []byte:
		return appendString(b, string(v))
	case time.Time:
		return appendString(b, v.UTC().Format(time.RFC3339Nano))
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return append(b, "null"...)
		}
		text, _ := json.Marshal(v)
		return append(b, text...)
	case nil:
		return append(b, "null"...)
	default:
		return fmt.Append(b, v) // bool and whole numbers
	}
}

func keyOf(key any) string {
	switch key.(type) {
	case string, []byte:
		return textOf(key)
	}
	return string(appendJSON(nil, key, 0))
}

// appendString writes a JSON string. Bytes that are no UTF-8 become U+FFFD, and <, > and & stay.
func appendString(b []byte, text string) []byte {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(text); err != nil {
		return append(b, `""`...)
	}
	return append(b, bytes.TrimRight(out.Bytes(), "\n")...)
}
