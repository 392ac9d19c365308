package logs

import (
	"errors"
	"fmt"
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"

	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/emulator/lazyregexp"
)

// ecsKeys are the awslogs options that AWS documents for ECS, and two more that are seen in use.
var ecsKeys = []string{keyCreateGroup, keyRegion, keyGroup, keyStreamPrefix, keyDatetime, keyPattern, keyMode, keyBufferSize, keyEndpoint, keyFormat}

func checkAWSLogs(c Config) []diag.Finding {
	var findings []diag.Finding
	for _, check := range []func(Config) []diag.Finding{
		checkRequired, checkKeys, checkCreateGroup, checkGroupOption, checkRegion, checkFargate, checkEngine, checkDelivery, checkPattern, checkTTY,
	} {
		findings = append(findings, check(c)...)
	}
	return findings
}

func checkRequired(c Config) []diag.Finding {
	var missing []string
	for _, key := range []string{keyRegion, keyGroup} {
		if _, ok := c.Options[key]; !ok && !c.has(key) {
			missing = append(missing, key)
		}
	}
	if len(missing) > 0 {
		list := strings.Join(missing, ", ")
		return []diag.Finding{finding("LOG-004", diag.Error, optionsPath, "awslogs needs options "+list,
			"Log driver awslogs requires options: "+list, "add "+list)}
	}
	var findings []diag.Finding
	for _, key := range []string{keyRegion, keyGroup} {
		if !c.has(key) {
			findings = append(findings, finding("LOG-004", diag.Error, option(key), key+" is empty",
				fmt.Sprintf("Log driver awslogs option '%s' should not be null or empty.", key), "give it a value"))
		}
	}
	return findings
}

// checkKeys judges the names of options. ECS has a list of its own, shorter than the engine's; awslogs-stream is not on it.
func checkKeys(c Config) []diag.Finding {
	var refused []string
	var findings []diag.Finding
	for _, key := range c.keys() {
		switch {
		case slices.Contains(ecsKeys, key):
		case key != keyStream && (slices.Contains(engineKeys, key) || key == keyCreateStream):
			findings = append(findings, finding("LOG-017", diag.Warning, option(key),
				"AWS does not document option "+key+" for ECS, which may refuse it", "Log driver awslogs disallows options: "+key, "leave it out"))
		default:
			refused = append(refused, key)
		}
	}
	for _, key := range refused {
		f := finding("LOG-009", diag.Error, option(key), "awslogs has no option "+key+" on ECS",
			"Log driver awslogs disallows options: "+strings.Join(refused, ", "), "remove it")
		if key == keyStream {
			f.Message, f.Fix = "ECS does not allow "+keyStream, "set "+keyStreamPrefix+": the stream is then prefix/container/task-id"
		} else if near := diag.Nearest(key, ecsKeys); near != "" {
			f.Fix = "use " + near
		}
		findings = append(findings, f)
	}
	return findings
}

func checkCreateGroup(c Config) []diag.Finding {
	value, ok := c.Options[keyCreateGroup]
	switch {
	case ok && value != "true":
		return []diag.Finding{finding("LOG-018", diag.Error, option(keyCreateGroup), fmt.Sprintf("%s is %q; only \"true\" is allowed", keyCreateGroup, value),
			"Log driver awslogs option 'awslogs-create-group' should only be set to 'true', else omit option.", `set it to "true" or leave it out`)}
	case ok:
		return []diag.Finding{finding("LOG-008", diag.Info, option(keyCreateGroup),
			"the execution role needs logs:CreateLogGroup, which AmazonECSTaskExecutionRolePolicy does not have",
			"", "allow logs:CreateLogGroup to the execution role, or make the group beforehand")}
	}
	return nil
}

func checkGroupOption(c Config) []diag.Finding {
	group := c.Options[keyGroup]
	if group == "" {
		return nil
	}
	if err := CheckGroupName(group); err != nil {
		return []diag.Finding{finding("LOG-013", diag.Error, option(keyGroup), "log group names have 1 to 512 characters out of letters, digits and . - _ / #",
			err.Error(), "rename the log group")}
	}
	return nil
}

var regionName = lazyregexp.New(`^[a-z]{2,}(-[a-z]+)+-\d+$`)

func checkRegion(c Config) []diag.Finding {
	region := c.Options[keyRegion]
	switch {
	case region == "":
		return nil
	case !regionName().MatchString(region):
		return []diag.Finding{finding("LOG-023", diag.Error, option(keyRegion), fmt.Sprintf("%q is no AWS region: the log stream cannot be created", region),
			"", "use the region's code, such as us-east-1")}
	case c.Region != "" && region != c.Region:
		return []diag.Finding{finding("LOG-023", diag.Warning, option(keyRegion),
			fmt.Sprintf("logs go to region %s, the task runs in %s", region, c.Region), "", "")}
	}
	return nil
}

func checkFargate(c Config) []diag.Finding {
	if c.LaunchType != fargate {
		if !c.has(keyStreamPrefix) {
			return []diag.Finding{finding("LOG-024", diag.Warning, optionsPath,
				"without "+keyStreamPrefix+" the log stream is named after the Docker container's id", "", "add "+keyStreamPrefix)}
		}
		return nil
	}
	var findings []diag.Finding
	if !c.has(keyStreamPrefix) {
		findings = append(findings, finding("LOG-005", diag.Error, optionsPath, "Fargate needs "+keyStreamPrefix,
			"Fargate requires log configuration options to include awslogs-stream-prefix to support log driver awslogs.", "add "+keyStreamPrefix))
	}
	if !c.ExecutionRole {
		findings = append(findings, finding("LOG-006", diag.Error, "/logConfiguration", "awslogs on Fargate needs the task definition's executionRoleArn",
			"Fargate requires task definition to have execution role ARN to support log driver awslogs.", "add executionRoleArn to the task definition"))
	}
	return findings
}

// checkEngine reports what the engine refuses and ECS's own checks do not: the values.
func checkEngine(c Config) []diag.Finding {
	for _, check := range []struct {
		rule, path string
		check      func(Config) error
	}{
		{"LOG-016", optionsPath, func(c Config) error {
			if c.Options[keyMode] == "" && c.Options[keyBufferSize] != "" { // ECS adds the mode
				c.Options = map[string]string{keyMode: string(NonBlocking), keyBufferSize: c.Options[keyBufferSize]}
			}
			return checkMode(c)
		}},
		{"LOG-010", optionsPath, checkMultiline}, {"LOG-016", optionsPath, checkFormat},
		{"LOG-016", optionsPath, func(c Config) error {
			if !c.has(keyGroup) || c.Options[keyCreateGroup] != "" { // told already
				return nil
			}
			return checkValues(c)
		}},
	} {
		if err := check.check(c); err != nil {
			return []diag.Finding{finding(check.rule, diag.Error, check.path, "the container will not start: "+err.Error(),
				"CannotStartContainerError: Error response from daemon: "+err.Error(), "")}
		}
	}
	return nil
}

func checkDelivery(c Config) []diag.Finding {
	if c.Options[keyMode] != "" {
		return nil
	}
	findings := []diag.Finding{finding("LOG-011", diag.Info, optionsPath,
		"mode is not set: since 2025-06-25 ECS uses non-blocking, which drops lines when they come faster than they can be sent",
		"", `set "mode" to "blocking" or "non-blocking"`)}
	if _, ok := c.Options[keyBufferSize]; ok {
		findings = append(findings, finding("LOG-019", diag.Warning, option(keyBufferSize), keyBufferSize+" is for mode non-blocking, and mode is not set",
			"logger: max-buffer-size option is only supported with 'mode=non-blocking'", `add "mode": "non-blocking"`))
	}
	return findings
}

func checkTTY(c Config) []diag.Finding {
	if !c.TTY {
		return nil
	}
	return []diag.Finding{finding("LOG-025", diag.Info, "/pseudoTerminal",
		"with a terminal each log event ends in a carriage return, and stderr cannot be told from stdout", "", "leave pseudoTerminal out")}
}

// checkPattern judges the options that join lines to events.
func checkPattern(c Config) []diag.Finding {
	key, pattern := keyPattern, c.Options[keyPattern]
	var findings []diag.Finding
	if format := c.Options[keyDatetime]; format != "" {
		key, pattern = keyDatetime, DatetimePattern(format)
		findings = lintDatetime(format)
	}
	if pattern == "" {
		return findings
	}
	compiled, err := regexp.Compile(pattern)
	if err != nil {
		return append(findings, badPattern(key, pattern, err))
	}
	if compiled.MatchString("") {
		findings = append(findings, finding("LOG-022", diag.Warning, option(key), "the pattern matches every line, so no lines are joined", "", "make it match first lines only"))
	}
	return findings
}

func badPattern(key, pattern string, err error) diag.Finding {
	text := fmt.Sprintf("failed to initialize logging driver: awslogs could not parse multiline pattern key %q: %v", pattern, err)
	f := finding("LOG-020", diag.Error, option(key), "the container will not start: the pattern does not compile: "+err.Error(),
		"CannotStartContainerError: Error response from daemon: "+text, "the syntax is that of Go's regexp package (RE2)")
	var parse *syntax.Error
	if errors.As(err, &parse) && strings.Contains(parse.Expr, "(?") {
		f.Fix = "RE2 has no lookahead, lookbehind, or possessive groups: write the pattern without"
	}
	return f
}

var escapedCharacter = lazyregexp.New(`\\.`)

// lintDatetime finds what in a datetime format does not mean what its writer thought.
func lintDatetime(format string) []diag.Finding {
	var findings []diag.Finding
	warn := func(rule, message, fix string) {
		findings = append(findings, finding(rule, diag.Warning, option(keyDatetime), message, "", fix))
	}
	for _, sequence := range datetimeSequence().FindAllString(format, -1) {
		switch _, known := datetimeSequences[sequence]; {
		case !known:
			warn("LOG-021", fmt.Sprintf("the driver does not know %s and leaves it out of the pattern", sequence), "leave it out, or use awslogs-multiline-pattern")
		case sequence == "%Z":
			warn("LOG-022", "%Z matches only names of time zones that end in T, such as EST; UTC does not match", "leave the time zone out")
		case sequence == "%j":
			warn("LOG-022", "%j does not match the days 010, 020 and so on up to 090", "use awslogs-multiline-pattern")
		}
	}
	if strings.Contains(format, ".%L") {
		warn("LOG-022", "%L has a dot of its own, so .%L asks for two", "write %L without the dot before it")
	}
	rest := escapedCharacter().ReplaceAllString(datetimeSequence().ReplaceAllString(format, ""), "")
	if at := strings.IndexAny(rest, `[](){}*+?|^$\`); at >= 0 {
		warn("LOG-022", fmt.Sprintf("%q in the format is read as regular expression syntax", rest[at:at+1]), `put a backslash before it`)
	}
	return findings
}
