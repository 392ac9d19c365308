package output

import (
	"fmt"

	"github.com/ecslocal/ecslocal/healthcheck/cause"
)

// silent reads the exit code of a probe that printed nothing. Codes of curl and wget are asked by package healthcheck, which knows
// what ran.
func silent(exitCode int, text string) (Told, bool) {
	evidence := fmt.Sprintf("exit code %d", exitCode)
	switch {
	case exitCode == 137 && text == "":
		return Told{Rule: "HC078", Message: "the probe was killed, most likely for the container's memory limit", Evidence: evidence, Certainty: cause.Likely}, true
	case exitCode == 139:
		return Told{Rule: "HC043", Message: "the program of the check crashed (segmentation fault), as some builds of BusyBox wget do with -T", Evidence: evidence, Certainty: cause.Likely}, true
	case exitCode == 143 && text == "":
		return Told{Rule: "HC072", Message: "the probe was ended by a signal, as timeout(1) does", Evidence: evidence, Certainty: cause.Likely}, true
	case exitCode == 124:
		return Told{Rule: "HC072", Message: "timeout(1) ended the client within the check", Evidence: evidence, Certainty: cause.Likely}, true
	}
	return Told{}, false
}

// CurlCode is what an exit code of curl means, where it says something about the cause; the rule is empty elsewhere.
func CurlCode(code int) (rule, meaning string) {
	m := curlCodes[code]
	return m.rule, m.meaning
}

// WgetCode is what an exit code of GNU wget means.
func WgetCode(code int) (rule, meaning string) {
	m := wgetCodes[code]
	return m.rule, m.meaning
}

type meaning struct{ rule, meaning string }

// curlCodes are of curl(1), EXIT CODES.
var curlCodes = map[int]meaning{
	1: {"HC067", "the protocol is not supported"}, 2: {"HC043", "curl was called wrongly"}, 3: {"HC067", "the URL is malformed"},
	5: {"HC056", "the proxy does not resolve"}, 6: {"HC065", "the host does not resolve"}, 7: {"HC060", "the connection was refused"},
	22: {"HC045", "the application answers with a status of 400 or more"}, 23: {"HC083", "the output cannot be written"},
	28: {"HC068", "no answer came in time"}, 35: {"HC054", "the TLS handshake failed"}, 47: {"HC051", "the redirects do not end"},
	52: {"HC058", "the application closed the connection without an answer"}, 56: {"HC058", "the connection was reset"},
	60: {"HC055", "the certificate is not trusted"},
}

// wgetCodes are of wget(1), EXIT STATUS; BusyBox wget ends with 1 for all.
var wgetCodes = map[int]meaning{
	2: {"HC043", "wget was called wrongly"}, 3: {"HC083", "a file cannot be written"}, 4: {"HC060", "the connection failed"},
	5: {"HC055", "TLS failed"}, 6: {"HC046", "the credentials are refused"}, 8: {"HC045", "the application answers with an error status"},
}
