package cli

import (
	"fmt"
	"io"
	"os"

	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/emulator/document"
	"github.com/ecslocal/ecslocal/emulator/iam"
	"github.com/spf13/cobra"
)

func (c *command) iam() *cobra.Command {
	cmd := &cobra.Command{Use: "iam", Short: "Tell what the execution role must be allowed"}
	cmd.AddCommand(c.iamPolicy())
	return cmd
}

func (c *command) iamPolicy() *cobra.Command {
	var flags definitionFlags
	var check, taskRole, keys []string
	cmd := &cobra.Command{
		Use: "policy FILE", Short: "Print the least execution-role policy of a definition, or compare policies with it",
		Long: "Print the least policy with which the execution role can start this task. Resources without a region or an account in the definition\n" +
			"get those of --region and --account.\n\n" +
			"With --check, tell what the given policy documents do not allow (the task would not start) and what they allow to everybody's harm.\n" +
			"Wildcards, NotAction, NotResource and Deny are understood; conditions are named, not judged.\n\n" +
			"Exit code 0: printed, or nothing is missing; 1: something is missing (with --strict, too wide as well); 2: a file cannot be read.",
		Example: "  ecslocal iam policy --account 123456789012 task-definition.json\n" +
			"  ecslocal iam policy --check execution-role.json --task-role task-role.json task-definition.json",
		Args: exactArgs(1, "one task definition"),
		RunE: func(_ *cobra.Command, args []string) error {
			project, err := flags.load(args[0])
			if err != nil {
				return err
			}
			needs := project.ExecutionRoleNeeds(keys)
			if len(check)+len(taskRole) == 0 {
				_, err := c.stdout.Write(iam.Policy(needs))
				return err
			}
			return c.checkPolicies(needs, check, taskRole, flags.options.Strict)
		},
	}
	flags.add(cmd.Flags())
	cmd.Flags().StringArrayVar(&check, "check", nil, "compare the execution role's policy document `FILE` with what is needed; repeatable")
	cmd.Flags().StringArrayVar(&taskRole, "task-role", nil, "tell what of the task role's policy document `FILE` belongs to the execution role; repeatable")
	cmd.Flags().StringArrayVar(&keys, "kms-key", nil, "`ARN` of a customer managed key that encrypts the secrets; repeatable")
	return cmd
}

func (c *command) checkPolicies(needs []iam.Need, check, taskRole []string, strict bool) error {
	execution, findings, err := readPolicies(check)
	if err != nil {
		return fail(exitUsage, err)
	}
	task, more, err := readPolicies(taskRole)
	if err != nil {
		return fail(exitUsage, err)
	}
	findings = append(findings, more...)
	if len(check) > 0 {
		findings = append(findings, iam.Check(needs, execution)...)
	}
	findings = append(findings, iam.Misplaced(needs, execution, task)...)
	printFindings(c.stderr, findings)
	if worst := diag.Worst(findings); worst == diag.Error || worst == diag.Warning && strict {
		return exit(exitInvalid)
	}
	if len(check) == 0 {
		return nil
	}
	_, err = fmt.Fprintf(c.stdout, "all that the execution role needs is allowed\n")
	return err
}

func readPolicies(files []string) ([]*iam.Document, []diag.Finding, error) {
	var documents []*iam.Document
	var findings []diag.Finding
	for _, file := range files {
		f, err := os.Open(file)
		if err != nil {
			return nil, nil, fmt.Errorf("read a policy: %w", err)
		}
		data, err := io.ReadAll(io.LimitReader(f, document.MaxBytes+1))
		f.Close()
		if err != nil {
			return nil, nil, fmt.Errorf("read a policy: %w", err)
		}
		d, found := iam.Read(file, data)
		findings = append(findings, found...)
		if d != nil {
			documents = append(documents, d)
		}
	}
	return documents, findings, nil
}
