package logs

import (
	"maps"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// TestEngineTexts: what engine 20.10.24 answers to docker create, each text recorded from it.
func TestEngineTexts(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		options map[string]string
		want    string
	}{
		{map[string]string{}, "must specify a value for log opt 'awslogs-group'"},
		{map[string]string{keyGroup: ""}, "must specify a value for log opt 'awslogs-group'"},
		{map[string]string{keyGroup: "g", "awslogs-stream-prefix": "web"}, "unknown log opt 'awslogs-stream-prefix' for awslogs log driver"},
		{map[string]string{keyGroup: "g", "awslogs-create-stream": "false"}, "unknown log opt 'awslogs-create-stream' for awslogs log driver"},
		{map[string]string{keyGroup: "g", "labels": "a"}, "unknown log opt 'labels' for awslogs log driver"},
		{map[string]string{keyGroup: "g", keyCreateGroup: "perhaps"},
			`must specify valid value for log opt 'awslogs-create-group': strconv.ParseBool: parsing "perhaps": invalid syntax`},
		{map[string]string{keyGroup: "g", keyDatetime: "%H", keyPattern: "y"},
			"you cannot configure log opt 'awslogs-datetime-format' and 'awslogs-multiline-pattern' at the same time"},
		{map[string]string{keyGroup: "g", keyDatetime: "", keyPattern: ""},
			"you cannot configure log opt 'awslogs-datetime-format' and 'awslogs-multiline-pattern' at the same time"},
		{map[string]string{keyGroup: "g", keyQueue: "many"}, "must specify a positive integer for log opt 'awslogs-max-buffered-events': many"},
		{map[string]string{keyGroup: "g", keyQueue: "-1"}, "must specify a positive integer for log opt 'awslogs-max-buffered-events': -1"},
		{map[string]string{keyGroup: "g", keyFlush: "0"}, "must specify a positive integer for log opt 'awslogs-force-flush-interval-seconds': 0"},
		{map[string]string{keyGroup: "g", keyBufferSize: "4m"}, "logger: max-buffer-size option is only supported with 'mode=non-blocking'"},
		{map[string]string{keyGroup: "g", keyMode: "blocking", keyBufferSize: "4m"}, "logger: max-buffer-size option is only supported with 'mode=non-blocking'"},
		{map[string]string{keyGroup: "g", keyMode: "non-blocking", keyBufferSize: "big"}, "error parsing option max-buffer-size: invalid size: 'big'"},
		{map[string]string{keyGroup: "g", keyMode: "non-blocking", keyBufferSize: "4MX"}, "error parsing option max-buffer-size: invalid suffix: 'mx'"},
		{map[string]string{keyMode: "maybe", keyBufferSize: "x", "zzz": "y"}, "logger: logging mode not supported: maybe"}, // the first of several
		{map[string]string{keyGroup: "g", keyFormat: "xml"}, "unsupported log format 'xml'"},
		{map[string]string{keyGroup: "g", keyFormat: "json/emf", keyPattern: "x"},
			"you cannot configure log opt 'awslogs-datetime-format' or 'awslogs-multiline-pattern' when log opt 'awslogs-format' is set to 'json/emf'"},
		{map[string]string{keyGroup: "g", keyMode: "non-blocking", keyBufferSize: "4m", keyTag: "{{.Name}}", keyRegion: "r", keyEndpoint: "e",
			keyCredentials: "/c", keyStream: "s", keyFlush: "7", keyQueue: "9", "cache-disabled": "true", "cache-max-size": "1m"}, ""},
	} {
		got := ""
		if err := CheckEngine(Config{Driver: AWSLogs, Options: c.options}); err != nil {
			got = err.Error()
		}
		if got != c.want {
			t.Errorf("%v:\n got %s\nwant %s", c.options, got, c.want)
		}
	}
}

func TestParseOptions(t *testing.T) {
	t.Parallel()
	given := map[string]string{keyGroup: "/ecs/web", keyRegion: "eu-west-1", keyStreamPrefix: "ecs"}
	defaults := Options{Group: "/ecs/web", Region: "eu-west-1", StreamPrefix: "ecs", FlushInterval: 5 * time.Second, QueueEvents: 4096,
		Mode: NonBlocking, BufferBytes: 10 << 20}
	for name, c := range map[string]struct {
		add  map[string]string
		want func(*Options)
	}{
		"ECS's defaults": {nil, func(*Options) {}},
		"blocking":       {map[string]string{keyMode: "blocking"}, func(o *Options) { o.Mode, o.ModeSet, o.BufferBytes = Blocking, true, 0 }},
		"buffer":         {map[string]string{keyMode: "non-blocking", keyBufferSize: "1.5m"}, func(o *Options) { o.ModeSet, o.BufferBytes = true, 3<<19 }},
		"buffer alone":   {map[string]string{keyBufferSize: "25M"}, func(o *Options) { o.BufferBytes = 25 << 20 }},
		"numbers": {map[string]string{keyFlush: "60", keyQueue: "10", keyCreateGroup: "true", keyFormat: "json/emf"}, func(o *Options) {
			o.FlushInterval, o.QueueEvents, o.CreateGroup, o.EMF = time.Minute, 10, true, true
		}},
		"datetime": {map[string]string{keyDatetime: `\[%d\]`}, func(o *Options) { o.PatternText = `\[(?:0[1-9]|[1,2][0-9]|3[0,1])\]` }},
		"pattern":  {map[string]string{keyPattern: "^x"}, func(o *Options) { o.PatternText = "^x" }},
	} {
		options := maps.Clone(given)
		maps.Copy(options, c.add)
		want := defaults
		c.want(&want)
		got, err := ParseOptions(Config{Driver: AWSLogs, Options: options})
		if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(Options{}, "Pattern")); diff != "" || err != nil {
			t.Errorf("%s: %s%v", name, diff, err)
		}
		if (got.Pattern != nil) != (got.PatternText != "") {
			t.Errorf("%s: pattern %v", name, got.Pattern)
		}
	}
	want := `failed to initialize logging driver: awslogs could not parse multiline pattern key "[": error parsing regexp: missing closing ]: ` + "`[`"
	given[keyPattern] = "["
	if _, err := ParseOptions(Config{Options: given}); err == nil || err.Error() != want {
		t.Errorf("bad pattern: %v", err)
	}
	if len(given) != 4 || given[keyStreamPrefix] != "ecs" {
		t.Errorf("the caller's options were changed: %v", given)
	}
}

func TestParseSize(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int64{"0": 0, "1": 1, "2b": 2, "4k": 4096, "4K": 4096, "4kb": 4096, "4KiB": 4096, "3 m": 3 << 20, "1.5g": 3 << 29, "1t": 1 << 40} {
		if got, err := parseSize(text); got != want || err != nil {
			t.Errorf("%q = %d, %v; want %d", text, got, err, want)
		}
	}
	for text, want := range map[string]string{"": "invalid size: ''", "m": "invalid size: 'm'", "4q": "invalid suffix: 'q'", "4bb": "invalid suffix: 'bb'", "4kix": "invalid suffix: 'kix'",
		"4KIBX": "invalid suffix: 'KIBX'", "-1m": "invalid size: '-1m'", "1.2.3": `strconv.ParseFloat: parsing "1.2.3": invalid syntax`, "9999999999p": "invalid size: '9999999999p'"} {
		if got, err := parseSize(text); err == nil || err.Error() != want {
			t.Errorf("%q = %d, %v; want %s", text, got, err, want)
		}
	}
}

// TestDatetimePattern: the table of the engine, each sequence with texts that it matches and texts that it does not, bugs included.
func TestDatetimePattern(t *testing.T) {
	t.Parallel()
	untried := maps.Clone(datetimeSequences)
	for sequence, c := range map[string]struct{ match, miss string }{
		"%a": {"Mon Sun", "mon Monda"}, "%A": {"Monday", "Mon"}, "%w": {"0 6", "7 a"}, "%d": {"01 10 31 3, ,9", "00 32 1"}, "%b": {"Jan Dec", "jan"},
		"%B": {"January", "Jan"}, "%m": {"01 12", "00 13"}, "%Y": {"2026", "26"}, "%y": {"26", "6"}, "%H": {"00 23 ,5", "24 7"}, "%I": {"00 12", "13"},
		"%p": {"AM PM ,M", "am"}, "%M": {"00 59", "60"}, "%S": {"59", "60"}, "%f": {"123456", "12345"}, "%z": {"+0100 -0000", "0100 +01:00"},
		"%Z": {"EST CEST", "UTC Z"}, "%j": {"001 365 366", "010 090 367"}, "%L": {".123", "123"},
	} {
		pattern := regexp.MustCompile("^" + DatetimePattern(sequence) + "$")
		for _, word := range strings.Fields(c.match) {
			if !pattern.MatchString(word) {
				t.Errorf("%s does not match %s", sequence, word)
			}
		}
		for _, word := range strings.Fields(c.miss) {
			if pattern.MatchString(word) {
				t.Errorf("%s matches %s", sequence, word)
			}
		}
		delete(untried, sequence)
	}
	if len(untried) > 0 {
		t.Errorf("sequences not tried: %v", untried)
	}
	if got, want := DatetimePattern(`%q[%%%Y.%`), `[\d{4}.%`; got != want {
		t.Errorf("unknown sequences: %s, want %s", got, want)
	}
}
