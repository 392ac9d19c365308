package plan

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"strconv"
	"strings"

	"github.com/ecslocal/ecslocal/emulator/lazyregexp"
	"github.com/ecslocal/ecslocal/emulator/taskdef"
)

// Label names. The first five are the agent's (docker_task_engine.go) and win over dockerLabels; the others are ours, and prune
// finds every object by LabelTask.
const (
	LabelTaskARN   = "com.amazonaws.ecs.task-arn"
	LabelContainer = "com.amazonaws.ecs.container-name"
	LabelFamily    = "com.amazonaws.ecs.task-definition-family"
	LabelVersion   = "com.amazonaws.ecs.task-definition-version"
	LabelCluster   = "com.amazonaws.ecs.cluster"

	LabelTask = "dev.ecslocal.task" // the task id
	LabelType = "dev.ecslocal.type" // the container's type
)

// Defaults of the emulated account.
const (
	DefaultRegion  = "us-east-1"
	DefaultAccount = "000000000000"
	DefaultCluster = "default"
)

// task settles who the task is.
func (c *compiler) task() Task {
	o := &c.options
	t := Task{
		ID: o.TaskID, Family: c.def.Family, Revision: max(1, c.def.Revision),
		Cluster: or(o.Cluster, DefaultCluster), Region: or(o.Region, RegionOf(c.def)), Account: or(o.Account, AccountOf(c.def)),
		LaunchType:  or(o.LaunchType, c.def.LaunchType()),
		TaskRoleARN: c.def.TaskRoleARN, ExecutionRoleARN: c.def.ExecutionRoleARN,
		FaultInjection: taskdef.Or(c.def.EnableFaultInjection, false),
		Platform:       platform(c.def.RuntimePlatform),
	}
	if t.ID == "" {
		t.ID = strings.Repeat("0", 32)
	}
	t.NetworkMode = c.def.Mode(t.LaunchType)
	t.ARN = fmt.Sprintf("arn:%s:ecs:%s:%s:task/%s/%s", partition(t.Region), t.Region, t.Account, t.Cluster, t.ID)
	t.CPU, t.Memory = vCPU(c.def.CPU), mebibytes(c.def.Memory)
	if t.TaskRoleARN != "" {
		t.CredentialsID = Identifier(t.ID, "credentials", "task")
	}
	if c.def.EphemeralStorage != nil {
		t.EphemeralStorage = taskdef.Or(c.def.EphemeralStorage.SizeInGiB, 0)
	}
	if len(c.def.Tags) > 0 {
		t.Tags = map[string]string{}
		for _, tag := range c.def.Tags {
			t.Tags[tag.Key] = tag.Value
		}
	}
	return t
}

func or(values ...string) string {
	for _, v := range values {
		if v != "" {
			return v
		}
	}
	return ""
}

func partition(region string) string {
	switch {
	case strings.HasPrefix(region, "cn-"):
		return "aws-cn"
	case strings.HasPrefix(region, "us-gov-"):
		return "aws-us-gov"
	}
	return "aws"
}

// RegionOf is the region that a definition's own log options and ARNs speak of, else DefaultRegion.
func RegionOf(def *taskdef.Definition) string {
	for _, c := range def.ContainerDefinitions {
		if c.LogConfiguration != nil && regionName().MatchString(c.LogConfiguration.Options["awslogs-region"]) {
			return c.LogConfiguration.Options["awslogs-region"]
		}
	}
	return or(arnPart(def, 3, regionName), DefaultRegion)
}

// AccountOf is the account that a definition's own ARNs speak of, else DefaultAccount.
func AccountOf(def *taskdef.Definition) string { return or(arnPart(def, 4, accountID), DefaultAccount) }

var (
	regionName = lazyregexp.New(`^[a-z]{2}(-[a-z]+)+-[0-9]$`)
	accountID  = lazyregexp.New(`^[0-9]{12}$`)
)

// arnPart is the first part of that index, among the definition's ARNs, that has the right form.
func arnPart(def *taskdef.Definition, index int, form lazyregexp.Regexp) string {
	arns := []string{def.ExecutionRoleARN, def.TaskRoleARN}
	for _, c := range def.ContainerDefinitions {
		for _, s := range c.Secrets {
			arns = append(arns, s.ValueFrom)
		}
	}
	for _, arn := range arns {
		if parts := strings.Split(arn, ":"); len(parts) > index && parts[0] == "arn" && form().MatchString(parts[index]) {
			return parts[index]
		}
	}
	return ""
}

func platform(p *taskdef.RuntimePlatform) string {
	if p == nil {
		return ""
	}
	return map[string]string{"X86_64": "linux/amd64", "ARM64": "linux/arm64"}[p.CPUArchitecture]
}

// vCPU reads the task's cpu: CPU units ("256") or vCPU ("0.25 vCPU"); 0 where it is neither.
func vCPU(text string) float64 {
	text = strings.ToLower(strings.ReplaceAll(text, " ", ""))
	if n, ok := strings.CutSuffix(text, "vcpu"); ok {
		f, _ := strconv.ParseFloat(n, 64)
		return f
	}
	units, _ := strconv.Atoi(text)
	return float64(units) / 1024
}

// mebibytes reads the task's memory: MiB ("512") or GB ("0.5 GB"); 0 where it is neither.
func mebibytes(text string) int {
	text = strings.ToLower(strings.ReplaceAll(text, " ", ""))
	if n, ok := strings.CutSuffix(text, "gb"); ok {
		f, _ := strconv.ParseFloat(n, 64)
		return int(f * 1024)
	}
	mib, _ := strconv.Atoi(text)
	return mib
}

// dockerName is ecs-<family>-<revision>-<name>-<20 hex>; the agent's hex is random, ours depends on the task, so that plans can be
// compared (agent: docker_task_engine.go, createContainer).
func (c *compiler) dockerName(name string) string {
	sum := sha256.Sum256([]byte(c.plan.Task.ID + "\x00" + name))
	return fmt.Sprintf("ecs-%s-%d-%s-%s", c.plan.Task.Family, c.plan.Task.Revision, notInDockerNames().ReplaceAllString(name, ""), hex.EncodeToString(sum[:10]))
}

// The agent strips everything else, underscores and dots too.
var notInDockerNames = lazyregexp.New(`[^A-Za-z0-9-]+`)

// identifier is a UUID that depends on the task and on what it is for; the agent's are random.
func (c *compiler) identifier(parts ...string) string { return Identifier(c.plan.Task.ID, parts...) }

// Identifier is a UUID made from a task's id and what it is for.
func Identifier(taskID string, parts ...string) string {
	sum := sha256.Sum256([]byte(taskID + "\x00" + strings.Join(parts, "\x00")))
	sum[6], sum[8] = sum[6]&0x0f|0x40, sum[8]&0x3f|0x80
	h := hex.EncodeToString(sum[:16])
	return fmt.Sprintf("%s-%s-%s-%s-%s", h[:8], h[8:12], h[12:16], h[16:20], h[20:])
}

// labels are a container's: the user's, over which ECS's and ours win.
func (c *compiler) labels(container string, users map[string]string) map[string]string {
	t := &c.plan.Task
	labels := maps.Clone(users)
	if labels == nil {
		labels = map[string]string{}
	}
	maps.Copy(labels, map[string]string{
		LabelTaskARN: t.ARN, LabelContainer: container, LabelFamily: t.Family, LabelVersion: strconv.Itoa(t.Revision), LabelCluster: t.Cluster,
		LabelTask: t.ID, LabelType: Normal,
	})
	return labels
}
