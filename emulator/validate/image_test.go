package validate

import (
	"errors"
	"io/fs"
	"slices"
	"strings"
	"testing"

	"github.com/ecslocal/ecslocal/emulator/document"
	"github.com/ecslocal/ecslocal/emulator/taskdef"
	"github.com/ecslocal/ecslocal/healthcheck"
)

// files are those of an image: the content by path, executable where it starts with #!.
type files map[string]string

func (f files) Stat(path string) (healthcheck.FileInfo, bool) {
	text, ok := f[path]
	mode := fs.FileMode(0o644)
	switch {
	case text == "/":
		mode = fs.ModeDir | 0o755
	case strings.HasPrefix(text, "#!"):
		mode = 0o755
	}
	return healthcheck.FileInfo{Mode: mode, Size: int64(len(text))}, ok
}

func (f files) Read(path string, _ int) ([]byte, error) {
	if text, ok := f[path]; ok {
		return []byte(text), nil
	}
	return nil, errors.New("no such file")
}

var base = files{"/bin": "/", "/bin/sh": "#!", "/app": "/", "/app/run": "#!", "/app/readme": "text", "/etc": "/",
	"/etc/passwd": "root:x:0:0::/:\napp:x:100:100::/:\n", "/etc/group": "root:x:0:\nstaff:x:50:\n"}

// TestImageRules tries each rule about images on what breaks it and on what does not.
func TestImageRules(t *testing.T) {
	t.Parallel()
	cases := []struct {
		container, task string // members besides name, image and memory
		image           healthcheck.Image
		want            string // rules, in order
	}{
		{`"user": "nobody"`, ``, healthcheck.Image{Files: base}, "IMG-001"},
		{`"user": "app:nobody"`, ``, healthcheck.Image{Files: base}, "IMG-001"},
		{`"user": "app:staff"`, ``, healthcheck.Image{Files: base}, ""},
		{`"user": "root"`, ``, healthcheck.Image{Files: files{}}, "IMG-001"}, // engines 20.10 and 28.5 know no user without a file
		{`"user": "1000:1000"`, ``, healthcheck.Image{Files: files{}}, ""},
		{``, ``, healthcheck.Image{User: "nobody", Files: base}, "IMG-001"},
		{`"user": "app"`, ``, healthcheck.Image{User: "nobody", Files: base}, ""},
		{`"user": "nobody"`, ``, healthcheck.Image{}, ""}, // nothing is known of the files
		{`"command": ["sh"]`, ``, healthcheck.Image{Files: base, Environment: map[string]string{"PATH": "/sbin:/bin"}}, ""},
		{`"command": ["bash"]`, ``, healthcheck.Image{Files: base}, "IMG-002"},
		{`"command": ["npm start"]`, ``, healthcheck.Image{Files: base}, "IMG-002"},
		{`"command": ["sh"], "environment": [{"name": "PATH", "value": "/sbin"}]`, ``, healthcheck.Image{Files: base}, "IMG-002"},
		{`"command": ["./run"], "workingDirectory": "/app"`, ``, healthcheck.Image{Files: base}, ""},
		{`"command": ["./run"]`, ``, healthcheck.Image{Files: base}, "IMG-002"},
		{`"command": ["/app/readme"]`, ``, healthcheck.Image{Files: base}, "IMG-002"},
		{`"command": ["/app"]`, ``, healthcheck.Image{Files: base}, "IMG-002"},
		{`"command": ["anything"]`, ``, healthcheck.Image{Entrypoint: []string{"/app/run"}, Files: base}, ""},
		{`"entryPoint": ["/nowhere"], "command": ["x"]`, ``, healthcheck.Image{Entrypoint: []string{"/app/run"}, Files: base}, "IMG-002"},
		{`"command": ["/data/run"], "mountPoints": [{"sourceVolume": "v", "containerPath": "/data"}]`, `"volumes": [{"name": "v"}]`, healthcheck.Image{Files: base}, ""},
		{`"command": ["/database/run"], "mountPoints": [{"sourceVolume": "v", "containerPath": "/data"}]`, `"volumes": [{"name": "v"}]`, healthcheck.Image{Files: base}, "IMG-002"},
		{``, `"requiresCompatibilities": ["FARGATE"]`, healthcheck.Image{Architecture: "arm64"}, "IMG-003"},
		{``, `"requiresCompatibilities": ["FARGATE"], "runtimePlatform": {"cpuArchitecture": "ARM64"}`, healthcheck.Image{Architecture: "arm64"}, ""},
		{``, `"runtimePlatform": {"cpuArchitecture": "X86_64"}`, healthcheck.Image{Architecture: "arm64"}, "IMG-003"},
		{``, ``, healthcheck.Image{Architecture: "arm64"}, ""}, // a container instance may be either
		{`"portMappings": [{"containerPort": 80}]`, ``, healthcheck.Image{Exposed: []int{8080, 443}}, "IMG-004"},
		{`"portMappings": [{"containerPort": 80}]`, ``, healthcheck.Image{Exposed: []int{80, 443}}, ""},
		{`"readonlyRootFilesystem": true`, ``, healthcheck.Image{Volumes: []string{"/var/lib/data"}}, "IMG-005"},
		{`"readonlyRootFilesystem": false`, ``, healthcheck.Image{Volumes: []string{"/var/lib/data"}}, ""},
		{`"entryPoint": ["/app/run"]`, ``, healthcheck.Image{Cmd: []string{"serve"}}, "IMG-006"},
		{`"entryPoint": ["/app/run"], "command": []`, ``, healthcheck.Image{}, ""},
	}
	tried := map[string]bool{}
	for _, c := range cases {
		members := func(text string) string {
			if text != "" {
				text = ", " + text
			}
			return text
		}
		root, findings := document.ParseJSON("f", []byte(`{"family": "f", "containerDefinitions": [{"name": "web", "image": "i", "memory": 64`+
			members(c.container)+`}]`+members(c.task)+`}`))
		if len(findings) > 0 {
			t.Fatal(findings)
		}
		def, _ := taskdef.Decode(root)
		var got []string
		for _, f := range CheckImages(def, Options{}, map[string]*healthcheck.Image{"web": &c.image}) {
			got = append(got, f.Rule)
			tried[f.Rule] = true
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s %s: %v, want %q", c.container, c.task, got, c.want)
		}
	}
	for _, r := range ImageRules() {
		if !tried[r.ID] {
			t.Errorf("%s is tried by no case", r.ID)
		}
		if slices.ContainsFunc(Rules(), func(other Rule) bool { return other.ID == r.ID }) {
			t.Errorf("%s stands in both tables", r.ID)
		}
	}
}
