package cli

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"slices"
	"time"

	"muster/bot"
	"muster/chat"
	"muster/chat/slack"
	"muster/commands"
	"muster/config"
	"muster/document"
	"muster/integrations/changes"
	"muster/integrations/metrics"
	"muster/integrations/pager"
	"muster/integrations/tracker"
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
	// Measures is who answers queries of metrics, by the word that SLIs have for it.
	Measures map[string]metrics.Source
	Book     *changes.Book    // changes that others told of
	Sources  []changes.Source // the book, and whoever is asked
	config   config.Config
	font     *document.Font // of the team's own; nil for none
	pages    pager.Follower
	watch    *pager.Watch // nil where nothing is heard of pages
	nudger   chat.Nudger
	tickets  *tracker.Sync // nil where there is no tracker
	turns    chan bool     // of those who look for evidence
	ledger   *ledger       // what counts of each incident
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
	font, err := fontOf(c)
	if err != nil {
		return nil, errors.Join(err, store.Close())
	}
	workspace := slack.New(slack.Options{
		APIURL: c.Slack.APIURL, AppToken: c.Slack.AppToken.Reveal(), BotToken: c.Slack.BotToken.Reveal(),
		Command: c.Slack.Command, Texts: texts, Log: o.Log, Transport: o.Transport, Dial: o.Dial,
	})
	i := &Instance{Store: store, Slack: workspace, Log: o.Log, config: c, font: font, Journal: &timeline.Journal{Store: store, Now: o.Now}}
	if i.Measures, err = measuresOf(c, o); err != nil {
		return nil, errors.Join(err, store.Close())
	}
	ids := identities{c.People, workspace}
	i.Book = bookOf(c, store, o.Now)
	i.Sources = sourcesOf(c, o, i.Book)
	i.pages = pagerOf(c, o, texts, ids, workspace.Address)
	desk := deskOf(c, i.Journal, texts, workspace)
	desk.OnCall, desk.AlarmOver = onCallOf(i.pages), alarmOverOf(i.pages)
	desk.Evidence, desk.Draw, desk.Author = i.libraryOf(), i.painter(texts).Owe, ids.author
	i.ledger = newLedger(store, i.Journal)
	desk.Review = i.reviewFor
	replies, trouble := chat.Replies{Chat: workspace, Texts: texts}, &bot.Trouble{}
	home := chat.NewHome(workspace, desk.Home)
	agreer := bot.Agreer{Journal: i.Journal, Desk: func() commands.Desk { return i.Bot.Desk }, Chat: workspace}
	i.nudger = chat.Nudger{Chat: workspace, Journal: i.Journal, Page: desk.Nudge}
	desk.Reviewer = i.reviewer(texts, desk)
	i.Journal.Followers = append(i.chatFollowers(texts, directoryOf(c, &desk), trouble), replies, home, agreer, i.nudger, desk.Reviewer)
	vendors, err := i.vendorFollowers(o, texts, ids)
	if err != nil {
		return nil, errors.Join(err, store.Close())
	}
	i.Journal.Followers = append(i.Journal.Followers, vendors...)
	i.Journal.Followers = append(i.Journal.Followers, i.evidenceFollowers(texts, ids)...)
	i.Bot = bot.New(desk, replies, reactionsOf(c), o.Log)
	i.Bot.Writer = i.writer(texts)
	i.Bot.Go(i.pagerRounds()...)
	i.Bot.Go(i.trackerRounds()...)
	i.Bot.Go(i.calendar(), i.retention())
	i.Bot.Go(i.reviewRounds()...)
	i.Bot.Go(i.deployRounds(texts, ids)...)
	i.Bot.Past, i.Bot.Home, i.Bot.Trouble, i.Bot.Reviewer = workspace, &home, trouble, desk.Reviewer
	return i, nil
}

// chatFollowers are those that work by the chat, or by what is said there.
func (i *Instance) chatFollowers(texts templates.Texts, directory chat.Directory, trouble *bot.Trouble) []timeline.Follower {
	c, workspace, now := i.config, i.Slack, i.Journal.Now
	archive := time.Duration(c.Archive)
	return []timeline.Follower{
		chat.Room{Chat: workspace, Texts: texts, Prefix: c.Slack.ChannelPrefix, Directory: directory},
		chat.People{Chat: workspace, Texts: texts, Wanted: wantedOf(c)},
		bot.Merger{Journal: i.Journal},
		chat.Board{Chat: workspace, Texts: texts, Trying: trouble.Of, Directory: directory},
		chat.Sign{Chat: workspace, Texts: texts},
		chat.Scribe{Chat: workspace},
		chat.Greeter{Chat: workspace, Texts: texts},
		chat.Archivist{Chat: workspace, Texts: texts, Dir: c.Files},
		chat.Announcer{Chat: workspace, Texts: texts, Channel: c.Slack.AnnounceChannel, Mentions: mentionsOf(c)},
		chat.Executive{Chat: workspace, Texts: texts, Channel: c.Slack.ExecutiveChannel, Worst: timeline.Sev2},
		chat.Thread{Chat: workspace, Texts: texts},
		chat.Courier{Chat: workspace, Texts: texts},
		chat.Reminders{Chat: workspace, Texts: texts, RoleAfter: time.Duration(c.Reminders.RoleAfter), Archive: archive, Now: now},
		i.writer(texts),
		chat.Editor{Chat: workspace, Texts: texts},
		chat.NewTranscriber(workspace, texts),
		i.shelf(texts),
		chat.Closer{Chat: workspace, After: archive, Now: now},
		chat.Backlink{Chat: workspace, Texts: texts},
		chat.Names{Chat: workspace},
		chat.FollowUps{Chat: workspace, Texts: texts},
		chat.Meetings{Chat: workspace, Texts: texts, Address: workspace.Address},
		chat.Understanding{Chat: workspace, Texts: texts, Now: now},
		chat.Adviser{Chat: workspace, Texts: texts, Now: now},
	}
}

// vendorFollowers are those that work by other services, as far as they are
// configured.
func (i *Instance) vendorFollowers(o Outside, texts templates.Texts, ids identities) ([]timeline.Follower, error) {
	all := i.pagerFollowers(texts)
	files, err := i.trackerFollowers(o, texts, ids)
	if err != nil {
		return nil, err
	}
	all = append(all, files...)
	all = append(all, publishersOf(i.config, o, i.Slack, texts)...)
	return append(all, documentFollowers(i.config, o, i.Slack, texts)...), nil
}

// writer is who writes postmortems, and shelf who saves them.
func (i *Instance) writer(texts templates.Texts) chat.Writer {
	shelf := bot.Shelf{Dir: i.config.Postmortems, Texts: texts}
	return chat.Writer{Chat: i.Slack, Journal: i.Journal, Texts: texts, IsTaken: shelf.IsTaken, Binder: i.binder(texts)}
}

func (i *Instance) shelf(texts templates.Texts) bot.Shelf {
	return bot.Shelf{Dir: i.config.Postmortems, Texts: texts, Binder: i.binder(texts), Take: i.writer(texts).TakeIn}
}

func (i *Instance) binder(texts templates.Texts) chat.Binder {
	return chat.Binder{Texts: texts, Dir: i.config.Files, Font: i.font}
}

func deskOf(c config.Config, journal *timeline.Journal, texts templates.Texts, workspace *slack.Slack) commands.Desk {
	return commands.Desk{
		Journal: journal, Texts: texts, Slash: c.Slack.Command, Emoji: emojiOf(c), All: commands.All,
		Pages: c.PagerDuty.Pages(), PagesPeople: c.PagerDuty.Hears(), Tickets: c.Jira.Files(),
		Services: slices.SortedFunc(maps.Keys(c.Services), alphabetical), Directory: servicesOf(c), StatusPage: c.Statuspage.Publishes(), Components: componentsByService(c),
		WriteUp: commands.WriteUp{Days: c.Documents.Days(), For: severitiesOf(c.Documents.DueFor)},
		Team:    teamZone(c), RemindAhead: time.Duration(c.Reminders.Ahead), Bot: workspace.Me, Zone: workspace.Zone, Standing: standings(workspace, c.Access),
	}
}

// teamZone is the team's time zone; nil where it has said none.
func teamZone(c config.Config) *time.Location {
	zone, err := time.LoadLocation(c.Zone)
	if err != nil || c.Zone == "" {
		return nil
	}
	return zone
}

// calendarEach is how often it is looked whom to remind.
const calendarEach = 5 * time.Minute

// calendar looks whom to remind of follow-ups. What is due follows from the
// timelines alone, so that a restart changes nothing.
func (i *Instance) calendar() bot.Round {
	return bot.Round{Name: "calendar", Each: calendarEach, Do: func(ctx context.Context) error {
		nudges, err := i.Bot.Desk.Nudges(ctx)
		for _, n := range nudges {
			err = errors.Join(err, i.nudger.Owe(ctx, n.Person, n.Day))
		}
		return err
	}}
}
