package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"
)

var steps map[string]step

func init() { // the table's steps refer to the table
	steps = map[string]step{
		"print":    {"=TEXT\tprint a line on stdout", printTo(os.Stdout)},
		"stderr":   {"=TEXT\tprint a line on stderr", printTo(os.Stderr)},
		"partial":  {"=TEXT\tprint on stdout without a line's end", func(text string) error { _, err := io.WriteString(os.Stdout, text); return err }},
		"lines":    {"=N[xBYTES]\tprint N numbered lines as fast as possible", lines},
		"tick":     {"=DURATION\tprint a numbered line again and again, in the background", tick},
		"clock":    {"=DURATION\tprint the time again and again, in the background", clock},
		"uptime":   {"\tprint the time since the start", func(string) error { fmt.Println(time.Since(started).Round(time.Millisecond)); return nil }},
		"env":      {"[=NAME]\tprint the environment's names, or one variable's value", env},
		"args":     {"\tprint the arguments, one a line, quoted", func(string) error { fmt.Printf("%q\n", os.Args); return nil }},
		"whoami":   {"\tprint user, group, directory, host name, process id", whoami},
		"stdin":    {"\tprint each line of stdin, to its end", stdin},
		"read":     {"=FILE\tprint a file", read},
		"write":    {"=FILE=TEXT\twrite a file", write},
		"stat":     {"=FILE\tprint a file's mode and owner", stat},
		"sleep":    {"=DURATION\twait so long", sleep},
		"wait":     {"\twait for a signal", func(string) error { select {} }},
		"exit":     {"=CODE\tend", exit},
		"sigterm":  {"=CODE|ignore|DURATION\twhat SIGTERM does: end with a code, nothing, or end with 0 after a while", sigterm},
		"allocate": {"=MEGABYTES|all\tallocate and touch memory", allocate},
		"children": {"=N\tstart children that wait", children},
		"orphans":  {"=N\tstart children that leave a waiting child behind and end", orphans},
		"zombies":  {"=N\tstart children that end, and do not collect them", zombies},
		"listen":   {"=ADDRESS\tserve HTTP at host:port or unix:PATH", listen},
		"tls":      {"=ADDRESS\tserve HTTPS with a certificate of our own for localhost", listenTLS},
		"tcp":      {"=ADDRESS\taccept connections and say nothing", acceptOnly},
		"banner":   {"=ADDRESS=TEXT\taccept connections, say a line that is no HTTP, and close", banner},
		"hangup":   {"=ADDRESS\taccept connections and close them once something came", func(address string) error { return banner(address + "=") }},
		"nohead":   {"\tanswer 405 to HEAD", func(string) error { served.set(func(s *service) { s.nohead = true }); return nil }},
		"status":   {"=STATUS[:BODY]\tthe answer to any path", func(v string) error { return answer("", v) }},
		"path":     {"=PATH=STATUS[:BODY]\tthe answer to one path; the body of a redirection is its target", path},
		"host":     {"=NAME\tanswer 421 to any other Host header", func(v string) error { served.set(func(s *service) { s.host = v }); return nil }},
		"delay":    {"=DURATION\twait before each answer", delay},
		"get":      {"=URL\task once; end with 0 if the status is 200 to 399, else 1", get},
		"dial":     {"=ADDRESS\tconnect, and say whether that worked", dial},
		"resolve":  {"=NAME\tprint the addresses of a name", resolve},
		"addrs":    {"\tprint the addresses of the network interfaces", addrs},
	}
}

func names[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

func printTo(w io.Writer) func(string) error {
	return func(text string) error { _, err := fmt.Fprintln(w, text); return err }
}

// lines prints N lines "line 1 xxx…"; BYTES is the length of each without its end.
func lines(value string) error {
	count, size, _ := strings.Cut(value, "x")
	n, err := strconv.Atoi(count)
	if err != nil {
		return err
	}
	width := 0
	if size != "" {
		if width, err = strconv.Atoi(size); err != nil {
			return err
		}
	}
	w := bufio.NewWriterSize(os.Stdout, 64<<10)
	for i := 1; i <= n; i++ {
		line := fmt.Sprintf("line %d ", i)
		fmt.Fprintln(w, line+strings.Repeat("x", max(0, width-len(line))))
	}
	return w.Flush()
}

func tick(value string) error {
	every, err := time.ParseDuration(value)
	if err != nil {
		return err
	}
	go func() {
		for i := 1; ; i++ {
			fmt.Println("tick", i)
			time.Sleep(every)
		}
	}()
	return nil
}

func clock(value string) error {
	every, err := time.ParseDuration(value)
	if err != nil {
		return err
	}
	go func() {
		for {
			fmt.Println("clock", time.Now().Format(time.RFC3339Nano))
			time.Sleep(every)
		}
	}()
	return nil
}

func env(name string) error {
	if name != "" {
		value, ok := os.LookupEnv(name)
		if !ok {
			return errors.New("not set")
		}
		fmt.Println(value)
		return nil
	}
	for _, variable := range slices.Sorted(slices.Values(os.Environ())) {
		fmt.Println(strings.SplitN(variable, "=", 2)[0])
	}
	return nil
}

func whoami(string) error {
	directory, err := os.Getwd()
	if err != nil {
		return err
	}
	host, err := os.Hostname()
	fmt.Printf("uid=%d gid=%d cwd=%s host=%s pid=%d\n", os.Getuid(), os.Getgid(), directory, host, os.Getpid())
	return err
}

func stdin(string) error {
	scanner := bufio.NewScanner(os.Stdin)
	for scanner.Scan() {
		fmt.Println("stdin:", scanner.Text())
	}
	fmt.Println("stdin ended")
	return scanner.Err()
}

func read(file string) error {
	content, err := os.ReadFile(file)
	os.Stdout.Write(content)
	return err
}

func write(value string) error {
	file, text, _ := strings.Cut(value, "=")
	return os.WriteFile(file, []byte(text), 0o644)
}

func sleep(value string) error {
	d, err := time.ParseDuration(value)
	time.Sleep(d)
	return err
}

func exit(value string) error {
	code, err := strconv.Atoi(value)
	if err == nil {
		os.Exit(code)
	}
	return err
}

func dial(address string) error {
	connection, err := net.DialTimeout("tcp", address, 5*time.Second)
	if err != nil {
		return err
	}
	fmt.Println("connected to", address)
	return connection.Close()
}

func resolve(name string) error {
	addresses, err := net.LookupHost(name)
	fmt.Println(strings.Join(addresses, " "))
	return err
}

func addrs(string) error {
	addresses, err := net.InterfaceAddrs()
	for _, a := range addresses {
		fmt.Println(a)
	}
	return err
}
