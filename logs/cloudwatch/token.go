package cloudwatch

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/ecslocal/ecslocal/logs"
)

// errBadToken is the service's answer to any token that it did not make for this request.
var errBadToken = invalidParameter("The specified nextToken is invalid.")

// pageOf is a token of where a list goes on. It is good for the operation and the log group that it was made for: taken elsewhere, it would
// begin the list again, for ever.
type pageOf[Place any] struct {
	Operation string
	Group     string `json:",omitempty"`
	Place     Place
}

func (p pageOf[Place]) token() *string {
	b, err := json.Marshal(p)
	if err != nil {
		panic(err) // places are structs of texts and numbers
	}
	token := base64.RawURLEncoding.EncodeToString(b)
	return &token
}

// read reads what token made for the same operation and group.
func (p *pageOf[Place]) read(token string) error {
	var made pageOf[Place]
	b, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil || json.Unmarshal(b, &made) != nil || made.Operation != p.Operation || made.Group != p.Group {
		return errBadToken
	}
	p.Place = made.Place
	return nil
}

// An event's id is 56 digits, as in the service: when it happened, which stream, late or not, which of the stream's events.
// Ids differ between all events for ever, sort by time, and are the positions in the tokens of GetLogEvents.
const (
	idPrefix   = "36"
	idTime     = 14
	idStream   = 20
	idOrdinal  = 19
	idDigits   = len(idPrefix) + idTime + idStream + 1 + idOrdinal
	idLateness = len(idPrefix) + idTime + idStream
)

func eventID(key logs.Key, streamID uint64) string {
	key.Timestamp = min(max(key.Timestamp, 0), 1e14-1) // a range may start anywhere
	late := 0
	if key.Late {
		late = 1
	}
	return fmt.Sprintf("%s%0*d%0*d%d%0*d", idPrefix, idTime, key.Timestamp, idStream, streamID, late, idOrdinal, key.Ordinal+1)
}

// readEventID reads the place of an event of a stream.
func readEventID(id string, stream logs.Stream) (*logs.Key, error) {
	if len(id) != idDigits || id[:len(idPrefix)] != idPrefix {
		return nil, errBadToken
	}
	at := len(idPrefix)
	timestamp, err1 := strconv.ParseInt(id[at:at+idTime], 10, 64)
	of, err2 := strconv.ParseUint(id[at+idTime:idLateness], 10, 64)
	late, err3 := strconv.ParseBool(id[idLateness : idLateness+1])
	ordinal, err4 := strconv.ParseInt(id[idLateness+1:], 10, 64)
	if err1 != nil || err2 != nil || err3 != nil || err4 != nil || of != stream.ID {
		return nil, errBadToken
	}
	return &logs.Key{Timestamp: timestamp, Stream: stream.Name, Late: late, Ordinal: ordinal - 1}, nil
}
