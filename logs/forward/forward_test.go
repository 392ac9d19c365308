package forward

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"net"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ecslocal/ecslocal/logs"
)

// pack writes a value as MessagePack, in the longest form where wide is true.
func pack(wide bool, value any) []byte {
	switch v := value.(type) {
	case nil:
		return []byte{0xc0}
	case bool:
		if v {
			return []byte{0xc3}
		}
		return []byte{0xc2}
	case int:
		if !wide && v >= 0 && v < 128 {
			return []byte{byte(v)}
		}
		return binary.BigEndian.AppendUint64([]byte{0xd3}, uint64(v))
	case uint64:
		return binary.BigEndian.AppendUint64([]byte{0xcf}, v)
	case float64:
		return binary.BigEndian.AppendUint64([]byte{0xcb}, math.Float64bits(v))
	case time.Time:
		b := []byte{0xd7, 0}
		if wide {
			b = []byte{0xc7, 8, 0}
		}
		return binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(b, uint32(v.Unix())), uint32(v.Nanosecond()))
	case string:
		if !wide && len(v) < 32 {
			return append([]byte{0xa0 | byte(len(v))}, v...)
		}
		return append(binary.BigEndian.AppendUint32([]byte{0xdb}, uint32(len(v))), v...)
	case []byte:
		return append(binary.BigEndian.AppendUint32([]byte{0xc6}, uint32(len(v))), v...)
	case []any:
		b := []byte{0x90 | byte(len(v))}
		if wide || len(v) > 15 {
			b = binary.BigEndian.AppendUint32([]byte{0xdd}, uint32(len(v)))
		}
		for _, element := range v {
			b = append(b, pack(wide, element)...)
		}
		return b
	case pairs:
		b := []byte{0x80 | byte(len(v))}
		if wide || len(v) > 15 {
			b = binary.BigEndian.AppendUint32([]byte{0xdf}, uint32(len(v)))
		}
		for _, member := range v {
			b = append(append(b, pack(wide, member.key)...), pack(wide, member.value)...)
		}
		return b
	}
	panic(fmt.Sprintf("cannot pack %T", value))
}

func gzipped(parts ...[]byte) []byte {
	var b bytes.Buffer
	for _, part := range parts { // one member each
		w := gzip.NewWriter(&b)
		w.Write(part)
		w.Close()
	}
	return b.Bytes()
}

var noon = time.Date(2026, 3, 4, 12, 0, 0, 123456789, time.UTC)

// docker is a record as Docker's fluentd driver makes it.
func docker(source, log string, more ...pair) pairs {
	return append(pairs{{"container_id", "0123"}, {"container_name", "/ecs-app"}, {"source", source}, {"log", log}}, more...)
}

// serve runs a server and returns where it listens, and a function that waits for so many records.
func serve(t *testing.T, network string, s *Server) (address string, wait func(int) []Record) {
	t.Helper()
	address = "127.0.0.1:0"
	if network == "unix" {
		address = filepath.Join(t.TempDir(), "fluent.sock")
	}
	listener, err := net.Listen(network, address)
	if err != nil {
		t.Fatal(err)
	}
	records := make(chan []Record, 100)
	handle := s.Handle
	s.Handle = func(got []Record) error {
		if handle != nil {
			if err := handle(got); err != nil {
				return err
			}
		}
		records <- slices.Clone(got)
		return nil
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- s.Serve(ctx, listener) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("serve: %v", err)
		}
	})
	return listener.Addr().String(), func(n int) (all []Record) {
		t.Helper()
		for len(all) < n {
			select {
			case got := <-records:
				all = append(all, got...)
			case <-time.After(20 * time.Second):
				t.Fatalf("got %d records, want %d", len(all), n)
			}
		}
		return all
	}
}

func send(t *testing.T, network, address string, messages ...[]byte) net.Conn {
	t.Helper()
	conn, err := net.Dial(network, address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	for _, message := range messages {
		if _, err := conn.Write(message); err != nil {
			t.Fatal(err)
		}
	}
	return conn
}

func TestEveryModeOfTheProtocol(t *testing.T) {
	t.Parallel()
	record := pairs{{"a", "b"}}
	two := slices.Concat(pack(false, []any{1, record}), pack(false, []any{noon, record}))
	at := []time.Time{time.Unix(1, 0), noon}
	for name, test := range map[string]struct {
		message []any
		times   []time.Time
	}{
		"Message, seconds":         {[]any{"tag", 1, record}, at[:1]},
		"Message, nanoseconds":     {[]any{"tag", noon, record, pairs{}}, at[1:]},
		"Message, no options":      {[]any{"tag", noon, record, nil}, at[1:]},
		"Message, float":           {[]any{"tag", 1.5, record}, []time.Time{time.UnixMilli(1500)}},
		"Forward":                  {[]any{"tag", []any{[]any{1, record}, []any{noon, record}}}, at},
		"Forward with metadata":    {[]any{"tag", []any{[]any{[]any{noon, pairs{}}, record}}, pairs{{"fluent_signal", 0}}}, at[1:]},
		"PackedForward":            {[]any{"tag", two, pairs{{"size", 2}}}, at},
		"PackedForward as text":    {[]any{"tag", string(two)}, at},
		"CompressedPackedForward":  {[]any{"tag", gzipped(two), pairs{{"compressed", "gzip"}}}, at},
		"compressed in two pieces": {[]any{"tag", gzipped(two, two), pairs{{"compressed", "gzip"}}}, append(at, at...)},
		"nothing":                  {[]any{"tag", []any{}}, nil},
		"heartbeat":                {nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, network := range []string{"unix", "tcp"} {
				for _, wide := range []bool{false, true} {
					address, wait := serve(t, network, &Server{})
					last := pack(wide, []any{"last", noon, record}) // the connection goes on
					message := pack(wide, nil)
					if test.message != nil {
						message = pack(wide, test.message)
					}
					send(t, network, address, message, last)
					want := make([]Record, 0, 3)
					for _, at := range test.times {
						want = append(want, Record{Tag: "tag", At: at, Message: []byte(`{"a":"b"}`)})
					}
					want = append(want, Record{Tag: "last", At: noon, Message: []byte(`{"a":"b"}`)})
					if diff := cmp.Diff(want, wait(len(want))); diff != "" {
						t.Errorf("%s, wide %v: %s", network, wide, diff)
					}
				}
			}
		})
	}
}

func TestAcknowledgement(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	full := false
	address, wait := serve(t, "tcp", &Server{Handle: func([]Record) error {
		mu.Lock()
		defer mu.Unlock()
		if full {
			return errors.New("disk full")
		}
		return nil
	}})
	for _, chunk := range []string{"p8n9gmxTQVC8/nh2wlKKeQ==", strings.Repeat("c", 100), strings.Repeat("d", 1000)} {
		conn := send(t, "tcp", address, pack(false, []any{"tag", pack(false, []any{noon, pairs{{"a", 1}}}), pairs{{"size", 1}, {"chunk", chunk}}}))
		conn.SetReadDeadline(time.Now().Add(20 * time.Second))
		d := decoder{r: bufio.NewReader(conn), left: 1 << 20}
		answer, err := d.value(0)
		if diff := cmp.Diff(any(pairs{{"ack", chunk}}), answer, cmp.AllowUnexported(pair{})); diff != "" || err != nil {
			t.Errorf("answer: %s%v", diff, err)
		}
	}
	wait(3)
	mu.Lock()
	full = true
	mu.Unlock()
	conn := send(t, "tcp", address, pack(false, []any{"tag", []any{[]any{noon, pairs{{"a", 1}}}}, pairs{{"chunk", "x"}}}))
	conn.SetReadDeadline(time.Now().Add(20 * time.Second))
	if n, err := conn.Read(make([]byte, 10)); n != 0 || !errors.Is(err, io.EOF) {
		t.Errorf("a chunk that was not stored was answered with %d bytes: %v", n, err)
	}
}

func TestRecordsOfDocker(t *testing.T) {
	t.Parallel()
	part := func(source, log, id, last string) pairs {
		return docker(source, log, pair{"partial_message", "true"}, pair{"partial_id", id}, pair{"partial_ordinal", "1"}, pair{"partial_last", last})
	}
	address, wait := serve(t, "unix", &Server{})
	var messages [][]byte
	for _, record := range []pairs{
		docker("stdout", "one"), docker("stderr", "two\xff"), docker("stdout", ""),
		part("stdout", "a-\xc3", "1", "false"), part("stderr", "x-", "2", "false"), part("stdout", "\xa9-b", "1", "true"),
		docker("stdout", "three"), part("stderr", "y", "2", "true"), part("stdout", "open", "3", "false"),
		docker("stdout", "labelled", pair{"com.example", "1"}),
	} {
		messages = append(messages, pack(false, []any{"app-firelens-0123", noon, record}))
	}
	send(t, "unix", address, messages...).Close()
	record := func(source logs.Source, message string) Record {
		return Record{Tag: "app-firelens-0123", At: noon, Source: source, Container: "ecs-app", Message: []byte(message)}
	}
	labelled := record(logs.Stdout, `{"container_id":"0123","container_name":"/ecs-app","source":"stdout","log":"labelled","com.example":"1"}`)
	labelled.Container = ""
	want := []Record{record(logs.Stdout, "one"), record(logs.Stderr, "two\ufffd"), record(logs.Stdout, "a-é-b"), record(logs.Stdout, "three"),
		record(logs.Stderr, "x-y"), labelled, record(logs.Stdout, "open")}
	if diff := cmp.Diff(want, wait(len(want))); diff != "" {
		t.Error(diff)
	}
	event := want[1].Event()
	if event.Timestamp != noon.UnixMilli() || event.Source != logs.Stderr {
		t.Errorf("event: %+v", event)
	}
}

func TestJSON(t *testing.T) {
	t.Parallel()
	record := pairs{{"z", "é<&>\x00\"\xff"}, {"a", -5}, {[]byte("bin"), []byte("x")}, {"big", uint64(math.MaxUint64)}, {"f", 1.5}, {"nan", math.NaN()}, {"nil", nil},
		{"list", []any{true, pairs{{3, "three"}}}}, {"at", noon}}
	d := decoder{r: bufio.NewReader(bytes.NewReader(pack(true, record))), left: 1 << 20}
	value, err := d.value(0)
	want := `{"z":"é<&>\u0000\"` + "\ufffd" + `","a":-5,"bin":"x","big":18446744073709551615,"f":1.5,"nan":null,"nil":null,"list":[true,{"3":"three"}],"at":"2026-03-04T12:00:00.123456789Z"}`
	if got := string(appendJSON(nil, value, 0)); strings.ReplaceAll(got, `\ufffd`, "\ufffd") != want || err != nil {
		t.Errorf("\n got %s %v\nwant %s", got, err, want)
	}
}

func TestSmallForms(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		bytes string
		want  any
	}{
		{"\xff", int64(-1)}, {"\xe0", int64(-32)}, {"\xcc\xff", int64(255)}, {"\xcd\x01\x00", int64(256)}, {"\xce\xff\xff\xff\xff", int64(math.MaxUint32)},
		{"\xd0\x80", int64(-128)}, {"\xd1\xff\xfe", int64(-2)}, {"\xd2\x80\x00\x00\x00", int64(math.MinInt32)}, {"\xca\x3f\x80\x00\x00", float64(1)},
		{"\xc4\x01x", []byte("x")}, {"\xc5\x00\x01x", []byte("x")}, {"\xd9\x01x", "x"}, {"\xda\x00\x01x", "x"}, {"\xdc\x00\x01\xc0", []any{nil}},
		{"\xde\x00\x01\xc2\xc3", pairs{{false, true}}}, {"\xd4\x05x", []byte("x")}, {"\xc8\x00\x01\x05x", []byte("x")},
	} {
		d := decoder{r: bufio.NewReader(strings.NewReader(test.bytes)), left: 1 << 20}
		got, err := d.value(0)
		if diff := cmp.Diff(test.want, got, cmp.AllowUnexported(pair{})); diff != "" || err != nil {
			t.Errorf("%x: %s%v", test.bytes, diff, err)
		}
	}
}
