package forward

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/IBM/fluent-forward-go/fluent/client"
	"github.com/IBM/fluent-forward-go/fluent/protocol"
	"github.com/google/go-cmp/cmp"
)

// TestClient lets a client that is not ours send in every mode, and wants every record once, with its time, and every chunk acknowledged.
func TestClient(t *testing.T) {
	t.Parallel()
	for _, network := range []string{"unix", "tcp"} {
		for _, ack := range []bool{false, true} {
			t.Run(fmt.Sprint(network, ", acknowledged ", ack), func(t *testing.T) {
				t.Parallel()
				address, wait := serve(t, network, &Server{})
				c := client.New(client.ConnectionOptions{RequireAck: ack, ConnectionTimeout: 20 * time.Second,
					Factory: &client.ConnFactory{Network: network, Address: address}})
				if err := c.Connect(); err != nil {
					t.Fatal(err)
				}
				defer c.Disconnect()
				record := func(n int) map[string]any { return map[string]any{"n": n} }
				entries := func(from, to int) (list protocol.EntryList) {
					for n := from; n < to; n++ {
						list = append(list, protocol.EntryExt{Timestamp: protocol.EventTime{Time: noon.Add(time.Duration(n))}, Record: record(n)})
					}
					return list
				}
				for i, send := range []func() error{
					func() error { return c.SendMessage("t", record(0)) },
					func() error { return c.SendMessageExt("t", record(1)) },
					func() error { return c.SendForward("t", entries(2, 20)) },
					func() error { return c.SendPacked("t", entries(20, 3000)) },
					func() error { return c.SendCompressed("t", entries(3000, 6000)) },
				} {
					if err := send(); err != nil {
						t.Fatalf("send %d: %v", i, err)
					}
				}
				got := wait(6000)
				for n, r := range got {
					if n < 2 { // the client takes the time itself
						r.At = noon.Add(time.Duration(n))
					}
					want := Record{Tag: "t", At: noon.Add(time.Duration(n)), Message: fmt.Appendf(nil, `{"n":%d}`, n)}
					if diff := cmp.Diff(want, r); diff != "" {
						t.Fatalf("record %d: %s", n, diff)
					}
				}
				for _, r := range got[:2] {
					if age := time.Since(r.At); age < -time.Second || age > time.Minute {
						t.Errorf("the time of a message is %v", r.At)
					}
				}
			})
		}
	}
}

// TestClientWantsAuthentication: a client with a shared key waits for a greeting that never comes; one that does not wait sends its half.
func TestClientWantsAuthentication(t *testing.T) {
	t.Parallel()
	ping, err := protocol.NewPing("router", []byte("shared"), []byte("salt"), nil)
	if err != nil {
		t.Fatal(err)
	}
	first, err := ping.MarshalMsg(nil)
	if err != nil {
		t.Fatal(err)
	}
	for name, message := range map[string][]byte{"waits": nil, "does not wait": first} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			troubles := make(chan error, 10)
			address, _ := serve(t, "tcp", &Server{Trouble: func(err error) { troubles <- err }, patience: 100 * time.Millisecond})
			send(t, "tcp", address, message)
			select {
			case err := <-troubles:
				if !strings.Contains(err.Error(), "shared key") {
					t.Errorf("told %v", err)
				}
			case <-time.After(20 * time.Second):
				t.Error("nobody is told")
			}
		})
	}
}
