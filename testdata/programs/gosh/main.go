// Command gosh is the executable of test images that have ecslocal's own shell and curl, and nothing else of ecslocal.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/ecslocal/ecslocal/emulator/inside"
)

func main() {
	handled, code := inside.Main(context.Background(), os.Args, inside.Programs{})
	if !handled {
		fmt.Fprintln(os.Stderr, "gosh: it is started as /bin/sh or another of its names")
		code = 2
	}
	os.Exit(code)
}
