package input

import (
	"slices"
	"strings"

	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/emulator/document"
)

// texts are the members whose own members are the user's: their names stay as they are.
var texts = []string{"options", "dockerLabels", "driverOpts", "labels"}

// renamed are the names that CloudFormation does not make of the API's by a capital first letter, by the API's.
// FilesystemId is so only for EFS.
var renamed = map[string]string{
	"efsVolumeConfiguration": "EFSVolumeConfiguration", "s3filesVolumeConfiguration": "S3FilesVolumeConfiguration",
	"fsxWindowsFileServerVolumeConfiguration": "FSxWindowsFileServerVolumeConfiguration", "iam": "IAM",
}

// apiNames gives every member of a tree the name that the API has for it; parent is the API's name of the tree itself.
func (t *template) apiNames(n *document.Node, parent string) {
	for i := range n.Members {
		m := &n.Members[i]
		api := apiName(m.Name, parent)
		if right := templateName(api, parent); right != m.Name {
			t.findings = append(t.findings, diag.Finding{Rule: "DOC-007", Severity: diag.Error, Position: m.Pos, Message: "\"" + m.Name + "\" is not how CloudFormation writes it",
				AWS: "extraneous key [" + m.Name + "] is not permitted", Fix: "write \"" + right + "\""})
		}
		m.Name = api
		if !slices.Contains(texts, api) {
			t.apiNames(m.Value, api)
		}
	}
	for _, item := range n.Items {
		t.apiNames(item, parent)
	}
}

// apiName is the API's name of what a template calls name, whatever its capitals.
func apiName(name, parent string) string {
	for api := range renamed {
		if strings.EqualFold(api, name) {
			return api
		}
	}
	switch {
	case strings.EqualFold(name, "fileSystemId"):
		return "fileSystemId"
	case parent == "proxyConfiguration" && name == "ProxyConfigurationProperties":
		return "properties"
	case name == "":
		return name
	}
	return strings.ToLower(name[:1]) + name[1:]
}

// templateName is the template's name of what the API calls name.
func templateName(api, parent string) string {
	switch {
	case renamed[api] != "":
		return renamed[api]
	case parent == "efsVolumeConfiguration" && api == "fileSystemId":
		return "FilesystemId"
	case parent == "proxyConfiguration" && api == "properties":
		return "ProxyConfigurationProperties"
	case api == "":
		return api
	}
	return strings.ToUpper(api[:1]) + api[1:]
}
