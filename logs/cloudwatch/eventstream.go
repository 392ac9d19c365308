package cloudwatch

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws/protocol/eventstream"
	"github.com/aws/aws-sdk-go-v2/aws/protocol/eventstream/eventstreamapi"
)

// eventStream writes messages of application/vnd.amazon.eventstream, each at once.
type eventStream struct {
	w       http.ResponseWriter
	encoder *eventstream.Encoder
}

// newEventStream begins the response.
func newEventStream(w http.ResponseWriter) *eventStream {
	w.Header().Set("Content-Type", "application/vnd.amazon.eventstream")
	w.WriteHeader(http.StatusOK)
	return &eventStream{w, eventstream.NewEncoder()}
}

// event sends a member of the stream's union, by its name.
func (s *eventStream) event(name string, payload any) error {
	return s.send(payload, eventstreamapi.EventMessageType, eventstreamapi.EventTypeHeader, name)
}

// exception sends a modelled error, after which the stream ends.
func (s *eventStream) exception(name, message string) error {
	payload := map[string]string{"message": message}
	return s.send(payload, eventstreamapi.ExceptionMessageType, eventstreamapi.ExceptionTypeHeader, name)
}

func (s *eventStream) send(payload any, messageType, nameHeader, name string) error {
	b, err := json.Marshal(payload)
	if err != nil {
		return fmt.Errorf("encode %s: %w", name, err)
	}
	var message eventstream.Message
	message.Headers.Set(eventstreamapi.MessageTypeHeader, eventstream.StringValue(messageType))
	message.Headers.Set(nameHeader, eventstream.StringValue(name))
	message.Headers.Set(eventstreamapi.ContentTypeHeader, eventstream.StringValue(contentType))
	message.Payload = b
	control := http.NewResponseController(s.w)
	_ = control.SetWriteDeadline(time.Now().Add(liveTailPatience)) // not every writer can
	if err := s.encoder.Encode(s.w, message); err != nil {
		return fmt.Errorf("send %s: %w", name, err)
	}
	if err := control.Flush(); err != nil {
		return fmt.Errorf("send %s: %w", name, err)
	}
	_ = control.SetWriteDeadline(time.Time{})
	return nil
}
