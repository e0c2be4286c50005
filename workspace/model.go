package workspace

import (
	"encoding/json"
	"slices"
	"strings"
)

// object is a JSON object.
type object = map[string]any

type user struct {
	id, name, realName, title, email string
	zone                             string // UTC where it is empty
	bot                              bool
	deleted                          bool
	admin, owner                     bool
	guest                            bool   // sees only the channels they are in
	single                           bool   // a guest of one channel
	team                             string // of a stranger: where they work; empty where it is here
}

type channel struct {
	id, name          string
	creator           string
	created           int64
	private, im, mpim bool
	archived          bool
	with              string // of direct messages with the app: the person
	topic, purpose    string
	former            []string // names
	members           []string
	messages          []*message // by time, with replies
	byTS              map[string]*message
	pins              []string          // time stamps
	pinners           map[string]string // who pinned each
	bookmarks         []*bookmark
	canvas            *file             // nil where it has none
	read              map[string]string // by person, the time stamp of what was read last
}

type message struct {
	ts, thread  string
	user        string
	bot         bool
	subtype     string
	text        string
	blocks      json.RawMessage
	attachments json.RawMessage
	metadata    json.RawMessage
	edited      string // when
	editor      string
	inviter     string // of an arrival
	reactions   []*reaction
	files       []*file
	only        string // of an ephemeral message: who sees it
	clientID    string
	username    string // that the app gave it in place of its own name
	icon        string
	replies     []string // time stamps, of a thread's first message
	repliers    []string
	chosen      map[string]Values // what each person has chosen in it
}

type reaction struct {
	name  string
	users []string
}

type file struct {
	id, name, title, user string
	alt                   string // what it shows, in words
	content               []byte
	length                int
	created               int64
	channels              []string
	done, uploaded        bool
	kind                  string // its media type, where the name does not tell
	url                   string // where its content is, with the host
}

type usergroup struct {
	id, handle, name string
	users            []string
}

const (
	teamID   = "T0DEMO00001"
	teamName = "Demo"
	domain   = "demo"
)

// cast is who works here.
var cast = []user{
	{name: "ana", realName: "Ana Ruiz", title: "Delivery engineer, on call", email: "ana@demo.example"},
	{name: "bo", realName: "Bo Lindqvist", title: "Platform engineer, on call", email: "bo@demo.example"},
	{name: "chi", realName: "Chi Okafor", title: "Database engineer", email: "chi@demo.example"},
	{name: "dee", realName: "Dee Marsh", title: "Support lead", email: "dee@demo.example"},
	{name: "eli", realName: "Eli Novak", title: "Engineering manager", email: "eli@demo.example"},
	{name: "fay", realName: "Fay Osei", title: "Site reliability engineer", email: "fay@demo.example"},
	{name: "gus", realName: "Gustavo Lima", title: "Product manager", email: "gus@demo.example"},
	{name: "hana", realName: "Hana Sato", title: "Customer success", email: "hana@demo.example", zone: "Asia/Tokyo"},
}

// strangersTeam is the workspace that a channel is shared with by Slack Connect.
const strangersTeam = "T0PARTNER01"

// newcomers is who else is here, of every standing that Slack knows.
var newcomers = []user{
	{name: "ivy", realName: "Ivy Chen", title: "Contractor, guest of two channels", email: "ivy@contractor.example", guest: true},
	{name: "jon", realName: "Jon Varga", title: "Auditor, guest of one channel", email: "jon@auditor.example", guest: true, single: true},
	{name: "kai", realName: "Kai Brandt", title: "Works for a partner", team: strangersTeam},
	{name: "lea", realName: "Lea Moreau", title: "Workspace admin", email: "lea@demo.example", admin: true},
	{name: "max", realName: "Max Ferrer", title: "Has left the company", email: "max@demo.example", deleted: true},
	{name: "ola", realName: "Ola Nyberg", title: "Workspace owner", email: "ola@demo.example", admin: true, owner: true},
}

// outsiders is which channels those are in who are not in all of them.
var outsiders = map[string][]string{"ivy": {"delivery", "incidents"}, "jon": {"incidents"}, "kai": {"incidents"}, "max": {}}

// rooms is which channels there are at first.
var rooms = []string{"general", "incidents", "delivery", "platform"}

// settle moves the people in.
func (w *Workspace) settle() {
	var everybody []string
	for _, u := range cast {
		u.id = w.id("U")
		w.users = append(w.users, &u)
		everybody = append(everybody, u.id)
	}
	for _, name := range rooms {
		c := w.found(w.id("C"), name, everybody[4])
		c.members = slices.Clone(everybody)
	}
	w.groups = []*usergroup{{id: w.id("S"), handle: "oncall", name: "On call", users: slices.Clone(everybody[:2])}}
	w.settleNewcomers()
}

// settleNewcomers moves the rest in. Their IDs have a source of their own, so
// that a seed gives everybody else the ID that it always gave.
func (w *Workspace) settleNewcomers() {
	for _, u := range newcomers {
		u.id = "U0" + w.letters("newcomer", idLetters, 9)
		w.users = append(w.users, &u)
		within, outside := outsiders[u.name]
		for _, ch := range w.channels {
			if !outside || slices.Contains(within, ch.name) {
				ch.members = append(ch.members, u.id)
			}
		}
	}
}

// stranger reports whether someone works elsewhere.
func (u *user) stranger() bool { return u.team != "" }

// confined reports whether someone sees only the channels they are in.
func (u *user) confined() bool { return u.guest || u.stranger() }

// workplace is the ID of the team that someone works in.
func (u *user) workplace() string {
	if u.stranger() {
		return u.team
	}
	return teamID
}

// shared reports whether people of another workspace are in a channel.
func (w *Workspace) shared(c *channel) bool {
	return slices.ContainsFunc(c.members, func(id string) bool {
		u, ok := w.user(id)
		return ok && u.stranger()
	})
}

// found founds a channel.
func (w *Workspace) found(id, name, creator string) *channel {
	c := &channel{id: id, name: name, creator: creator, created: w.now().Unix(), byTS: map[string]*message{}, read: map[string]string{}}
	w.channels = append(w.channels, c)
	return c
}

func (w *Workspace) install(m manifest) app {
	name := strings.ToLower(strings.ReplaceAll(m.Features.BotUser.DisplayName, " ", "_"))
	if name == "" {
		name = "app"
	}
	if _, taken := w.userNamed(name); taken {
		name += "_app"
	}
	bot := &user{id: w.id("U"), name: name, realName: m.Display.Name, bot: true}
	w.users = append(w.users, bot)
	number := w.letters("token", digits, 12)
	return app{
		manifest: m, id: w.id("A"), botID: w.id("B"), user: bot,
		botToken: "xoxb-" + number + "-" + w.letters("token", idLetters, 24),
		appToken: "xapp-1-" + w.letters("token", idLetters, 11) + "-" + number + "-" + w.letters("token", hex, 40),
	}
}

// listed is a list of its own, which is empty in JSON and not null where there
// is nothing.
func listed[T any](all []T) []T { return append([]T{}, all...) }

func find[T any](all []T, is func(T) bool) (T, bool) {
	i := slices.IndexFunc(all, is)
	if i < 0 {
		var none T
		return none, false
	}
	return all[i], true
}

func (w *Workspace) user(id string) (*user, bool) {
	return find(w.users, func(u *user) bool { return u.id == id })
}

func (w *Workspace) userNamed(name string) (*user, bool) {
	return find(w.users, func(u *user) bool { return u.name == name })
}

func (w *Workspace) channel(id string) (*channel, bool) {
	return find(w.channels, func(c *channel) bool { return c.id == id })
}

// channelNamed finds a channel by its name or ID, the direct messages of the
// bot with a person by "@" and the person's name, and those of two people by
// "@" and both names with a comma.
func (w *Workspace) channelNamed(name string) (*channel, bool) {
	if people, ok := strings.CutPrefix(name, "@"); ok {
		first, second, two := strings.Cut(people, ",")
		a, known := w.userNamed(first)
		b, both := w.userNamed(second)
		if !two {
			b, both = w.app.user, true
		}
		if !known || !both {
			return nil, false
		}
		return w.betweenThem(a, b)
	}
	name = strings.TrimPrefix(name, "#")
	return find(w.channels, func(c *channel) bool { return c.id == name || !c.im && c.name == name })
}

// direct returns the bot's direct messages with someone.
func (w *Workspace) direct(u *user) *channel { return w.between(u, w.app.user) }

// betweenThem finds the direct messages of two, if there have been any.
func (w *Workspace) betweenThem(a, b *user) (*channel, bool) {
	return find(w.channels, func(c *channel) bool { return c.im && a != b && c.has(a.id) && c.has(b.id) })
}

// between returns the direct messages of two.
func (w *Workspace) between(a, b *user) *channel {
	if c, ok := w.betweenThem(a, b); ok {
		return c
	}
	c := w.found(w.id("D"), "", a.id)
	c.im, c.members = true, []string{a.id, b.id}
	switch w.app.user.id {
	case a.id:
		c.with = b.id
	case b.id:
		c.with = a.id
	}
	w.happen(Happening{Kind: Opened, Channel: c.label(w), Person: a.name, channel: c})
	return c
}

func (c *channel) has(user string) bool { return slices.Contains(c.members, user) }

// add puts a message into the channel, and counts it in its thread.
func (c *channel) add(m *message) {
	c.messages = append(c.messages, m)
	if m.only != "" {
		return
	}
	c.byTS[m.ts] = m
	if root, ok := c.byTS[m.thread]; ok && root != m {
		root.replies = append(root.replies, m.ts)
		if !slices.Contains(root.repliers, m.user) {
			root.repliers = append(root.repliers, m.user)
		}
	}
}

// drop takes a message out of the channel, and out of its thread.
func (c *channel) drop(m *message) {
	c.messages = slices.DeleteFunc(c.messages, func(o *message) bool { return o == m })
	c.pins = slices.DeleteFunc(c.pins, func(ts string) bool { return ts == m.ts })
	delete(c.byTS, m.ts)
	if root, ok := c.byTS[m.thread]; ok && root != m {
		root.replies = slices.DeleteFunc(root.replies, func(ts string) bool { return ts == m.ts })
		root.repliers = nil
		for _, ts := range root.replies {
			if by := c.byTS[ts].user; !slices.Contains(root.repliers, by) {
				root.repliers = append(root.repliers, by)
			}
		}
	}
}

func (c *channel) message(ts string) (*message, bool) {
	m, ok := c.byTS[ts]
	return m, ok
}

// kind is the channel's type as events name it.
func (c *channel) kind() string {
	switch {
	case c.im:
		return "im"
	case c.mpim:
		return "mpim"
	case c.private:
		return "group"
	default:
		return "channel"
	}
}
