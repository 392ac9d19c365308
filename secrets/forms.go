package secrets

import (
	"encoding/base64"
	"encoding/json"
	"net/url"
	"strconv"
	"strings"
)

const (
	// shortest is the length of the shortest text that is hidden.
	shortest = 4
	// shortestInside is that of the shortest piece of base64 that is hidden within a longer one.
	shortestInside = 8
)

// forms are the texts to look for where a value is to be hidden: the value itself, each of its lines, and what it looks like
// in JSON, in Go's quotes, in a URL and in base64, also as a part of something longer, such as user:password.
func forms(value string) []string {
	var list []string
	add := func(text string) {
		if len(text) >= shortest {
			list = append(list, text)
		}
	}
	lines := strings.Split(value, "\n")
	for _, line := range lines {
		add(strings.TrimSpace(line))
	}
	for _, text := range []string{value, strings.TrimSpace(value)} {
		if len(text) < shortest {
			continue
		}
		add(text)
		if quoted, err := json.Marshal(text); err == nil { // with < > & as \u003c
			add(string(quoted[1 : len(quoted)-1]))
		}
		quoted := strconv.Quote(text)
		add(quoted[1 : len(quoted)-1])
		query := url.QueryEscape(text)
		add(query)
		add(strings.ReplaceAll(query, "+", "%20"))
		add(url.PathEscape(text))
		add(url.User(text).String())
		for _, encoding := range []*base64.Encoding{base64.StdEncoding, base64.URLEncoding} {
			add(encoding.EncodeToString([]byte(text)))
			add(encoding.WithPadding(base64.NoPadding).EncodeToString([]byte(text)))
			list = append(list, insideBase64(encoding, text)...)
		}
	}
	return list
}

// insideBase64 gives the characters that the text alone decides where it starts at each of the three places in a group.
func insideBase64(encoding *base64.Encoding, text string) []string {
	var list []string
	for before := range 3 {
		encoded := encoding.EncodeToString([]byte(strings.Repeat("\x00", before) + text))
		from, to := (before*8+5)/6, (before+len(text))*8/6
		if to-from >= shortestInside {
			list = append(list, encoded[from:to])
		}
	}
	return list
}
