package images

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"github.com/ecslocal/ecslocal/emulator/selfimage"
)

const module = "github.com/ecslocal/ecslocal"

// program is testdata/programs/NAME at path, built statically for the engine's architecture.
func program(t testing.TB, name, path string) selfimage.File {
	t.Helper()
	engine := connect(t)
	built := filepath.Join(cacheDir(t), name+"-"+engine.architecture)
	if _, upToDate := builtPrograms.Load(built); upToDate {
		return onDisk(t, path, built)
	}
	locked(t, "build-"+name, func() error {
		// Built over and over: the go command leaves an executable alone that is up to date.
		build := exec.CommandContext(t.Context(), "go", "build", "-trimpath", "-ldflags=-s -w", "-o", built, module+"/testdata/programs/"+name)
		build.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux", "GOARCH="+engine.architecture)
		if output, err := build.CombinedOutput(); err != nil {
			return fmt.Errorf("build test program %s: %w\n%s", name, err, output)
		}
		return nil
	})
	builtPrograms.Store(built, true)
	return onDisk(t, path, built)
}

// builtPrograms are the programs that this process has built: their sources do not change meanwhile.
var builtPrograms sync.Map

// debian are the files of a Debian package, with what they are linked with. A package that is not there fails the test.
func debian(t testing.TB, pkg string, paths ...string) []selfimage.File {
	t.Helper()
	if missing := Missing(paths...); missing != "" {
		t.Fatalf("%s is not there: this test needs Debian's package %s (apt-get install %s)", missing, pkg, pkg)
	}
	var files []selfimage.File
	for _, path := range paths {
		files = append(files, onDisk(t, path, path))
		libraries, err := selfimage.Libraries(path)
		if err != nil {
			t.Fatalf("find the libraries of %s: %v", path, err)
		}
		for _, library := range libraries {
			files = append(files, onDisk(t, library.Path, library.Source))
		}
	}
	return files
}

// Missing is the first of the files that this machine does not have, empty where it has all. A table test uses it to say
// which rows it cannot try, instead of failing.
func Missing(paths ...string) string {
	for _, path := range paths {
		if _, err := os.Stat(path); err != nil {
			return path
		}
	}
	return ""
}

// dash is /bin/sh as Debian has it.
func dash(t testing.TB) []selfimage.File {
	t.Helper()
	return append(debian(t, "dash", "/bin/dash"), selfimage.File{Path: "/bin/sh", Link: "/bin/dash"})
}

func onDisk(t testing.TB, path, source string) selfimage.File {
	t.Helper()
	info, err := os.Stat(source)
	if err != nil {
		t.Fatal(err)
	}
	return selfimage.FromDisk(path, source, info.Size())
}

// applets are the commands of busybox that Alpine has in /bin and /usr/bin too, as far as tests use them.
var applets = []string{
	"sh", "ash", "awk", "basename", "cat", "chmod", "cp", "cut", "date", "dirname", "echo", "env", "expr", "false", "find", "grep",
	"head", "hostname", "id", "kill", "killall", "ln", "ls", "mkdir", "mktemp", "mv", "nc", "netstat", "nslookup", "od", "pgrep", "pidof",
	"ping", "printf", "ps", "pwd", "rm", "sed", "seq", "sleep", "sort", "stat", "tail", "tee", "test", "timeout", "top", "touch", "tr",
	"true", "uname", "uniq", "wc", "wget", "which", "whoami", "xargs",
}

// cacheDir is where built programs are kept from one test to the next, so that they are linked once.
func cacheDir(t testing.TB) string {
	t.Helper()
	cache, err := os.UserCacheDir()
	if err != nil {
		cache = os.TempDir()
	}
	dir := filepath.Join(cache, "ecslocal-test")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	return dir
}
