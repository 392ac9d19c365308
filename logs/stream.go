package logs

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"text/template"
)

// Container is what the name of a log stream may be made of.
type Container struct {
	// Name is the container's name in the task definition; DockerName the engine's, with or without its slash.
	Name, DockerName string
	// TaskID is the last part of the task's ARN.
	TaskID string
	// DockerID and DockerImageID are the engine's ids, 64 hexadecimal digits, the image's with sha256: before it.
	DockerID, DockerImageID string
	// Image is the image's name as it was asked for.
	Image   string
	Command []string
	// Hostname is the engine's host.
	Hostname string
}

// StreamName is the name of a container's log stream. With a prefix ECS composes it; without one, which only EC2 allows, the engine
// takes the tag option, by default the container's id.
func (o Options) StreamName(c Container) (string, error) {
	switch {
	case o.StreamPrefix != "":
		return o.StreamPrefix + "/" + c.Name + "/" + c.TaskID, nil
	case o.Stream != "":
		return o.Stream, nil
	case o.Tag == "":
		return c.DockerID, nil
	}
	tag, err := template.New("log-tag").Funcs(tagFunctions).Parse(o.Tag)
	if err != nil {
		return "", fmt.Errorf("failed to initialize logging driver: %w", err)
	}
	var b bytes.Buffer
	if err := tag.Execute(&b, tagInfo{c}); err != nil {
		return "", fmt.Errorf("failed to initialize logging driver: %w", err)
	}
	return b.String(), nil
}

// tagInfo is what a tag template sees: its methods are the fields that Docker documents for the tag option.
type tagInfo struct{ c Container }

func (t tagInfo) ID() string          { return t.c.DockerID[:min(12, len(t.c.DockerID))] }
func (t tagInfo) FullID() string      { return t.c.DockerID }
func (t tagInfo) Name() string        { return strings.TrimPrefix(t.c.DockerName, "/") }
func (t tagInfo) Command() string     { return strings.Join(t.c.Command, " ") }
func (t tagInfo) ImageID() string     { return t.c.DockerImageID[:min(12, len(t.c.DockerImageID))] }
func (t tagInfo) ImageFullID() string { return t.c.DockerImageID }
func (t tagInfo) ImageName() string   { return t.c.Image }
func (t tagInfo) DaemonName() string  { return "docker" }
func (t tagInfo) Hostname() string    { return t.c.Hostname }

// tagFunctions are those of Docker's templates.
var tagFunctions = template.FuncMap{
	"json": func(v any) string {
		var b bytes.Buffer
		encoder := json.NewEncoder(&b)
		encoder.SetEscapeHTML(false)
		if err := encoder.Encode(v); err != nil {
			return ""
		}
		return strings.TrimSpace(b.String())
	},
	"split": strings.Split,
	"join":  strings.Join,
	"lower": strings.ToLower,
	"upper": strings.ToUpper,
	"title": func(s string) string {
		words := strings.Split(s, " ")
		for i, word := range words {
			words[i] = strings.ToUpper(word[:min(1, len(word))]) + word[min(1, len(word)):]
		}
		return strings.Join(words, " ")
	},
	"pad": func(s string, before, after int) string {
		const most = 1024 // a template is input
		if s == "" {
			return s
		}
		return strings.Repeat(" ", min(max(before, 0), most)) + s + strings.Repeat(" ", min(max(after, 0), most))
	},
	"truncate": func(s string, length int) string { return s[:min(max(length, 0), len(s))] },
}
