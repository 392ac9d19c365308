package input

import (
	"slices"
	"strings"

	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/emulator/document"
)

// detect finds out a document's format; empty means that it is none of ours.
func detect(root *document.Node) Format {
	switch {
	case root.Kind == document.Array && containerList(root):
		return Containers
	case root.Kind != document.Object:
		return ""
	case isKind(root.Member("Resources"), document.Object) && looksLikeTemplate(root):
		return CloudFormation
	case looksLikeTerraform(root):
		return Terraform
	case isKind(root.Member("taskDefinition"), document.Object):
		return Describe
	case looksLikeSkeleton(root):
		return Skeleton
	case looksLikeRegister(root):
		return Register
	}
	return ""
}

func isKind(n *document.Node, kind document.Kind) bool { return n != nil && n.Kind == kind }

// containerList says whether a list holds container definitions; the first one decides, for the others may have mistakes.
func containerList(root *document.Node) bool {
	if len(root.Items) == 0 {
		return false
	}
	first := root.Items[0]
	return first.Member("image") != nil || first.Member("name") != nil && (first.Member("essential") != nil || first.Member("portMappings") != nil)
}

// looksLikeTemplate says whether an object with Resources is a CloudFormation template: one of its resources has a Type.
func looksLikeTemplate(root *document.Node) bool {
	for _, name := range []string{"AWSTemplateFormatVersion", "Transform", "Parameters", "Outputs"} {
		if root.Member(name) != nil {
			return true
		}
	}
	for _, m := range root.Member("Resources").Members {
		if t := m.Value.Member("Type"); isKind(t, document.String) && strings.Contains(t.Text, "::") {
			return true
		}
	}
	return false
}

// looksLikeTerraform knows the output of terraform show -json and a state file of version 4.
func looksLikeTerraform(root *document.Node) bool {
	if root.Member("format_version") != nil {
		return root.Member("planned_values") != nil || root.Member("values") != nil || root.Member("terraform_version") != nil
	}
	return root.Member("terraform_version") != nil && isKind(root.Member("resources"), document.Array)
}

// distinctive are members that only task definitions have.
var distinctive = []string{"family", "containerDefinitions", "taskRoleArn", "executionRoleArn", "requiresCompatibilities", "networkMode", "taskDefinitionArn"}

func looksLikeRegister(root *document.Node) bool {
	if len(root.Members) == 0 {
		return true // AWS says what is missing
	}
	names := memberNames(root.Members)
	if slices.ContainsFunc(names, func(name string) bool { return slices.Contains(distinctive, name) }) {
		return true
	}
	return other(root) == nil && slices.ContainsFunc(names, func(name string) bool { return diag.Nearest(name, distinctive) != "" })
}

func knownFrom(format Format) bool { return format == "" || slices.Contains(Formats(), format) }

func formatList() string {
	names := make([]string, 0, len(Formats()))
	for _, f := range Formats() {
		names = append(names, string(f))
	}
	return strings.Join(names, ", ")
}
