// Command printer prints what makes a log driver's life hard.
package main

import (
	"os"
	"strings"
)

func main() {
	for _, line := range []string{"first\n", "\n", "  \n", "tab\tand\rreturn\n", "\x00\x1b[31mred\n", "\xff\xfe bad\n", "日本 <&>\n", strings.Repeat("x", 300_000) + "\n", "the end"} {
		if _, err := os.Stdout.WriteString(line); err != nil {
			os.Exit(1)
		}
	}
}
