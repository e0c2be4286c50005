package cli

import (
	"context"
	"errors"
	"net/http"
	"time"

	"muster/bot"
	"muster/config"
	"muster/integrations/tracker"
	"muster/integrations/tracker/jira"
	"muster/templates"
	"muster/timeline"
	"muster/web"
)

// trackerFollowers are those that file tickets and keep them in step, where a
// tracker is configured.
func (i *Instance) trackerFollowers(o Outside, texts templates.Texts, ids identities) ([]timeline.Follower, error) {
	j, ok, err := jiraOf(i.config, o)
	if !ok || err != nil {
		return nil, err
	}
	files := tracker.Follower{Texts: texts, Tracker: j, Whole: i.config.Jira.IncidentType != "", Contact: ids.trackerContact, Now: o.Now}
	keeper := tracker.Keeper{Texts: texts, Tracker: j, Contact: ids.trackerContact, Who: ids.assignee, Address: i.Slack.Address}
	i.tickets = &tracker.Sync{Keeper: keeper, Journal: i.Journal}
	return []timeline.Follower{files, keeper, tracker.Sweeper{Follower: files}}, nil
}

// jiraOf returns the project that is filed in, where there is one.
func jiraOf(c config.Config, o Outside) (*jira.Jira, bool, error) {
	if !c.Jira.Files() {
		return nil, false, nil
	}
	priorities := map[timeline.Severity]string{}
	for word, name := range c.Jira.Priorities {
		if s, err := timeline.ParseSeverity(word); err == nil { // it is checked when it is loaded
			priorities[s] = name
		}
	}
	components := map[string][]string{}
	for name, s := range c.Services {
		components[name] = s.Components
	}
	j, err := jira.New(jira.Options{
		URL: c.Jira.URL, BrowseURL: c.Jira.BrowseURL, User: c.Jira.User, Token: c.Jira.Token.Reveal(), Edition: c.Jira.Edition,
		Project: c.Jira.Project, IssueType: c.Jira.IssueType, IncidentType: c.Jira.IncidentType, Labels: c.Jira.Labels, Components: c.Jira.Components,
		ByService: components, Priorities: priorities, Epic: c.Jira.Epic, Fields: c.Jira.Fields, HTTP: o.Transport, Now: o.Now,
	})
	return j, err == nil, err
}

// askEach is how often the tracker is asked what was changed there; where it tells
// by webhook, that is for what it did not tell.
const (
	askEach  = 2 * time.Minute
	askAfter = 15 * time.Minute
)

func (i *Instance) trackerRounds() []bot.Round {
	if i.tickets == nil {
		return nil
	}
	each := askEach
	if i.config.Jira.Secret != "" {
		each = askAfter
	}
	return []bot.Round{{Name: "Jira", Each: each, Do: i.tickets.Look}}
}

// TrackerHook serves the webhooks by which Jira tells that a ticket has changed.
func (i *Instance) TrackerHook() http.Handler {
	return web.Hook(func(ctx context.Context, head http.Header, body []byte) error {
		secret := i.config.Jira.Secret.Reveal()
		if secret == "" || i.tickets == nil {
			return web.Refusal{Status: http.StatusForbidden, Text: "Jira's webhooks are not taken here. Whoever runs Muster sets jira.webhook_secret."}
		}
		key, ref, err := jira.ReadHook(head, body, func(signature string) bool { return web.Signed(body, signature, secret) })
		switch {
		case errors.Is(err, jira.ErrForged):
			return web.Refusal{Status: http.StatusUnauthorized, Text: "The signature does not fit. It has to be that of jira.webhook_secret."}
		case err != nil:
			i.Log.Warn("a webhook of Jira can not be read", "err", err)
			return nil // sent again it would be the same
		}
		return i.tickets.Told(ctx, key, ref)
	})
}
