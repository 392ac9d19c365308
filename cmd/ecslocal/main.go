// Command ecslocal runs an AWS ECS task definition on the local Docker engine, and explains what fails.
package main

import (
	"os"

	"github.com/ecslocal/ecslocal/cmd/ecslocal/internal/cli"
)

func main() { os.Exit(cli.Main(os.Args, os.Stdin, os.Stdout, os.Stderr)) }
