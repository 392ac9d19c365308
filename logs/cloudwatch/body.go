package cloudwatch

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
)

// maxBody bounds a request's body, unpacked. A batch of 1 MB can be six times as long in JSON when all of it is escapes.
const maxBody = 8 << 20

// readBody reads a request's body. Some log shippers compress it.
func readBody(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	var body io.Reader = http.MaxBytesReader(w, r.Body, maxBody)
	switch encoding := strings.ToLower(r.Header.Get("Content-Encoding")); encoding {
	case "", "identity":
	case "gzip", "x-gzip":
		unpacked, err := gzip.NewReader(body)
		if err != nil {
			return nil, &apiError{http.StatusBadRequest, "SerializationException", "The body is not what its Content-Encoding says: " + err.Error()}
		}
		body = unpacked
	default:
		return nil, &apiError{http.StatusBadRequest, "SerializationException",
			fmt.Sprintf("ecslocal's CloudWatch Logs reads bodies that are plain or gzip, not of Content-Encoding %.200q", encoding)}
	}
	b, err := io.ReadAll(io.LimitReader(body, maxBody+1))
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge) || len(b) > maxBody:
		return nil, &apiError{http.StatusRequestEntityTooLarge, "RequestEntityTooLargeException",
			fmt.Sprintf("The request body is larger than %d bytes", maxBody)}
	case err != nil:
		return nil, &apiError{http.StatusBadRequest, "SerializationException", "The body cannot be read: " + err.Error()}
	}
	return b, nil
}

// decode reads a request and checks it against the constraints in the tags of its struct. Unknown members are ignored and bytes
// that are not UTF-8 become U+FFFD, as in the service; an empty body is an empty request.
func decode(body []byte, in any) error {
	if len(bytes.TrimSpace(body)) > 0 {
		if err := json.Unmarshal(body, in); err != nil {
			return serializationError(err)
		}
	}
	return check(in)
}

// serializationError says what is wrong with a body and where. The service says less, in words of its JSON reader.
func serializationError(err error) error {
	message := err.Error()
	var wrongType *json.UnmarshalTypeError
	if errors.As(err, &wrongType) {
		message = fmt.Sprintf("%s at '%s' cannot be converted to %s", wrongType.Value, wrongType.Field, wrongType.Type.Kind())
	}
	return &apiError{http.StatusBadRequest, "SerializationException", message}
}

// writeJSON writes a response.
func writeJSON(w http.ResponseWriter, status int, out any) error {
	b, err := json.Marshal(out)
	if err != nil {
		return fmt.Errorf("encode response: %w", err)
	}
	w.Header().Set("Content-Type", contentType)
	w.WriteHeader(status)
	_, _ = w.Write(b) // a client that is gone needs no answer
	return nil
}
