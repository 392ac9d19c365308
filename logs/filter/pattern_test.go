package filter_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/ecslocal/ecslocal/logs/filter"
)

// cases are patterns with messages that match and messages that do not.
type cases []struct {
	pattern string
	yes, no []string
}

func (table cases) run(t *testing.T) {
	t.Helper()
	for _, c := range table {
		t.Run(c.pattern, func(t *testing.T) {
			t.Parallel()
			p, err := filter.Parse(c.pattern)
			if err != nil {
				t.Fatalf("Parse: %v", err)
			}
			for _, message := range c.yes {
				if !p.Match([]byte(message)) {
					t.Errorf("does not match %q", message)
				}
				if !strings.Contains(message, p.Literal()) {
					t.Errorf("literal %q is not in %q, which matches", p.Literal(), message)
				}
			}
			for _, message := range c.no {
				if p.Match([]byte(message)) {
					t.Errorf("matches %q", message)
				}
			}
		})
	}
}

func TestTerms(t *testing.T) {
	t.Parallel()
	const (
		refused = "[WARN 401] login refused for carol"
		timeout = "[FATAL 504] upstream TIMEOUT after 30s"
		retry   = "retrying: exit code -1 (FATALITY)"
	)
	cases{
		{"", []string{"", "x", refused}, nil},
		{"  \t", []string{"", refused}, nil},
		{`" "`, []string{"", "noblank", refused}, nil},
		{"FATAL", []string{timeout, retry}, []string{refused, "fatal", ""}},
		{"FATAL TIMEOUT", []string{timeout, "TIMEOUT FATAL"}, []string{retry, refused}},
		{"  FATAL\tTIMEOUT ", []string{timeout}, []string{retry}},
		{"?FATAL ?refused", []string{timeout, retry, refused}, []string{"carol"}},
		{"?FATAL ?refused login", []string{refused, "login only"}, []string{timeout}},
		{"?FATAL -TIMEOUT", []string{refused, retry, ""}, []string{timeout}},
		{"FATAL -TIMEOUT", []string{retry}, []string{timeout, refused}},
		{"-FATAL", []string{refused, ""}, []string{timeout, retry}},
		{`FATAL - "exit code"`, []string{timeout}, []string{retry}},
		{`-"login refused"`, []string{timeout}, []string{refused}},
		{`"exit code -1"`, []string{retry}, []string{"exit  code -1"}},
		{`?"504]" ?"401]"`, []string{timeout, refused}, []string{retry}},
		{`"say \"hi\" c:\\tmp \d"`, []string{`say "hi" c:\tmp \d`}, []string{`say hi`}},
		{`"日本"`, []string{"こんにちは日本"}, []string{"日 本"}},
		{`"a` + "\n" + `b"`, []string{"a\nb"}, []string{"a b"}},
		{"snake_case 42", []string{"42 snake_cases"}, []string{"snake case 42"}},
	}.run(t)
}

func TestRegex(t *testing.T) {
	t.Parallel()
	cases{
		{"%REFUSED%", []string{"status=REFUSED", "UNREFUSED"}, []string{"refused"}},
		{"%^[hc]at%", []string{"hat", "cats"}, []string{"a hat", "bat"}},
		{"%[hc]at$%", []string{"a hat", "cat"}, []string{"cats"}},
		{"%colou?r%", []string{"color", "colour"}, []string{"colouur"}},
		{"%gra|ey%", []string{"gray", "grey"}, []string{"groy"}},
		{"%^booting|^shutting down%", []string{"booting 1", "shutting down now"}, []string{"not booting"}},
		{`%\[.\]%`, []string{"[a]", "x[ ]y"}, []string{"[ab]"}},
		{`%192\.168\.0\.[1-9]%`, []string{"from 192.168.0.7"}, []string{"192x168.0.7"}},
		{`%\x28\d+\x29%`, []string{"f(12)"}, []string{"f()", "12"}},
		{"%^a{2,3}$%", []string{"aa", "aaa"}, []string{"a", "aaaa"}},
		{"%^a{,2}$%", []string{"", "a", "aa"}, []string{"aaa"}},
		{"%[{,]x%", []string{"{x", ",x"}, []string{"0x"}},
		{`%\{,1}%`, []string{"{,1}"}, []string{"{0,1}"}},
		{"%a.b%", []string{"a-b", "a\nb"}, []string{"ab"}},
		{`%\w\W\s\S\d\D%`, []string{"a- b1x"}, []string{"aaaaaa"}},
		{" %[]x]y% ", []string{"]y", "xy"}, []string{"[y"}},
	}.run(t)
}

func TestJSON(t *testing.T) {
	t.Parallel()
	const (
		order = `{"event":"OrderPlaced","client":"10.1.2.3","tags":["new","gift box"],"lines":[{"sku":"a","n":1},{"sku":"b","n":2}],` +
			`"coupon":null,"paid":true,"queue.name":"q1","shipped":false}`
		nested  = `{"user":{"id":7,"mail":"ann@example.net"},"users":[{"id":8,"mail":"bob@example.net"}],"verbs":["GET","PUT","DELETE"],"grid":[[0,1],[4,5]]}`
		numbers = `{"status":503,"took":55.5,"neg":-4,"big":9007199254740993,"exp":5e2,"text":"503","account":"012345678901"}`
	)
	cases{
		{`{ $.event = "OrderPlaced" }`, []string{order, " \t" + order + "\n"}, []string{nested, "", "OrderPlaced", `["event"]`, order + "x", "x" + order}},
		{`{$.event=OrderPlaced}`, []string{order}, []string{nested}},
		{`{ $.event = "\u004frderPlaced" }`, nil, []string{order}},
		{`{ $.event = OrderPlaced }`, []string{`{"event":"\u004frderPlaced"}`, `{"\u0065vent":"OrderPlaced"}`}, []string{`{"event":"\u004forderPlaced"}`}},
		{`{ $.client != 10.9.* }`, []string{order}, []string{nested, `{"client":"10.9.1.1"}`, `{"client":["10.1.1.1"]}`, `{"client":null}`, `{"client":{}}`}},
		{`{ $.client = "10.1*" }`, []string{order}, []string{`{"client":"110.1"}`}},
		{`{ $.event = *Placed }`, []string{order}, []string{`{"event":"Placed!"}`}},
		{`{ $.event = "*rP*" }`, []string{order}, []string{nested}},
		{`{ $.event = Or*ed }`, []string{`{"event":"Or*ed"}`}, []string{order}},
		{`{ $.took = * }`, []string{numbers, `{"took":""}`, `{"took":false}`}, []string{order, `{"took":null}`, `{"took":[1]}`}},
		{`{ $.event = "*" }`, []string{order}, []string{nested}},
		{`{ $.tags[0] = new }`, []string{order}, []string{nested, `{"tags":"new"}`, `{"tags":[]}`, `{"tags":{"0":"new"}}`}},
		{`{ $.tags[*] = "gift box" }`, []string{order}, []string{`{"tags":["gift"]}`, `{"tags":{"a":"gift box"}}`}},
		{`{ $.tags[*] != new }`, []string{order}, []string{`{"tags":["new"]}`, `{"tags":[]}`}},
		{`{ $.tags = new }`, nil, []string{order}},
		{`{ $.tags != new }`, nil, []string{order}},
		{`{ $.lines[1].n = 2 }`, []string{order}, []string{`{"lines":[{"n":2}]}`, `{"lines":{"n":2}}`}},
		{`{ $.lines[*].sku = b }`, []string{order}, []string{`{"lines":["b"]}`}},
		{`{ $.* = %^10\.1\.[0-9]{1,2}\.3$% }`, []string{order}, []string{nested, numbers}},
		{`{ $.user.* = 7 }`, []string{nested}, []string{order}},
		{`{ $.event = %Placed% }`, []string{order}, []string{`{"event":"placed"}`}},
		{`{ $.event != %Placed% }`, []string{`{"event":"placed"}`}, []string{order, nested}},
		{`{ $.['queue.name'] = "q1" }`, []string{order}, []string{`{"queue":{"name":"q1"}}`}},
		{`{ $['queue.name'] = q1 && $.['paid'] IS TRUE }`, []string{order}, nil},
		{`{ $.detail-type = a_b }`, []string{`{"detail-type":"a_b"}`}, []string{`{"detail":{"type":"a_b"}}`}},
		{`{ $.coupon IS NULL }`, []string{order}, []string{nested, `{"coupon":""}`, `{"coupon":false}`}},
		{`{ $.paid IS TRUE }`, []string{order}, []string{`{"paid":"true"}`, `{"paid":1}`}},
		{`{ $.shipped is FALSE }`, []string{order}, []string{`{"shipped":null}`}},
		{`{ $.paid = true }`, []string{order, `{"paid":"true"}`}, []string{`{"paid":false}`}},
		{`{ $.refund NOT EXISTS }`, []string{order, nested, "{}"}, []string{`{"refund":null}`, "no json", "[]", ""}},
		{`{ $.tags[5] NOT EXISTS }`, []string{order}, []string{`{"tags":[1,2,3,4,5,6]}`}},
		{`{ $.status >= 500 }`, []string{numbers}, []string{order, `{"status":499.99}`, `{"status":"503"}`}},
		{`{ $.status < 1e3 && $.status > +5e+2 && $.status <= 503 }`, []string{numbers}, []string{`{"status":1000}`}},
		{`{ $.took = 55.50 }`, []string{numbers, `{"took":5.55e1}`}, []string{`{"took":55}`}},
		{`{ $.neg > -4.5 && $.neg < -.5 }`, []string{numbers}, []string{`{"neg":-5}`}},
		{`{ $.big = 9007199254740993 }`, []string{numbers}, []string{`{"big":9007199254740992}`}},
		{`{ $.exp = 500 }`, []string{numbers, `{"exp":500.0}`}, []string{`{"exp":501}`}},
		{`{ $.status != 503 }`, []string{`{"status":500}`, `{"status":"x"}`}, []string{numbers, order}},
		{`{ $.status = 5* }`, []string{numbers}, []string{`{"status":450}`}},
		{`{ $.status = "503" }`, []string{numbers}, []string{`{"status":503.0}`}},
		{`{ $.text = 503 }`, []string{numbers}, []string{`{"text":"503.0"}`}},
		{`{ $.account = 012345678901 }`, []string{numbers}, []string{`{"account":"12345678901"}`}},
		{`{ $.status < 1e99999 }`, []string{numbers}, []string{`{"status":1e99999}`}},
		{`{ ($.user.id = 7) && ($.users[0].mail = "bob@example.net") }`, []string{nested}, []string{order}},
		{`{ $.user.mail = "ann@example.net" || $.grid[0][1] = no && $.verbs[2] = no }`, []string{nested}, nil},
		{`{ ($.user.mail = "ann@example.net" || $.grid[0][1] = no) && $.verbs[2] = no }`, nil, []string{nested}},
		{`{ ($.user.id = 9 && $.users[0].mail = "no") || $.verbs[2] = "GET" }`, nil, []string{nested}},
		{`{ $.grid[1][0] = 4 }`, []string{nested}, []string{order}},
		{`{ ((($.user.id=7))) }`, []string{nested}, []string{order}},
		{`{ $.m = "}" }`, []string{`{"m":"}"}`}, []string{order}},
	}.run(t)
}

func TestFields(t *testing.T) {
	t.Parallel()
	const (
		get     = `10.0.0.9 - eve [10/Oct/2026:13:25:15 -0700] "GET /shop/index.html HTTP/1.1" 404 1534`
		post    = `10.0.0.9 - eve [10/Oct/2026:13:25:16 -0700] "POST /cart HTTP/1.1" 503 99`
		info    = "INFO 09/25/2026 12:00:00 GET /service/resource/67 1200"
		part    = "INFO 09/25/2026 12:00:01 POST /service/resource/67/part/111 1310"
		warning = "WARNING 09/25/2026 12:00:02 Invalid user request"
		failed  = "ERROR 09/25/2026 12:00:02 Failed to process request"
	)
	cases{
		{"[ip, user, name, time, request, status, bytes]", []string{get, post}, []string{warning, ""}},
		{"[ip, user, name, time, request, status = 404, bytes]", []string{get}, []string{post}},
		{"[ip, user, name, time, request = *.html*, status = 4*, bytes > 1000]", []string{get}, []string{post}},
		{"[..., request = *.html*, status = 4*,]", []string{get}, []string{post}},
		{"[..., status = 404 || status = 503, bytes]", []string{get, post}, []string{info}},
		{"[..., status >= 400 && status != 503, bytes]", []string{get}, []string{post}},
		{"[ip, ..., bytes < 100]", []string{post, "a 5"}, []string{get, "5"}},
		{"[ip = 10.0.*, user, ...]", []string{get, "10.0.1.1 x"}, []string{info, "10.0.1.1"}},
		{`[ip=%^10\.0\.0\.[1-9]$%, user, name, time="10/Oct/*", ...]`, []string{get}, []string{info}},
		{`[a, b, c, d, request="GET /shop/index.html HTTP/1.1", ...]`, []string{get}, []string{post}},
		{"[w1=ERROR, w2]", []string{failed, "ERROR x", "\t ERROR\tx"}, []string{warning, "ERROR", "INFO ERROR"}},
		{"[w1=ERROR]", []string{"ERROR", " ERROR "}, []string{failed}},
		{"[w1=ERROR || w1=WARNING, w2]", []string{failed, warning}, []string{info}},
		{"[w1!=ERROR && w1!=WARNING, w2]", []string{info, part}, []string{failed, warning}},
		{"[(w1=ERROR || w1=INFO) && w1!=INFO, w2]", []string{failed}, []string{info, warning}},
		{"[level, rest=*user*]", []string{warning}, []string{failed}},
		{"[level, date, time, verb, url=%/service/resource/[0-9]+$%, ms]", []string{info}, []string{part, failed}},
		{"[...]", []string{"", failed}, nil},
		{"[a, ...]", []string{"x", failed}, []string{"", "   "}},
		{"[level=ERR, w]", []string{"[ERR] broken [x"}, []string{"[ERR broken"}},
		{"[n=-5, w]", []string{"-5 x", "-5.0 x"}, []string{"5 x"}},
		{"[n<10, w]", []string{"9.9 x"}, []string{"ten x", "10 x"}},
	}.run(t)
}

func TestErrors(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		pattern string
		column  int
		aws     string
	}{
		{"?Status: slow", 8, "Invalid character(s) in term ':'"},
		{"me@example.net", 3, "Invalid character(s) in term '@'"},
		{`""`, 1, "Invalid character(s) in term '\"\"'"},
		{`a "b`, 3, "Invalid filter pattern"},
		{"a b-c", 4, "Invalid character(s) in term '-'"},
		{"a -", 4, "Invalid filter pattern"},
		{"? a", 2, "Invalid filter pattern"},
		{"f(x)", 2, "Invalid character(s) in term '('"},
		{`"a"b`, 4, "Invalid filter pattern"},
		{"café", 4, "Invalid character(s) in term 'é'"},
		{"ERROR %x%", 7, "Invalid character(s) in term '%'"},
		{"%x", 1, "Invalid filter pattern"},
		{"%%", 2, "Invalid filter pattern"},
		{"%something!%", 11, "Invalid character(s) in term '!'"},
		{"%(a)%", 2, "Invalid character(s) in term '('"},
		{"%é%", 2, "Invalid character(s) in term 'é'"},
		{`%a\b%`, 3, "Invalid filter pattern"},
		{"%[a%", 2, "Invalid filter pattern"},
		{"%a{900}b{900}c{900}%", 2, "Invalid filter pattern"},
		{"%a% b", 5, "Invalid filter pattern"},
		{"{ $.a = 1", 10, "If a filter pattern starts with '{' it must end with '}'"},
		{"[a, b", 6, "If a filter pattern starts with '[' it must end with ']'"},
		{"{", 2, "If a filter pattern starts with '{' it must end with '}'"},
		{"{}", 2, "Invalid filter pattern"},
		{`{ $."sc-status" = 5* }`, 5, "Invalid character(s) in term '$.\"'"},
		{"{ level = x }", 3, "Invalid filter pattern"},
		{"{ $ = x }", 4, "Invalid character(s) in term '$ '"},
		{"{ $[0] = x }", 3, "Invalid filter pattern"},
		{"{ $.a[x] = 1 }", 7, "Invalid filter pattern"},
		{"{ $.a['x] = 1 }", 7, "Invalid filter pattern"},
		{"{ $.a[99999999999999999999] = 1 }", 7, "Invalid filter pattern"},
		{"{ $.a.*[*] = 1 }", 3, "Invalid filter pattern"},
		{"{ $.*=1||$.*=2||$.*=3||$.*=4 }", 24, "Invalid filter pattern"},
		{"{ $.a ~ 1 }", 7, "Invalid character(s) in term '~'"},
		{"{ $.a = x:y }", 10, "Invalid character(s) in term ':'"},
		{"{ $.a = }", 9, "Invalid filter pattern"},
		{"{ $.a > x }", 9, "Invalid filter pattern"},
		{`{ $.a > "5" }`, 9, "Invalid filter pattern"},
		{"{ $.a < 5* }", 9, "Invalid filter pattern"},
		{"{ $.a = 'x' }", 9, "Invalid character(s) in term '''"},
		{"{ $.a = %x% && $.b = %y% && $.c = %z% }", 35, "Invalid filter pattern"},
		{"{ $.a IS NOT NULL }", 7, "Invalid filter pattern"},
		{"{ $.a EXISTS }", 7, "Invalid filter pattern"},
		{"{ $.a NOT NULL }", 7, "Invalid filter pattern"},
		{"{ ($.a = 1 }", 12, "Invalid filter pattern"},
		{"{ $.a = 1 && }", 14, "Invalid filter pattern"},
		{"{ $.a = 1 $.b = 2 }", 11, "Invalid character(s) in term '$.'"},
		{"[status = 4* && bytes > 10, bytes]", 17, "Invalid filter pattern"},
		{"[..., a, ...]", 10, "Invalid filter pattern"},
		{"[=5, b]", 2, "Invalid filter pattern"},
		{"[a=b c]", 6, "Invalid filter pattern"},
		{"[a=b/c]", 5, "Invalid character(s) in term '/'"},
		{strings.Repeat("x", 1025), 1, "Invalid filter pattern"},
	} {
		t.Run(c.pattern[:min(40, len(c.pattern))], func(t *testing.T) {
			t.Parallel()
			_, err := filter.Parse(c.pattern)
			var e *filter.Error
			if !errors.As(err, &e) {
				t.Fatalf("error = %v, want *filter.Error", err)
			}
			if e.Column != c.column || e.AWS != c.aws || e.Reason == "" {
				t.Errorf("column %d, %q, reason %q; want column %d, %q", e.Column, e.AWS, e.Reason, c.column, c.aws)
			}
		})
	}
}

func TestLongestPattern(t *testing.T) {
	t.Parallel()
	for _, pattern := range []string{
		`"` + strings.Repeat("é", 1022) + `"`,
		"{" + strings.Repeat("(", 505) + "$.a=1" + strings.Repeat(")", 505) + "}",
		"[" + strings.Repeat(",", 1022) + "]",
	} {
		if _, err := filter.Parse(pattern); err != nil {
			t.Errorf("Parse of %d bytes: %v", len(pattern), err)
		}
	}
}

func TestLiteral(t *testing.T) {
	t.Parallel()
	for pattern, want := range map[string]string{
		"":                                   "",
		"ERROR":                              "ERROR",
		"to TIMEOUT -verylongexcluded":       "TIMEOUT",
		"?only":                              "only",
		"?one ?other":                        "",
		"?ignored x":                         "x",
		`"ab` + "\n" + `longer"`:             "longer",
		`%^a[0-9]+deadbeef|x%`:               "",
		`%^a[0-9]+deadbeef$%`:                "deadbeef",
		`%ab+%`:                              "a",
		`{ $.level = "error" }`:              "",
		"[a, level=ERROR, status=404]":       "ERROR",
		"[a=*Exception*, b!=longerthanthat]": "Exception",
		"%a*%":                               "",
		"[a=one || a=other, b]":              "",
		"[a, ..., b=%took [0-9]{4} ms%]":     "took ",
	} {
		p, err := filter.Parse(pattern)
		if err != nil {
			t.Errorf("Parse(%q): %v", pattern, err)
			continue
		}
		if got := p.Literal(); got != want {
			t.Errorf("Parse(%q).Literal() = %q, want %q", pattern, got, want)
		}
	}
}

// Hostile sizes must end: a large message against the largest expression, deep JSON, many words.
func TestHostileMessagesEnd(t *testing.T) {
	t.Parallel()
	const size = 1 << 18
	for pattern, message := range map[string]string{
		"%[ab]{900}c{100}%":     strings.Repeat("ab", size/16),
		"{ $.a > 1e999999999 }": `{"a":1e999999998}`,
		"{ $.a NOT EXISTS }":    `{"b":` + strings.Repeat("[", size) + strings.Repeat("]", size) + "}",
		"[a, ..., z=1]":         strings.Repeat("[ ", size),
		`[a, b, c]`:             strings.Repeat(`"`, size),
	} {
		p, err := filter.Parse(pattern)
		if err != nil {
			t.Fatalf("Parse(%q): %v", pattern, err)
		}
		started := time.Now()
		p.Match([]byte(message))
		if took := time.Since(started); took > time.Minute {
			t.Errorf("%q took %v for %d bytes", pattern, took, len(message))
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{`ERROR -"a b" ?c`, "%a{,2}[^]x]|b%", `{ $.a[*].['b c'] != "x*" && ($.d IS NULL || $.e <= -1e3) }`, `[a, b=*x*, ..., c>5 || c="y"]`} {
		f.Add(seed, `{"a":[{"b c":"x"}],"e":-2}`)
		f.Add(seed, `ERROR [b x] "c" 6`)
	}
	f.Fuzz(func(t *testing.T, pattern, message string) {
		p, err := filter.Parse(pattern)
		if err != nil {
			var e *filter.Error
			if !errors.As(err, &e) || e.Column < 1 || e.Column > len(pattern)+1 {
				t.Fatalf("Parse(%q) = %v", pattern, err)
			}
			return
		}
		if p.Match([]byte(message)) && !strings.Contains(message, p.Literal()) {
			t.Fatalf("%q matches %q, which lacks its literal %q", pattern, message, p.Literal())
		}
	})
}

func BenchmarkMatch(b *testing.B) {
	messages := map[string]string{
		"json": `{"time":"2026-11-22T17:44:46.231Z","level":"info","msg":"request done","status":200,"took":12.5,"path":"/shop/cart"}`,
		"text": `10.0.0.9 - eve [10/Oct/2026:13:25:15 -0700] "GET /shop/index.html HTTP/1.1" 200 1534 "Mozilla/5.0 (X11; Linux x86_64)"`,
	}
	for _, c := range []struct{ name, pattern, message string }{
		{"term", "ERROR", "text"}, {"regex", "%5[0-9]{2} [0-9]+ %", "text"}, {"fields", "[ip, user, name, time, request, status = 5*, ...]", "text"},
		{"json absent", `{ $.error = "*" }`, "json"}, {"json present", "{ $.status >= 500 }", "json"},
	} {
		b.Run(c.name, func(b *testing.B) {
			p, err := filter.Parse(c.pattern)
			if err != nil {
				b.Fatal(err)
			}
			message := []byte(messages[c.message])
			b.SetBytes(int64(len(message)))
			for b.Loop() {
				p.Match(message)
			}
		})
	}
}
