package workspace

import (
	"encoding/json"
	"net/url"
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
}

type channel struct {
	id, name       string
	creator        string
	created        int64
	private, im    bool
	archived       bool
	with           string // of direct messages: the person
	topic, purpose string
	members        []string
	messages       []*message // by time, with replies
	pins           []string   // time stamps
}

type message struct {
	ts, thread string
	user       string
	bot        bool
	subtype    string
	text       string
	blocks     json.RawMessage
	metadata   json.RawMessage
	edited     string // when
	editor     string
	reactions  []*reaction
	files      []*file
	only       string // of an ephemeral message: who sees it
	clientID   string
}

type reaction struct {
	name  string
	users []string
}

type file struct {
	id, name, title, user string
	content               []byte
	length                int
	created               int64
	channels              []string
	done, uploaded        bool
	url                   string // where its content is, with the host
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
		c := &channel{id: w.id("C"), name: name, creator: everybody[4], created: w.now().Unix(), members: slices.Clone(everybody)}
		w.channels = append(w.channels, c)
	}
}

func (w *Workspace) install(m manifest) app {
	name := strings.ToLower(strings.ReplaceAll(m.Features.BotUser.DisplayName, " ", "_"))
	if name == "" {
		name = "app"
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

// channelNamed finds a channel by its name, or the direct messages of the bot
// with a person by "@" and the person's name.
func (w *Workspace) channelNamed(name string) (*channel, bool) {
	if person, ok := strings.CutPrefix(name, "@"); ok {
		if u, ok := w.userNamed(person); ok {
			return w.direct(u), true
		}
		return nil, false
	}
	return find(w.channels, func(c *channel) bool { return !c.im && c.name == strings.TrimPrefix(name, "#") })
}

// direct returns the bot's direct messages with someone.
func (w *Workspace) direct(u *user) *channel {
	if c, ok := find(w.channels, func(c *channel) bool { return c.im && c.with == u.id }); ok {
		return c
	}
	c := &channel{id: w.id("D"), im: true, with: u.id, created: w.now().Unix(), members: []string{u.id, w.app.user.id}}
	w.channels = append(w.channels, c)
	return c
}

func (c *channel) has(user string) bool { return slices.Contains(c.members, user) }

func (c *channel) message(ts string) (*message, bool) {
	return find(c.messages, func(m *message) bool { return m.ts == ts && m.only == "" })
}

// kind is the channel's type as events name it.
func (c *channel) kind() string {
	switch {
	case c.im:
		return "im"
	case c.private:
		return "group"
	default:
		return "channel"
	}
}

func (w *Workspace) channelJSON(c *channel) object {
	if c.im {
		return object{"id": c.id, "created": c.created, "is_im": true, "is_org_shared": false, "user": c.with, "is_archived": false, "priority": 0}
	}
	return object{
		"id": c.id, "name": c.name, "name_normalized": c.name, "created": c.created, "creator": c.creator,
		"is_channel": !c.private, "is_group": c.private, "is_im": false, "is_mpim": false, "is_private": c.private,
		"is_archived": c.archived, "is_general": c.name == "general", "is_member": c.has(w.app.user.id),
		"is_shared": false, "is_ext_shared": false, "is_org_shared": false, "is_pending_ext_shared": false,
		"pending_shared": []string{}, "unlinked": 0, "context_team_id": teamID, "updated": c.created * 1000,
		"topic":          object{"value": c.topic, "creator": c.creator, "last_set": c.created},
		"purpose":        object{"value": c.purpose, "creator": c.creator, "last_set": c.created},
		"previous_names": []string{}, "priority": 0, "num_members": len(c.members),
	}
}

func (w *Workspace) userJSON(u *user) object {
	profile := object{
		"real_name": u.realName, "real_name_normalized": u.realName, "display_name": u.name, "display_name_normalized": u.name,
		"title": u.title, "team": teamID, "status_text": "", "status_emoji": "", "avatar_hash": "0",
	}
	if w.app.has("users:read.email") {
		profile["email"] = u.email
	}
	zone := u.zone
	if zone == "" {
		zone = "Etc/UTC"
	}
	return object{
		"id": u.id, "team_id": teamID, "name": u.name, "deleted": u.deleted, "real_name": u.realName,
		"tz": zone, "tz_label": zone, "profile": profile,
		"is_bot": u.bot, "is_app_user": false, "is_admin": false, "is_owner": false, "is_primary_owner": false,
		"is_restricted": false, "is_ultra_restricted": false, "updated": 1,
	}
}

func (w *Workspace) messageJSON(c *channel, m *message) object {
	o := object{"type": "message", "user": m.user, "text": m.text, "ts": m.ts, "team": teamID}
	if m.bot {
		o["bot_id"], o["app_id"] = w.app.botID, w.app.id
		o["bot_profile"] = object{"id": w.app.botID, "app_id": w.app.id, "name": w.app.user.realName, "icons": object{}, "deleted": false, "updated": 1, "team_id": teamID}
	} else if m.clientID != "" {
		o["client_msg_id"] = m.clientID
	}
	set := func(key string, value any, there bool) {
		if there {
			o[key] = value
		}
	}
	set("subtype", m.subtype, m.subtype != "")
	set("blocks", m.blocks, len(m.blocks) > 0)
	set("thread_ts", m.thread, m.thread != "")
	set("edited", object{"user": m.editor, "ts": m.edited}, m.edited != "")
	set("pinned_to", []string{c.id}, slices.Contains(c.pins, m.ts))
	set("metadata", m.metadata, len(m.metadata) > 0)
	var reactions []object
	for _, r := range m.reactions {
		reactions = append(reactions, object{"name": r.name, "users": r.users, "count": len(r.users)})
	}
	set("reactions", reactions, len(reactions) > 0)
	var files []object
	for _, f := range m.files {
		files = append(files, w.fileJSON(f))
	}
	set("files", files, len(files) > 0)
	if m.thread != "" && m.thread != m.ts {
		if parent, ok := c.message(m.thread); ok {
			o["parent_user_id"] = parent.user
		}
	}
	return o
}

func (w *Workspace) fileJSON(f *file) object {
	return object{
		"id": f.id, "created": f.created, "timestamp": f.created, "name": f.name, "title": f.title, "user": f.user,
		"mimetype": "text/plain", "filetype": "text", "pretty_type": "Plain Text", "size": len(f.content), "mode": "hosted",
		"is_external": false, "is_public": true, "editable": false, "channels": f.channels, "groups": []string{}, "ims": []string{},
		"url_private": f.url, "url_private_download": f.url,
		"permalink": "https://" + domain + ".slack.com/files/" + f.user + "/" + f.id + "/" + url.PathEscape(f.name),
	}
}

func permalink(c *channel, m *message) string {
	url := "https://" + domain + ".slack.com/archives/" + c.id + "/p" + strings.Replace(m.ts, ".", "", 1)
	if m.thread != "" && m.thread != m.ts {
		url += "?thread_ts=" + m.thread + "&cid=" + c.id
	}
	return url
}
