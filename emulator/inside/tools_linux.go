package inside

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// sleep is sleep(1): the sum of durations such as 5, 0.5, 2m or infinity.
func sleep(ctx context.Context, p *process) int {
	var total time.Duration
	for _, arg := range p.args {
		d, err := duration(arg)
		if err != nil {
			fmt.Fprintf(p.stderr, "sleep: invalid time interval '%s'\n", arg)
			return 1
		}
		total = min(total+d, forever)
	}
	if len(p.args) == 0 {
		fmt.Fprintln(p.stderr, "sleep: missing operand")
		return 1
	}
	select {
	case <-ctx.Done():
	case <-time.After(total):
	}
	return 0
}

const forever = 100 * 365 * 24 * time.Hour

func duration(text string) (time.Duration, error) {
	unit := time.Second
	if n := len(text) - 1; n >= 0 && strings.IndexByte("smhd", text[n]) >= 0 {
		unit = map[byte]time.Duration{'s': time.Second, 'm': time.Minute, 'h': time.Hour, 'd': 24 * time.Hour}[text[n]]
		text = text[:n]
	}
	n, err := strconv.ParseFloat(text, 64)
	if err != nil || !(n >= 0) {
		return 0, errors.New("no duration")
	}
	if n*float64(unit) > float64(forever) {
		return forever, nil
	}
	return time.Duration(n * float64(unit)), nil
}

// cat is cat(1) without options.
func cat(_ context.Context, p *process) int {
	files, code := p.args, 0
	if len(files) == 0 {
		files = []string{"-"}
	}
	for _, name := range files {
		if err := copyFile(p.stdout, p.stdin, name); err != nil {
			fmt.Fprintf(p.stderr, "cat: %s: %s\n", name, errorText(err))
			code = 1
		}
	}
	return code
}

func copyFile(w io.Writer, stdin io.Reader, name string) error {
	if name == "-" {
		_, err := io.Copy(w, stdin)
		return err
	}
	file, err := os.Open(name)
	if err != nil {
		return err
	}
	defer file.Close()
	_, err = io.Copy(w, file)
	return err
}

// errorText is an error number's text as other programs print it, with a capital.
func errorText(err error) string {
	var number syscall.Errno
	text := err.Error()
	if errors.As(err, &number) {
		text = number.Error()
	}
	return strings.ToUpper(text[:1]) + text[1:]
}
