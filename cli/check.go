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
	"muster/integrations/pager/pagerduty"
)

func checkCommand(sh *shell) *cobra.Command {
	offline := false
	cmd := withConfig(sh, &cobra.Command{
		Use: "check", Short: "Verifies the configuration, and what it names in Slack, PagerDuty, Jira, GitHub, Confluence, Statuspage, Prometheus and Datadog.", Args: noArgs,
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
	well = sh.checkFont(c) && well
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
		Canvases: c.Documents.Canvas, Log: newLog(sh.err),
	})
	well = true
	for _, f := range workspace.Check(ctx, channelsOf(c)...) {
		if f.Err == nil {
			fmt.Fprintf(sh.out, "ok    Slack: %s\n", f.What)
			continue
		}
		well = false
		fmt.Fprintf(sh.out, "FAIL  Slack: %s: %v\n      %s\n", f.What, f.Err, f.Mend)
	}
	return well
}

// channelsOf are the channels that the configuration names.
func channelsOf(c config.Config) []slack.Wanted {
	all := []slack.Wanted{
		{What: "announcement channel", Channel: c.Slack.AnnounceChannel, Key: "slack.announce_channel"},
		{What: "executive channel", Channel: c.Slack.ExecutiveChannel, Key: "slack.executive_channel"},
		{What: "channel for alarms", Channel: c.PagerDuty.Declare.Channel, Key: "pagerduty.declare.channel"},
	}
	if c.Review.Channel != "" {
		all = append(all, slack.Wanted{What: "channel of the review", Channel: c.Review.Channel, Key: "review.channel"})
	}
	for _, name := range slices.SortedFunc(maps.Keys(c.Services), alphabetical) {
		all = append(all, slack.Wanted{What: "channel of " + name, Channel: c.Services[name].Channel, Key: "services." + name + ".channel"})
	}
	return all
}

// checkPager checks what pages need, and who there is to wake.
func (sh *shell) checkPager(ctx context.Context, c config.Config) (well bool) {
	well = true
	if c.PagerDuty.RoutingKey != "" {
		well = sh.found("PagerDuty", "routing key", nil, "only a page would show whether it is right, and would wake somebody; try it with a service of its own") && well
	}
	rest, ok := restOf(c, Outside{})
	if !ok {
		if c.PagerDuty.Secret != "" {
			well = sh.found("PagerDuty", "webhook", errors.New("pagerduty.webhook_secret: without pagerduty.token nothing is heard of pages; set the token, too"), "")
		}
		return well
	}
	for _, f := range rest.Check(ctx, pagerWants(c)) {
		well = sh.found("PagerDuty", f.What, f.Err, f.Note) && well
	}
	return well
}

// pagerWants is what the configuration names in PagerDuty.
func pagerWants(c config.Config) pagerduty.Wanted {
	w := pagerduty.Wanted{Services: map[string]string{}, People: map[string]string{}, Priorities: c.PagerDuty.Declare.Priorities}
	manager := func(key, who string) {
		if !strings.Contains(who, "@") {
			who = c.People[who].PagerDuty // by the address in Slack it is looked up when it is needed
		}
		w.People[key] = who
	}
	manager("pagerduty.manager", c.PagerDuty.Manager)
	for name, s := range c.Services {
		w.Services["services."+name+".pagerduty"] = s.PagerDuty
		manager("services."+name+".manager", s.Manager)
	}
	for id, p := range c.People {
		w.People["people."+id+".pagerduty"] = p.PagerDuty
	}
	return w
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
	well = sh.checkChanges(ctx, c) && well
	if page, ok := statuspageOf(c, Outside{}); ok {
		var components []string
		for _, some := range componentsByService(c) {
			components = append(components, some...)
		}
		slices.Sort(components)
		report("Statuspage: token, page and components", page.Check(ctx, components))
	}
	well = sh.checkDocuments(ctx, c) && well
	return sh.checkMeasures(ctx, c) && well
}
