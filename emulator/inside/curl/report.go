package curl

import (
	"fmt"
	"io"
	"net"
	"os"
	"strconv"
	"strings"
	"time"
)

// sink is where a body goes: a file, stdout for none, nowhere for the zero value.
type sink struct {
	path   string
	stdout io.Writer
	file   *os.File
}

func (s *sink) Write(p []byte) (int, error) {
	switch {
	case s.stdout == nil:
		return len(p), nil
	case s.path == "" || s.path == "-":
		return s.stdout.Write(p)
	case s.file == nil:
		file, err := os.Create(s.path)
		if err != nil {
			return 0, err
		}
		s.file = file
	}
	return s.file.Write(p)
}

func (s *sink) Close() error {
	if s.file == nil {
		return nil
	}
	return s.file.Close()
}

func (t *transfer) writeFailure(err error) error {
	var path *os.PathError
	if p, ok := err.(*os.PathError); ok {
		path = p
	}
	if path != nil && t.sink.file == nil && !t.options.silent {
		fmt.Fprintf(t.stderr, "Warning: Failed to open the file %s: %s\n", t.sink.path, reason(path.Err))
	}
	return failed(codeWrite, "Failure writing output to destination")
}

// reason is an error number's text as the C library has it.
func reason(err error) string {
	text := err.Error()
	return strings.ToUpper(text[:1]) + text[1:]
}

func (t *transfer) log(format string, args ...any) {
	if t.options.verbose {
		fmt.Fprintf(t.stderr, format+"\n", args...)
	}
}

// finish prints what follows a transfer: the meter's last line, the error, and what --write-out asks for.
func (t *transfer) finish(err error) {
	if closing := t.sink.Close(); err == nil && closing != nil {
		err = failed(codeWrite, "Failure writing output to destination")
	}
	if !t.options.silent && !t.options.noProgress && !t.onTerminal() && exitCode(err) != codeURL && exitCode(err) != codeProtocol {
		t.meter()
	}
	if err != nil && (!t.options.silent || t.options.showError) {
		fmt.Fprintf(t.stderr, "curl: (%d) %v\n", exitCode(err), err)
	}
	t.writeOut(err)
}

// onTerminal says whether the body is shown on a terminal, where curl prints no meter.
func (t *transfer) onTerminal() bool {
	file, ok := t.stdout.(*os.File)
	if !ok || t.sink.path != "" && t.sink.path != "-" {
		return false
	}
	info, err := file.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// meter prints curl's progress meter as it looks after a short transfer: the first and the last line.
func (t *transfer) meter() {
	const head = "  % Total    % Received % Xferd  Average Speed   Time    Time     Time  Current\n" +
		"                                 Dload  Upload   Total   Spent    Left  Speed\n"
	line := func(percent, total, received, speed int64) {
		fmt.Fprintf(t.stderr, "\r%3d %5d  %3d %5d    0     0  %5d      0 --:--:-- --:--:-- --:--:-- %5d", percent, total, percent, received, speed, speed)
	}
	io.WriteString(t.stderr, head)
	line(0, 0, 0, 0)
	total := max(t.want, t.bodyBytes, 0)
	var percent, speed int64
	if total > 0 {
		percent, speed = 100*t.bodyBytes/total, int64(float64(t.bodyBytes)/max(time.Since(t.started).Seconds(), 1e-6))
	}
	line(percent, total, t.bodyBytes, speed)
	io.WriteString(t.stderr, "\n")
}

// writeOut prints the --write-out format.
func (t *transfer) writeOut(err error) {
	out := io.Writer(t.stdout)
	for rest := t.options.writeOut; rest != ""; {
		at := strings.IndexAny(rest, "%\\")
		if at < 0 || at == len(rest)-1 {
			io.WriteString(out, rest)
			return
		}
		io.WriteString(out, rest[:at])
		mark, next := rest[at], rest[at+1]
		rest = rest[at+2:]
		switch {
		case mark == '\\':
			io.WriteString(out, escapes(next))
		case next == '%':
			io.WriteString(out, "%")
		case next == '{' && strings.Contains(rest, "}"):
			name, after, _ := strings.Cut(rest, "}")
			rest = after
			switch name {
			case "stderr":
				out = t.stderr
			case "stdout":
				out = t.stdout
			default:
				t.variable(out, name, err)
			}
		default:
			io.WriteString(out, "%"+string(next))
		}
	}
}

func escapes(letter byte) string {
	switch letter {
	case 'n':
		return "\n"
	case 'r':
		return "\r"
	case 't':
		return "\t"
	}
	return "\\" + string(letter)
}

func (t *transfer) variable(out io.Writer, name string, err error) {
	since := func(at time.Time) string {
		if at.IsZero() {
			at = t.started
		}
		return fmt.Sprintf("%.6f", at.Sub(t.started).Seconds())
	}
	host, port := "", ""
	if t.remote != nil {
		host, port, _ = net.SplitHostPort(t.remote.String()) // a unix socket has neither
	}
	message := ""
	if err != nil {
		message = err.Error()
	}
	values := map[string]string{
		"http_code": fmt.Sprintf("%03d", t.status), "response_code": fmt.Sprintf("%03d", t.status), "exitcode": strconv.Itoa(exitCode(err)),
		"errormsg": message, "content_type": t.contentType, "redirect_url": t.redirectURL, "num_redirects": strconv.Itoa(t.redirects),
		"url": t.url, "url_effective": t.effective, "method": t.method, "remote_ip": host, "remote_port": port, "http_version": t.proto,
		"scheme": strings.ToUpper(strings.SplitN(t.effective, "://", 2)[0]), "size_download": strconv.FormatInt(t.bodyBytes, 10),
		"size_header": strconv.FormatInt(t.headerBytes, 10), "time_connect": since(t.connected), "time_appconnect": since(t.secured),
		"time_starttransfer": since(t.answered), "time_total": since(time.Now()),
	}
	value, ok := values[name]
	if !ok {
		fmt.Fprintf(t.stderr, "curl: unknown --write-out variable: '%s'\n", name)
	}
	io.WriteString(out, value)
}
