package workspace

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Kind says what happened.
type Kind string

// What happens in a workspace, as its people see it.
const (
	Posted    Kind = "posted"
	Whispered Kind = "whispered" // Person alone sees the message
	Edited    Kind = "edited"
	Deleted   Kind = "deleted"
	Reacted   Kind = "reacted" // with the emoji Text
	Unreacted Kind = "unreacted"
	Pinned    Kind = "pinned"
	Unpinned  Kind = "unpinned"
	Replied   Kind = "replied" // to the message, which now tells of one more reply
	Joined    Kind = "joined"
	Opened    Kind = "opened"  // a channel
	Topic     Kind = "topic"   // of a channel, now Text
	Typed     Kind = "typed"   // Person ran the command Text
	Pressed   Kind = "pressed" // Person pressed the button Text
	Asked     Kind = "asked"   // Person has a form open, titled Text

	Rang  Kind = "rang"  // the telephone of Person, for the page Text
	Took  Kind = "took"  // Person acknowledged the page Text
	Filed Kind = "filed" // the ticket Text, for Person
	Moved Kind = "moved" // Person moved a ticket, as Text says
)

// Happening is something that people see happen.
type Happening struct {
	Kind    Kind
	At      time.Time
	Channel string // "#incidents", or "@ana" for direct messages with the app
	Person  string
	Text    string
	Message Message

	channel *channel
	message *message
}

// Message is a message as people see it.
type Message struct {
	TS        string     `json:"ts"`
	Thread    string     `json:"thread_ts,omitempty"` // of a reply: the message it replies to
	At        time.Time  `json:"at"`
	Author    string     `json:"author"`
	Bot       bool       `json:"bot,omitempty"`
	Subtype   string     `json:"subtype,omitempty"`
	Text      string     `json:"text"` // as it is sent and received
	Reading   string     `json:"reading"`
	Blocks    any        `json:"blocks,omitempty"`
	Buttons   []Button   `json:"buttons,omitempty"`
	Reactions []Reaction `json:"reactions,omitempty"`
	Files     []string   `json:"files,omitempty"` // addresses
	Edited    bool       `json:"edited,omitempty"`
	Pinned    bool       `json:"pinned,omitempty"`
	Only      string     `json:"only,omitempty"` // of an ephemeral message: who sees it
	Metadata  any        `json:"metadata,omitempty"`
}

// Button is a button under a message.
type Button struct {
	Label    string `json:"label"`
	ActionID string `json:"action_id"`
	BlockID  string `json:"block_id"`
	Value    string `json:"value"`
}

// Reaction is an emoji under a message.
type Reaction struct {
	Name  string   `json:"name"`
	Users []string `json:"users"`
}

// Watch calls see for everything that happens from now on, in order. It must
// be quick and must not call the workspace.
func (w *Workspace) Watch(see func(Happening)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.watchers = append(w.watchers, see)
}

func (w *Workspace) happen(h Happening) {
	h.At = w.now()
	for _, see := range w.watchers {
		see(h)
	}
	w.showReaders(h)
	w.beat()
}

// Messages returns what is in a channel, by time, with replies; ephemeral
// messages too, each with who sees it.
func (w *Workspace) Messages(channel string) ([]Message, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	ch, ok := w.channelNamed(channel)
	if !ok {
		return nil, fmt.Errorf("there is no channel %s", channel)
	}
	var all []Message
	for _, m := range ch.messages {
		all = append(all, w.see(ch, m))
	}
	return all, nil
}

// Channels returns the names of all channels, in the order they were made.
func (w *Workspace) Channels() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	var names []string
	for _, ch := range w.channels {
		if !ch.im {
			names = append(names, ch.name)
		}
	}
	return names
}

// TopicOf returns the topic of a channel.
func (w *Workspace) TopicOf(channel string) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	if ch, ok := w.channelNamed(channel); ok {
		return ch.topic
	}
	return ""
}

// File returns the content of a file by its address.
func (w *Workspace) File(address string) ([]byte, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	f, ok := find(w.files, func(f *file) bool { return f.url == address })
	if !ok {
		return nil, false
	}
	return f.content, true
}

// label names a channel as people do.
func (ch *channel) label(w *Workspace) string {
	switch {
	case ch.im && ch.with != "":
		return "@" + w.nameOf(ch.with)
	case ch.im:
		return "@" + strings.Join(w.namesOf(ch.members), ",")
	}
	return "#" + ch.name
}

// PersonNamed returns the ID of someone; empty where nobody is called so.
func (w *Workspace) PersonNamed(name string) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	if u, ok := w.userNamed(name); ok {
		return u.id
	}
	return ""
}

func (w *Workspace) nameOf(id string) string {
	if u, ok := w.user(id); ok {
		return u.name
	}
	return id
}

func (w *Workspace) see(ch *channel, m *message) Message {
	seen := Message{
		TS: m.ts, Thread: m.thread, At: timeOf(m.ts), Author: w.nameOf(m.user), Bot: m.bot, Subtype: m.subtype, Text: m.text, Reading: w.readable(m.text),
		Edited: m.edited != "", Pinned: slices.Contains(ch.pins, m.ts), Buttons: buttonsOf(m),
	}
	if m.only != "" {
		seen.Only = w.nameOf(m.only)
	}
	if len(m.blocks) > 0 && m.bot {
		seen.Blocks = m.blocks
	}
	if len(m.metadata) > 0 {
		seen.Metadata = m.metadata
	}
	for _, r := range m.reactions {
		seen.Reactions = append(seen.Reactions, Reaction{r.name, w.namesOf(r.users)})
	}
	for _, f := range m.files {
		seen.Files = append(seen.Files, f.url)
	}
	return seen
}

func (w *Workspace) namesOf(ids []string) []string {
	var names []string
	for _, id := range ids {
		names = append(names, w.nameOf(id))
	}
	return names
}

func timeOf(ts string) time.Time {
	whole, part, _ := strings.Cut(ts, ".")
	seconds, _ := strconv.ParseInt(whole, 10, 64)
	micros, _ := strconv.ParseInt(part, 10, 64)
	return time.Unix(seconds, micros*1000).UTC()
}

// buttonsOf is the buttons of a message, those of its attachments too.
func buttonsOf(m *message) []Button {
	var buttons []Button
	for _, p := range m.interactive() {
		if p.element["type"] == "button" {
			buttons = append(buttons, Button{labelOf(p.element), textOf(p.element, "action_id"), textOf(p.block, "block_id"), textOf(p.element, "value")})
		}
	}
	return buttons
}

// System reports whether Slack itself wrote the message: that someone came,
// that the topic changed.
func (m Message) System() bool {
	return isSystem(m.Subtype)
}

func isSystem(subtype string) bool {
	return strings.HasPrefix(subtype, "channel_") || strings.HasPrefix(subtype, "group_")
}

var (
	sequence = regexp.MustCompile(`<([^<>]*)>`)
	unescape = strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&")
)

// readable is a text as it shows: names for IDs, labels for links, times for
// dates.
func (w *Workspace) readable(text string) string {
	return unescape.Replace(sequence.ReplaceAllStringFunc(text, func(s string) string {
		return w.showSequence(strings.Trim(s, "<>"))
	}))
}

func (w *Workspace) showSequence(s string) string {
	target, label, _ := strings.Cut(s, "|")
	switch {
	case strings.HasPrefix(target, "@"):
		return "@" + w.nameOf(target[1:])
	case strings.HasPrefix(target, "#"):
		if ch, ok := w.channel(target[1:]); ok {
			return "#" + ch.name
		}
		return "#" + label
	case strings.HasPrefix(target, "!date^"):
		unix, _ := strconv.ParseInt(strings.Split(target, "^")[1], 10, 64)
		return w.dated(time.Unix(unix, 0).UTC())
	case strings.HasPrefix(target, "!"):
		return "@" + target[1:]
	case label != "":
		return label
	default:
		return target
	}
}

// dated is a moment as people read it: with its day where that is not today.
func (w *Workspace) dated(at time.Time) string {
	if now := w.now().UTC(); at.YearDay() != now.YearDay() || at.Year() != now.Year() {
		return at.Format("2 Jan 15:04")
	}
	return at.Format("15:04")
}
