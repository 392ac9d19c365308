// Package config reads ecslocal.yaml, which says what the emulated AWS account and its services hold: region and account,
// secrets files, images to run instead of others, log groups, and the folders that stand for S3 buckets and file systems.
//
// The command line reads it first of all, and its flags win over it; the rest of the flow only sees the values. It imports
// diag and document.
package config

import (
	_ "embed"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/emulator/document"
	"github.com/ecslocal/ecslocal/emulator/lazyregexp"
)

// Config is the content of a configuration file. The zero Config is that of no file.
type Config struct {
	// Region, Account (12 digits) and Cluster of the emulated account; empty where not given.
	Region  string `json:"region"`
	Account string `json:"account"`
	Cluster string `json:"cluster"`
	// Secrets are secrets files, of which a later one wins.
	Secrets []string `json:"secrets"`
	// Images are what to run instead, by container name, image reference, or a glob of references; see [Config.Image].
	Images map[string]string `json:"images"`
	// LogGroups exist before the task runs.
	LogGroups []string `json:"logGroups"`
	// S3 has the folders that stand for buckets, EFS and FSx those that stand for file systems, by bucket or file system id.
	S3  map[string]string `json:"s3"`
	EFS map[string]string `json:"efs"`
	FSx map[string]string `json:"fsx"`
	// Credentials say what the task's role may do.
	Credentials Credentials `json:"credentials"`
}

// Credentials say where the credentials come from that the task gets for its role.
type Credentials struct {
	// Mode is stub (the default: credentials that nobody accepts) or env (those of this process's environment).
	Mode Mode `json:"mode"`
	// Profile is a profile of the AWS configuration files, instead of a mode.
	Profile string `json:"profile"`
	// AssumeRole gets credentials of the task role itself with the others.
	AssumeRole bool `json:"assumeRole"`
}

// Mode is a way to get credentials.
type Mode string

const (
	Stub Mode = "stub"
	Env  Mode = "env"
)

// Names are the names under which the file is looked for, best first.
var names = []string{"ecslocal.yaml", "ecslocal.yml"}

// maxBytes bounds the file.
const maxBytes = 1 << 20

// Find is the path of the configuration file beside a task definition, empty where there is none.
func Find(definition string) string {
	for _, name := range names {
		path := filepath.Join(filepath.Dir(definition), name)
		if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() {
			return path
		}
	}
	return ""
}

// Load reads a configuration file. The error is of the operating system; what is wrong inside the file is in the findings.
func Load(path string) (*Config, []diag.Finding, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, fmt.Errorf("read configuration: %w", err)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxBytes+1))
	if err != nil {
		return nil, nil, fmt.Errorf("read configuration: %w", err)
	}
	if len(data) > maxBytes {
		return nil, nil, fmt.Errorf("read configuration: %s is larger than 1 MiB", path)
	}
	c, findings := Parse(path, data)
	return c, findings, nil
}

var nothing = lazyregexp.New(`^(\s*(#[^\n]*|---[ \t]*)?(\n|$))*$`)

// Parse reads the content of a configuration file. Relative paths in it are taken from the folder of its name. The Config
// holds what could be understood, also next to errors.
func Parse(name string, data []byte) (*Config, []diag.Finding) {
	c := &Config{}
	if len(strings.TrimSpace(string(data))) == 0 || nothing().Match(data) {
		return c, nil
	}
	root, findings := document.Parse(name, data)
	if root == nil {
		return c, findings
	}
	d := newDecoder(root, findings)
	d.config(c)
	c.resolve(filepath.Dir(name))
	diag.Sort(d.Findings)
	return c, d.Findings
}

// resolve makes the paths those that this process can open.
func (c *Config) resolve(dir string) {
	resolve := func(path string) string {
		if filepath.IsAbs(path) {
			return filepath.Clean(path)
		}
		return filepath.Join(dir, filepath.FromSlash(path))
	}
	for i := range c.Secrets {
		c.Secrets[i] = resolve(c.Secrets[i])
	}
	for _, folders := range []map[string]string{c.S3, c.EFS, c.FSx} {
		for name := range folders {
			folders[name] = resolve(folders[name])
		}
	}
}

// Image is the image to run for a container, the given one where the file has no other: by the container's name, else by the
// image reference, else by the longest glob that the reference matches, in which * is any characters and ? is one.
func (c *Config) Image(container, image string) string {
	for _, key := range []string{container, image} {
		if other, ok := c.Images[key]; ok {
			return other
		}
	}
	best := ""
	for key := range c.Images {
		if strings.ContainsAny(key, "*?") && (len(key) > len(best) || len(key) == len(best) && key < best) && glob(key).MatchString(image) {
			best = key
		}
	}
	if best == "" {
		return image
	}
	return c.Images[best]
}

var globs = strings.NewReplacer(`\*`, `.*`, `\?`, `.`)

func glob(pattern string) *regexp.Regexp {
	return regexp.MustCompile(`(?s)^` + globs.Replace(regexp.QuoteMeta(pattern)) + `$`)
}

// Folders are the folders that stand for file systems, by file system id.
func (c *Config) Folders() map[string]string {
	folders := map[string]string{}
	for _, each := range []map[string]string{c.EFS, c.FSx} {
		for id, folder := range each {
			folders[id] = folder
		}
	}
	return folders
}

//go:embed schema.json
var schema []byte

// Schema is the JSON schema of the file, for editors.
func Schema() []byte { return slices.Clone(schema) }
