package cli

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"muster/bot"
	"muster/chat"
	"muster/chat/slack"
	"muster/commands"
	"muster/config"
	"muster/integrations/pager"
	"muster/integrations/pager/pagerduty"
	"muster/integrations/statuspage"
	"muster/integrations/statuspage/atlassian"
	"muster/integrations/tracker"
	"muster/integrations/tracker/jira"
	"muster/templates"
	"muster/timeline"
	"muster/timeline/bolt"
)

// Instance is a bot with all its parts.
type Instance struct {
	Store   *bolt.Store
	Journal *timeline.Journal
	Bot     *bot.Bot
	Slack   *slack.Slack
	Log     *slog.Logger
	config  config.Config
	pages   pager.Follower
}

// Outside is what a bot meets outside of itself, apart from its configuration.
type Outside struct {
	Now func() time.Time
	Log *slog.Logger
	// Transport carries calls, and Dial opens the connections that sockets run
	// over; nil for the network.
	Transport http.RoundTripper
	Dial      func(ctx context.Context, network, address string) (net.Conn, error)
}

// ballast is how much the store keeps free inside its file: enough for some
// hundred facts when the disk is full.
const ballast = 1 << 20

// Assemble puts a bot together from its configuration. It opens the store and
// calls nobody. Close the store when the bot has ended.
func Assemble(c config.Config, o Outside) (*Instance, error) {
	store, err := bolt.Open(c.StorePath(), bolt.Options{Ballast: ballast})
	if err != nil {
		return nil, err
	}
	texts, err := textsOf(c)
	if err != nil {
		return nil, errors.Join(err, store.Close())
	}
	workspace := slack.New(slack.Options{
		APIURL: c.Slack.APIURL, AppToken: c.Slack.AppToken.Reveal(), BotToken: c.Slack.BotToken.Reveal(),
		Command: c.Slack.Command, Texts: texts, Log: o.Log, Transport: o.Transport, Dial: o.Dial,
	})
	replies := chat.Replies{Chat: workspace, Texts: texts}
	journal := &timeline.Journal{Store: store, Now: o.Now}
	trouble := &bot.Trouble{}
	desk := deskOf(c, journal, texts, workspace)
	directory := directoryOf(c, &desk)
	home := chat.NewHome(workspace, desk.Home)
	archive := time.Duration(c.Archive)
	journal.Followers = []timeline.Follower{
		chat.Room{Chat: workspace, Texts: texts, Prefix: c.Slack.ChannelPrefix, Directory: directory},
		chat.People{Chat: workspace, Texts: texts, Wanted: wantedOf(c)},
		bot.Merger{Journal: journal},
		replies,
		chat.Board{Chat: workspace, Texts: texts, Trying: trouble.Of, Directory: directory},
		chat.Sign{Chat: workspace, Texts: texts},
		chat.Scribe{Chat: workspace},
		chat.Greeter{Chat: workspace, Texts: texts},
		chat.Archivist{Chat: workspace, Texts: texts, Dir: c.Files},
		chat.Announcer{Chat: workspace, Texts: texts, Channel: c.Slack.AnnounceChannel, Mentions: mentionsOf(c)},
		chat.Executive{Chat: workspace, Texts: texts, Channel: c.Slack.ExecutiveChannel, Worst: timeline.Sev2},
		chat.Thread{Chat: workspace, Texts: texts},
		chat.Courier{Chat: workspace, Texts: texts},
		chat.Reminders{Chat: workspace, Texts: texts, RoleAfter: time.Duration(c.Reminders.RoleAfter), Archive: archive, Now: o.Now},
		chat.Writer{Chat: workspace, Texts: texts},
		chat.NewTranscriber(workspace, texts),
		bot.Shelf{Dir: c.Postmortems, Texts: texts},
		chat.Closer{Chat: workspace, After: archive, Now: o.Now},
		home,
		chat.Backlink{Chat: workspace, Texts: texts},
		chat.Names{Chat: workspace},
	}
	pages := pagerOf(c, o, texts, workspace.Email)
	if len(pages.Routes) > 0 {
		journal.Followers = append(journal.Followers, pages, pager.Sweeper{Follower: pages})
	}
	if follower, ok, err := trackerOf(c, o, texts, workspace.Contact); err != nil {
		return nil, errors.Join(err, store.Close())
	} else if ok {
		journal.Followers = append(journal.Followers, follower)
	}
	journal.Followers = append(journal.Followers, publishersOf(c, o, workspace, texts)...)
	b := bot.New(desk, replies, reactionsOf(c), o.Log)
	b.Past, b.Home, b.Trouble = workspace, &home, trouble
	return &Instance{Store: store, Journal: journal, Slack: workspace, Log: o.Log, Bot: b, config: c, pages: pages}, nil
}

func deskOf(c config.Config, journal *timeline.Journal, texts templates.Texts, workspace *slack.Slack) commands.Desk {
	return commands.Desk{
		Journal: journal, Texts: texts, Slash: c.Slack.Command, Emoji: emojiOf(c), All: commands.All,
		Pages: c.PagerDuty.Pages(), Tickets: c.Jira.Files(),
		Services: slices.SortedFunc(maps.Keys(c.Services), alphabetical), Directory: servicesOf(c), StatusPage: c.Statuspage.Publishes(), Components: componentsByService(c),
		Bot: workspace.Me, Zone: workspace.Zone, Standing: standings(workspace, c.Access),
	}
}

// partsOf returns the roles that the configuration adds or words anew, in the
// order of their names.
func partsOf(c config.Config) []templates.Part {
	var parts []templates.Part
	for _, name := range slices.Sorted(maps.Keys(c.Roles)) {
		r := c.Roles[name]
		parts = append(parts, templates.Part{Role: timeline.Role(name), Name: r.Name, Duties: r.Duties, Steps: r.Checklist})
	}
	return parts
}

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
		pages := func(s timeline.Severity) bool { return slices.Contains(c.PagerDuty.Page, s.String()) }
		if c.PagerDuty.Pages() && !inc.Drill && pages(f.To) && !pages(f.From) {
			parts = append(parts, texts.T("said.severity paged"))
		}
		return strings.Join(parts, " ")
	}
}

// filesFrom is how a postmortem calls the folder of files.
func filesFrom(postmortems, files string) string {
	from, err := filepath.Abs(postmortems)
	to, errTo := filepath.Abs(files)
	rel, errRel := filepath.Rel(from, to)
	if errors.Join(err, errTo, errRel) != nil {
		return filepath.ToSlash(files) // as on two drives
	}
	return filepath.ToSlash(rel)
}

func reactionsOf(c config.Config) map[string]timeline.Tag {
	reactions := make(map[string]timeline.Tag, len(c.Reactions))
	for emoji, tag := range c.Reactions {
		reactions[emoji] = timeline.Tag(tag)
	}
	return reactions
}

// pagerOf returns who pages, by the routes that are configured.
func pagerOf(c config.Config, o Outside, texts templates.Texts, email func(context.Context, string) (string, error)) pager.Follower {
	f := pager.Follower{Texts: texts, Email: email, Services: map[string]string{}}
	for name, s := range c.Services {
		f.Services[name] = cmp.Or(s.PagerDuty, name)
	}
	for _, severity := range c.PagerDuty.Page {
		if s, err := timeline.ParseSeverity(severity); err == nil { // it is checked when it is loaded
			f.Severities = append(f.Severities, s)
		}
	}
	if rest, ok := restOf(c, o); ok {
		f.Routes = append(f.Routes, rest)
	}
	if c.PagerDuty.RoutingKey != "" {
		f.Routes = append(f.Routes, pagerduty.NewEvents(c.PagerDuty.EventsURL, c.PagerDuty.RoutingKey.Reveal(), o.Transport))
	}
	return f
}

// restOf returns PagerDuty's REST API, where it is configured.
func restOf(c config.Config, o Outside) (*pagerduty.REST, bool) {
	if c.PagerDuty.Token == "" {
		return nil, false
	}
	return pagerduty.New(pagerduty.Options{
		APIURL: c.PagerDuty.APIURL, Token: c.PagerDuty.Token.Reveal(), From: c.PagerDuty.From, Service: c.PagerDuty.Service, HTTP: o.Transport,
	}), true
}

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
		URL: c.Jira.URL, User: c.Jira.User, Token: c.Jira.Token.Reveal(), Project: c.Jira.Project, IssueType: c.Jira.IssueType, HTTP: o.Transport,
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
	return atlassian.New(atlassian.Options{APIURL: c.Statuspage.APIURL, Token: c.Statuspage.Token.Reveal(), Page: c.Statuspage.Page, HTTP: o.Transport}), true
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

// emojiOf lists the tagging emoji in the order of their tags.
func emojiOf(c config.Config) []commands.Emoji {
	var all []commands.Emoji
	for name, tag := range reactionsOf(c) {
		all = append(all, commands.Emoji{Name: name, Tag: tag})
	}
	slices.SortFunc(all, func(a, b commands.Emoji) int {
		if d := slices.Index(timeline.Tags, a.Tag) - slices.Index(timeline.Tags, b.Tag); d != 0 {
			return d
		}
		return strings.Compare(a.Name, b.Name)
	})
	return all
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
