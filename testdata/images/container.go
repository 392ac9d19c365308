package images

import (
	"bytes"
	"context"
	"encoding/binary"
	"maps"
	"strings"
	"testing"
	"time"
)

// limit is how long a container may take for anything that a test waits for; only a failing test reaches it.
const limit = time.Minute

// Container is a running container of a test, which is removed when the test ends.
type Container struct {
	ID string

	t      testing.TB
	engine *engine
}

// Start runs a container. create is the body of POST /containers/create, with Image, Cmd, HostConfig and so on.
func Start(t testing.TB, create map[string]any) *Container {
	t.Helper()
	c := &Container{t: t, engine: connect(t)}
	create = maps.Clone(create)
	create["Labels"] = map[string]string{Label: "true"}
	var created struct{ Id string }
	c.call("POST", "/containers/create", create, &created)
	c.ID = created.Id
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), limit)
		defer cancel()
		if err := c.engine.do(ctx, "DELETE", "/containers/"+c.ID+"?force=1&v=1", nil, nil); err != nil {
			t.Errorf("remove test container: %v", err)
		}
	})
	c.call("POST", "/containers/"+c.ID+"/start", nil, nil)
	return c
}

// Run runs a command in a new container of an image to its end: what it wrote, and its exit code.
func Run(t testing.TB, image string, command ...string) (stdout, stderr string, code int) {
	t.Helper()
	c := Start(t, map[string]any{"Image": image, "Cmd": command})
	code = c.Wait()
	stdout, stderr = c.Output()
	return stdout, stderr, code
}

// Wait waits for the container's end and returns its exit code.
func (c *Container) Wait() int {
	c.t.Helper()
	var ended struct{ StatusCode int }
	c.call("POST", "/containers/"+c.ID+"/wait", nil, &ended)
	return ended.StatusCode
}

// Kill sends a signal to the container's first process.
func (c *Container) Kill(signal string) {
	c.t.Helper()
	c.call("POST", "/containers/"+c.ID+"/kill?signal="+signal, nil, nil)
}

// Inspect decodes the engine's description of the container.
func (c *Container) Inspect(into any) {
	c.t.Helper()
	c.call("GET", "/containers/"+c.ID+"/json", nil, into)
}

// Output is what the container has written so far.
func (c *Container) Output() (stdout, stderr string) {
	c.t.Helper()
	var stream bytes.Buffer
	c.call("GET", "/containers/"+c.ID+"/logs?stdout=1&stderr=1", nil, &stream)
	return c.split(stream.Bytes())
}

// Await waits until the container has written text.
func (c *Container) Await(text string) {
	c.t.Helper()
	for deadline := time.Now().Add(limit); ; time.Sleep(20 * time.Millisecond) {
		stdout, stderr := c.Output()
		if strings.Contains(stdout+stderr, text) {
			return
		}
		if time.Now().After(deadline) {
			c.t.Fatalf("container has not written %q, but: %s%s", text, stdout, stderr)
		}
	}
}

// Exec runs a command in the running container.
func (c *Container) Exec(command ...string) (stdout, stderr string, code int) {
	c.t.Helper()
	var created struct{ Id string }
	c.call("POST", "/containers/"+c.ID+"/exec", map[string]any{"AttachStdout": true, "AttachStderr": true, "Cmd": command}, &created)
	var stream bytes.Buffer
	c.call("POST", "/exec/"+created.Id+"/start", map[string]any{}, &stream)
	var ended struct{ ExitCode int }
	c.call("GET", "/exec/"+created.Id+"/json", nil, &ended)
	stdout, stderr = c.split(stream.Bytes())
	return stdout, stderr, ended.ExitCode
}

func (c *Container) call(method, path string, body, into any) {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(c.t.Context(), limit)
	defer cancel()
	if err := c.engine.do(ctx, method, path, body, into); err != nil {
		c.t.Fatal(err)
	}
}

// split takes the engine's frames apart: stream number, three zero bytes, length in 4 bytes, content.
func (c *Container) split(frames []byte) (stdout, stderr string) {
	var streams [3]strings.Builder
	for len(frames) >= 8 {
		size := int(binary.BigEndian.Uint32(frames[4:8]))
		if frames[0] > 2 || size > len(frames)-8 {
			c.t.Fatalf("the engine's output is not in frames: %q", frames[:8])
		}
		streams[frames[0]].Write(frames[8 : 8+size])
		frames = frames[8+size:]
	}
	return streams[1].String(), streams[2].String()
}

// Pause stops all processes of a container for now. Whoever removes it does so by force.
func Pause(t testing.TB, id string) {
	t.Helper()
	c := &Container{ID: id, t: t, engine: connect(t)}
	c.call("POST", "/containers/"+id+"/pause", nil, nil)
}

// RemoveAtEnd removes an image when the test ends, and after its containers: for images that no later test would use again.
func RemoveAtEnd(t testing.TB, reference string) {
	t.Helper()
	engine := connect(t)
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), limit)
		defer cancel()
		if err := engine.do(ctx, "DELETE", "/images/"+reference+"?force=1", nil, nil); err != nil {
			t.Errorf("remove test image: %v", err)
		}
	})
}
