package cli

import (
	"strings"

	"muster/chat"
	"muster/config"
	"muster/integrations/statuspage"
	"muster/integrations/statuspage/atlassian"
	"muster/templates"
	"muster/timeline"
)

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
