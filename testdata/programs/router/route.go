package main

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"sync"
	"time"

	"github.com/vmihailenco/msgpack/v5"
)

// router routes one record after the other, so that it has sent all that it took when it is stopped.
type router struct {
	config map[string][]section
	mu     sync.Mutex
}

func (r *router) listen(listener net.Listener) {
	for {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		go func() {
			defer conn.Close()
			if err := r.read(conn); err != nil && !errors.Is(err, io.EOF) {
				fmt.Fprintln(os.Stderr, "router:", err)
			}
		}()
	}
}

// read takes messages of the form [tag, time, record, option?], as Docker's driver and most libraries send them.
func (r *router) read(conn net.Conn) error {
	decoder := msgpack.NewDecoder(conn)
	for {
		var fields []msgpack.RawMessage
		if err := decoder.Decode(&fields); err != nil {
			return err
		}
		if len(fields) < 3 {
			return fmt.Errorf("a message of %d parts", len(fields))
		}
		var tag string
		var at eventTime
		record := map[string]any{}
		if err := errors.Join(msgpack.Unmarshal(fields[0], &tag), msgpack.Unmarshal(fields[1], &at), msgpack.Unmarshal(fields[2], &record)); err != nil {
			return err
		}
		for key, value := range record {
			if b, ok := value.([]byte); ok { // Docker sends bytes
				record[key] = string(b)
			}
		}
		r.route(tag, at, record)
	}
}

func (r *router) route(tag string, at eventTime, record map[string]any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if record = filter(r.config["FILTER"], tag, record); record == nil {
		return
	}
	for _, output := range r.config["OUTPUT"] {
		if !output.matches(tag) {
			continue
		}
		var err error
		switch output["name"] {
		case "forward":
			err = send(output, tag, at, record)
		case "cloudwatch_logs":
			err = putLogEvent(output, tag, at, record)
		case "stdout":
			fmt.Println(tag, record)
		case "null":
		default:
			err = errors.New("there is no such output here")
		}
		if err != nil {
			fmt.Fprintf(os.Stderr, "router: output %s: %v\n", output["name"], err)
		}
	}
}

// send forwards a record as a message in Forward mode, and waits for its acknowledgement where that is asked for.
func send(output section, tag string, at eventTime, record map[string]any) error {
	conn, err := net.DialTimeout("tcp", net.JoinHostPort(output["host"], output["port"]), 5*time.Second)
	if err != nil {
		return err
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(5 * time.Second))
	option := map[string]any{"size": 1, "fluent_signal": 0}
	if output["require_ack_response"] == "true" {
		option["chunk"] = fmt.Sprint(time.Now().UnixNano())
	}
	if err := msgpack.NewEncoder(conn).Encode([]any{tag, []any{[]any{[]any{&at, map[string]any{}}, record}}, option}); err != nil || option["chunk"] == nil {
		return err
	}
	var answer map[string]string
	if err := msgpack.NewDecoder(conn).Decode(&answer); err != nil || answer["ack"] != option["chunk"] {
		return fmt.Errorf("the chunk was answered with %v: %w", answer, err)
	}
	return nil
}

// eventTime is a time in the protocol: seconds, or an extension of type 0 with seconds and nanoseconds.
type eventTime struct{ time.Time }

func init() { msgpack.RegisterExt(0, (*eventTime)(nil)) }

// MarshalMsgpack writes the extension's content.
func (e *eventTime) MarshalMsgpack() ([]byte, error) {
	return binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, uint32(e.Unix())), uint32(e.Nanosecond())), nil
}

// UnmarshalMsgpack reads it.
func (e *eventTime) UnmarshalMsgpack(b []byte) error {
	if len(b) != 8 {
		return fmt.Errorf("a time of %d bytes", len(b))
	}
	e.Time = time.Unix(int64(binary.BigEndian.Uint32(b)), int64(binary.BigEndian.Uint32(b[4:])))
	return nil
}
