package cli

import "github.com/spf13/cobra"

// commands are all commands, in the order of the help.
func (c *command) commands() []*cobra.Command {
	return []*cobra.Command{c.run(), c.validate(), c.plan(), c.health(), c.ps(), c.describe(), c.stop(), c.exec(), c.logs(), c.report(), c.prune(), c.secrets(), c.iam(), c.test(), c.version()}
}
