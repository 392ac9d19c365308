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

// pageToken makes a token of where a list goes on.
func pageToken(place any) *string {
	b, err := json.Marshal(place)
	if err != nil {
		panic(err) // places are structs of texts and numbers
	}
	token := base64.RawURLEncoding.EncodeToString(b)
	return &token
}

// readPageToken reads what pageToken made.
func readPageToken(token string, place any) error {
	b, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil || json.Unmarshal(b, place) != nil {
		return errBadToken
	}
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
