package bench

import (
	"bufio"
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/ecslocal/ecslocal/testdata/images"
)

var lines = flag.Int("lines", 0, "measure how fast a container's output is taken: so many lines of 100 bytes; 0 leaves these out")

// throughput is how long a way took from the first line to the last, and what the process that read used.
type throughput struct {
	took time.Duration
	cpu  time.Duration
	rss  int64 // KB
}

// TestLogs lets a container write lines of 100 bytes as fast as it can. Of ecslocal all lines are stored, indexed and counted; of the others
// they only come out:
//
//	go test ./testdata/bench -run TestLogs -v -lines 1000000 -rounds 5 -compose docker-compose
func TestLogs(t *testing.T) {
	if *lines == 0 {
		t.Skip("-lines says how many")
	}
	image, ecslocal := images.App(t), build(t)
	command := fmt.Sprintf("lines=%dx100", *lines)
	definition := write(t, "task.json", fmt.Sprintf(`{"family": "bench", "networkMode": "none", "containerDefinitions": [
		{"name": "c", "image": %q, "memory": 64, "command": [%q]}]}`, image, command))
	type way struct {
		name    string
		measure func() throughput
	}
	ours := func(flags ...string) func() throughput {
		return func() throughput {
			state := t.TempDir()
			args := append([]string{"run", "--state-dir", state}, flags...)
			m := output(t, exec.Command(ecslocal, append(args, definition)...))
			output(t, exec.Command(ecslocal, "logs", "--state-dir", state, "bench")) // counts them
			return m
		}
	}
	detached := func(flags ...string) func() throughput {
		return func() throughput { return inBackground(t, ecslocal, append(flags, definition)...) }
	}
	ways := []way{
		{"ecslocal run", ours()},
		{"ecslocal run -d", detached("--engine-logs", "none")},
		{"ecslocal run -d, json-file", detached("--engine-logs", "json-file")},
		{"json-file, no reader", func() throughput { return ceiling(t, image, command) }},
		{"docker logs -f", func() throughput { return dockerLogs(t, image, command) }},
	}
	if *compose != "" {
		file := write(t, "compose.yaml", fmt.Sprintf("services:\n  c: {image: %q, command: [%q], network_mode: none, logging: {driver: json-file, options: {max-size: 1g}}}\n", image, command))
		ways = append(ways, way{"docker compose up", func() throughput {
			defer exec.Command(*compose, "-f", file, "-p", "ecslocal-bench-logs", "down", "-t", "0").Run()
			return output(t, exec.Command(*compose, "-f", file, "-p", "ecslocal-bench-logs", "up"))
		}})
	}
	results := make([][]throughput, len(ways))
	for range *rounds {
		for i, w := range ways {
			results[i] = append(results[i], w.measure())
		}
	}
	median := func(i int, of func(throughput) float64) float64 {
		values := make([]float64, 0, *rounds)
		for _, m := range results[i] {
			values = append(values, of(m))
		}
		slices.Sort(values)
		return values[len(values)/2]
	}
	first := median(0, func(m throughput) float64 { return m.took.Seconds() })
	for i, w := range ways {
		took := median(i, func(m throughput) float64 { return m.took.Seconds() })
		t.Logf("%-24s median %.2f s, %.2f x ecslocal run; reader: %.2f s of CPU a million lines, %.0f MB", w.name, took, took/first,
			median(i, func(m throughput) float64 { return m.cpu.Seconds() })*1e6/float64(*lines), median(i, func(m throughput) float64 { return float64(m.rss) / 1024 }))
	}
}

// output runs a command, reads what it prints, and takes the time between its first line of the container and its last.
func output(t *testing.T, cmd *exec.Cmd) throughput {
	t.Helper()
	var complaints bytes.Buffer
	cmd.Stderr = &complaints
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	took := between(t, stdout)
	if err := cmd.Wait(); err != nil {
		t.Fatalf("%v: %v\n%s", cmd.Args, err, &complaints)
	}
	usage := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	return throughput{took, cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(), usage.Maxrss}
}

// between counts lines, which have to be all, and takes the time from the first to the last. It takes little itself, since what is measured
// has the same two cores.
func between(t *testing.T, r io.Reader) time.Duration {
	t.Helper()
	const mark = "line " // of each line, once
	var first, last time.Time
	n, kept := 0, 0
	buffer := make([]byte, 256<<10)
	for {
		read, err := r.Read(buffer[kept:])
		text := buffer[:kept+read]
		if found := bytes.Count(text, []byte(mark)); found > 0 {
			if last = time.Now(); n == 0 {
				first = last
			}
			n += found
		}
		kept = copy(buffer, text[max(0, len(text)-len(mark)+1):]) // a mark that is cut
		if err != nil {
			break
		}
	}
	if n != *lines {
		t.Errorf("%d lines of %d", n, *lines)
	}
	return last.Sub(first)
}

// inBackground runs a task that nobody watches, and takes what describe-tasks says: from startedAt to executionStoppedAt.
func inBackground(t *testing.T, ecslocal string, args ...string) throughput {
	state := t.TempDir()
	command(t, ecslocal, append([]string{"run", "-d", "--state-dir", state}, args...)...)
	var described struct {
		Tasks []struct{ StartedAt, ExecutionStoppedAt, StoppedAt time.Time }
	}
	for len(described.Tasks) == 0 || described.Tasks[0].StoppedAt.IsZero() {
		time.Sleep(200 * time.Millisecond)
		output, err := exec.Command(ecslocal, "describe", "--state-dir", state, "bench").Output()
		if err != nil || json.Unmarshal(output, &described) != nil {
			t.Fatalf("describe: %v\n%s", err, output)
		}
	}
	output(t, exec.Command(ecslocal, "logs", "--state-dir", state, "bench")) // counts them
	return throughput{took: described.Tasks[0].ExecutionStoppedAt.Sub(described.Tasks[0].StartedAt)}
}

// ceiling is how long the container itself takes when nobody reads but the engine's driver.
func ceiling(t *testing.T, image, command string) throughput {
	c := images.Start(t, map[string]any{"Image": image, "Cmd": []string{command}, "HostConfig": map[string]any{"NetworkMode": "none",
		"LogConfig": map[string]any{"Type": "json-file", "Config": map[string]string{"max-size": "10m", "max-file": "2"}}}})
	c.Wait()
	var state struct {
		State struct{ StartedAt, FinishedAt time.Time }
	}
	c.Inspect(&state)
	return throughput{took: state.State.FinishedAt.Sub(state.State.StartedAt)}
}

func dockerLogs(t *testing.T, image, command string) throughput {
	c := images.Start(t, map[string]any{"Image": image, "Cmd": []string{command}, "HostConfig": map[string]any{"NetworkMode": "none",
		"LogConfig": map[string]any{"Type": "json-file", "Config": map[string]string{"max-size": "1g"}}}}) // where it is rotated, docker logs -f loses lines
	return output(t, exec.Command("docker", "logs", "-f", c.ID))
}

// TestVisible measures how soon a line is seen by logs -f and by somebody who asks GetLogEvents every 5 ms: the container prints the time, and
// the reader compares.
func TestVisible(t *testing.T) {
	if *lines == 0 {
		t.Skip("-lines says that logs are to be measured")
	}
	ecslocal, state := build(t), t.TempDir()
	definition := write(t, "task.json", fmt.Sprintf(`{"family": "visible", "networkMode": "none", "containerDefinitions": [
		{"name": "c", "image": %q, "memory": 64, "command": ["clock=50ms", "sleep=10s"]}]}`, images.App(t)))
	run := exec.Command(ecslocal, "run", "--state-dir", state, definition)
	run.Stderr = os.Stderr
	if err := run.Start(); err != nil {
		t.Fatal(err)
	}
	defer run.Wait()
	time.Sleep(2 * time.Second)
	serve := exec.Command(ecslocal, "logs", "serve", "--state-dir", state)
	address, err := serve.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := serve.Start(); err != nil {
		t.Fatal(err)
	}
	asked := make(chan []time.Duration, 1)
	go func() { asked <- throughAPI(t, address, 5*time.Second) }()
	follow := exec.Command(ecslocal, "logs", "-f", "--since", "0s", "--state-dir", state, "visible")
	stdout, err := follow.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := follow.Start(); err != nil {
		t.Fatal(err)
	}
	var followed []time.Duration
	for scanner := bufio.NewScanner(stdout); scanner.Scan(); {
		if delay, ok := since(scanner.Text()); ok {
			followed = append(followed, delay)
		}
	}
	if err := follow.Wait(); err != nil {
		t.Error(err)
	}
	for name, delays := range map[string][]time.Duration{"logs -f": followed, "GetLogEvents": <-asked} {
		if len(delays) < 50 {
			t.Fatalf("%s: %d lines", name, len(delays))
		}
		slices.Sort(delays)
		t.Logf("a line is seen by %s after %v (median of %d), 95%% within %v", name, delays[len(delays)/2], len(delays), delays[len(delays)*95/100])
	}
	_ = serve.Process.Signal(os.Interrupt)
	_ = serve.Wait()
}

// since is how long ago the container printed a line.
func since(line string) (delay time.Duration, ok bool) {
	_, text, _ := strings.Cut(line, "clock ")
	printed, err := time.Parse(time.RFC3339Nano, text)
	return time.Since(printed), err == nil
}

// throughAPI asks for what is new until the time is over.
func throughAPI(t *testing.T, environment io.Reader, period time.Duration) (delays []time.Duration) {
	first, err := bufio.NewReader(environment).ReadString('\n')
	_, url, ok := strings.Cut(strings.TrimSpace(first), "=")
	if err != nil || !ok {
		t.Errorf("logs serve prints %q: %v", first, err)
		return nil
	}
	post := func(operation string, body, answer any) {
		data, _ := json.Marshal(body)
		request, _ := http.NewRequestWithContext(t.Context(), http.MethodPost, url, bytes.NewReader(data))
		request.Header.Set("Content-Type", "application/x-amz-json-1.1")
		request.Header.Set("X-Amz-Target", "Logs_20140328."+operation)
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Error(err)
			return
		}
		defer response.Body.Close()
		if err := json.NewDecoder(response.Body).Decode(answer); err != nil || response.StatusCode != http.StatusOK {
			t.Errorf("%s: %s, %v", operation, response.Status, err)
		}
	}
	var groups struct {
		LogGroups []struct{ LogGroupName string }
	}
	post("DescribeLogGroups", struct{}{}, &groups)
	var streams struct {
		LogStreams []struct{ LogStreamName string }
	}
	query := map[string]any{"logGroupName": groups.LogGroups[0].LogGroupName}
	post("DescribeLogStreams", query, &streams)
	query["logStreamName"] = streams.LogStreams[0].LogStreamName
	for began, warm := time.Now(), false; time.Since(began) < period; time.Sleep(5 * time.Millisecond) {
		var page struct {
			Events           []struct{ Message string }
			NextForwardToken string
		}
		post("GetLogEvents", query, &page)
		for _, e := range page.Events {
			if delay, ok := since(e.Message); ok && warm {
				delays = append(delays, delay)
			}
		}
		query["nextToken"], warm = page.NextForwardToken, true // the first page is older
	}
	return delays
}
