package workspace

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

var (
	readAny   = []string{"channels:read", "groups:read", "im:read", "mpim:read"}
	manageAny = []string{"channels:manage", "groups:write"}
	inviteAny = []string{"channels:manage", "channels:write.invites", "groups:write", "groups:write.invites"}
	topicAny  = []string{"channels:manage", "channels:write.topic", "groups:write"}
	pastAny   = []string{"channels:history", "groups:history", "im:history", "mpim:history"}
)

var conversationMethods = []method{
	{"conversations.create", manageAny, []string{"name"}, createChannel},
	{"conversations.invite", inviteAny, []string{"channel", "users"}, inviteUsers},
	{"conversations.join", []string{"channels:join"}, []string{"channel"}, joinChannel},
	{"conversations.setTopic", topicAny, []string{"channel", "topic"}, setTopic},
	{"conversations.archive", manageAny, []string{"channel"}, archiveChannel},
	{"conversations.info", readAny, []string{"channel"}, channelInfo},
	{"conversations.members", readAny, []string{"channel"}, channelMembers},
	{"conversations.list", readAny, nil, listChannels},
	{"users.conversations", readAny, nil, listOwnChannels},
	{"conversations.history", pastAny, []string{"channel"}, history},
	{"conversations.replies", pastAny, []string{"channel", "ts"}, replies},
	{"conversations.open", []string{"im:write"}, []string{"users"}, openDirect},
}

// Limits of channels. Source: Slack's reference of conversations.create and
// conversations.setTopic.
const (
	nameMost   = 80
	topicMost  = 250
	inviteMost = 100
)

var channelName = regexp.MustCompile(`^[\p{Ll}\p{Lo}\p{N}_-]+$`)

func createChannel(c *call) (object, error) {
	name, private := c.args["name"], c.is("is_private")
	scope := "channels:manage"
	if private {
		scope = "groups:write"
	}
	switch {
	case !c.app.has(scope):
		return nil, c.missingScope(scope)
	case utf8.RuneCountInString(name) > nameMost:
		return nil, refuse("invalid_name_maxlength")
	case !channelName.MatchString(name):
		return nil, refuse("invalid_name_specials")
	case slices.ContainsFunc(c.channels, func(o *channel) bool { return o.name == name }):
		return nil, refuse("name_taken")
	}
	ch := &channel{id: c.id("C"), name: name, private: private, creator: c.app.user.id, created: c.now().Unix(), members: []string{c.app.user.id}}
	c.channels = append(c.channels, ch)
	c.happen(Happening{Kind: Opened, Channel: ch.label(c.Workspace), Person: c.app.user.name})
	return object{"channel": c.channelJSON(ch)}, nil
}

func inviteUsers(c *call) (object, error) {
	ch, err := c.inChannel("channel")
	if err != nil {
		return nil, err
	}
	ids := strings.Split(c.args["users"], ",")
	if len(ids) > inviteMost {
		return nil, refuse("too_many_users")
	}
	var welcome []*user
	var errors []object
	for _, id := range ids {
		u, why := c.invitable(ch, strings.TrimSpace(id))
		if why != "" {
			errors = append(errors, object{"user": id, "ok": false, "error": why})
			continue
		}
		welcome = append(welcome, u)
	}
	if len(errors) > 0 && !c.is("force") {
		return nil, refuseWith(errors[0]["error"].(string), object{"errors": errors})
	}
	for _, u := range welcome {
		c.enter(ch, u, c.app.user.id)
	}
	return object{"channel": c.channelJSON(ch)}, nil
}

func (c *call) invitable(ch *channel, id string) (*user, string) {
	u, ok := c.user(id)
	switch {
	case !ok:
		return nil, "user_not_found"
	case id == c.app.user.id:
		return nil, "cant_invite_self"
	case u.deleted:
		return nil, "cant_invite"
	case ch.has(id):
		return nil, "already_in_channel"
	}
	return u, ""
}

// enter brings someone into a channel.
func (w *Workspace) enter(ch *channel, u *user, inviter string) {
	ch.members = append(ch.members, u.id)
	w.happen(Happening{Kind: Joined, Channel: ch.label(w), Person: u.name})
	w.joinedEvent(ch, u, inviter)
}

func joinChannel(c *call) (object, error) {
	ch, err := c.channelArg("channel")
	switch {
	case err != nil:
		return nil, err
	case ch.archived:
		return nil, refuse("is_archived")
	case ch.private || ch.im:
		return nil, refuse("method_not_supported_for_channel_type")
	case ch.has(c.app.user.id):
		return object{"channel": c.channelJSON(ch), "warning": "already_in_channel", "response_metadata": object{"warnings": []string{"already_in_channel"}}}, nil
	}
	c.enter(ch, c.app.user, "")
	return object{"channel": c.channelJSON(ch)}, nil
}

func setTopic(c *call) (object, error) {
	ch, err := c.inChannel("channel")
	if err != nil {
		return nil, err
	}
	if utf8.RuneCountInString(c.args["topic"]) > topicMost {
		return nil, refuse("too_long")
	}
	ch.topic = c.args["topic"]
	c.happen(Happening{Kind: Topic, Channel: ch.label(c.Workspace), Text: c.readable(ch.topic)})
	return object{"channel": c.channelJSON(ch), "topic": ch.topic}, nil
}

func archiveChannel(c *call) (object, error) {
	ch, err := c.channelArg("channel")
	switch {
	case err != nil:
		return nil, err
	case ch.archived:
		return nil, refuse("already_archived")
	case ch.name == "general":
		return nil, refuse("cant_archive_general")
	}
	ch.archived = true
	return object{}, nil
}

func channelInfo(c *call) (object, error) {
	ch, err := c.channelArg("channel")
	if err != nil {
		return nil, err
	}
	return object{"channel": c.channelJSON(ch)}, c.scopeFor(ch, "read")
}

func channelMembers(c *call) (object, error) {
	ch, err := c.channelArg("channel")
	if err != nil {
		return nil, err
	}
	from, to, next, err := c.page(len(ch.members), 100, 999)
	if err != nil {
		return nil, err
	}
	return object{"members": ch.members[from:to], "response_metadata": metadataOf(next)}, nil
}

func listChannels(c *call) (object, error) {
	return c.list(func(ch *channel) bool { return !ch.private && !ch.im || ch.has(c.app.user.id) })
}

func listOwnChannels(c *call) (object, error) {
	user := c.args["user"]
	if user == "" {
		user = c.app.user.id
	}
	return c.list(func(ch *channel) bool {
		return ch.has(user) && ch.has(c.app.user.id) || ch.has(user) && !ch.private && !ch.im
	})
}

// listScopes is the scope that each type of channel needs in a list.
var listScopes = map[string]string{
	"public_channel": "channels:read", "private_channel": "groups:read", "im": "im:read", "mpim": "mpim:read",
}

func (c *call) list(shown func(*channel) bool) (object, error) {
	types := c.args["types"]
	if types == "" {
		types = "public_channel"
	}
	for _, kind := range strings.Split(types, ",") {
		scope, ok := listScopes[kind]
		switch {
		case !ok:
			return nil, refuse("invalid_types")
		case !c.app.has(scope):
			return nil, c.missingScope(scope)
		}
	}
	var all []object
	for _, ch := range c.channels {
		kind := map[string]string{"channel": "public_channel", "group": "private_channel", "im": "im"}[ch.kind()]
		if shown(ch) && slices.Contains(strings.Split(types, ","), kind) && !(ch.archived && c.is("exclude_archived")) {
			all = append(all, c.channelJSON(ch))
		}
	}
	from, to, next, err := c.page(len(all), 100, 999)
	if err != nil {
		return nil, err
	}
	return object{"channels": slices.Clip(all[from:to]), "response_metadata": metadataOf(next)}, nil
}

func history(c *call) (object, error) {
	return c.past(func(ch *channel, m *message) bool { return m.thread == "" || m.thread == m.ts }, true)
}

func replies(c *call) (object, error) {
	ch, err := c.inChannel("channel")
	if err != nil {
		return nil, err
	}
	parent, ok := ch.message(c.args["ts"])
	if !ok {
		return nil, refuse("thread_not_found")
	}
	root := rootOf(parent)
	return c.past(func(_ *channel, m *message) bool { return m.ts == root || m.thread == root }, false)
}

// past returns messages of a channel, newest first as history does or oldest
// first as replies does.
func (c *call) past(shown func(*channel, *message) bool, newestFirst bool) (object, error) {
	ch, err := c.inChannel("channel")
	if err != nil {
		return nil, err
	}
	if err := c.scopeFor(ch, "history"); err != nil {
		return nil, err
	}
	var all []*message
	for _, m := range ch.messages {
		if m.only == "" && shown(ch, m) && c.between(m.ts) {
			all = append(all, m)
		}
	}
	if newestFirst {
		slices.Reverse(all)
	}
	from, to, next, err := c.page(len(all), 100, 1000)
	if err != nil {
		return nil, err
	}
	page := []object{}
	for _, m := range all[from:to] {
		page = append(page, c.pastJSON(ch, m))
	}
	return object{"messages": page, "has_more": next != "", "pin_count": len(ch.pins), "response_metadata": metadataOf(next)}, nil
}

func (c *call) between(ts string) bool {
	oldest, latest, inclusive := c.args["oldest"], c.args["latest"], c.is("inclusive")
	if oldest != "" && (ts < oldest || ts == oldest && !inclusive) {
		return false
	}
	return latest == "" || ts < latest || ts == latest && inclusive
}

// pastJSON is a message with its metadata as far as it was asked for.
func (c *call) pastJSON(ch *channel, m *message) object {
	o := c.messageJSON(ch, m)
	if len(m.metadata) > 0 && !c.is("include_all_metadata") {
		delete(o, "metadata")
	}
	count := 0
	for _, r := range ch.messages {
		if r.thread == m.ts && r != m {
			count++
		}
	}
	if count > 0 {
		o["thread_ts"], o["reply_count"] = m.ts, count
	}
	return o
}

func openDirect(c *call) (object, error) {
	u, ok := c.user(c.args["users"])
	switch {
	case !ok:
		return nil, refuse("user_not_found")
	case u.bot:
		return nil, refuse("cannot_dm_bot")
	}
	return object{"channel": c.channelJSON(c.direct(u))}, nil
}
