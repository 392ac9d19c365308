package validate

import (
	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/emulator/taskdef"
)

// fileSystemRules are about volumes on AWS's file systems.
var fileSystemRules = []Rule{
	{ID: "VOL-009", Severity: diag.Error, Source: cli, Message: missingMessage, AWS: missingAWS, Fix: missingFix,
		check: missing("volumes[].efsVolumeConfiguration.fileSystemId")},
	{ID: "VOL-010", Severity: diag.Error, Source: observed,
		Message: "the volume %s: EFS checks IAM over an encrypted connection only",
		AWS:     "EFS IAM authorization requires TransitEncryption to be enabled",
		Fix:     "write \"transitEncryption\": \"ENABLED\"",
		check: eachEFS(func(t *task, v volume, hit hit) {
			auth := v.EFSVolumeConfiguration.AuthorizationConfig
			if auth != nil && auth.IAM == "ENABLED" && !v.encrypts(t) {
				hit(v.path+"/efsVolumeConfiguration/authorizationConfig/iam", v.Name)
			}
		})},
	{ID: "VOL-011", Severity: diag.Error, Source: observed,
		Message: "the volume %s: an EFS access point has a root directory of its own, so %q cannot be another",
		AWS:     "When using an EFS access point, the root directory must either be set to \"/\" or be omitted",
		Fix:     "remove rootDirectory",
		check: eachEFS(func(t *task, v volume, hit hit) {
			if root := v.EFSVolumeConfiguration.RootDirectory; v.accessPoint() && root != "" && root != "/" {
				hit(v.path+"/efsVolumeConfiguration/rootDirectory", v.Name, root)
			}
		})},
	{ID: "VOL-011", Severity: diag.Error, Source: model,
		Message: "the volume %s: an EFS access point needs an encrypted connection",
		Fix:     "write \"transitEncryption\": \"ENABLED\"",
		check: eachEFS(func(t *task, v volume, hit hit) {
			if v.accessPoint() && !v.encrypts(t) {
				hit(v.path+"/efsVolumeConfiguration/authorizationConfig/accessPointId", v.Name)
			}
		})},
	{ID: "VOL-012", Severity: diag.Error, Source: observed,
		Message: "the volume %s: transitEncryptionPort means nothing without transitEncryption",
		AWS:     "TransitEncryptionPort requires that TransitEncryption is enabled",
		Fix:     "write \"transitEncryption\": \"ENABLED\", or remove the port",
		check: eachEFS(func(t *task, v volume, hit hit) {
			if v.EFSVolumeConfiguration.TransitEncryptionPort != nil && !v.encrypts(t) {
				hit(v.path+"/efsVolumeConfiguration/transitEncryptionPort", v.Name)
			}
		})},
	{ID: "VOL-012", Severity: diag.Error, Source: model,
		Message: "the volume %s: transitEncryptionPort is %d; a port is 0 to 65535",
		Fix:     "write a port, or remove it",
		check: eachEFS(func(t *task, v volume, hit hit) {
			if port := taskdef.Or(v.EFSVolumeConfiguration.TransitEncryptionPort, 0); port < 0 || port > 65535 {
				hit(v.path+"/efsVolumeConfiguration/transitEncryptionPort", v.Name, port)
			}
		})},
	{ID: "VOL-016", Severity: diag.Error, Source: cli, Message: missingMessage, AWS: missingAWS, Fix: missingFix,
		check: missing("volumes[].fsxWindowsFileServerVolumeConfiguration.fileSystemId",
			"volumes[].fsxWindowsFileServerVolumeConfiguration.rootDirectory",
			"volumes[].fsxWindowsFileServerVolumeConfiguration.authorizationConfig",
			"volumes[].fsxWindowsFileServerVolumeConfiguration.authorizationConfig.credentialsParameter",
			"volumes[].fsxWindowsFileServerVolumeConfiguration.authorizationConfig.domain")},
	{ID: "VOL-016", Severity: diag.Warning, Source: model,
		Message: "the volume %s: FSx for Windows File Server is for Windows containers",
		Fix:     "set runtimePlatform.operatingSystemFamily, or use EFS",
		check: eachVolume(func(t *task, v volume, hit hit) {
			if v.FSxWindowsFileServerVolumeConfiguration != nil && !t.windows && !t.unknown("/runtimePlatform/operatingSystemFamily") {
				hit(v.path+"/fsxWindowsFileServerVolumeConfiguration", v.Name)
			}
		})},
	{ID: "VOL-017", Severity: diag.Error, Source: cli, Message: missingMessage, AWS: missingAWS, Fix: missingFix,
		check: missing("volumes[].s3filesVolumeConfiguration.fileSystemArn")},
	{ID: "VOL-017", Severity: diag.Error, Source: model,
		Message: "the volume %s: S3 Files are mounted with the task role, and there is no taskRoleArn",
		Fix:     "add taskRoleArn",
		check: eachVolume(func(t *task, v volume, hit hit) {
			if v.S3FilesVolumeConfiguration != nil && !t.given("/taskRoleArn") {
				hit(v.path+"/s3filesVolumeConfiguration", v.Name)
			}
		})},
	{ID: "VOL-017", Severity: diag.Error, Source: model,
		Message: "the volume %s: an access point has a root directory of its own, so %q cannot be another",
		Fix:     "write \"rootDirectory\": \"/\", or remove it",
		check: eachVolume(func(t *task, v volume, hit hit) {
			s := v.S3FilesVolumeConfiguration
			if s != nil && s.AccessPointARN != "" && s.RootDirectory != "" && s.RootDirectory != "/" {
				hit(v.path+"/s3filesVolumeConfiguration/rootDirectory", v.Name, s.RootDirectory)
			}
		})},
}

func eachEFS(check func(t *task, v volume, hit hit)) check {
	return eachVolume(func(t *task, v volume, hit hit) {
		if v.EFSVolumeConfiguration != nil {
			check(t, v, hit)
		}
	})
}

// encrypts says whether an EFS volume's connection is encrypted, as far as can be known.
func (v volume) encrypts(t *task) bool {
	return v.EFSVolumeConfiguration.TransitEncryption == "ENABLED" || t.unknown(v.path+"/efsVolumeConfiguration/transitEncryption")
}

func (v volume) accessPoint() bool {
	auth := v.EFSVolumeConfiguration.AuthorizationConfig
	return auth != nil && auth.AccessPointID != ""
}
