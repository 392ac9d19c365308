package emulator

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/ecslocal/ecslocal/emulator/config"
	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/emulator/document"
	"github.com/ecslocal/ecslocal/emulator/envfile"
	"github.com/ecslocal/ecslocal/emulator/input"
	"github.com/ecslocal/ecslocal/emulator/plan"
	"github.com/ecslocal/ecslocal/emulator/taskdef"
	"github.com/ecslocal/ecslocal/secrets"
)

// Project is a task definition and all that belongs to it on this machine.
type Project struct {
	// Path is the file it was read from, - for standard input; Source is its content.
	Path       string
	Source     []byte
	Definition *taskdef.Definition
	Config     *config.Config
	// Findings are what is wrong with the files, errors included.
	Findings []diag.Finding

	root   *document.Node // of the definition in its file
	format input.Format
	// targetGroups are those of load balancers before the task, where the file has them.
	targetGroups []input.TargetGroup
	options      Options
	secrets      secrets.Source
	redactor     *secrets.Redactor
	values       map[string]string // of secrets, by valueFrom
	missing      *secrets.MissingError
	envFiles     map[string]map[string]string
	objects      map[string]string
	envError     *envfile.Error
}

// InvalidError is returned for files that cannot be run as they are.
type InvalidError struct {
	Findings []diag.Finding
	Source   []byte // of the definition's file
}

// Error is one line a finding.
func (e *InvalidError) Error() string {
	var lines []string
	for _, f := range diag.Errors(e.Findings) {
		line := f.String()
		if f.Fix != "" {
			line += "\n  fix: " + f.Fix
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

// Load reads a definition with its configuration, secrets and environment files. The error is for what cannot be read at all; what is
// wrong inside the files is in Findings, and Start refuses to run it.
func Load(path string, options Options) (*Project, error) {
	data, err := read(path)
	if err != nil {
		return nil, fmt.Errorf("read the task definition: %w", err)
	}
	p := &Project{Path: path, Source: data, options: options, redactor: secrets.NewRedactor()}
	if err := p.loadConfig(); err != nil {
		return nil, err
	}
	p.decode()
	if p.Definition == nil {
		return nil, &InvalidError{p.Findings, data}
	}
	p.settleIdentity()
	if err := p.loadSecrets(); err != nil {
		return nil, err
	}
	p.loadEnvFiles()
	diag.Sort(p.Findings)
	return p, nil
}

func read(path string) ([]byte, error) {
	f := os.Stdin
	if path != "-" {
		var err error
		if f, err = os.Open(path); err != nil {
			return nil, err
		}
		defer f.Close()
	}
	return io.ReadAll(io.LimitReader(f, document.MaxBytes+1))
}

func (p *Project) loadConfig() error {
	path := p.options.Config
	if path == "" && p.Path != "-" {
		path = config.Find(p.Path)
	}
	p.Config = &config.Config{}
	if path == "" {
		return nil
	}
	loaded, findings, err := config.Load(path)
	if err != nil {
		return fmt.Errorf("read the configuration: %w", err)
	}
	p.Config = loaded
	p.Findings = append(p.Findings, findings...)
	return nil
}

// settleIdentity fills in who the task is where the options leave it open: the configuration, then what the definition speaks of.
func (p *Project) settleIdentity() {
	o := &p.options
	o.Region = first(o.Region, p.Config.Region, plan.RegionOf(p.Definition))
	o.Account = first(o.Account, p.Config.Account, plan.AccountOf(p.Definition))
	o.Cluster = first(o.Cluster, p.Config.Cluster, plan.DefaultCluster)
	o.LaunchType = first(o.LaunchType, p.Definition.LaunchType())
	if o.TaskID == "" {
		o.TaskID = newTaskID()
	}
}

func first(values ...string) string {
	i := slices.IndexFunc(values, func(v string) bool { return v != "" })
	if i < 0 {
		return ""
	}
	return values[i]
}

func newTaskID() string {
	var id [16]byte
	rand.Read(id[:]) // never fails
	return hex.EncodeToString(id[:])
}

// loadSecrets reads the secrets files and looks up everything that the definition refers to.
func (p *Project) loadSecrets() error {
	p.secrets = secrets.Source{Region: p.options.Region, Account: p.options.Account}
	for _, path := range append(slices.Clone(p.Config.Secrets), p.options.Secrets...) {
		file, findings, err := secrets.Load(path)
		if err != nil {
			return err
		}
		p.Findings = append(p.Findings, findings...)
		p.secrets.Files = append(p.secrets.Files, file)
	}
	p.resolve(p.SecretUses())
	return nil
}

// secretReference is the rule of a valueFrom that names no secret.
const secretReference = "SEC-010"

func (p *Project) resolve(uses []secrets.Use) {
	var references []secrets.Reference
	var names []string
	for _, use := range uses {
		reference, err := use.Reference()
		if err != nil {
			p.Findings = append(p.Findings, diag.Finding{Rule: secretReference, Severity: diag.Error, Path: use.Path, Position: p.Definition.Pos(use.Path),
				Message: fmt.Sprintf("secret %q of container %q: %v", use.Name, use.Container, err), Fix: "write a parameter's name or ARN, or a secret's ARN"})
			continue
		}
		references, names = append(references, reference), append(names, use.ValueFrom)
	}
	values, missing := p.secrets.Resolve(references)
	p.missing = missing
	p.values = map[string]string{}
	for i, v := range values {
		p.redactor.Add(v)
		p.values[names[i]] = v.Reveal()
	}
}

// SecretUses are all places of the definition that refer to a secret, in its order.
func (p *Project) SecretUses() []secrets.Use {
	var uses []secrets.Use
	for i, c := range p.Definition.ContainerDefinitions {
		base := diag.Pointer("/containerDefinitions", i)
		add := func(name, valueFrom, path string) {
			uses = append(uses, secrets.Use{Container: c.Name, Name: name, ValueFrom: valueFrom, Path: path, Position: p.Definition.Pos(path)})
		}
		for j, s := range c.Secrets {
			add(s.Name, s.ValueFrom, diag.Pointer(base, "secrets", j, "valueFrom"))
		}
		if c.LogConfiguration != nil {
			for j, s := range c.LogConfiguration.SecretOptions {
				add(s.Name, s.ValueFrom, diag.Pointer(base, "logConfiguration", "secretOptions", j, "valueFrom"))
			}
		}
		if c.RepositoryCredentials != nil {
			add("repositoryCredentials", c.RepositoryCredentials.CredentialsParameter, diag.Pointer(base, "repositoryCredentials", "credentialsParameter"))
		}
	}
	return uses
}

// SecretSource answers references from the project's secrets files.
func (p *Project) SecretSource() *secrets.Source { return &p.secrets }

// SourceOf is the content of a file that findings name, without secrets; nil where it is not at hand.
func (p *Project) SourceOf(file string) []byte {
	if file == p.Path {
		return []byte(hideLines(string(p.Source), p.Hide))
	}
	return nil
}

// Hide replaces the project's secret values in a text.
func (p *Project) Hide(text string) string { return p.redactor.String(text) }

// loadEnvFiles reads the environment files of all containers, those of overrides included, and FireLens configuration in S3.
func (p *Project) loadEnvFiles() {
	p.envFiles, p.objects = map[string]map[string]string{}, map[string]string{}
	for _, c := range p.Definition.ContainerDefinitions {
		p.loadEnvFilesOf(c.EnvironmentFiles)
		if f := c.FirelensConfiguration; f != nil && f.Options["config-file-type"] == "s3" {
			if _, data, err := envfile.Load(f.Options["config-file-value"], p.Config.S3); p.keep(err) {
				p.objects[f.Options["config-file-value"]] = string(data)
			}
		}
	}
	if p.options.Overrides != nil {
		for _, c := range p.options.Overrides.ContainerOverrides {
			p.loadEnvFilesOf(c.EnvironmentFiles)
		}
	}
}

func (p *Project) loadEnvFilesOf(files []taskdef.EnvironmentFile) {
	for _, f := range files {
		name, data, err := envfile.Load(f.Value, p.Config.S3)
		if !p.keep(err) {
			continue
		}
		p.Findings = append(p.Findings, envfile.Lint(name, data)...)
		variables, err := envfile.Parse(data)
		if p.keep(err) {
			p.envFiles[f.Value] = variables
		}
	}
}

// keep remembers the first error of a file of S3: it fails the task when it runs, as on ECS.
func (p *Project) keep(err error) bool {
	if err == nil {
		return true
	}
	if p.envError == nil {
		if typed, ok := err.(*envfile.Error); ok {
			p.envError = typed
		} else {
			p.envError = &envfile.Error{Problem: err.Error()}
		}
	}
	return false
}

// absolute is the definition's path for the record.
func (p *Project) absolute() string {
	if p.Path == "-" {
		return p.Path
	}
	path, err := filepath.Abs(p.Path)
	if err != nil {
		return p.Path
	}
	return path
}
