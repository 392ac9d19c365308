package catalogue

import (
	"testing"
	"time"

	"github.com/ecslocal/ecslocal/emulator/selfimage"
	"github.com/ecslocal/ecslocal/testdata/images"
)

// The shells and tools that texts differ by.
var (
	busybox = images.Busybox    // ash, and every command of Alpine
	debian  = images.Debian     // dash, bash, curl, GNU wget, procps
	dash    = images.Dash       // dash and nothing else
	gosh    = images.Gosh       // ecslocal's own shell and curl
	curlish = images.DebianCurl // dash and curl
	empty   = images.App        // no shell
)

// executable is a file that may be run.
func executable(path, content string) selfimage.File {
	f := selfimage.Text(path, content)
	f.Mode = 0o755
	return f
}

const ask = "wget -q -O /dev/null http://127.0.0.1:8080/"

// arm64 is the beginning of a program for another processor.
const arm64 = "\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\xb7\x00\x01\x00\x00\x00"

// scripts is an image with probe scripts, each wrong in its own way but for /hc/check.sh.
func scripts(t testing.TB) string {
	t.Helper()
	secret := selfimage.Text("/hc/secret", "x")
	secret.Mode = 0o600
	return images.BusyboxWith(t, "scripts", selfimage.Config{Cmd: []string{"/bin/sh"}},
		executable("/hc/check.sh", "#!/bin/sh\n"+ask+"\n"), selfimage.Text("/hc/noexec.sh", "#!/bin/sh\n"+ask+"\n"),
		executable("/hc/zsh.sh", "#!/bin/zsh\n"+ask+"\n"), executable("/hc/crlf.sh", "#!/bin/sh\r\n"+ask+"\r\n"),
		executable("/hc/plain.sh", ask+"\n"), executable("/hc/arm", arm64+"text"), secret)
}

// longName is an image whose application has a long name.
func longName(t testing.TB) string {
	t.Helper()
	return images.DebianWith(t, "long-name", selfimage.File{Path: "/averyverylongprocessname", Link: "/app"})
}

// checked is an image with a HEALTHCHECK of its own.
func checked(t testing.TB) string {
	t.Helper()
	return images.BusyboxWith(t, "checked", selfimage.Config{Cmd: []string{"/bin/sh"}, Healthcheck: &selfimage.Healthcheck{
		Test: []string{"CMD-SHELL", ask + " || exit 1"}, Interval: 10 * time.Second, StartPeriod: time.Minute}})
}

func sh(script string) []string { return []string{"CMD-SHELL", script} }

func cmd(argv ...string) []string { return append([]string{"CMD"}, argv...) }

func env(name, value string) []map[string]string {
	return []map[string]string{{"name": name, "value": value}}
}
