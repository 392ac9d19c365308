package healthcheck

import (
	"path"
	"slices"
	"strings"
)

// interpreters run program text that follows one of these options.
var interpreters = map[string][]string{
	"node": {"-e", "-p", "--eval", "--print", "-pe"}, "nodejs": {"-e", "--eval"}, "deno": {"eval"}, "bun": {"-e", "--eval"},
	"python": {"-c"}, "python2": {"-c"}, "python3": {"-c"}, "perl": {"-e", "-E"}, "ruby": {"-e"}, "php": {"-r"},
	"lua": {"-e"}, "awk": {}, "gawk": {}, "jq": {}, "sed": {"-e"}, "psql": {"-c", "--command"}, "mysql": {"-e", "--execute"},
	"mariadb": {"-e", "--execute"}, "mongo": {"--eval"}, "mongosh": {"--eval"}, "cqlsh": {"-e"}, "sqlcmd": {"-Q", "-q"},
	"pwsh": {"-Command", "-c"}, "powershell": {"-Command", "-c"}, "elixir": {"-e"}, "clickhouse-client": {"--query", "-q"},
}

// interpreter is the name in the table, version suffixes such as python3.11 dropped.
func interpreter(program string) string {
	name := path.Base(program)
	if trimmed := strings.TrimRight(name, "0123456789."); strings.HasPrefix(name, "python") || strings.HasPrefix(name, "php") {
		return trimmed
	}
	return name
}

// runsCode says whether an argument vector holds program text, in which anything may stand.
func runsCode(argv []string) bool {
	if len(argv) == 0 {
		return false
	}
	options, ok := interpreters[interpreter(argv[0])]
	if !ok {
		return false
	}
	return len(options) == 0 || slices.ContainsFunc(argv[1:], func(arg string) bool {
		return slices.ContainsFunc(options, func(o string) bool { return arg == o || strings.HasPrefix(arg, o+"=") })
	})
}
