package secrets

import (
	"strings"

	"github.com/ecslocal/ecslocal/emulator/diag"
)

// Use is one place of a task definition that asks for a secret: a member of a container's secrets or of its
// logConfiguration's secretOptions, or its repositoryCredentials.credentialsParameter.
type Use struct {
	Container string
	// Name is the environment variable or the log option; for registry credentials it is empty.
	Name      string
	ValueFrom string
	// Path is the JSON pointer of the value, such as /containerDefinitions/0/secrets/0/valueFrom, and Position its place.
	Path     string
	Position diag.Position
}

// Reference parses the use's valueFrom by the rules of its place.
func (u Use) Reference() (Reference, error) {
	if strings.HasSuffix(u.Path, "/credentialsParameter") {
		return ParseCredentialsParameter(u.ValueFrom)
	}
	return ParseReference(u.ValueFrom)
}

// String says who asks, as in "web: DB_PASSWORD".
func (u Use) String() string {
	if u.Name == "" {
		return u.Container + ": registry credentials"
	}
	return u.Container + ": " + u.Name
}
