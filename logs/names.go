package logs

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/ecslocal/ecslocal/emulator/lazyregexp"
)

// What CloudWatch Logs answers about names that do not exist, or do already; each text is the service's own.
var (
	ErrNoGroup      = errors.New("The specified log group does not exist.")  //lint:ignore ST1005 the service's text
	ErrNoStream     = errors.New("The specified log stream does not exist.") //lint:ignore ST1005 the service's text
	ErrGroupExists  = errors.New("The specified log group already exists")   //lint:ignore ST1005 the service's text
	ErrStreamExists = errors.New("The specified log stream already exists")  //lint:ignore ST1005 the service's text
)

// ErrStreamBusy is returned when another writer, here or in another process, holds a stream.
var ErrStreamBusy = errors.New("another process writes this log stream")

const (
	groupPattern  = `[\.\-_/#A-Za-z0-9]+`
	streamPattern = `[^:*]*`
	maxNameLength = 512
)

var groupName = lazyregexp.New(`^` + groupPattern + `$`)

// CheckGroupName tells whether a name can be that of a log group; the error is the service's text (InvalidParameterException).
func CheckGroupName(name string) error {
	return checkName("logGroupName", name, groupPattern, groupName().MatchString(name))
}

// CheckStreamName tells whether a name can be that of a log stream; the error is the service's text (InvalidParameterException).
func CheckStreamName(name string) error {
	return checkName("logStreamName", name, streamPattern, !strings.ContainsAny(name, ":*") && utf8.ValidString(name))
}

func checkName(member, name, pattern string, matches bool) error {
	problem := ""
	switch {
	case name == "":
		problem = "Member must have length greater than or equal to 1"
	case utf8.RuneCountInString(name) > maxNameLength:
		problem = fmt.Sprintf("Member must have length less than or equal to %d", maxNameLength)
	case !matches:
		problem = "Member must satisfy regular expression pattern: " + pattern
	default:
		return nil
	}
	return fmt.Errorf("1 validation error detected: Value '%s' at '%s' failed to satisfy constraint: %s", name, member, problem)
}
