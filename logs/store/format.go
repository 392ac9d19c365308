package store

import (
	"bytes"
	"strings"

	"github.com/ecslocal/ecslocal/logs"
)

const (
	stampLength  = len("2006-01-02T15:04:05.000Z")
	prefixLength = stampLength + 1
	// maxTimestamp is the end of the year 9999, after which a stamp would not fit.
	maxTimestamp = 253402300799999
)

// appendEvent writes an event as lines of text. stamp is the printed time.
func appendEvent(dst []byte, stamp *[stampLength]byte, event logs.Event) []byte {
	at := len(dst)
	dst = append(dst, stamp[:]...)
	if event.Source == logs.Stderr {
		dst = append(dst, '\t')
	} else {
		dst = append(dst, ' ')
	}
	message := event.Message
	if bytes.IndexByte(message, 0) >= 0 {
		dst[at+stampLength-1] = 'z'
		message = []byte(escapeNUL.Replace(string(message)))
	}
	for {
		end := bytes.IndexByte(message, '\n')
		if end < 0 {
			dst = append(dst, message...)
			return append(dst, '\n')
		}
		dst = append(dst, message[:end+1]...)
		dst = append(dst, '\t')
		message = message[end+1:]
	}
}

var (
	escapeNUL   = strings.NewReplacer("\\", `\\`, "\x00", `\0`)
	unescapeNUL = strings.NewReplacer(`\\`, "\\", `\0`, "\x00")
)

// parser reads events out of text. It remembers the last second, since most stamps share it with their neighbour.
type parser struct {
	second      string
	secondMilli int64
	last        int64
}

// next splits the first event off text, which ends with a line end, and returns what follows. A line without a stamp, which only
// an editor can have made, counts as an event of the time before it.
func (p *parser) next(text string) (event logs.StoredEvent, rest string) {
	raw, rest := cutEvent(text)
	body := raw
	if stamp, ok := p.stamp(raw); ok {
		p.last = stamp
		body = raw[prefixLength:]
		if raw[stampLength] == '\t' {
			event.Source = logs.Stderr
		}
	}
	event.Timestamp = p.last
	if strings.IndexByte(body, '\n') >= 0 {
		body = strings.ReplaceAll(body, "\n\t", "\n")
	}
	if len(body) < len(raw) && raw[stampLength-1] == 'z' {
		body = unescapeNUL.Replace(body)
	}
	event.Message = body
	return event, rest
}

// cutEvent splits the text of the first event off, without its last line end.
func cutEvent(text string) (raw, rest string) {
	for at := 0; ; {
		end := strings.IndexByte(text[at:], '\n')
		if end < 0 {
			return text, ""
		}
		at += end + 1
		if at == len(text) || text[at] != '\t' {
			return text[:at-1], text[at:]
		}
	}
}

// stamp reads the time at the start of an event's text.
func (p *parser) stamp(raw string) (int64, bool) {
	if len(raw) < prefixLength || raw[19] != '.' || raw[23]|0x20 != 'z' || raw[24] != ' ' && raw[24] != '\t' {
		return 0, false
	}
	milli, ok := digits(raw[20:23])
	if !ok {
		return 0, false
	}
	if raw[:19] != p.second {
		seconds, ok := parseSecond(raw[:19])
		if !ok {
			return 0, false
		}
		p.second, p.secondMilli = raw[:19], seconds*1000
	}
	return p.secondMilli + milli, true
}
