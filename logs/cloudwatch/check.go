package cloudwatch

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// patterns are the regular expressions of the API model, by the names used in tags. They have to match the whole value.
var patterns = map[string]struct {
	text string
	re   *regexp.Regexp
}{
	"group":      wholly(`[\.\-_/#A-Za-z0-9]+`),
	"groupPart":  wholly(`[\.\-_/#A-Za-z0-9]*`),
	"identifier": wholly(`[\w#+=/:,.@-]*`),
	"resource":   wholly(`[\w+=/:,.@-]*`),
	"stream":     wholly(`[^:*]*`),
	"groupList":  wholly(`(\^?[\.\-_\/#A-Za-z0-9]{3,24})(\|\^?[\.\-_\/#A-Za-z0-9]{3,24}){0,4}`),
}

func wholly(text string) (p struct {
	text string
	re   *regexp.Regexp
}) {
	p.text, p.re = text, regexp.MustCompile(`^(?s:`+text+`)$`)
	return p
}

// check holds a request against the constraints of the API model, written as tags of its fields:
// required, length:"least,most" of texts (in characters), lists and maps, range:"least,most" of numbers, pattern and enum.
// Fields are pointers, slices or maps, nil when the request lacks them.
func check(in any) error {
	var c checker
	c.fields(reflect.ValueOf(in).Elem(), "")
	if c.count == 0 {
		return nil
	}
	plural := "s"
	if c.count == 1 {
		plural = ""
	}
	return invalidParameter("%d validation error%s detected: %s", c.count, plural, strings.Join(c.listed, "; "))
}

// checker collects what is wrong.
type checker struct {
	count  int
	listed []string // the first few: a batch may have ten thousand wrong events
}

func (c *checker) add(value, path, constraint string) {
	if c.count++; c.count <= 10 {
		c.listed = append(c.listed, fmt.Sprintf("Value %s at '%s' failed to satisfy constraint: Member must %s", value, path, constraint))
	}
}

// fields checks the fields of a struct.
func (c *checker) fields(v reflect.Value, prefix string) {
	for i := range v.NumField() {
		field := v.Type().Field(i)
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		c.field(v.Field(i), prefix+name, field.Tag)
	}
}

// field checks one field that may be absent.
func (c *checker) field(v reflect.Value, path string, tag reflect.StructTag) {
	if v.IsNil() {
		if tag.Get("required") != "" {
			c.add("null", path, "not be null")
		}
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		c.scalar(v.Elem(), path, tag)
	case reflect.Map:
		c.length(v.Len(), v, path, tag)
	case reflect.Slice:
		c.length(v.Len(), v, path, tag)
		c.members(v, path, reflect.StructTag(tag.Get("member")))
	}
}

// members checks the members of a list, whose own tags stand in the list's tag "member".
func (c *checker) members(v reflect.Value, path string, tag reflect.StructTag) {
	if tag == "" && v.Type().Elem().Kind() != reflect.Struct {
		return
	}
	for i := range v.Len() {
		member := path + "." + strconv.Itoa(i+1) + ".member"
		if v.Index(i).Kind() == reflect.Struct {
			c.fields(v.Index(i), member+".")
		} else {
			c.scalar(v.Index(i), member, tag)
		}
	}
}

// scalar checks a text, a number or a boolean.
func (c *checker) scalar(v reflect.Value, path string, tag reflect.StructTag) {
	switch v.Kind() {
	case reflect.String:
		text := v.String()
		c.length(utf8.RuneCountInString(text), v, path, tag)
		if p, ok := patterns[tag.Get("pattern")]; ok && !p.re.MatchString(text) {
			c.add(quote(v), path, "satisfy regular expression pattern: "+p.text)
		}
		if enum := tag.Get("enum"); enum != "" && !slices.Contains(strings.Split(enum, ","), text) {
			c.add(quote(v), path, "satisfy enum value set: ["+strings.ReplaceAll(enum, ",", ", ")+"]")
		}
	case reflect.Int64:
		c.between(v.Int(), v, path, "have value", tag.Get("range"))
	}
}

func (c *checker) length(n int, v reflect.Value, path string, tag reflect.StructTag) {
	c.between(int64(n), v, path, "have length", tag.Get("length"))
}

// between checks a number against "least,most", of which either may be empty.
func (c *checker) between(n int64, v reflect.Value, path, what, limits string) {
	least, most, _ := strings.Cut(limits, ",")
	if limit, err := strconv.ParseInt(least, 10, 64); err == nil && n < limit {
		c.add(quote(v), path, what+" greater than or equal to "+least)
	}
	if limit, err := strconv.ParseInt(most, 10, 64); err == nil && n > limit {
		c.add(quote(v), path, what+" less than or equal to "+most)
	}
}

// quote prints a value as the service does, bounded.
func quote(v reflect.Value) string {
	if v.Kind() == reflect.Slice && v.Type().Elem().Kind() == reflect.Struct {
		return fmt.Sprintf("'[%d members]'", v.Len())
	}
	return fmt.Sprintf("'%.2000s'", strings.ReplaceAll(fmt.Sprint(v.Interface()), "\x00", `\0`))
}
