// Command printer prints what makes a log driver's life hard: a few lines of each sort, or with a number as argument any amount of
// generated output, the same for the same number.
package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"time"
)

func main() {
	lines := []string{"first\n", "\n", "  \n", "tab\tand\rreturn\n", "\x00\x1b[31mred\n", "\xff\xfe bad\n", "日本 <&>\n", strings.Repeat("x", 300_000) + "\n", "the end"}
	if len(os.Args) > 1 {
		seed, err := strconv.ParseUint(os.Args[1], 10, 64)
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(2)
		}
		lines = generated(rand.New(rand.NewPCG(seed, 0)))
	}
	for _, line := range lines {
		if _, err := os.Stdout.WriteString(line); err != nil {
			os.Exit(1)
		}
	}
	if len(os.Args) > 1 {
		time.Sleep(time.Second) // an engine that is busy gives up what it has not read 2 s after the end
	}
}

// generated is output in the pieces in which it is written: lines, parts of lines, several lines.
func generated(r *rand.Rand) []string {
	var text strings.Builder
	for range 300 + r.IntN(300) {
		text.WriteString(line(r) + "\n")
	}
	if r.IntN(2) == 0 {
		text.WriteString("without an end")
	}
	all := text.String()
	var pieces []string
	for len(all) > 0 {
		size := min(len(all), 1+r.IntN(1<<r.IntN(18)))
		pieces, all = append(pieces, all[:size]), all[size:]
		if r.IntN(100) == 0 {
			time.Sleep(time.Millisecond)
		}
	}
	return pieces
}

// line is a line of a random sort.
func line(r *rand.Rand) string {
	const most = 262_118 // of an event
	switch r.IntN(40) {
	case 0, 1, 2:
		return ""
	case 3:
		return strings.Repeat(" ", 1+r.IntN(5))
	case 4:
		return "\r"
	case 5, 6, 7, 8:
		return fmt.Sprintf("2026-%02d-%02d %02d:%02d:%02d,%03d INFO begin %d", r.IntN(14), r.IntN(33), r.IntN(25), r.IntN(60), r.IntN(60), r.IntN(1000), r.IntN(9))
	case 9, 10:
		return fmt.Sprintf("ERROR %d went wrong", r.IntN(1000))
	case 11, 12:
		return "\tat some.where(File.java:" + strconv.Itoa(r.IntN(500)) + ")"
	case 13:
		return `{"level":"info","text":"日本語 ☃ \u0000","n":` + strconv.Itoa(r.IntN(1000)) + "}"
	case 14, 15:
		return random(r, r.IntN(200))
	case 16:
		return strings.Repeat("é", r.IntN(9000))
	case 17: // near the engine's pieces of other drivers
		return strings.Repeat("p", 16_384-2+r.IntN(5))
	}
	switch r.IntN(60) { // seldom: they are long
	case 0:
		return strings.Repeat("x", most-2+r.IntN(5))
	case 1:
		return "{" + strings.Repeat("☃", most/3-1+r.IntN(3))
	case 2:
		return strings.Repeat("y", r.IntN(3*most))
	case 3:
		return random(r, most/3-3+r.IntN(200))
	}
	return fmt.Sprintf("line %d of no sort\x1b[3%dm", r.IntN(1000), r.IntN(8))
}

// random are bytes, most of them not UTF-8, without a line's end.
func random(r *rand.Rand, n int) string {
	b := make([]byte, n)
	for i := range b {
		if b[i] = byte(r.IntN(256)); b[i] == '\n' {
			b[i] = 0xff
		}
	}
	return string(b)
}
