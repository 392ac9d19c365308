// Command ecslocal-inside is the part of ecslocal that runs in its own containers, and nothing else. Package emulatortest builds it for the
// engine: a test's own executable is not ecslocal.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/ecslocal/ecslocal/emulator/program"
)

func main() {
	handled, code := program.Main(context.Background(), os.Args)
	if !handled {
		fmt.Fprintln(os.Stderr, "ecslocal-inside: this program is for ecslocal's own containers; run ecslocal instead")
		code = 2
	}
	os.Exit(code)
}
