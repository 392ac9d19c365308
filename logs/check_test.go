package logs

import (
	"slices"
	"strings"
	"testing"

	"github.com/ecslocal/ecslocal/emulator/diag"
)

// sound is a configuration without findings but those that are worth knowing.
func sound(change func(*Config)) Config {
	c := Config{Driver: AWSLogs, LaunchType: "FARGATE", ExecutionRole: true, Region: "eu-west-1", Options: map[string]string{
		keyGroup: "/ecs/web", keyRegion: "eu-west-1", keyStreamPrefix: "ecs", keyMode: "non-blocking", keyBufferSize: "25m"}}
	change(&c)
	return c
}

func set(key, value string) func(*Config) { return func(c *Config) { c.Options[key] = value } }
func unset(keys ...string) func(*Config) {
	return func(c *Config) {
		for _, key := range keys {
			delete(c.Options, key)
		}
	}
}

func TestCheck(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change func(*Config)
		want   []string // rule, severity, path, and what the AWS text starts with
	}{
		"sound":              {func(*Config) {}, nil},
		"missing options":    {unset(keyGroup, keyRegion), []string{"LOG-004 error /logConfiguration/options Log driver awslogs requires options: awslogs-region, awslogs-group"}},
		"missing group":      {unset(keyGroup), []string{"LOG-004 error /logConfiguration/options Log driver awslogs requires options: awslogs-group"}},
		"empty group":        {set(keyGroup, ""), []string{"LOG-004 error /logConfiguration/options/awslogs-group Log driver awslogs option 'awslogs-group' should not be null or empty."}},
		"secret group":       {func(c *Config) { delete(c.Options, keyGroup); c.Secrets = []string{keyGroup} }, nil},
		"no prefix":          {unset(keyStreamPrefix), []string{"LOG-005 error /logConfiguration/options Fargate requires log configuration options to include awslogs-stream-prefix to support log driver awslogs."}},
		"no prefix on EC2":   {func(c *Config) { delete(c.Options, keyStreamPrefix); c.LaunchType = "EC2" }, []string{"LOG-024 warning /logConfiguration/options "}},
		"no role":            {func(c *Config) { c.ExecutionRole = false }, []string{"LOG-006 error /logConfiguration Fargate requires task definition to have execution role ARN to support log driver awslogs."}},
		"no role on EC2":     {func(c *Config) { c.ExecutionRole, c.LaunchType = false, "EC2" }, nil},
		"no role, secrets":   {func(c *Config) { c.ExecutionRole, c.LaunchType, c.Secrets = false, "EC2", []string{"x"} }, []string{"LOG-014 error /logConfiguration/secretOptions "}},
		"create-group false": {set(keyCreateGroup, "false"), []string{"LOG-018 error /logConfiguration/options/awslogs-create-group Log driver awslogs option 'awslogs-create-group' should only be set to 'true', else omit option."}},
		"create-group true":  {set(keyCreateGroup, "true"), []string{"LOG-008 info /logConfiguration/options/awslogs-create-group "}},
		"stream":             {set(keyStream, "x"), []string{"LOG-009 error /logConfiguration/options/awslogs-stream Log driver awslogs disallows options: awslogs-stream"}},
		"two unknown": {func(c *Config) { c.Options["zap"], c.Options["awslogs-grup"] = "1", "2" }, []string{
			"LOG-009 error /logConfiguration/options/awslogs-grup Log driver awslogs disallows options: awslogs-grup, zap",
			"LOG-009 error /logConfiguration/options/zap Log driver awslogs disallows options: awslogs-grup, zap"}},
		"rare":                        {set(keyFlush, "3"), []string{"LOG-017 warning /logConfiguration/options/awslogs-force-flush-interval-seconds Log driver awslogs disallows options: awslogs-force-flush-interval-seconds"}},
		"bad flush":                   {set(keyFlush, "x"), []string{"LOG-017 ", "LOG-016 error /logConfiguration/options CannotStartContainerError: Error response from daemon: must specify a positive integer"}},
		"bad mode":                    {set(keyMode, "fast"), []string{"LOG-016 error /logConfiguration/options CannotStartContainerError: Error response from daemon: logger: logging mode not supported: fast"}},
		"bad buffer":                  {set(keyBufferSize, "lots"), []string{"LOG-016 error /logConfiguration/options CannotStartContainerError: Error response from daemon: error parsing option max-buffer-size: invalid size: 'lots'"}},
		"buffer of a blocking driver": {set(keyMode, "blocking"), []string{"LOG-016 error "}},
		"no mode":                     {unset(keyMode, keyBufferSize), []string{"LOG-011 info "}},
		"buffer without mode":         {unset(keyMode), []string{"LOG-011 info ", "LOG-019 warning /logConfiguration/options/max-buffer-size logger: max-buffer-size option is only supported"}},
		"both patterns":               {func(c *Config) { c.Options[keyDatetime], c.Options[keyPattern] = "%Y", "^x" }, []string{"LOG-010 error "}},
		"format":                      {set(keyFormat, "xml"), []string{"LOG-016 error /logConfiguration/options CannotStartContainerError: Error response from daemon: unsupported log format 'xml'"}},
		"group name":                  {set(keyGroup, "/ecs/my group"), []string{"LOG-013 error /logConfiguration/options/awslogs-group 1 validation error detected: Value '/ecs/my group'"}},
		"region is a URL":             {set(keyRegion, "https://logs.eu-west-1.amazonaws.com"), []string{"LOG-023 error /logConfiguration/options/awslogs-region "}},
		"other region":                {set(keyRegion, "us-gov-west-1"), []string{"LOG-023 warning /logConfiguration/options/awslogs-region "}},
		"lookahead":                   {set(keyPattern, "^(?!x)"), []string{"LOG-020 error /logConfiguration/options/awslogs-multiline-pattern CannotStartContainerError: Error response from daemon: failed to initialize logging driver: awslogs could not parse multiline pattern key \"^(?!x)\""}},
		"matches all":                 {set(keyPattern, "x*"), []string{"LOG-022 warning /logConfiguration/options/awslogs-multiline-pattern "}},
		"datetime":                    {set(keyDatetime, `\[%Y-%m-%d %H:%M:%S%L\]`), nil},
		"datetime sequences":          {set(keyDatetime, "%s %Z %j.%L"), []string{"LOG-021 warning ", "LOG-022 ", "LOG-022 ", "LOG-022 "}},
		"datetime brackets":           {set(keyDatetime, "(%Y"), []string{"LOG-022 ", "LOG-020 error "}},
		"terminal":                    {func(c *Config) { c.TTY = true }, []string{"LOG-025 info /pseudoTerminal "}},
		"json-file on Fargate":        {func(c *Config) { c.Driver = "json-file" }, []string{"LOG-002 error /logConfiguration/logDriver json-file is not a valid log driver. Must be one of [awslogs,splunk,awsfirelens]"}},
		"json-file": {func(c *Config) {
			c.Driver, c.LaunchType, c.Options = "json-file", "EC2", map[string]string{"max-size": "1m", keyMode: "non-blocking"}
		}, []string{"LOG-026 info /logConfiguration/logDriver "}},
		"none": {func(c *Config) { c.Driver, c.LaunchType = "none", "EC2" }, []string{"LOG-003 error /logConfiguration/logDriver none is not a valid log driver."}},
		"gelf option": {func(c *Config) {
			c.Driver, c.LaunchType, c.Options = "gelf", "EC2", map[string]string{"gelf-adress": "udp://x"}
		}, []string{
			"LOG-026 ", "LOG-027 error /logConfiguration/options/gelf-adress unknown log opt \"gelf-adress\" for gelf log driver"}},
		"splunk": {func(c *Config) {
			c.Driver, c.Options, c.Secrets = "splunk", map[string]string{"splunk-url": "https://x:1"}, []string{"splunk-token"}
		}, []string{"LOG-026 "}},
		"splunk's": {func(c *Config) { c.Driver, c.Options = "splunk", nil }, []string{"LOG-026 ", "LOG-015 error ", "LOG-015 error "}},
		"firelens": {func(c *Config) { c.Driver, c.Options = FireLens, map[string]string{"Name": "x"} }, nil},
		"nothing":  {func(c *Config) { *c = Config{} }, nil},
	} {
		var got []string
		for _, f := range Check(sound(test.change)) {
			got = append(got, strings.Join([]string{f.Rule, string(f.Severity), f.Path, f.AWS}, " "))
			if f.Message == "" || f.Severity == diag.Error && f.Fix == "" && f.Rule != "LOG-016" && f.Rule != "LOG-010" {
				t.Errorf("%s: finding %s says too little", name, f.Rule)
			}
		}
		slices.Sort(got)
		slices.Sort(test.want)
		if !slices.EqualFunc(test.want, got, func(want, got string) bool { return strings.HasPrefix(got, want) }) {
			t.Errorf("%s:\n got %q\nwant %q", name, got, test.want)
		}
	}
}

func TestNotShipped(t *testing.T) {
	t.Parallel()
	if text := (Config{Driver: AWSLogs}).NotShipped("app", "g"); text != "" {
		t.Errorf("awslogs: %q", text)
	}
	for _, driver := range []string{"", "json-file", FireLens} {
		text := Config{Driver: driver}.NotShipped("app", LocalGroup("web app"))
		if !strings.Contains(text, "app: ") || !strings.Contains(text, "/local/web_app") || !strings.Contains(text, "ECS") {
			t.Errorf("%q: %q", driver, text)
		}
	}
	if err := CheckGroupName(FireLensGroup("é/x")); err != nil {
		t.Error(err)
	}
}
