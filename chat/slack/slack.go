// Package slack is the chat port for Slack: requests come in by Socket Mode,
// so that no address of ours need be public, and messages go out by the Web
// API. It is the only package that knows Slack's words.
package slack

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/slack-go/slack"

	"muster/chat"
	"muster/templates"
	"muster/timeline"
)

// Options say which workspace to work in.
type Options struct {
	APIURL   string // ends in a slash; "https://slack.com/api/" for Slack itself
	AppToken string
	BotToken string
	Command  string // the slash command
	Canvases bool   // canvases are written: the scope for them is needed
	Texts    templates.Texts
	Log      *slog.Logger
	// Transport carries calls, and Dial opens the connections that sockets run
	// over; the network's where they are nil.
	Transport http.RoundTripper
	Dial      func(ctx context.Context, network, address string) (net.Conn, error)
}

// Meter is told how the connections do. It must be quick.
type Meter interface {
	// Acknowledged tells of a frame: of which kind, whether Slack has sent it
	// again, and the time from its arrival to its acknowledgement.
	Acknowledged(kind string, again bool, took time.Duration)
	// SocketEnded tells how old a connection became.
	SocketEnded(age time.Duration)
}

// unmetered is for connections that nobody measures.
type unmetered struct{}

func (unmetered) Acknowledged(string, bool, time.Duration) {}
func (unmetered) SocketEnded(time.Duration)                {}

// Slack is one workspace. It implements [chat.Chat].
type Slack struct {
	o      Options
	api    *slack.Client
	http   *http.Client // for what the library can not do
	limits limits
	Meter  Meter                    // is set before Listen
	self   atomic.Pointer[identity] // nil until Slack has told
	begin  beginning

	refused atomic.Pointer[error] // why Slack refuses the token; nil while it does not

	mu       sync.Mutex
	channels map[string]timeline.Channel // by name

	people memory[chat.Profile]
	groups memory[members]
	emails addresses

	strangers memory[struct{}] // e-mail addresses of nobody here
	behind    background       // look-ups that nobody waits for
}

// identity is who the bot is in the workspace.
type identity struct{ user, bot, team, url string }

var _ chat.Chat = (*Slack)(nil)

// callFor is how long one call to Slack may take.
const callFor = 15 * time.Second

// New returns a workspace; it calls nobody.
func New(o Options) *Slack {
	if o.Transport == nil {
		o.Transport = http.DefaultTransport
	}
	calls := &http.Client{Timeout: callFor, Transport: newPaced(o.Transport)}
	return &Slack{
		o: o,
		api: slack.New(o.BotToken, slack.OptionAPIURL(o.APIURL),
			slack.OptionAppLevelToken(o.AppToken), slack.OptionHTTPClient(calls)),
		http:     calls,
		Meter:    unmetered{},
		begin:    newBeginning(),
		channels: map[string]timeline.Channel{},
	}
}

// Identify asks Slack who the bot is. Before it has succeeded the bot does not
// listen, and what is to be posted waits.
func (s *Slack) Identify(ctx context.Context) error {
	return s.limits.call(ctx, "auth.test", "", func() error {
		_, err := s.identify(ctx)
		return err
	})
}

func (s *Slack) pen() pen { return pen{s.o.Texts} }

// Me returns the bot's own ID; empty before it is identified.
func (s *Slack) Me() string { return s.me().user }

// Address returns where a channel can be seen; empty as long as Slack has not
// told where the workspace is.
func (s *Slack) Address(channel string) string {
	url := s.me().url
	if url == "" {
		return ""
	}
	return strings.TrimSuffix(url, "/") + "/archives/" + channel
}

func (s *Slack) me() identity {
	if self := s.self.Load(); self != nil {
		return *self
	}
	return identity{}
}

// call makes a call, unless its bucket is to be left alone or Slack has not
// told yet who the bot is.
func (s *Slack) call(ctx context.Context, method, channel string, do func() error) error {
	if s.self.Load() == nil {
		return notIdentified(method)
	}
	return s.noted(s.limits.call(ctx, method, channel, do))
}

// Refused returns why Slack refuses the bot's token; nil while it does not.
func (s *Slack) Refused() error {
	if refused := s.refused.Load(); refused != nil {
		return *refused
	}
	return nil
}

// noted takes note of whether the token is good, and logs when that changes.
func (s *Slack) noted(err error) error {
	switch {
	case IsBadToken(err) && s.refused.Swap(&err) == nil:
		s.o.Log.Error("Slack refuses slack.bot_token: copy the Bot User OAuth Token from OAuth & Permissions, and start again", "err", err)
	case err == nil && s.refused.Swap(nil) != nil:
		s.o.Log.Info("Slack takes slack.bot_token again")
	}
	return err
}

// calmly is call for what nobody waits for: it leaves a part of the method's
// calls to others.
func (s *Slack) calmly(ctx context.Context, method string, do func() error) error {
	if s.self.Load() == nil {
		return notIdentified(method)
	}
	return s.noted(s.limits.calmly(ctx, method, do))
}

// beginning is when the bot began, until Slack has told who it is.
type beginning struct {
	at   time.Time
	told chan struct{} // closed when it has
	once *sync.Once
}

func newBeginning() beginning {
	return beginning{at: time.Now(), told: make(chan struct{}), once: &sync.Once{}}
}

// beginFor is how long a bot that has just begun waits for Slack to tell who it is.
const beginFor = 2 * time.Second

// wait waits for that where the bot has just begun.
func (b beginning) wait(ctx context.Context) {
	timer := time.NewTimer(time.Until(b.at.Add(beginFor)))
	defer timer.Stop()
	select {
	case <-b.told:
	case <-timer.C:
	case <-ctx.Done():
	}
}

func notIdentified(method string) error {
	return fmt.Errorf("%s: Slack has not answered yet since the bot began", method)
}

// Unpaced makes the bot call as often as it likes, for a workspace without
// limits. What Slack asks for is obeyed all the same.
func (s *Slack) Unpaced() { s.limits.free = true }

// OpenChannel implements [chat.Chat].
func (s *Slack) OpenChannel(ctx context.Context, name string, private bool) (channel timeline.Channel, err error) {
	err = s.call(ctx, "conversations.create", "", func() error {
		c, err := s.api.CreateConversationContext(ctx, slack.CreateConversationParams{ChannelName: name, IsPrivate: private})
		if err == nil {
			channel = timeline.Channel{ID: c.ID, Name: c.Name}
		}
		return err
	})
	if code(err) == "name_taken" {
		return channel, chat.ErrNameTaken
	}
	return channel, err
}

// FindOwnChannel implements [chat.Chat]. The bot is in every channel it made,
// so that only its own channels need be looked through.
func (s *Slack) FindOwnChannel(ctx context.Context, name string, since time.Time) (timeline.Channel, bool, error) {
	var found *slack.Channel
	err := s.eachChannel(ctx, "users.conversations", s.ownPage(ctx), func(c slack.Channel) bool {
		if c.Name == name && c.Creator == s.me().user && !c.Created.Time().Before(since.Truncate(time.Second)) {
			found = &c
		}
		return found != nil
	})
	if err != nil || found == nil {
		return timeline.Channel{}, false, err
	}
	return timeline.Channel{ID: found.ID, Name: found.Name}, true, nil
}

// OwnChannels returns the names of all channels that the bot made.
func (s *Slack) OwnChannels(ctx context.Context) (names []string, err error) {
	err = s.eachChannel(ctx, "users.conversations", s.ownPage(ctx), func(c slack.Channel) bool {
		if c.Creator == s.me().user {
			names = append(names, c.Name)
		}
		return false
	})
	return names, err
}

func (s *Slack) ownPage(ctx context.Context) func(cursor string) ([]slack.Channel, string, error) {
	return func(cursor string) ([]slack.Channel, string, error) {
		return s.api.GetConversationsForUserContext(ctx, &slack.GetConversationsForUserParameters{
			UserID: s.me().user, Types: []string{"public_channel", "private_channel"}, Limit: pageMost, Cursor: cursor,
		})
	}
}

// pageMost is how many things a page of a list has at the most.
const pageMost = 999

// eachChannel goes through a list of channels, page by page, until seen says
// that it has seen enough.
func (s *Slack) eachChannel(ctx context.Context, method string, page func(cursor string) ([]slack.Channel, string, error), seen func(slack.Channel) bool) error {
	for cursor := ""; ; {
		var channels []slack.Channel
		var next string
		err := s.call(ctx, method, "", func() (err error) {
			channels, next, err = page(cursor)
			return err
		})
		if err != nil {
			return err
		}
		for _, c := range channels {
			if seen(c) {
				return nil
			}
		}
		if next == "" || ctx.Err() != nil {
			return ctx.Err()
		}
		cursor = next
	}
}

// ChannelNamed implements [chat.Chat]. It remembers what it found.
func (s *Slack) ChannelNamed(ctx context.Context, name string) (timeline.Channel, error) {
	s.mu.Lock()
	known, ok := s.channels[name]
	s.mu.Unlock()
	if ok {
		return known, nil
	}
	var found timeline.Channel
	err := s.eachChannel(ctx, "conversations.list", func(cursor string) ([]slack.Channel, string, error) {
		return s.api.GetConversationsContext(ctx, &slack.GetConversationsParameters{
			Types: []string{"public_channel"}, ExcludeArchived: true, Limit: pageMost, Cursor: cursor,
		})
	}, func(c slack.Channel) bool {
		if c.Name == name || c.ID == name {
			found = timeline.Channel{ID: c.ID, Name: c.Name}
		}
		return found.ID != ""
	})
	if err != nil {
		return found, err
	}
	if found.ID == "" {
		return found, timeline.Refusal(errors.New("there is no channel #" + name + " that I can see; make it, or invite me to it"))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.channels[name] = found
	return found, nil
}

// Invite implements [chat.Chat].
func (s *Slack) Invite(ctx context.Context, channel string, people ...string) error {
	err := s.call(ctx, "conversations.invite", "", func() error {
		_, err := s.api.InviteUsersToConversationContext(ctx, channel, people...)
		return err
	})
	if code(err) == "already_in_channel" && len(people) == 1 {
		return nil
	}
	if !timeline.IsRefusal(err) {
		return err
	}
	missed := &chat.NotInvited{Why: map[string]string{}}
	for _, person := range people {
		missed.Why[person] = reason(err, person)
	}
	return timeline.Refusal(missed)
}

func reason(err error, person string) string {
	var refused slack.SlackErrorResponse
	if !errors.As(err, &refused) {
		return err.Error()
	}
	why := refused.Err
	for _, e := range refused.Errors {
		if one := e.ConversationsInviteResponseError; one != nil && one.User == person {
			why = one.Error
		}
	}
	if meaning, ok := meanings[why]; ok {
		return meaning
	}
	return "Slack says " + why
}

// SetTopic implements [chat.Chat].
func (s *Slack) SetTopic(ctx context.Context, channel, topic string) error {
	return s.call(ctx, "conversations.setTopic", "", func() error {
		_, err := s.api.SetTopicOfConversationContext(ctx, channel, clip(plain.Write(topic), topicMost))
		return err
	})
}

const topicMost = 250

// IsArchived implements [chat.Chat].
func (s *Slack) IsArchived(ctx context.Context, channel string) (is bool, err error) {
	err = s.call(ctx, "conversations.info", "", func() error {
		c, err := s.api.GetConversationInfoContext(ctx, &slack.GetConversationInfoInput{ChannelID: channel})
		if err == nil {
			is = c.IsArchived
		}
		return err
	})
	return is, err
}

// Archive implements [chat.Chat].
func (s *Slack) Archive(ctx context.Context, channel string) error {
	err := s.call(ctx, "conversations.archive", "", func() error {
		return s.api.ArchiveConversationContext(ctx, channel)
	})
	switch code(err) {
	case "already_archived", "is_archived":
		return nil
	}
	return err
}

// Read implements [chat.Chat]. Unlike a channel's history, reactions.get finds
// replies too, and needs no further scope.
func (s *Slack) Read(ctx context.Context, at timeline.Message) (said chat.Said, err error) {
	var item slack.ReactedItem
	err = s.call(ctx, "reactions.get", "", func() (err error) {
		item, err = s.api.GetReactionsContext(ctx, slack.NewRefToMessage(at.Channel, at.TS), slack.GetReactionsParameters{Full: true})
		return err
	})
	if code(err) == "message_not_found" {
		return said, chat.ErrGone
	}
	if err != nil {
		return said, err
	}
	if item.Message == nil {
		return said, timeline.Refusal(errors.New("Slack has no message there"))
	}
	said = saidBy(item.Message.Msg)
	if said.At, err = moment(at.TS); err != nil {
		return said, timeline.Refusal(err)
	}
	if said.URL == "" {
		said.URL, err = s.permalink(ctx, at)
	}
	return said, err
}

func saidBy(m slack.Msg) chat.Said {
	said := chat.Said{Author: timeline.Person{ID: m.User}, Text: decode(m.Text), URL: m.Permalink, Files: filesOf(m)}
	if said.Author.ID == "" {
		said.Author = timeline.Person{ID: m.BotID, Name: chat.CleanLine(m.Username)}
	}
	if said.Text == "" {
		said.Text = otherText(m)
	}
	if m.Edited != nil {
		said.Version = m.Edited.Timestamp
		said.Edited, _ = moment(m.Edited.Timestamp) // without one it has no time
	}
	if m.ThreadTimestamp != m.Timestamp {
		said.Thread = m.ThreadTimestamp
	}
	return said
}

// otherText is what a message says that has no text of its own, as those of
// alerting tools: its attachments, its blocks, its file.
func otherText(m slack.Msg) string {
	var parts []string
	for _, a := range m.Attachments {
		parts = append(parts, cmp.Or(a.Fallback, strings.TrimSpace(a.Title+" "+a.Text), a.Pretext))
	}
	for _, b := range m.Blocks.BlockSet {
		switch b := b.(type) {
		case *slack.HeaderBlock:
			parts = append(parts, b.Text.Text)
		case *slack.SectionBlock:
			if b.Text != nil {
				parts = append(parts, b.Text.Text)
			}
		}
	}
	for _, f := range m.Files {
		parts = append(parts, "(a file: "+f.Name+")")
	}
	return decode(strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), "\n"))
}

func (s *Slack) permalink(ctx context.Context, at timeline.Message) (url string, err error) {
	err = s.call(ctx, "chat.getPermalink", "", func() error {
		url, err = s.api.GetPermalinkContext(ctx, &slack.PermalinkParameters{Channel: at.Channel, Ts: at.TS})
		return err
	})
	return url, err
}

// forget makes the bot look for a channel again that is not where it was.
func (s *Slack) forget(channel string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	maps.DeleteFunc(s.channels, func(_ string, c timeline.Channel) bool { return c.ID == channel })
}
