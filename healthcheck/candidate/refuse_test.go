package candidate

import (
	"strings"
	"testing"

	"github.com/ecslocal/ecslocal/healthcheck"
)

func shellCheck(script string) healthcheck.Command { return healthcheck.Command{"CMD-SHELL", script} }

func TestRefuse(t *testing.T) {
	t.Parallel()
	var f Facts
	for _, c := range []struct {
		command healthcheck.Command
		want    string // a part of the refusal, empty for none
	}{
		{shellCheck("curl -f http://localhost/ || exit 1"), ""},
		{shellCheck("curl -fsS -o /dev/null http://localhost/ 2>/dev/null >&2"), ""},
		{shellCheck("wget -q -O - http://localhost/ | grep -q ok"), ""},
		{shellCheck("wget --spider -q http://localhost/"), ""},
		{shellCheck("exec 3<>/dev/tcp/127.0.0.1/80 && echo hi >&3"), ""},
		{shellCheck("kill -0 1"), ""},
		{shellCheck("service nginx status"), ""},
		{shellCheck("test \"$(date +%s)\" -gt 0"), ""},
		{healthcheck.Command{"CMD", "/app", "-probe", "http://localhost/"}, ""},
		{shellCheck("curl -f http://localhost/ || kill 1"), "ends processes"},
		{shellCheck("curl -f http://localhost/ || bash -c 'kill -s 15 -1 && (sleep 10; kill -s 9 -1)'"), "ends processes"},
		{shellCheck("timeout 3 rm -f /tmp/x"), "removes files"},
		{shellCheck("touch /tmp/alive"), "changes files"},
		{shellCheck("test -n \"$(mktemp)\""), "changes files"},
		{shellCheck("sed -i s/a/b/ /etc/app.conf"), "changes files"},
		{shellCheck("sed -n 1p /etc/app.conf"), ""},
		{shellCheck("date > /tmp/last"), "writes to"},
		{shellCheck("{ date; echo; } >> /tmp/last"), "writes to"},
		{shellCheck("(date) > \"$FILE\""), "writes to"},
		{shellCheck(": ; > /var/lock"), "writes to"},
		{shellCheck("sh -c '{ date; } > /tmp/last'"), "writes to"},
		{shellCheck("curl -f http://localhost/ &"), "background"},
		{shellCheck("curl -fo /tmp/page http://localhost/"), "/tmp/page"},
		{shellCheck("curl -O http://localhost/page"), "name of its own"},
		{shellCheck("wget -q http://localhost/health"), "name of its own"},
		{shellCheck("busybox rm /x"), "removes files"},
		{healthcheck.Command{"CMD", "curl", "-X", "DELETE", "http://localhost/"}, "sends DELETE"},
		{healthcheck.Command{"CMD", "curl", "-d", "x=1", "http://localhost/"}, "sends POST"},
		{healthcheck.Command{"CMD", "busybox", "kill", "1"}, "ends processes"},
		{healthcheck.Command{"CMD"}, "HC007"},
	} {
		err := f.Refuse(c.command)
		switch {
		case c.want == "" && err != nil:
			t.Errorf("%v: refused: %v", c.command, err)
		case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)):
			t.Errorf("%v: %v, want a refusal with %q", c.command, err, c.want)
		}
	}
}
