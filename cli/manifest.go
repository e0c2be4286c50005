package cli

import (
	"errors"
	"fmt"
	"io/fs"

	"github.com/spf13/cobra"

	"muster/config"
)

func manifestCommand(sh *shell) *cobra.Command {
	return withConfig(sh, &cobra.Command{
		Use: "manifest", Short: "Prints the Slack app manifest for the configuration.", Args: noArgs,
		Long: "Prints the Slack app manifest for the configuration, in YAML. Without a configuration it\nis the one for the default command; tokens need not be there yet.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := config.Load(sh.config, config.Tolerate)
			if errors.Is(err, fs.ErrNotExist) && !cmd.Flags().Changed("config") {
				c, err = config.Default(), nil
			}
			if err != nil {
				return err
			}
			_, err = fmt.Fprint(sh.out, Manifest(c))
			return err
		},
	})
}
