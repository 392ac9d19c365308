package logs

import "unicode/utf8"

// EffectiveSize is the length of a message once each byte that is no UTF-8 has become U+FFFD, which is three bytes long. It is what
// the driver and the service count.
func EffectiveSize(text []byte) int {
	if utf8.Valid(text) {
		return len(text)
	}
	size := 0
	for _, r := range string(text) {
		size += utf8.RuneLen(r)
	}
	return size
}

// Sendable is a message as it arrives at CloudWatch Logs, each byte that is no UTF-8 replaced by U+FFFD. valid says that there was none.
func Sendable(text []byte) (message []byte, valid bool) {
	if utf8.Valid(text) {
		return text, true
	}
	message = make([]byte, 0, len(text)+len(text)/2)
	for _, r := range string(text) {
		message = utf8.AppendRune(message, r)
	}
	return message, false
}

// splitSize is how much of a valid text fits into a size without cutting a character.
func splitSize(text []byte, size int) int {
	if len(text) <= size {
		return len(text)
	}
	for !utf8.RuneStart(text[size]) {
		size--
	}
	return size
}
