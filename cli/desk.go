package cli

import (
	"crypto/rand"
	"errors"
	"os/user"
	"strings"

	"github.com/spf13/cobra"

	"muster/config"
)

// deskCommands are the commands of the chat that can be typed on the bot's own
// machine as well, for when the chat is away.
func deskCommands(sh *shell) []*cobra.Command {
	var all []*cobra.Command
	for _, c := range []struct{ name, args, short string }{
		{"declare", "[sevN] TITLE", "Declares an incident, without Slack."},
		{"note", "INCIDENT TEXT", "Puts a note on an incident's timeline, without Slack."},
		{"status", "[INCIDENT]", "Tells how an incident stands, without Slack."},
		{"resolve", "INCIDENT [TEXT]", "Resolves an incident, without Slack."},
	} {
		as := ""
		cmd := withConfig(sh, &cobra.Command{
			Use: c.name + " " + c.args, Short: c.short,
			Long: c.short + " The running bot on this machine does it; where none runs, it is\nwritten into the store, and the next start brings Slack up to date.",
			RunE: func(cmd *cobra.Command, args []string) error {
				if strings.TrimSpace(as) == "" {
					return misuse{errors.New("--as is empty; name who does it")}
				}
				line := strings.TrimSpace(c.name + " " + strings.Join(args, " "))
				if line == "status" {
					line = "list" // there is no channel whose incident could be meant
				}
				return sh.ask(cmd.Context(), order{As: as, Line: line, Request: "cli/" + rand.Text()})
			},
		})
		cmd.Flags().StringVar(&as, "as", account(), "who does it: a `name`")
		all = append(all, cmd)
	}
	return all
}

// account is who is logged in.
func account() string {
	u, err := user.Current()
	if err != nil {
		return "someone"
	}
	return u.Username
}

// configured reads the configuration; Slack's part of it need not be whole.
func (sh *shell) configured() (config.Config, error) {
	return config.Load(sh.config, config.Tolerate)
}
