package cloudwatch

import (
	"errors"
	"fmt"
	"net/http"

	"github.com/ecslocal/ecslocal/logs"
)

// apiError is an error as the API answers it.
type apiError struct {
	status        int
	kind, message string
}

func (e *apiError) Error() string { return e.kind + ": " + e.message }

// invalidParameter is what the service answers to most mistakes of a request.
func invalidParameter(format string, args ...any) error {
	return &apiError{http.StatusBadRequest, "InvalidParameterException", fmt.Sprintf(format, args...)}
}

func unknownOperation(format string, args ...any) error {
	return &apiError{http.StatusBadRequest, "UnknownOperationException", fmt.Sprintf(format, args...)}
}

// storeErrors says under which name the service answers each error of the store, with the error's own text.
var storeErrors = []struct {
	err  error
	kind string
}{
	{logs.ErrNoGroup, "ResourceNotFoundException"},
	{logs.ErrNoStream, "ResourceNotFoundException"},
	{logs.ErrGroupExists, "ResourceAlreadyExistsException"},
	{logs.ErrStreamExists, "ResourceAlreadyExistsException"},
	{logs.ErrStreamBusy, "OperationAbortedException"},
}

// asAPIError finds the service's words for an error. What the service has none for, such as a full disk, is a failure of ours.
func asAPIError(err error) *apiError {
	var api *apiError
	if errors.As(err, &api) {
		return api
	}
	for _, e := range storeErrors {
		if errors.Is(err, e.err) {
			return &apiError{http.StatusBadRequest, e.kind, e.err.Error()}
		}
	}
	return &apiError{http.StatusInternalServerError, "ServiceUnavailableException", err.Error()}
}

func writeError(w http.ResponseWriter, err error) {
	e := asAPIError(err)
	w.Header().Set("x-amzn-ErrorType", e.kind)
	_ = writeJSON(w, e.status, map[string]string{"__type": e.kind, "message": e.message}) // a map of strings can be encoded
}
