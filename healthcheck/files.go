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
