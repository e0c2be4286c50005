package cli

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"muster/chat/slack"
	"muster/config"
)

func checkCommand(sh *shell) *cobra.Command {
	offline := false
	cmd := withConfig(sh, &cobra.Command{
		Use: "check", Short: "Verifies the configuration, and what it names in Slack.", Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return sh.check(cmd.Context(), offline) },
	})
	cmd.Flags().BoolVar(&offline, "offline", false, "verify the file alone, and call nobody")
	return cmd
}

// checkFor is how long all checks may take.
const checkFor = time.Minute

func (sh *shell) check(ctx context.Context, offline bool) error {
	c, err := config.Load(sh.config, config.Refuse)
	if err == nil && !offline {
		err = c.NeedSlack()
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(sh.out, "ok    %s\n", sh.config)
	if offline {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, checkFor)
	defer cancel()
	workspace := slack.New(slack.Options{
		APIURL: c.Slack.APIURL, AppToken: c.Slack.AppToken.Reveal(), BotToken: c.Slack.BotToken.Reveal(),
		Log: newLog(sh.err),
	})
	failed := 0
	for _, f := range workspace.Check(ctx, c.Slack.AnnounceChannel) {
		if f.Err == nil {
			fmt.Fprintf(sh.out, "ok    Slack: %s\n", f.What)
			continue
		}
		failed++
		fmt.Fprintf(sh.out, "FAIL  Slack: %s: %v\n      %s\n", f.What, f.Err, f.Mend)
	}
	if rest, ok := restOf(c, Outside{}); ok {
		if err := rest.Check(ctx); err != nil {
			failed++
			fmt.Fprintf(sh.out, "FAIL  PagerDuty: %v\n", err)
		} else {
			fmt.Fprintln(sh.out, "ok    PagerDuty: token, user and service")
		}
	}
	if j, ok, err := jiraOf(c, Outside{}); ok || err != nil {
		if err == nil {
			err = j.Check(ctx)
		}
		if err != nil {
			failed++
			fmt.Fprintf(sh.out, "FAIL  Jira: %v\n", err)
		} else {
			fmt.Fprintln(sh.out, "ok    Jira: token and project")
		}
	}
	if failed > 0 {
		return errors.New("not everything is well; the mends are above")
	}
	return nil
}
