package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/spf13/cobra"

	"muster/bot"
	"muster/chat/slack"
	"muster/commands"
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

// Manifest is the Slack app manifest for a configuration.
func Manifest(c config.Config) string {
	var names []string
	for _, cmd := range commands.All {
		if !cmd.Hidden {
			names = append(names, cmd.Name)
		}
	}
	texts, _ := textsOf(c) // where a text is wrong, the check and the start say so
	var shortcuts []slack.Shortcut
	for _, one := range []struct{ kind, name string }{
		{"global", bot.ShortcutDeclare}, {"message", bot.ShortcutAbout}, {"message", bot.ShortcutTag},
		{"message", bot.ShortcutMove}, {"message", bot.ShortcutDo},
	} {
		key := "shortcut." + strings.ReplaceAll(one.name, "_", " ")
		shortcuts = append(shortcuts, slack.Shortcut{Name: texts.T(key + ".name"), Type: one.kind, Callback: one.name, Description: texts.T(key + ".description")})
	}
	return slack.Manifest(c.Slack.Command, "["+strings.Join(names, "|")+"]", shortcuts)
}
