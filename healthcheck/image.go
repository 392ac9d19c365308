package healthcheck

import (
	"io/fs"
	"path"
	"strings"
	"time"
)

// FileInfo is what is known of one file of an image or container, as the engine's archive call tells it.
type FileInfo struct {
	// Mode holds type and permission bits; a symbolic link is itself, not what it leads to.
	Mode fs.FileMode
	Size int64
	// LinkTarget is where a symbolic link leads, absolute or relative to the link.
	LinkTarget string
}

// Files looks at the files of an image. Paths are absolute and clean.
type Files interface {
	// Stat is the file at path itself, links not followed, and whether it exists.
	Stat(path string) (FileInfo, bool)
	// Read is at most the first n bytes of the regular file at path.
	Read(path string, n int) ([]byte, error)
}

// ImageCheck is the HEALTHCHECK of an image.
type ImageCheck struct {
	Test                                          Command
	Interval, Timeout, StartPeriod, StartInterval time.Duration
	Retries                                       int
}

// Image is what is known of the image of a container.
type Image struct {
	// Name is how the image is called in messages.
	Name string
	// Environment holds the ENV of the image.
	Environment     map[string]string
	Entrypoint, Cmd []string
	User            string
	WorkingDir      string
	// Check is its HEALTHCHECK, nil for none.
	Check *ImageCheck
	// Shell is its SHELL, which health checks do not use.
	Shell []string
	// Architecture is in Go's words: amd64, arm64 …
	Architecture string
	// Exposed are the TCP ports of EXPOSE.
	Exposed []int
	// Volumes are the paths of VOLUME.
	Volumes []string
	// Files may be nil where only the configuration is known.
	Files Files
}

// defaultPath is the engine's own PATH for an image without one (moby oci/caps, system.DefaultPathEnv).
const defaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

// Find finds a program as the engine does, links followed: a name with a slash in dir, any other in the directories of the variable PATH,
// empty for the engine's own. The image must have Files.
func (i *Image) Find(program, dir, pathVariable string) (FileInfo, bool) {
	if strings.Contains(program, "/") {
		if !path.IsAbs(program) {
			program = path.Join("/", dir, program)
		}
		_, info, ok := resolve(i.Files, program)
		return info, ok
	}
	if pathVariable == "" {
		pathVariable = defaultPath
	}
	for _, directory := range strings.Split(pathVariable, ":") {
		if _, info, ok := resolve(i.Files, path.Join(directory, program)); ok && directory != "" {
			return info, true
		}
	}
	return FileInfo{}, false
}

// resolve follows symbolic links and returns the final path and file.
func resolve(files Files, name string) (string, FileInfo, bool) {
	resolved := "/"
	rest := strings.Split(strings.Trim(path.Clean("/"+name), "/"), "/")
	for links := 0; len(rest) > 0; {
		next := path.Join(resolved, rest[0])
		info, ok := files.Stat(next)
		if !ok {
			return next, FileInfo{}, false
		}
		rest = rest[1:]
		if info.Mode&fs.ModeSymlink == 0 || info.LinkTarget == "" {
			if len(rest) == 0 {
				return next, info, true
			}
			if !info.Mode.IsDir() {
				return next, FileInfo{}, false // nothing is below a file; some engines fail when they are asked
			}
			resolved = next
			continue
		}
		if links++; links > 20 {
			return next, FileInfo{}, false
		}
		target := info.LinkTarget
		if !path.IsAbs(target) {
			target = path.Join(resolved, target)
		}
		rest = append(strings.Split(strings.Trim(path.Clean(target), "/"), "/"), rest...)
		resolved = "/"
	}
	info, ok := files.Stat(resolved)
	return resolved, info, ok
}
