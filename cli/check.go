package cli

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"muster/chat/slack"
	"muster/config"
)

func checkCommand(sh *shell) *cobra.Command {
	offline := false
	cmd := withConfig(sh, &cobra.Command{
		Use: "check", Short: "Verifies the configuration, and what it names in Slack, PagerDuty, Jira and Statuspage.", Args: noArgs,
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
	well := sh.checkTexts(c)
	well = sh.checkServices(c) && well
	if !offline {
		ctx, cancel := context.WithTimeout(ctx, checkFor)
		defer cancel()
		well = sh.checkSlack(ctx, c) && sh.checkVendors(ctx, c) && well
	}
	if !well {
		return errors.New("not everything is well; the mends are above")
	}
	return nil
}

func (sh *shell) checkSlack(ctx context.Context, c config.Config) (well bool) {
	workspace := slack.New(slack.Options{
		APIURL: c.Slack.APIURL, AppToken: c.Slack.AppToken.Reveal(), BotToken: c.Slack.BotToken.Reveal(),
		Log: newLog(sh.err),
	})
	well = true
	for _, f := range workspace.Check(ctx, c.Slack.AnnounceChannel, c.Slack.ExecutiveChannel) {
		if f.Err == nil {
			fmt.Fprintf(sh.out, "ok    Slack: %s\n", f.What)
			continue
		}
		well = false
		fmt.Fprintf(sh.out, "FAIL  Slack: %s: %v\n      %s\n", f.What, f.Err, f.Mend)
	}
	return well
}

// checkPager checks what pages need, and who there is to wake.
func (sh *shell) checkPager(ctx context.Context, c config.Config) (well bool) {
	rest, ok := restOf(c, Outside{})
	if !ok {
		return true
	}
	var services []string
	for _, name := range slices.SortedFunc(maps.Keys(c.Services), alphabetical) {
		if s := c.Services[name]; s.PagerDuty != "" {
			services = append(services, s.PagerDuty)
		}
	}
	manager := c.PagerDuty.Manager
	if !strings.Contains(manager, "@") {
		manager = c.People[manager].PagerDuty // by the address in Slack it is looked up when it is needed
	}
	well = true
	for _, f := range rest.Check(ctx, services, manager) {
		well = sh.found("PagerDuty", f.What, f.Err, f.Note) && well
	}
	return well
}

// checkTracker checks what tickets need.
func (sh *shell) checkTracker(ctx context.Context, c config.Config) (well bool) {
	j, ok, err := jiraOf(c, Outside{})
	if err != nil {
		return sh.found("Jira", "address", err, "")
	}
	if !ok {
		return true
	}
	expires, _ := time.Parse(time.DateOnly, c.Jira.TokenExpires) // it is checked when it is loaded; zero where it is not there
	well = true
	for _, f := range j.Check(ctx, expires, time.Now()) {
		well = sh.found("Jira", f.What, f.Err, f.Note) && well
	}
	return well
}

// found tells of one thing that was checked, and reports whether it is well.
func (sh *shell) found(where, what string, err error, note string) (well bool) {
	switch {
	case err != nil:
		fmt.Fprintf(sh.out, "FAIL  %s: %s: %v\n", where, what, err)
	case note != "":
		fmt.Fprintf(sh.out, "--    %s: %s: %s\n", where, what, note)
	default:
		fmt.Fprintf(sh.out, "ok    %s: %s\n", where, what)
	}
	return err == nil
}

// checkVendors checks the services that are configured; their errors say
// themselves what to do.
func (sh *shell) checkVendors(ctx context.Context, c config.Config) (well bool) {
	well = true
	report := func(what string, err error) {
		if err == nil {
			fmt.Fprintf(sh.out, "ok    %s\n", what)
			return
		}
		well = false
		fmt.Fprintf(sh.out, "FAIL  %s: %v\n", what, err)
	}
	well = sh.checkPager(ctx, c) && well
	well = sh.checkTracker(ctx, c) && well
	if page, ok := statuspageOf(c, Outside{}); ok {
		var components []string
		for _, some := range componentsByService(c) {
			components = append(components, some...)
		}
		slices.Sort(components)
		report("Statuspage: token, page and components", page.Check(ctx, components))
	}
	return well
}
