package output

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/ecslocal/ecslocal/emulator/lazyregexp"
	"github.com/ecslocal/ecslocal/healthcheck/cause"
)

// row is a form of output that tells a cause. Groups of the pattern named name, host, port and status are kept as facts.
type row struct {
	rule    string
	pattern lazyregexp.Regexp
	// message has one %s for the first group that matched, or none.
	message string
	// certainty is empty where it is the rule's own.
	certainty cause.Certainty
	// code restricts the row to an exit code, 0 for any.
	code int
}

// tables are asked in order; what is more special comes first.
var tables = slices.Concat(shellRows, optionRows, resourceRows, fileRows, serverRows, tlsRows, connectRows, httpRows)

// inTables is the first row that fits.
func inTables(exitCode int, text string) (Told, bool) {
	for _, r := range tables {
		if r.code != 0 && r.code != exitCode {
			continue
		}
		if m := r.pattern().FindStringSubmatchIndex(text); m != nil {
			return r.told(text, m), true
		}
	}
	return Told{}, false
}

func (r row) told(text string, m []int) Told {
	told := Told{Rule: r.rule, Message: r.message, Evidence: line(text, m[0]), Certainty: r.certainty}
	for i, name := range r.pattern().SubexpNames() {
		if name == "" || m[2*i] < 0 {
			continue
		}
		value := text[m[2*i]:m[2*i+1]]
		switch name {
		case "name":
			told.Name = value
		case "host":
			told.Host = strings.Trim(value, "[]")
		case "port":
			told.Port, _ = strconv.Atoi(value) // the pattern takes digits only
		case "status":
			told.Status, _ = strconv.Atoi(value)
		}
	}
	if strings.Contains(r.message, "%") {
		told.Message = fmt.Sprintf(r.message, group(text, m))
	}
	return told
}

func re(pattern string) lazyregexp.Regexp { return lazyregexp.New(pattern) }

// shellRows are what a shell says of a script that it does not understand.
var shellRows = []row{
	{rule: "HC039", pattern: re(`(?:cannot (?:open|create)|can't (?:open|create)) '?(/dev/(?:tcp|udp)/[^\s:']+)`), message: "%s is a file of bash only, and /bin/sh is another shell"},
	{rule: "HC040", pattern: re(`(?i)(?:illegal|invalid) option(?: -o|:)? ?-?o? ?(pipefail)|set: (pipefail)`), message: "this shell does not know set -o %s"},
	{rule: "HC039", pattern: re(`\[: (?:[^\n]*: )?(unexpected operator|unknown operand|==[^\n]*)`), message: "the shell's test stumbles over bash language, or over an empty value (%s)"},
	{rule: "HC039", pattern: re(`(?i)(bad substitution|bad for loop variable|redirection unexpected|Bad fd number)`), message: "bash language under another shell: %s"},
	{rule: "HC026", pattern: re(`(?:\[|test): (?:Illegal number: (\S[^\n]*)|(\S[^\n]*): (?:bad number|integer expression expected)|invalid number '([^\n']+))`), message: "the test compares numbers, and %q is none"},
	{rule: "HC059", pattern: re(`(?:\[|test): (?:(Illegal number): ?(?:\n|$)|: (integer expression expected)|(invalid number) '')`), message: "the test compares numbers, and what it reads is empty (%s)", certainty: cause.Likely},
	{rule: "HC093", pattern: re(`(?:Illegal|bad) number: ?(\S*)|exit: ([^\n]*numeric argument required)`), message: "exit with %s, which is no number"},
	{rule: "HC016", pattern: re(`(?m)^\S*sh: 0: (Illegal option --)`), message: "the script begins with an option, which the shell takes for its own (%s)", certainty: cause.Likely},
	{rule: "HC008", pattern: re(`-c requires an argument|-c: option requires an argument|option requires an argument -- '?c`), message: "the shell got no script"},
	{rule: "HC026", pattern: re(`(?i)(?:ba|da|a|)sh: [^\n]*?(?:syntax error:? ?|unterminated |unexpected EOF )([^\n]*)|(?m)^[^\n]*(?:Syntax error: |unterminated quoted string)([^\n]*)`), message: "the shell refuses the script: %s"},
	{rule: "HC023", pattern: re(`(?m)(?:line )?(?:\d+: )?(?P<name>[A-Za-z_]\w*): (?:parameter (?:not set|null or not set)|unbound variable)`), message: "the variable %s is not set"},
	{rule: "HC084", pattern: re(`ping: ([^\n]*(?:[Pp]ermission denied|Operation not permitted|Lacking privilege)[^\n]*)`), message: "%s"},
	{rule: "HC026", pattern: re(`(?m)^\s*(SyntaxError: [^\n]*|IndentationError: [^\n]*|PHP Parse error: [^\n]*)`), message: "the program text of the check is refused: %s"},
}

// resourceRows are about what a process may have.
var resourceRows = []row{
	{rule: "HC079", pattern: re(`(?i)(cannot fork|can't fork|fork: [^\n]*|Resource temporarily unavailable|pthread_create failed|newosproc)`), message: "no process or thread can be started (%s)"},
	{rule: "HC078", pattern: re(`(java\.lang\.OutOfMemoryError[^\n]*|Could not reserve enough space[^\n]*|Cannot allocate memory|JavaScript heap out of memory|MemoryError)`), message: "the probe does not get the memory it needs (%s)"},
	{rule: "HC043", pattern: re(`(?m)^(?:.*: )?(Segmentation fault)(?: \(core dumped\))?$`), message: "the program of the check crashed (%s)", certainty: cause.Likely},
	{rule: "HC078", pattern: re(`(?m)^(?:.*: )?(Killed)$`), message: "a process of the probe was killed, most likely for the container's memory limit", certainty: cause.Likely},
	{rule: "HC085", pattern: re(`((?:cannot|can't|failed to|could not|unable to)[^\n]*/dev/tty\b[^\n]*|/dev/tty: [^\n]*|(?m)^(?:Enter |\S+'s )?[Pp]assword(?: for [^:]*)?: ?$|no password supplied|not a tty|not a terminal)`), message: "the probe asks for something on a terminal (%s)"},
	{rule: "HC081", pattern: re(`(?:can't (?:open|create) '?|cannot (?:open|create) |open the file |: )?(?P<name>[^\s':]*)'?: Read-only file system`), message: "the probe writes %s, and the file system is read-only"},
	{rule: "HC081", pattern: re(`(Read-only file system|EROFS)`), message: "the probe writes, and the file system is read-only"},
}

// fileRows are about files that a probe reads or writes.
var fileRows = []row{
	{rule: "HC082", pattern: re(`wget: can't open '(?P<name>[^']+)': File exists`), message: "wget has saved %s before and does not write over it"},
	{rule: "HC083", pattern: re(`wget: can't open '(?P<name>[^']+)': |(?m)^(?P<host>[^\s:]+): (?:Permission denied|No such file or directory)\n[^\n]*Cannot write to|(?m)^(/[^\s:]+): No such file or directory$`), message: "wget cannot write %s"},
	{rule: "HC083", pattern: re(`Failed to open the file (?P<name>[^\n:]+): `), message: "curl cannot write %s"},
	{rule: "HC083", pattern: re(`curl: \(23\) ([^\n]*)`), message: "curl cannot write its output: %s"},
	{rule: "HC083", pattern: re(`(?:cannot create|can't create) '?(?P<name>[^\s:']+)'?: (?:Directory nonexistent|nonexistent directory|No such file)`), message: "the probe writes %s, and there is no such directory"},
	{rule: "HC080", pattern: re(`(?:can't open '|cannot open (?:'|)|can't create '?|cannot create |cannot access '|open )(?P<name>[^'\s:]+)'?: (?i:permission denied)`), message: "the container's user may not use the file %s"},
	{rule: "HC080", pattern: re(`PermissionError: \[Errno 13\][^\n]*: '(?P<name>[^']+)'|(?m)(?:^|: )(?P<host>[^\s:]+): Permission denied|EACCES: permission denied, \w+ '([^']+)'`), message: "the container's user may not use the file %s"},
	{rule: "HC034", pattern: re(`(?:Cannot find module|Unable to access jarfile|Could not open input file:|can't open file|Can't open perl script|can't open input file:?) ['"]?(?P<name>[^\s'"]+)`), message: "the check runs %s, and there is no such file"},
	{rule: "HC034", pattern: re(`Could not find or load main class (?P<name>\S+)|No such file or directory -- (\S+) \(LoadError\)`), message: "the check runs %s, and it is not there"},
	{rule: "HC032", pattern: re(`(?:ModuleNotFoundError|ImportError): No module named '?(?P<name>[\w.]+)|cannot load such file -- (\S+)|Can't locate (\S+) in @INC`), message: "the check needs the library %s, and the image does not have it"},
	{rule: "HC086", pattern: re(`cd: (?:line \d+: )?(?:can't cd to )?(?P<name>/[^\s:]*)`), message: "the check goes to the directory %s, which is not there", certainty: cause.Certain},
	{rule: "HC086", pattern: re(`(?:can't open '|cannot open '?|cannot access '|can't stat '|cannot stat '?|cannot statx '|can't open |(?:cat|ls|stat|head|tail|grep|wc|find): )(?P<name>/?[^\s':]+)'?(?: for reading)?: [Nn]o such file`), message: "the check looks at %s, which is not there", certainty: cause.Certain},
}

// optionRows are about options that a program does not have.
var optionRows = []row{
	{rule: "HC041", pattern: re(`(?s)wget: (?:unrecognized option|invalid option)(?::| --)? '?(?P<name>[\w=.-]+)'?.*BusyBox`), message: "BusyBox wget has no option %s"},
	{rule: "HC041", pattern: re(`wget: unrecognized option: (?P<name>[\w=.-]+)`), message: "BusyBox wget has no option %s"},
	{rule: "HC043", pattern: re(`wget: (?:unrecognized option|invalid option --) '(?P<name>[\w=.-]+)'`), message: "wget has no option %s"},
	{rule: "HC042", pattern: re(`nc: (?:invalid|unrecognized|unknown) option(?: --|:)? ?'?-*(?P<name>\w+)'?`), message: "this nc has no option -%s"},
	{rule: "HC043", pattern: re(`curl: option (?P<name>\S+): (?:is unknown|is ambiguous)`), message: "curl has no option %s"},
	{rule: "HC043", pattern: re(`curl: unknown --write-out variable: '(?P<name>[^'\n]+)'`), message: "curl has no variable %s for -w"},
	{rule: "HC043", pattern: re(`curl: option (?P<name>\S+): expected a proper numerical parameter`), message: "curl's option %s takes a plain number"},
	{rule: "HC043", pattern: re(`curl: option (?P<name>\S+): (?:requires|error|expected)`), message: "curl's option %s is not complete"},
	{rule: "HC003", pattern: re(`curl: (?:\(2\) )?no URL specified|curl: try 'curl --help'|wget: missing URL|(?m)^Usage: wget \[`), message: "the program got no URL, as when only the first element of CMD-SHELL is run", certainty: cause.Likely},
	{rule: "HC043", pattern: re(`(?m)^(?:[\w./-]+: )?(?:unrecognized option|invalid option|unknown option|illegal option|bad option|Unknown argument|unexpected argument|flag provided but not defined|unknown (?:shorthand )?flag)[ :-]*'?(?P<name>[^\s']*)`), message: "the program does not know %s"},
}
