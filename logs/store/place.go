package store

import (
	"crypto/sha256"
	"fmt"
	"path/filepath"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxComponent is the longest file name made from a name, in bytes; longer ones end in a hash. File systems allow 255, and
// suffixes such as ",0001.log" have to fit.
const maxComponent = 200

// groupDir is the directory name of a log group. Group names hold no comma, so one may stand for the slash; a name without
// leading slash is marked, since the slash is dropped.
func groupDir(name string) string {
	rest, ok := strings.CutPrefix(name, "/")
	if !ok {
		rest = "=" + rest
	}
	return fit(strings.ReplaceAll(escape(rest), "%2F", ","), name)
}

// place is where the files of one stream are.
type place struct{ dir, base string }

// streamPlace puts a stream below its group's directory: the slashes of the name are directories.
func streamPlace(group, stream string) place {
	parts := strings.Split(stream, "/")
	for i, part := range parts {
		parts[i] = fit(escape(part), part)
	}
	last := len(parts) - 1
	for i, part := range parts[:last] {
		if strings.HasSuffix(part, ".log") { // else it could be the file of another stream
			parts[i] = strings.TrimSuffix(part, ".log") + "%2Elog"
		}
	}
	return place{filepath.Join(append([]string{group}, parts[:last]...)...), parts[last]}
}

// text and index are the files of one part: "" is the live one, "0001" and so on are older ones, "late" holds late events.
func (p place) text(part string) string  { return filepath.Join(p.dir, p.base+suffix(part)+".log") }
func (p place) index(part string) string { return filepath.Join(p.dir, "."+p.base+suffix(part)+".idx") }
func (p place) lock() string             { return filepath.Join(p.dir, "."+p.base+".lock") }

func suffix(part string) string {
	if part == "" {
		return ""
	}
	return "," + part
}

// older names the n-th part, counted from 1.
func older(n int64) string { return fmt.Sprintf("%04d", n) }

const late = "late"

// escape makes one file name of one part of a name, so that different parts have different names, none is hidden and none is
// special on Windows.
func escape(part string) string {
	if part == "" {
		return "%-"
	}
	var b strings.Builder
	for i, r := range part {
		_, size := utf8.DecodeRuneInString(part[i:])
		switch {
		case r == utf8.RuneError, strings.ContainsRune(`,%\:*?"<>|/`, r), !unicode.IsPrint(r),
			r == '.' && (i == 0 || i == len(part)-1), r == ' ' && i == len(part)-1:
			for _, c := range []byte(part[i : i+size]) {
				fmt.Fprintf(&b, "%%%02X", c)
			}
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// fit shortens a file name that is too long, keeping it unique by a hash of what it was made from.
func fit(escaped, original string) string {
	if len(escaped) <= maxComponent {
		return escaped
	}
	cut := maxComponent - 17
	for !utf8.RuneStart(escaped[cut]) {
		cut--
	}
	return fmt.Sprintf("%s~%x", escaped[:cut], sha256.Sum256([]byte(original)))[:cut+17]
}
