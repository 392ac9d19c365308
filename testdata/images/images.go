// Package images makes the images of the engine tests, FROM scratch and offline: static Go programs, ecslocal's own shell,
// and, where Debian's packages are installed, busybox, dash and curl.
//
// Each function returns a reference that the engine has. The tag is the content's hash, and packages that are tested at the
// same time wait for one another, so that an image is made once and kept: they carry the label dev.ecslocal.test=true, and
// `docker image prune --all --filter label=dev.ecslocal.test=true` removes them.
//
// It talks to the engine by itself, at DOCKER_HOST, since package dockerengine is what the tests test.
// No engine fails a test with one line; -short skips it.
package images

import (
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"slices"
	"testing"

	"github.com/ecslocal/ecslocal/emulator/selfimage"
)

// Label marks the images and containers of tests.
const Label = "dev.ecslocal.test"

// Repository is what the references of test images begin with.
const Repository = "ecslocal.local/test/"

const searchPath = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

// App is an image with nothing but /app, the program of testdata/programs/app, as its entry point. It has no shell, like a
// distroless image.
func App(t testing.TB) string {
	t.Helper()
	return kept(t, "app", func() string {
		return Make(t, "app", selfimage.Config{Entrypoint: []string{"/app"}}, program(t, "app", "/app"))
	})
}

// Gosh is an image with ecslocal's shell, curl, sleep and cat in /bin, and /app. Its command is /bin/sh.
func Gosh(t testing.TB) string {
	t.Helper()
	return kept(t, "gosh", func() string {
		files := []selfimage.File{program(t, "gosh", selfimage.Path), program(t, "app", "/app")}
		for _, name := range selfimage.Programs() {
			files = append(files, selfimage.File{Path: "/bin/" + name, Link: selfimage.Path})
		}
		return Make(t, "gosh", shellConfig, append(files, roots()...)...)
	})
}

// Busybox is an image like Alpine's: every command is Debian's busybox-static. It has /app.
func Busybox(t testing.TB) string {
	t.Helper()
	return kept(t, "busybox", func() string {
		files := append(debian(t, "busybox-static", "/bin/busybox"), program(t, "app", "/app"))
		for _, name := range applets {
			files = append(files, selfimage.File{Path: "/bin/" + name, Link: "/bin/busybox"})
		}
		return Make(t, "busybox", shellConfig, append(files, roots()...)...)
	})
}

// BusyboxWith is the image Busybox with more files, under a name of its own.
func BusyboxWith(t testing.TB, name string, config selfimage.Config, more ...selfimage.File) string {
	t.Helper()
	files := append(debian(t, "busybox-static", "/bin/busybox"), program(t, "app", "/app"))
	for _, applet := range applets {
		files = append(files, selfimage.File{Path: "/bin/" + applet, Link: "/bin/busybox"})
	}
	config.Env = append([]string{searchPath}, config.Env...)
	return Make(t, name, config, append(append(files, roots()...), more...)...)
}

// Debian is an image like Debian's with the tools that checks use: dash as /bin/sh, bash, curl, GNU wget, procps, grep and coreutils.
func Debian(t testing.TB) string {
	t.Helper()
	return kept(t, "debian", func() string {
		return DebianWith(t, "debian")
	})
}

// DebianWith is the image Debian with more files, under a name of its own.
func DebianWith(t testing.TB, name string, more ...selfimage.File) string {
	t.Helper()
	files := append(dash(t), debian(t, "curl", "/usr/bin/curl")...)
	files = append(files, debian(t, "wget", "/usr/bin/wget")...)
	files = append(files, debian(t, "bash", "/bin/bash")...)
	files = append(files, debian(t, "procps", "/usr/bin/pgrep", "/usr/bin/ps")...)
	files = append(files, debian(t, "grep", "/usr/bin/grep")...)
	files = append(files, debian(t, "coreutils", "/usr/bin/sleep", "/usr/bin/cat", "/usr/bin/head", "/usr/bin/test", "/usr/bin/timeout", "/usr/bin/env", "/usr/bin/true")...)
	files = append(files, selfimage.Text("/etc/ssl/certs/ca-certificates.crt", noAuthority)) // curl refuses to begin without one
	return Make(t, name, shellConfig, slices.Concat(files, []selfimage.File{program(t, "app", "/app")}, roots(), more)...)
}

// noAuthority is a certificate that signs nothing that tests meet.
const noAuthority = `-----BEGIN CERTIFICATE-----
MIIBhTCCASugAwIBAgIUJABx93ja9KrQ30zN24UnPxKc/2EwCgYIKoZIzj0EAwIw
FzEVMBMGA1UEAwwMTm8gYXV0aG9yaXR5MCAXDTI2MTEyNzA4NTI1MVoYDzIxMjYx
MTAzMDg1MjUxWjAXMRUwEwYDVQQDDAxObyBhdXRob3JpdHkwWTATBgcqhkjOPQIB
BggqhkjOPQMBBwNCAARWtpWYJ0LCYhsNCIvlD4S4M1A027hKNJiD1ZY9pl2XeJ5w
nPs6ZUYX0PSiaGd8JlaTYMnSBVi5qoUezONYnjjIo1MwUTAdBgNVHQ4EFgQUj4HI
inw4oQmQH655sAS2/FGVvokwHwYDVR0jBBgwFoAUj4HIinw4oQmQH655sAS2/FGV
vokwDwYDVR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNIADBFAiAA0jEgKezyzG2W
8qFXXtCLdWP3+YpSAGMLE938mXq7ZQIhAPKN/VIAxwuqsbzuFqXc3MBLP1OdHlTD
BSBLdJDyjy43
-----END CERTIFICATE-----
`

// Dash is an image with Debian's dash as /bin/sh, no other command, and /app.
func Dash(t testing.TB) string {
	t.Helper()
	return kept(t, "dash", func() string {
		return Make(t, "dash", shellConfig, append(append(dash(t), program(t, "app", "/app")), roots()...)...)
	})
}

// DebianCurl is the image Dash with Debian's curl, sleep and cat.
func DebianCurl(t testing.TB) string {
	t.Helper()
	return kept(t, "debian-curl", func() string {
		files := append(dash(t), debian(t, "curl", "/usr/bin/curl")...)
		files = append(files, debian(t, "coreutils", "/usr/bin/sleep", "/usr/bin/cat")...)
		return Make(t, "debian-curl", shellConfig, append(append(files, program(t, "app", "/app")), roots()...)...)
	})
}

// Clients is an image with /awsclient and /otelecs, programs on the AWS SDK and on OpenTelemetry, and /app.
func Clients(t testing.TB) string {
	t.Helper()
	return kept(t, "clients", func() string {
		return Make(t, "clients", selfimage.Config{Entrypoint: []string{"/app"}}, append(roots(), program(t, "awsclient", "/awsclient"),
			program(t, "otelecs", "/otelecs"), program(t, "app", "/app"))...)
	})
}

// Router is an image with /router, which stands in for Fluent Bit, as its entry point.
func Router(t testing.TB) string {
	t.Helper()
	return kept(t, "router", func() string {
		return Make(t, "router", selfimage.Config{Entrypoint: []string{"/router"}}, append(roots(), program(t, "router", "/router"))...)
	})
}

// Make is an image of these files under Repository + name. The architecture is the engine's, where it can be that of the
// files only. Files whose paths repeat are taken once.
func Make(t testing.TB, name string, config selfimage.Config, files ...selfimage.File) string {
	t.Helper()
	engine := connect(t)
	config.Labels = map[string]string{Label: "true"}
	archive := selfimage.Archive{Architecture: engine.architecture, Config: config, Files: unique(files)}
	sum := sha256.New()
	if err := archive.Write(sum); err != nil {
		t.Fatalf("make image %s: %v", name, err)
	}
	reference := Repository + name + ":" + hex.EncodeToString(sum.Sum(nil))[:12]
	archive.References = []string{reference}
	locked(t, "load-"+name, func() error { return engine.ensure(t.Context(), reference, archive) })
	return reference
}

// AppFile is /app as a file, for images of a test's own that [Make] makes.
func AppFile(t testing.TB) selfimage.File {
	t.Helper()
	return program(t, "app", "/app")
}

// roots are the directories and files that a program expects of any image.
func roots() []selfimage.File {
	return []selfimage.File{
		{Path: "/tmp", Mode: fs.ModeDir | fs.ModeSticky | 0o777},
		selfimage.Text("/etc/passwd", "root:x:0:0:root:/root:/bin/sh\napp:x:1000:1000:app:/tmp:/bin/sh\n"),
		selfimage.Text("/etc/group", "root:x:0:\napp:x:1000:\n"),
	}
}

var shellConfig = selfimage.Config{Env: []string{searchPath}, Cmd: []string{"/bin/sh"}}

func unique(files []selfimage.File) []selfimage.File {
	seen := map[string]bool{}
	var once []selfimage.File
	for _, f := range files {
		if !seen[f.Path] {
			seen[f.Path] = true
			once = append(once, f)
		}
	}
	return once
}
