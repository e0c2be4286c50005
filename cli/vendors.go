package cli

import (
	"context"
	"strings"

	"muster/chat"
	"muster/config"
	"muster/integrations/statuspage"
	"muster/integrations/statuspage/atlassian"
	"muster/integrations/tracker"
	"muster/integrations/tracker/jira"
	"muster/templates"
	"muster/timeline"
)

// trackerOf returns who files tickets, where a tracker is configured.
func trackerOf(c config.Config, o Outside, texts templates.Texts, contact func(context.Context, string) (string, string, error)) (tracker.Follower, bool, error) {
	j, ok, err := jiraOf(c, o)
	return tracker.Follower{Texts: texts, Tracker: j, Contact: contact, Now: o.Now}, ok, err
}

func jiraOf(c config.Config, o Outside) (*jira.Jira, bool, error) {
	if !c.Jira.Files() {
		return nil, false, nil
	}
	j, err := jira.New(jira.Options{
		URL: c.Jira.URL, User: c.Jira.User, Token: c.Jira.Token.Reveal(), Project: c.Jira.Project, IssueType: c.Jira.IssueType, HTTP: o.Transport, Now: o.Now,
	})
	return j, err == nil, err
}

// publishersOf returns who drafts for the public status page and who publishes
// there, where one is configured.
func publishersOf(c config.Config, o Outside, workspace chat.Chat, texts templates.Texts) []timeline.Follower {
	page, ok := statuspageOf(c, o)
	if !ok {
		return nil
	}
	return []timeline.Follower{
		chat.Drafter{Chat: workspace, Texts: texts, Components: componentsOf(c)},
		statuspage.Follower{Page: page, Now: o.Now},
	}
}

// statuspageOf returns the public status page, where one is configured.
func statuspageOf(c config.Config, o Outside) (*atlassian.Page, bool) {
	if !c.Statuspage.Publishes() {
		return nil, false
	}
	return atlassian.New(atlassian.Options{APIURL: c.Statuspage.APIURL, Token: c.Statuspage.Token.Reveal(), Page: c.Statuspage.Page, HTTP: o.Transport, Now: o.Now}), true
}

// componentsByService lists the components of the status page by service.
func componentsByService(c config.Config) map[string][]string {
	all := map[string][]string{}
	for name, s := range c.Services {
		if len(s.Statuspage) > 0 {
			all[name] = s.Statuspage
		}
	}
	return all
}

// componentsOf returns who knows the components of a service, whatever its case.
func componentsOf(c config.Config) func(service string) []string {
	all := componentsByService(c)
	return func(service string) []string {
		for name, components := range all {
			if strings.EqualFold(name, service) {
				return components
			}
		}
		return nil
	}
}
