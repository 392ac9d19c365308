// Package output reads what a failing probe printed: which cause its words tell, and what they name.
//
// Its texts are those of the engines (20.10 to 29, runc and crun), of the shells (dash, BusyBox ash, bash), and of the programs that
// checks are made of: curl, GNU and BusyBox wget, netcat, the clients of databases, and the runtimes of languages. It knows nothing of
// the definition: package healthcheck joins the two. It imports healthcheck/cause for the words of certainty, and nothing else of ours.
package output

import (
	"strings"

	"github.com/ecslocal/ecslocal/emulator/lazyregexp"
	"github.com/ecslocal/ecslocal/healthcheck/cause"
)

// Told is one cause that a probe's words tell, with what they name.
type Told struct {
	// Rule is the identifier of the cause, Message the sentence about it, Evidence the line that tells it.
	Rule, Message, Evidence string
	// Certainty is empty where it is the rule's own.
	Certainty cause.Certainty
	// Name is the program or file that is named; Host, Port and Status are zero where the words name none.
	Name, Host   string
	Port, Status int
}

// maxText is how much of an output is read: engines keep 4096 bytes, our own prober may keep more.
const maxText = 64 << 10

// Read is the cause that the output of a failed probe tells, and whether there is one. An exit code is asked where words are missing.
func Read(exitCode int, text string) (Told, bool) {
	text = Normal(text)
	for _, read := range []func(int, string) (Told, bool){notStarted, timedOut, notFound, inTables, silent} {
		if told, ok := read(exitCode, text); ok {
			return told, true
		}
	}
	return Told{}, false
}

// progressMeter is curl's, which says nothing. An error may follow it on the same line: "…  0curl: (6) Could not resolve host".
var progressMeter = lazyregexp.New(`(?m)^\s*(% Total|Dload).*\n?|\r?[ \d.:kMGTdh-]*-:--[ \d.:kMGTdh-]*\n?|\r[ \d][ \d.:kMGTdh-]*`)

// escapes are colours and the like.
var escapes = lazyregexp.New(`\x1b\[[0-9;]*[A-Za-z]`)

// Normal is a probe's output without what differs from run to run and from engine to engine.
func Normal(text string) string {
	text = strings.ToValidUTF8(text[:min(len(text), maxText)], "\uFFFD")
	text = progressMeter().ReplaceAllString(escapes().ReplaceAllString(text, ""), "")
	text = strings.ReplaceAll(text, "\r\n", "\n")
	return strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(text), ": unknown"))
}

// howLong is the time that curl tells with a failure: 0, 1 or 2 ms for the same refusal.
var howLong = lazyregexp.New(` after \d+ ms\b`)

// Same says that two probes printed the same, but for how long it took.
func Same(a, b string) bool {
	timeless := func(text string) string { return howLong().ReplaceAllString(Normal(text), "") }
	return a == b || timeless(a) == timeless(b)
}

// line is the line of the text that holds the byte at a position, cut to what a terminal shows.
func line(text string, at int) string {
	from := strings.LastIndexByte(text[:at], '\n') + 1
	whole, _, _ := strings.Cut(text[from:], "\n")
	const most = 300
	if len(whole) > most {
		whole = strings.ToValidUTF8(whole[:most], "") + "…"
	}
	return strings.TrimSpace(whole)
}
