package curl

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"
)

// options are what the command line asks for. The zero value is curl without options.
type options struct {
	urls, outputs []string

	method, userAgent, user, referer string
	headers                          []string
	body                             []byte
	hasBody, get, head               bool

	fail, failWithBody, include, location bool
	maxRedirects                          int
	silent, showError, noProgress         bool
	verbose                               bool
	writeOut                              string

	maxTime, connectTimeout time.Duration
	insecure                bool
	caFile                  string
	unixSocket, proxy       string
	noProxy                 string
	noProxyGiven            bool
	network                 string // tcp, tcp4 or tcp6

	retry                  int
	retryDelay             time.Duration
	retryRefused, retryAll bool
	help, version          bool
}

// option is one row of the table: set receives the argument, where there is one.
type option struct {
	long     string
	short    byte
	argument string // its name in the help, empty for a switch
	set      func(o *options, s streams, value string) error
}

// text is a setting of an option that keeps its argument.
func text(field func(*options) *string) func(*options, streams, string) error {
	return func(o *options, _ streams, v string) error { *field(o) = v; return nil }
}

// toggle is a setting of a switch; curl takes --no-NAME for each.
func toggle(field func(*options) *bool) func(*options, streams, string) error {
	return func(o *options, _ streams, v string) error { *field(o) = v == ""; return nil }
}

// ignored is an option that changes nothing here.
func ignored(*options, streams, string) error { return nil }

func table() []option {
	return []option{
		{"cacert", 0, "file", text(func(o *options) *string { return &o.caFile })},
		{"compressed", 0, "", ignored}, // we never ask for compression
		{"connect-timeout", 0, "seconds", seconds(func(o *options) *time.Duration { return &o.connectTimeout })},
		{"data", 'd', "data", addData(true)},
		{"data-ascii", 0, "data", addData(true)},
		{"data-binary", 0, "data", addData(false)},
		{"data-raw", 0, "data", func(o *options, _ streams, v string) error { o.addBody([]byte(v)); return nil }},
		{"disable", 'q', "", ignored},
		{"fail", 'f', "", toggle(func(o *options) *bool { return &o.fail })},
		{"fail-with-body", 0, "", toggle(func(o *options) *bool { return &o.failWithBody })},
		{"get", 'G', "", toggle(func(o *options) *bool { return &o.get })},
		{"globoff", 'g', "", ignored},
		{"head", 'I', "", toggle(func(o *options) *bool { return &o.head })},
		{"header", 'H', "header", func(o *options, _ streams, v string) error { o.headers = append(o.headers, v); return nil }},
		{"help", 'h', "", toggle(func(o *options) *bool { return &o.help })},
		{"http1.1", 0, "", ignored},
		{"include", 'i', "", toggle(func(o *options) *bool { return &o.include })},
		{"insecure", 'k', "", toggle(func(o *options) *bool { return &o.insecure })},
		{"ipv4", '4', "", func(o *options, _ streams, _ string) error { o.network = "tcp4"; return nil }},
		{"ipv6", '6', "", func(o *options, _ streams, _ string) error { o.network = "tcp6"; return nil }},
		{"location", 'L', "", toggle(func(o *options) *bool { return &o.location })},
		{"max-redirs", 0, "num", count(func(o *options) *int { return &o.maxRedirects })},
		{"max-time", 'm', "seconds", seconds(func(o *options) *time.Duration { return &o.maxTime })},
		{"no-buffer", 'N', "", ignored},
		{"noproxy", 0, "hosts", func(o *options, _ streams, v string) error { o.noProxy, o.noProxyGiven = v, true; return nil }},
		{"output", 'o', "file", func(o *options, _ streams, v string) error { o.outputs = append(o.outputs, v); return nil }},
		{"progress-bar", '#', "", ignored},
		{"progress-meter", 0, "", func(o *options, _ streams, v string) error { o.noProgress = v != ""; return nil }},
		{"proxy", 'x', "host:port", text(func(o *options) *string { return &o.proxy })},
		{"referer", 'e', "URL", text(func(o *options) *string { return &o.referer })},
		{"request", 'X', "method", text(func(o *options) *string { return &o.method })},
		{"retry", 0, "num", count(func(o *options) *int { return &o.retry })},
		{"retry-all-errors", 0, "", toggle(func(o *options) *bool { return &o.retryAll })},
		{"retry-connrefused", 0, "", toggle(func(o *options) *bool { return &o.retryRefused })},
		{"retry-delay", 0, "seconds", seconds(func(o *options) *time.Duration { return &o.retryDelay })},
		{"show-error", 'S', "", toggle(func(o *options) *bool { return &o.showError })},
		{"silent", 's', "", toggle(func(o *options) *bool { return &o.silent })},
		{"unix-socket", 0, "path", text(func(o *options) *string { return &o.unixSocket })},
		{"url", 0, "url", func(o *options, _ streams, v string) error { o.urls = append(o.urls, v); return nil }},
		{"user", 'u', "user:password", text(func(o *options) *string { return &o.user })},
		{"user-agent", 'A', "name", text(func(o *options) *string { return &o.userAgent })},
		{"verbose", 'v', "", toggle(func(o *options) *bool { return &o.verbose })},
		{"version", 'V', "", toggle(func(o *options) *bool { return &o.version })},
		{"write-out", 'w', "format", text(func(o *options) *string { return &o.writeOut })},
	}
}

func usage() string {
	var b strings.Builder
	b.WriteString("Usage: curl [options...] <url>\n")
	for _, o := range table() {
		short := "    "
		if o.short != 0 {
			short = "-" + string(o.short) + ", "
		}
		argument := ""
		if o.argument != "" {
			argument = " <" + o.argument + ">"
		}
		fmt.Fprintf(&b, " %s--%s%s\n", short, o.long, argument)
	}
	return b.String()
}

// parse reads the command line in curl's way: options and URLs in any order, short options in one word.
// Its errors are what curl prints after "curl: ".
func parse(args []string, s streams) (*options, error) {
	o := &options{maxRedirects: 50, userAgent: agent, network: "tcp"}
	rows := table()
	for only := false; len(args) > 0; {
		word := args[0]
		args = args[1:]
		var err error
		switch {
		case only || !strings.HasPrefix(word, "-"):
			o.urls = append(o.urls, word)
		case word == "--":
			only = true
		case strings.HasPrefix(word, "--"):
			args, err = o.long(rows, word, args, s)
		default:
			args, err = o.short(rows, word, args, s)
		}
		if err != nil {
			return nil, fmt.Errorf("option %s: %w", word, err)
		}
	}
	return o, nil
}

var (
	errUnknown   = errors.New("is unknown")
	errAmbiguous = errors.New("is ambiguous")
	errArgument  = errors.New("requires parameter")
	errNumber    = errors.New("expected a proper numerical parameter")
)

// long applies --word, which may be shortened as long as it is unambiguous.
func (o *options) long(rows []option, word string, args []string, s streams) ([]string, error) {
	name, off := strings.TrimPrefix(word, "--"), ""
	row := slices.IndexFunc(rows, func(r option) bool { return r.long == name })
	if rest, negated := strings.CutPrefix(name, "no-"); row < 0 && negated {
		name, off = rest, "off"
		row = slices.IndexFunc(rows, func(r option) bool { return r.long == name && r.argument == "" })
	}
	if row < 0 {
		for i, r := range rows {
			if off == "" && strings.HasPrefix(r.long, name) {
				if row >= 0 {
					return nil, errAmbiguous
				}
				row = i
			}
		}
	}
	switch {
	case row < 0:
		return nil, errUnknown
	case rows[row].argument == "":
		return args, rows[row].set(o, s, off)
	case len(args) == 0:
		return nil, errArgument
	}
	return args[1:], rows[row].set(o, s, args[0])
}

// short applies the options of one word such as -fsSm5 or -fsSm 5.
func (o *options) short(rows []option, word string, args []string, s streams) ([]string, error) {
	for i := 1; i < len(word) || word == "-"; i++ {
		row := slices.IndexFunc(rows, func(r option) bool { return word != "-" && r.short != 0 && r.short == word[i] })
		if row < 0 {
			return nil, errUnknown
		}
		if rows[row].argument == "" {
			if err := rows[row].set(o, s, ""); err != nil {
				return nil, err
			}
			continue
		}
		value := word[i+1:]
		if value == "" {
			if len(args) == 0 {
				return nil, errArgument
			}
			value, args = args[0], args[1:]
		}
		return args, rows[row].set(o, s, value)
	}
	return args, nil
}

func seconds(field func(*options) *time.Duration) func(*options, streams, string) error {
	return func(o *options, _ streams, v string) error {
		n, err := strconv.ParseFloat(v, 64)
		if err != nil || n < 0 || n > 1e6 {
			return errNumber
		}
		*field(o) = time.Duration(n * float64(time.Second))
		return nil
	}
}

func count(field func(*options) *int) func(*options, streams, string) error {
	return func(o *options, _ streams, v string) error {
		n, err := strconv.Atoi(v)
		if err != nil {
			return errNumber
		}
		*field(o) = n
		return nil
	}
}

// addData is -d: the argument, or with @ a file's content, without line ends unless it is binary.
func addData(ascii bool) func(*options, streams, string) error {
	return func(o *options, s streams, v string) error {
		file, named := strings.CutPrefix(v, "@")
		if !named {
			o.addBody([]byte(v))
			return nil
		}
		var content []byte
		var err error
		if file == "-" {
			content, err = io.ReadAll(io.LimitReader(s.stdin, maxSent))
		} else {
			content, err = os.ReadFile(file)
		}
		if err != nil {
			fmt.Fprintf(s.stderr, "Warning: Couldn't read data from file \"%s\", this makes an empty POST.\n", file)
		}
		if ascii {
			content = []byte(strings.NewReplacer("\r", "", "\n", "").Replace(string(content)))
		}
		o.addBody(content)
		return nil
	}
}

const maxSent = 64 << 20 // bytes of a request's body

func (o *options) addBody(content []byte) {
	if o.hasBody {
		o.body = append(o.body, '&')
	}
	o.body, o.hasBody = append(o.body, content...), true
}
