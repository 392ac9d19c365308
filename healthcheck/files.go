package healthcheck

import (
	"path"
	"strings"
)

// workingDirectory is where the probe starts: the definition's, else the image's, else the root.
func (s *subject) workingDirectory() string {
	dir := s.WorkingDirectory
	if dir == "" && s.image != nil {
		dir = s.image.WorkingDir
	}
	return path.Clean("/" + dir)
}

// absolute is the path as the probe would see it.
func (s *subject) absolute(name string) string {
	if path.IsAbs(name) {
		return path.Clean(name)
	}
	return path.Join(s.workingDirectory(), name)
}

// hasFiles says whether the files of the image can be asked.
func (s *subject) hasFiles() bool { return s.image != nil && s.image.Files != nil }

// fileExists says that the image is known to have this file.
func (s *subject) fileExists(name string) bool {
	if !s.hasFiles() || name == "" || strings.ContainsRune(name, 0) {
		return false
	}
	_, _, ok := resolve(s.image.Files, s.absolute(name))
	return ok
}

// search is the directories of PATH.
func (s *subject) search() []string {
	list, ok := s.variable("PATH")
	if !ok || list == "" {
		list = defaultPath
	}
	return strings.Split(list, ":")
}

// found is where a program was looked for.
type found struct {
	found bool
	// path is where it is, after links; link is what the last directory entry was before that.
	path, link string
	info       FileInfo
	// looked is the places that do not have it.
	looked []string
}

// lookPath finds a program as the engine does: a name with a slash is a path, any other is looked up in PATH.
func (s *subject) lookPath(program string) found {
	var f found
	candidates := []string{program}
	if !strings.Contains(program, "/") {
		candidates = nil
		for _, dir := range s.search() {
			if dir != "" {
				candidates = append(candidates, path.Join(dir, program))
			}
		}
	}
	for _, name := range candidates {
		final, info, ok := resolve(s.image.Files, s.absolute(name))
		if ok {
			return found{found: true, path: final, link: s.absolute(name), info: info}
		}
		f.looked = append(f.looked, s.absolute(name))
	}
	return f
}

// maxRead is how much of a file is looked at: a probe or entrypoint script is short, an ELF header shorter.
const maxRead = 64 << 10

// readScript is the text of a file of the image, empty where it is none.
func (s *subject) readScript(name string) string {
	if !s.hasFiles() || name == "" {
		return ""
	}
	f := s.lookPath(name)
	if !f.found || !f.info.Mode.IsRegular() {
		return ""
	}
	data, err := s.image.Files.Read(f.path, maxRead)
	if err != nil || strings.ContainsRune(string(data), 0) {
		return ""
	}
	return string(data)
}
