package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/secrets"
	"github.com/spf13/cobra"
)

func (c *command) secrets() *cobra.Command {
	cmd := &cobra.Command{Use: "secrets", Short: "Write or check the local secrets file"}
	cmd.AddCommand(c.secretsInit(), c.secretsCheck())
	return cmd
}

func (c *command) secretsInit() *cobra.Command {
	var flags definitionFlags
	var file string
	cmd := &cobra.Command{
		Use: "init FILE", Short: "Write a secrets file with every reference of a definition",
		Example: "  ecslocal secrets init task-definition.json            # to standard output\n  ecslocal secrets init --file secrets.yaml task-definition.json",
		Args:    exactArgs(1, "one task definition"),
		RunE: func(_ *cobra.Command, args []string) error {
			project, err := flags.load(args[0])
			if err != nil {
				return err
			}
			text := secrets.Template(project.SecretUses())
			if file == "" {
				_, err := c.stdout.Write(text)
				return err
			}
			out, err := os.OpenFile(file, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
			if errors.Is(err, fs.ErrExist) {
				return fail(exitUsage, fmt.Errorf("write %s: it exists already; remove it, or compare it with ecslocal secrets check", file))
			}
			if err != nil {
				return fail(exitUsage, fmt.Errorf("write the secrets file: %w", err))
			}
			_, err = out.Write(text)
			return errors.Join(err, out.Close())
		},
	}
	flags.add(cmd.Flags())
	cmd.Flags().StringVar(&file, "file", "", "write to `FILE`, readable by you alone; one that exists is left as it is")
	return cmd
}

func (c *command) secretsCheck() *cobra.Command {
	var flags definitionFlags
	cmd := &cobra.Command{
		Use: "check FILE", Short: "Compare the secrets files with what a definition asks for",
		Args: exactArgs(1, "one task definition"),
		RunE: func(_ *cobra.Command, args []string) error {
			project, err := flags.load(args[0])
			if err != nil {
				return err
			}
			findings := secrets.Check(project.SecretUses(), project.SecretSource())
			printFindings(c.stderr, findings)
			if worst := diag.Worst(findings); worst == diag.Error || worst == diag.Warning && flags.options.Strict {
				return exit(exitInvalid)
			}
			_, err = fmt.Fprintf(c.stdout, "%d references, all found\n", len(project.SecretUses()))
			return err
		},
	}
	flags.add(cmd.Flags())
	return cmd
}
