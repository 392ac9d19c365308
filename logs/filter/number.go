package filter

import (
	"cmp"
	"math/big"
	"strconv"
	"strings"
)

// isNumber: an optional sign, an integer or a decimal, an optional exponent.
func isNumber(text string) bool {
	rest := strings.TrimLeft(text, "+-")
	if len(text)-len(rest) > 1 {
		return false
	}
	whole, rest := cutDigits(rest)
	fraction := 0
	if strings.HasPrefix(rest, ".") {
		fraction, rest = cutDigits(rest[1:])
	}
	if whole+fraction == 0 {
		return false
	}
	if rest == "" {
		return true
	}
	if rest[0] != 'e' && rest[0] != 'E' {
		return false
	}
	rest = rest[1:]
	if rest != "" && (rest[0] == '+' || rest[0] == '-') {
		rest = rest[1:]
	}
	exponent, rest := cutDigits(rest)
	return exponent > 0 && rest == ""
}

// cutDigits counts the leading digits and returns what follows them.
func cutDigits(text string) (count int, rest string) {
	rest = strings.TrimLeft(text, "0123456789")
	return len(text) - len(rest), rest
}

// compareNumbers compares exactly what is written without an exponent, so that long identifiers and 0.1 do not lose digits.
// With an exponent, which could ask for a number of any length, it compares as float64.
func compareNumbers(a, b string) int {
	if x, err := strconv.ParseInt(a, 10, 64); err == nil {
		if y, err := strconv.ParseInt(b, 10, 64); err == nil {
			return cmp.Compare(x, y)
		}
	}
	const longest = 400 // characters; beyond, exactness is not worth the time
	if len(a) <= longest && len(b) <= longest && !strings.ContainsAny(a+b, "eE") {
		x, okA := new(big.Rat).SetString(a)
		y, okB := new(big.Rat).SetString(b)
		if okA && okB {
			return x.Cmp(y)
		}
	}
	x, _ := strconv.ParseFloat(a, 64) // out of range is infinite, which orders rightly
	y, _ := strconv.ParseFloat(b, 64)
	return cmp.Compare(x, y)
}
