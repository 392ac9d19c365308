package logs

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/ecslocal/ecslocal/emulator/lazyregexp"
)

// parseSize reads a size as the engine does: a number, and a binary unit of one letter with or without b or ib.
// Errors have the engine's text.
func parseSize(text string) (int64, error) {
	end := strings.LastIndexAny(text, "0123456789. ")
	if end < 0 {
		return 0, fmt.Errorf("invalid size: '%s'", text)
	}
	number, unit := text[:end+1], text[end+1:]
	if text[end] == ' ' {
		number = text[:end]
	}
	size, err := strconv.ParseFloat(number, 64)
	if err != nil {
		return 0, err
	}
	if size < 0 {
		return 0, fmt.Errorf("invalid size: '%s'", text)
	}
	match := sizeUnit().FindStringSubmatch(unit)
	if match == nil {
		if len(unit) <= 3 { // longer ones the engine repeats as they are
			unit = strings.ToLower(unit)
		}
		return 0, fmt.Errorf("invalid suffix: '%s'", unit)
	}
	for range 1 + slices.Index([]string{"k", "m", "g", "t", "p"}, strings.ToLower(match[1])) {
		size *= 1024
	}
	if size > 1<<60 {
		return 0, fmt.Errorf("invalid size: '%s'", text)
	}
	return int64(size), nil
}

var sizeUnit = lazyregexp.New(`(?i)^(?:b|([kmgtp])(?:i?b)?)?$`)
