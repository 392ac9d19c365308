package cloudwatch

import (
	"cmp"
	"context"
	"crypto/rand"
	"fmt"
	"net/http"
	"strings"
)

// Handler serves the CloudWatch Logs API. Region and Account are those of the ARNs in answers; requests may name any.
type Handler struct {
	// Store is required.
	Store Store
	// Region is us-east-1 where it is empty.
	Region string
	// Account is 000000000000 where it is empty.
	Account string
}

func (h *Handler) region() string  { return cmp.Or(h.Region, "us-east-1") }
func (h *Handler) account() string { return cmp.Or(h.Account, "000000000000") }

const (
	targetPrefix = "Logs_20140328."
	contentType  = "application/x-amz-json-1.1"
)

// operation serves one request whose body is read.
type operation func(h *Handler, w http.ResponseWriter, r *http.Request, body []byte) error

// operations are those that are served, by name.
var operations = map[string]operation{
	"CreateLogGroup":        unary((*Handler).createLogGroup),
	"DeleteLogGroup":        unary((*Handler).deleteLogGroup),
	"DescribeLogGroups":     unary((*Handler).describeLogGroups),
	"ListLogGroups":         unary((*Handler).listLogGroups),
	"PutRetentionPolicy":    unary((*Handler).putRetentionPolicy),
	"DeleteRetentionPolicy": unary((*Handler).deleteRetentionPolicy),
	"TagResource":           unary((*Handler).tagResource),
	"UntagResource":         unary((*Handler).untagResource),
	"ListTagsForResource":   unary((*Handler).listTagsForResource),
	"TagLogGroup":           unary((*Handler).tagLogGroup),
	"UntagLogGroup":         unary((*Handler).untagLogGroup),
	"ListTagsLogGroup":      unary((*Handler).listTagsLogGroup),
	"CreateLogStream":       unary((*Handler).createLogStream),
	"DeleteLogStream":       unary((*Handler).deleteLogStream),
	"DescribeLogStreams":    unary((*Handler).describeLogStreams),
	"PutLogEvents":          unary((*Handler).putLogEvents),
	"GetLogEvents":          unary((*Handler).getLogEvents),
	"FilterLogEvents":       unary((*Handler).filterLogEvents),
	"StartLiveTail":         startLiveTail,
}

// ServeHTTP answers one request.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("x-amzn-RequestId", requestID())
	if err := h.serve(w, r); err != nil {
		writeError(w, err)
	}
}

func (h *Handler) serve(w http.ResponseWriter, r *http.Request) error {
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		return &apiError{http.StatusMethodNotAllowed, "UnknownOperationException",
			"This is ecslocal's CloudWatch Logs. It answers POST requests of AWS clients, not " + r.Method}
	}
	name, err := operationName(r.Header.Get("X-Amz-Target"))
	if err != nil {
		return err
	}
	body, err := readBody(w, r)
	if err != nil {
		return err
	}
	return operations[name](h, w, r, body)
}

// operationName is the operation that a target names, if it is served.
func operationName(target string) (string, error) {
	name, ok := strings.CutPrefix(target, targetPrefix)
	switch {
	case target == "":
		return "", unknownOperation("The request has no X-Amz-Target header, so it names no operation")
	case !ok:
		return "", unknownOperation("%.200s is not an operation of CloudWatch Logs (%s*)", target, targetPrefix)
	case operations[name] != nil:
		return name, nil
	case strings.Contains(name, "Quer") || name == "GetLogRecord" || name == "GetLogGroupFields":
		return "", unknownOperation("%.200s belongs to Logs Insights, which ecslocal does not serve: use FilterLogEvents with a filter pattern", name)
	}
	return "", unknownOperation("ecslocal's CloudWatch Logs does not serve the operation %.200s", name)
}

// unary makes an operation of a function from a checked request to a response. A nil response has no body, as in the service.
func unary[In, Out any](serve func(*Handler, context.Context, *In) (*Out, error)) operation {
	return func(h *Handler, w http.ResponseWriter, r *http.Request, body []byte) error {
		in := new(In)
		if err := decode(body, in); err != nil {
			return err
		}
		out, err := serve(h, r.Context(), in)
		if err != nil {
			return err
		}
		if out == nil {
			w.Header().Set("Content-Type", contentType)
			w.WriteHeader(http.StatusOK)
			return nil
		}
		return writeJSON(w, http.StatusOK, out)
	}
}

// void is the response of operations that have none.
type void struct{}

// requestID is a random UUID.
func requestID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
