package cli

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"muster/chat"
	"muster/commands"
	"muster/config"
	"muster/timeline"
)

// servicesOf returns what the configuration knows of each service.
func servicesOf(c config.Config) map[string]commands.Service {
	all := make(map[string]commands.Service, len(c.Services))
	for name, s := range c.Services {
		all[name] = commands.Service{
			Description: s.Description, Owners: s.Owners, Docs: s.Docs, Code: s.Code, Runbook: s.Runbook,
			Dashboards: s.Dashboards, Logs: s.Logs, Dependencies: s.Dependencies,
		}
	}
	return all
}

// alphabetical orders names as people look for them.
func alphabetical(a, b string) int {
	return cmp.Or(strings.Compare(strings.ToLower(a), strings.ToLower(b)), strings.Compare(a, b))
}

// directoryOf is what rooms begin with, told by a desk that may still be under
// construction.
func directoryOf(c config.Config, desk *commands.Desk) chat.Directory {
	return chat.Directory{
		Has: func(service string) bool {
			_, known := c.Services[service]
			return known
		},
		About: func(ctx context.Context, inc timeline.Incident) (chat.Message, error) { return desk.About(ctx, inc) },
	}
}

// checkServices tells what the directory lacks. That is no failure, unless it
// can not be shown as it is meant.
func (sh *shell) checkServices(c config.Config) (well bool) {
	well = true
	for _, flaw := range c.Lint() {
		mark := "--  "
		if flaw.Serious {
			mark, well = "FAIL", false
		}
		fmt.Fprintf(sh.out, "%s  %s\n", mark, flaw.Text)
	}
	if n := len(c.Services); n > 0 && well {
		fmt.Fprintf(sh.out, "ok    services in the directory: %d\n", n)
	}
	return well
}
