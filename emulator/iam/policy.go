// Package iam tells which permissions the execution role of a task definition needs, and compares policy documents with them.
//
// It stands beside package validate: it reads a definition and gives a policy or findings. It imports diag, document, taskdef and
// secrets only, and asks no AWS.
package iam

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/emulator/lazyregexp"
	"github.com/ecslocal/ecslocal/emulator/taskdef"
	"github.com/ecslocal/ecslocal/secrets"
)

// Need is one permission without which the task fails.
type Need struct {
	// Action is such as ssm:GetParameters; Resource is an ARN, or * where the action knows no resources. In the ARN of a secret whose
	// suffix is not in the definition, six question marks stand for it.
	Action, Resource string
	// Path is the JSON pointer of what needs it, Position its place, and Why says it in words.
	Path     string
	Position diag.Position
	Why      string
	// AWS is how the failure begins when it is not allowed, empty where the text is not known.
	AWS string

	// asked is the resource that a request names, where that is not what a policy best has.
	asked string
}

// How it shows that a permission is missing, by service: how the stopped reasons of tasks in public issues begin. What follows them names
// the role and the request.
var failures = map[string]string{
	"ecr":            "CannotPullContainerError",
	"ssm":            "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve secrets from ssm",
	"secretsmanager": "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve secret from asm",
	"logs":           "ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: failed to create Cloudwatch log stream",
	"s3":             "ResourceInitializationError: failed to download env files",
}

// Place is where the task runs, for resources that the definition names without saying where they are.
type Place struct{ Region, Account string }

// Needs are the permissions that the execution role needs, in the order of the definition (Amazon ECS developer guide, "Amazon ECS task
// execution IAM role"). uses are the definition's references to secrets; keys are the ARNs of the customer managed keys that encrypt them.
func Needs(def *taskdef.Definition, uses []secrets.Use, where Place, keys []string) []Need {
	n := &needs{def: def, where: where}
	for i := range def.ContainerDefinitions {
		n.container(&def.ContainerDefinitions[i], diag.Pointer("/containerDefinitions", i))
	}
	for _, use := range uses {
		if reference, err := use.Reference(); err == nil {
			n.secret(reference, use.Path, use.String())
		}
	}
	for i, v := range def.Volumes {
		if fsx := v.FSxWindowsFileServerVolumeConfiguration; fsx != nil && fsx.AuthorizationConfig != nil {
			path := diag.Pointer("/volumes", i, "fsxWindowsFileServerVolumeConfiguration", "authorizationConfig", "credentialsParameter")
			if reference, err := secrets.ParseReference(fsx.AuthorizationConfig.CredentialsParameter); err == nil {
				n.secret(reference, path, "volume "+v.Name)
			}
		}
	}
	for _, key := range keys {
		n.add("kms:Decrypt", key, "", "the key that encrypts its secrets")
	}
	return n.all
}

type needs struct {
	def   *taskdef.Definition
	where Place
	all   []Need
}

func (n *needs) add(action, resource, path, why string) {
	service, _, _ := strings.Cut(action, ":")
	n.all = append(n.all, Need{Action: action, Resource: resource, Path: path, Position: n.def.Pos(path), Why: why, AWS: failures[service], asked: resource})
}

// ecrImage is an image in a private repository: account, region, suffix and repository.
var ecrImage = lazyregexp.New(`^(\d{12})\.dkr[.-]ecr(?:-fips)?\.([a-z0-9-]+)\.(?:amazonaws\.com(?:\.cn)?|on\.aws)/([^:@]+)`)

func (n *needs) container(c *taskdef.ContainerDefinition, path string) {
	if m := ecrImage().FindStringSubmatch(c.Image); m != nil {
		image := diag.Pointer(path, "image")
		why := fmt.Sprintf("container %s: the image is in ECR", c.Name)
		n.add("ecr:GetAuthorizationToken", "*", image, why)
		repository := fmt.Sprintf("arn:%s:ecr:%s:%s:repository/%s", partition(m[2]), m[2], m[1], m[3])
		for _, action := range []string{"ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"} {
			n.add(action, repository, image, why)
		}
	}
	if c.LogConfiguration != nil && c.LogConfiguration.LogDriver == "awslogs" {
		n.logs(c, diag.Pointer(path, "logConfiguration", "options"))
	}
	for i, file := range c.EnvironmentFiles {
		n.object(file.Value, diag.Pointer(path, "environmentFiles", i, "value"), fmt.Sprintf("container %s: an environment file", c.Name))
	}
	if f := c.FirelensConfiguration; f != nil && f.Options["config-file-type"] == "s3" {
		n.object(f.Options["config-file-value"], diag.Pointer(path, "firelensConfiguration", "options", "config-file-value"),
			fmt.Sprintf("container %s: the router's configuration", c.Name))
	}
	for i, spec := range c.CredentialSpecs {
		_, arn, _ := strings.Cut(spec, ":")
		why, at := fmt.Sprintf("container %s: a credential spec", c.Name), diag.Pointer(path, "credentialSpecs", i)
		if strings.Contains(arn, ":ssm:") {
			n.add("ssm:GetParameters", arn, at, why)
		} else {
			n.object(arn, at, why)
		}
	}
}

func (n *needs) logs(c *taskdef.ContainerDefinition, path string) {
	options := c.LogConfiguration.Options
	region := options["awslogs-region"]
	if region == "" {
		region = n.where.Region
	}
	if options["awslogs-group"] == "" {
		return // the agent refuses it; that is package validate's to say
	}
	at := diag.Pointer(path, "awslogs-group")
	group := fmt.Sprintf("arn:%s:logs:%s:%s:log-group:%s:*", partition(region), region, n.where.Account, options["awslogs-group"])
	why := fmt.Sprintf("container %s: awslogs", c.Name)
	if create, ok := options["awslogs-create-group"]; ok && strings.EqualFold(create, "true") {
		n.add("logs:CreateLogGroup", group, diag.Pointer(path, "awslogs-create-group"), why+" with awslogs-create-group")
	}
	for _, action := range []string{"logs:CreateLogStream", "logs:PutLogEvents"} {
		n.add(action, group, at, why)
		n.all[len(n.all)-1].asked = strings.TrimSuffix(group, "*") + "log-stream:" + options["awslogs-stream-prefix"] + "/" + c.Name + "/" + strings.Repeat("0", 32)
	}
}

// object is a file in S3; the agent asks for the bucket's region before it reads.
func (n *needs) object(arn, path, why string) {
	bucket, _, ok := strings.Cut(arn, "/")
	if !ok || !strings.Contains(arn, ":s3:::") {
		return
	}
	n.add("s3:GetBucketLocation", bucket, path, why)
	n.add("s3:GetObject", arn, path, why)
}

// suffix is what Secrets Manager puts behind a secret's name.
var suffix = lazyregexp.New(`-[A-Za-z0-9]{6}$`)

func (n *needs) secret(r secrets.Reference, path, why string) {
	region, account := r.Region, r.Account
	if region == "" {
		region = n.where.Region
	}
	if account == "" {
		account = n.where.Account
	}
	in := func(service string) string {
		return fmt.Sprintf("arn:%s:%s:%s:%s", partition(region), service, region, account)
	}
	if r.Kind != secrets.SecretsManager {
		n.add("ssm:GetParameters", in("ssm")+":parameter/"+strings.TrimPrefix(r.Name, "/"), path, why)
		return
	}
	name := r.Name
	if !suffix().MatchString(name) {
		name += "-??????"
	}
	n.add("secretsmanager:GetSecretValue", in("secretsmanager")+":secret:"+name, path, why)
}

// partition is the first part of a region's ARNs (AWS General Reference, "Amazon Resource Names").
func partition(region string) string {
	switch {
	case strings.HasPrefix(region, "cn-"):
		return "aws-cn"
	case strings.HasPrefix(region, "us-gov-"):
		return "aws-us-gov"
	}
	return "aws"
}

// Policy is the least policy document that grants the needs, as indented JSON.
func Policy(all []Need) []byte {
	type statement struct {
		Effect   string
		Action   []string
		Resource []string
	}
	actions := map[string][]string{} // by resource
	var resources []string
	for _, n := range all {
		if actions[n.Resource] == nil {
			resources = append(resources, n.Resource)
		}
		if !slices.Contains(actions[n.Resource], n.Action) {
			actions[n.Resource] = append(actions[n.Resource], n.Action)
		}
	}
	statements := []statement{}
	for _, resource := range resources {
		slices.Sort(actions[resource])
		same := slices.IndexFunc(statements, func(s statement) bool { return slices.Equal(s.Action, actions[resource]) })
		if same < 0 {
			statements = append(statements, statement{"Allow", actions[resource], nil})
			same = len(statements) - 1
		}
		statements[same].Resource = append(statements[same].Resource, resource)
	}
	document := struct {
		Version   string
		Statement []statement
	}{"2012-10-17", statements}
	text, _ := json.MarshalIndent(document, "", "  ") // strings always have JSON
	return append(text, '\n')
}
