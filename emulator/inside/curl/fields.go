package curl

import (
	"encoding/base64"
	"strconv"
	"strings"
)

// fields are the header lines of a request in curl's order, each with its end. A header that is given with -H replaces
// curl's own; "Name:" leaves it out, "Name;" sends it empty.
func (t *transfer) fields(to target) []string {
	given := map[string]bool{}
	for _, header := range t.options.headers {
		name, _, _ := strings.Cut(strings.Replace(header, ";", ":", 1), ":")
		given[strings.ToLower(strings.TrimSpace(name))] = true
	}
	var fields []string
	add := func(name, value string) {
		if value != "" && !given[strings.ToLower(name)] {
			fields = append(fields, name+": "+value+"\r\n")
		}
	}
	host := to.hostport
	if def := map[string]string{"http": ":80", "https": ":443"}[to.scheme]; strings.HasSuffix(host, def) {
		host = strings.TrimSuffix(host, def)
	}
	add("Host", host)
	if to.user != "" {
		add("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(to.user)))
	}
	add("User-Agent", t.options.userAgent)
	add("Accept", "*/*")
	add("Referer", t.options.referer)
	for _, header := range t.options.headers {
		name, value, colon := strings.Cut(header, ":")
		switch {
		case colon && strings.TrimSpace(value) != "":
			fields = append(fields, oneLine(name)+": "+oneLine(value)+"\r\n")
		case !colon && strings.HasSuffix(header, ";"):
			fields = append(fields, oneLine(strings.TrimSuffix(header, ";"))+":\r\n")
		}
	}
	if t.sendsBody() {
		add("Content-Length", strconv.Itoa(len(t.options.body)))
		add("Content-Type", "application/x-www-form-urlencoded")
	}
	return fields
}

func oneLine(text string) string {
	return strings.TrimSpace(strings.NewReplacer("\r", "", "\n", "").Replace(text))
}
