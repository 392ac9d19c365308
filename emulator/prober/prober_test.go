package prober

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"
	"unicode/utf8"

	"github.com/ecslocal/ecslocal/healthcheck"
)

// container is a fake: probes take a while and end as run says.
type container struct {
	takes time.Duration
	run   func(since time.Duration) (code, pid int, output string, err error)
	began time.Time
	open  int // probes under way
	most  int
}

func (c *container) Exec(ctx context.Context, _ []string, created func(string), output io.Writer) (Ended, error) {
	created("id")
	c.open++
	c.most = max(c.most, c.open)
	defer func() { c.open-- }()
	select {
	case <-time.After(c.takes):
	case <-ctx.Done():
		return Ended{}, ctx.Err()
	}
	code, pid, text, err := c.run(time.Since(c.began))
	io.WriteString(output, text)
	return Ended{ExitCode: code, Pid: pid}, err
}

// watch runs a watch to its end in a bubble of its own.
func watch(t *testing.T, command healthcheck.Command, c *container, limit time.Duration, check func(reports []Report, took time.Duration)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), limit)
		defer cancel()
		c.began = time.Now()
		var reports []Report
		Watch{Container: c, Command: command, Timeout: 5 * time.Second}.Run(ctx, func(r Report) {
			if r.ExecID == "" {
				reports = append(reports, r)
			}
		})
		check(reports, time.Since(c.began))
	})
}

func TestPassIsKnownSoon(t *testing.T) {
	for _, ready := range []time.Duration{0, 2 * time.Second, 20 * time.Second} {
		c := &container{takes: 100 * time.Millisecond, run: func(since time.Duration) (int, int, string, error) {
			if since-100*time.Millisecond < ready {
				return 1, 7, "not yet", nil
			}
			return 0, 7, "ok", nil
		}}
		watch(t, healthcheck.Command{"CMD", "/check"}, c, time.Minute, func(reports []Report, took time.Duration) {
			last := reports[len(reports)-1].Probe
			if last == nil || last.ExitCode != 0 || last.Status != "healthy" || last.Source != Source {
				t.Errorf("ready at %v: last report %+v", ready, last)
			}
			if late := took - ready; late > 600*time.Millisecond && late > ready/7+200*time.Millisecond {
				t.Errorf("ready at %v is known at %v", ready, took)
			}
		})
	}
}

func TestNeverTwoAtOnce(t *testing.T) {
	c := &container{takes: 12 * time.Second, run: func(time.Duration) (int, int, string, error) { return 1, 7, "", nil }}
	watch(t, healthcheck.Command{"CMD", "/check"}, c, 40*time.Second, func(reports []Report, _ time.Duration) {
		if c.most != 1 {
			t.Errorf("%d probes at once", c.most)
		}
		if p := reports[0].Probe; p.ExitCode != -1 || p.Duration != 5*time.Second || !strings.HasPrefix(p.Output, "Health check exceeded timeout (5s)") {
			t.Errorf("a timeout is %+v", p)
		}
	})
}

func TestEndsWithTheContainer(t *testing.T) {
	c := &container{run: func(time.Duration) (int, int, string, error) {
		return 0, 0, "", errors.New("container x is not running")
	}}
	watch(t, healthcheck.Command{"CMD", "/check"}, c, time.Minute, func(reports []Report, took time.Duration) {
		if len(reports) != 0 || took > time.Second {
			t.Errorf("%d reports in %v", len(reports), took)
		}
	})
}

func TestHopeless(t *testing.T) {
	const cannot = `OCI runtime exec failed: exec failed: unable to start container process: exec: `
	sh := func(script string) healthcheck.Command { return healthcheck.Command{"CMD-SHELL", script} }
	for _, c := range []struct {
		command   healthcheck.Command
		code, pid int
		output    string
		probes    int // after how many it is given up; 0 is never
	}{
		{healthcheck.Command{"CMD", "curl -f http://localhost/"}, 126, 0, cannot + `"curl -f http://localhost/": stat curl -f http://localhost/: no such file or directory`, 1},
		{healthcheck.Command{"CMD", "curl", "-f"}, 126, 0, cannot + `"curl": executable file not found in $PATH: unknown`, 1},
		{sh("curl -f http://localhost/"), 126, 0, cannot + `"/bin/sh": stat /bin/sh: no such file or directory`, 1},
		{healthcheck.Command{"CMD", "/run/check.sh"}, 126, 0, cannot + `"/run/check.sh": stat /run/check.sh: no such file or directory`, 9},
		{sh("curl -f http://localhost/ || exit 1"), 1, 7, "/bin/sh: 1: curl: not found\n", 1},
		{sh("/run/check.sh || exit 1"), 1, 7, "/bin/sh: 1: /run/check.sh: not found\n", 9},
		{sh("curl -f http://localhost/ || wget -q http://localhost/"), 1, 7, "/bin/sh: curl: not found\n", 0},
		{sh("curl -f http://localhost/ ("), 2, 7, "/bin/sh: 1: Syntax error: \"(\" unexpected\n", 1},
		{sh("curl -f http://localhost/"), 7, 7, "curl: (7) Failed to connect\n", 0},
	} {
		fake := &container{run: func(time.Duration) (int, int, string, error) { return c.code, c.pid, c.output, nil }}
		watch(t, c.command, fake, 20*time.Second, func(reports []Report, _ time.Duration) {
			last := reports[len(reports)-1]
			if (last.Never != "") != (c.probes > 0) || c.probes == 1 && len(reports) != 2 || c.probes > 1 && len(reports) < 1+patientProbes {
				t.Errorf("%v: %d reports, never %q", c.command, len(reports), last.Never)
			}
		})
	}
}

func TestOutputIsBounded(t *testing.T) {
	t.Parallel()
	var b bounded
	for range 100 {
		io.WriteString(&b, strings.Repeat("\xff\x00x", 1000))
	}
	if text := b.String(); len(text) > 3*maxOutput || !strings.HasSuffix(text, "...") || strings.Contains(text, "\x00") || !utf8.ValidString(text) {
		t.Errorf("%d bytes, ending %q", len(text), text[len(text)-5:])
	}
}
