// Package envfile reads the environment files of a task definition as ECS does, which is not as dotenv libraries do, and says
// where the two differ.
//
// The front door loads the files with it before a plan is made; package validate takes its findings. It imports the standard
// library and diag only.
package envfile

import (
	"bufio"
	"bytes"
	"fmt"
	"strings"
)

// Parse reads a file as the agent does (amazon-ecs-agent 1.105.1, agent/taskresource/envFiles/envfile.go): a line is a comment
// if its first byte is #, a line without = is skipped, and everything before the first = is the name, everything after it the
// value. Nothing is trimmed but one carriage return at the line's end, nothing is unquoted or expanded, and a byte order mark
// belongs to the first name. Lines without a name are skipped; the last line of a name wins.
//
// Of several files the first one that has a name wins, after the container's environment and its secrets.
//
// The error is the agent's for a line of 64 KiB or more: no variable of the file is used then.
func Parse(data []byte) (map[string]string, error) {
	variables := map[string]string{}
	scanner := bufio.NewScanner(bytes.NewReader(data)) // as the agent's, whose limits are ECS's
	for scanner.Scan() {
		line := scanner.Text()
		if name, value, found := strings.Cut(line, "="); found && name != "" && line[0] != '#' {
			variables[name] = value
		}
	}
	if err := scanner.Err(); err != nil {
		return nil, fmt.Errorf("read environment file: %w", err)
	}
	return variables, nil
}
