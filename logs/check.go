package logs

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ecslocal/ecslocal/emulator/diag"
)

// Check judges a container's logConfiguration: what RegisterTaskDefinition refuses, what stops the container when it starts, and
// what is likely to hurt. Paths are JSON pointers relative to the container definition; positions are left to the caller.
//
// Rules LOG-002 to LOG-015 are those of the catalogue; LOG-016 and above are this package's own:
//
//	016 the value of an option that the engine refuses       022 multi-line pattern that matches what was not meant
//	017 option that ECS may refuse                           023 region that is none, or another one
//	018 create-group that is not "true"                      024 awslogs without stream prefix
//	019 max-buffer-size without mode                         025 TTY
//	020 multi-line pattern that does not compile             026 output that ECS does not ship
//	021 datetime format with sequences that vanish           027 option of another driver that it does not know
func Check(c Config) []diag.Finding {
	findings := checkDriver(c)
	if c.Driver == AWSLogs {
		findings = append(findings, checkAWSLogs(c)...)
	}
	if c.Driver == "splunk" {
		for _, key := range []string{"splunk-token", "splunk-url"} {
			if !c.has(key) {
				findings = append(findings, finding("LOG-015", diag.Error, optionsPath, "splunk needs option "+key,
					"splunk: "+key+" is expected", "add "+key+" to options or secretOptions"))
			}
		}
	}
	if len(c.Secrets) > 0 && !c.ExecutionRole {
		findings = append(findings, finding("LOG-014", diag.Error, "/logConfiguration/secretOptions",
			"secretOptions need the task definition's executionRoleArn", "", "add executionRoleArn to the task definition"))
	}
	return findings
}

const optionsPath = "/logConfiguration/options"

func finding(rule string, severity diag.Severity, path, message, aws, fix string) diag.Finding {
	return diag.Finding{Rule: rule, Severity: severity, Path: path, Message: message, AWS: aws, Fix: fix}
}

func option(key string) string { return diag.Pointer(optionsPath, key) }

func checkDriver(c Config) []diag.Finding {
	const path = "/logConfiguration/logDriver"
	allowed := Drivers(c.LaunchType)
	switch {
	case c.Driver == "":
		return nil // LOG-001 is about a missing member
	case !slices.Contains(allowed, c.Driver):
		rule := "LOG-003"
		if c.LaunchType == fargate {
			rule = "LOG-002"
		}
		text := fmt.Sprintf("%s is not a valid log driver. Must be one of [%s]", c.Driver, strings.Join(allowed, ","))
		fix := "use " + AWSLogs
		if near := diag.Nearest(c.Driver, allowed); near != "" {
			fix = "use " + near
		}
		return []diag.Finding{finding(rule, diag.Error, path, "log driver "+c.Driver+" is not to be had with this launch type", text, fix)}
	case c.Driver == AWSLogs || c.Driver == FireLens:
		return nil
	}
	findings := []diag.Finding{finding("LOG-026", diag.Info, path, "output goes to "+c.Driver+", where ecslocal does not send it: it keeps it here", "", "")}
	for _, key := range c.keys() {
		if known := driverOptions[c.Driver]; known != nil && !slices.Contains(known, key) {
			f := finding("LOG-027", diag.Error, option(key), fmt.Sprintf("log driver %s knows no option %s", c.Driver, key),
				unknownOption(c.Driver, key), "remove it")
			if near := diag.Nearest(key, known); near != "" {
				f.Fix = "use " + near
			}
			findings = append(findings, f)
		}
	}
	return findings
}

func unknownOption(driver, key string) string {
	if driver == "gelf" {
		return fmt.Sprintf("unknown log opt %q for gelf log driver", key)
	}
	return fmt.Sprintf("unknown log opt '%s' for %s log driver", key, driver)
}

// commonOptions are those of most drivers, engineOptions those that the engine takes for any.
var (
	commonOptions = []string{"env", "env-regex", "labels", "labels-regex", "tag"}
	engineOptions = append([]string{keyMode, keyBufferSize}, cacheKeys...)
)

// driverOptions are the options that the engine lets a driver have, version 28.5.2.
var driverOptions = map[string][]string{
	"json-file": withCommon("max-file", "max-size", "compress"),
	"journald":  withCommon(),
	"syslog": withCommon("syslog-address", "syslog-facility", "syslog-format", "syslog-tls-ca-cert", "syslog-tls-cert", "syslog-tls-key",
		"syslog-tls-skip-verify"),
	"gelf": withCommon("gelf-address", "gelf-compression-level", "gelf-compression-type", "gelf-tcp-max-reconnect",
		"gelf-tcp-reconnect-delay"),
	"fluentd": withCommon("fluentd-address", "fluentd-async", "fluentd-async-connect", "fluentd-async-reconnect-interval",
		"fluentd-buffer-limit", "fluentd-max-retries", "fluentd-request-ack", "fluentd-retry-wait", "fluentd-sub-second-precision",
		"fluentd-write-timeout"),
	"splunk": withCommon("splunk-url", "splunk-token", "splunk-source", "splunk-sourcetype", "splunk-index", "splunk-capath",
		"splunk-caname", "splunk-insecureskipverify", "splunk-format", "splunk-verify-connection", "splunk-gzip", "splunk-gzip-level",
		"splunk-index-acknowledgment"),
}

func withCommon(keys ...string) []string { return slices.Concat(keys, commonOptions, engineOptions) }
