package cli

import (
	"slices"
	"strings"

	"muster/config"
	"muster/templates"
	"muster/timeline"
)

// wantedOf says who is to be invited to an incident by its severity and service.
func wantedOf(c config.Config) func(timeline.Incident) []string {
	return func(inc timeline.Incident) []string {
		return slices.Concat(c.Severities[inc.Severity.String()].Invite, c.Services[inc.Service].Invite)
	}
}

// mentionsOf says who is called out when an incident is announced.
func mentionsOf(c config.Config) func(timeline.Severity) string {
	return func(s timeline.Severity) string { return c.Severities[s.String()].Mention }
}

// followsOf tells what follows from a worse severity besides more updates.
func followsOf(c config.Config, texts templates.Texts) func(timeline.Incident, timeline.SeverityChanged) string {
	wanted := wantedOf(c)
	return func(inc timeline.Incident, f timeline.SeverityChanged) string {
		if f.To >= f.From {
			return ""
		}
		var parts []string
		if !inc.Private && len(wanted(inc)) > 0 {
			parts = append(parts, texts.T("said.severity invited"))
		}
		page := c.PagerDuty.Page
		if own := c.Services[inc.Service].Page; own != nil {
			page = own
		}
		pages := func(s timeline.Severity) bool { return slices.Contains(page, s.String()) }
		if c.PagerDuty.Pages() && !inc.Drill && pages(f.To) && !pages(f.From) {
			parts = append(parts, texts.T("said.severity paged"))
		}
		return strings.Join(parts, " ")
	}
}
