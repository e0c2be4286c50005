package workspace

import (
	"fmt"
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
)

var conversationMethods = []method{
	{"conversations.create", tier2, manageAny, []string{"name"}, createChannel},
	{"conversations.invite", tier3, inviteAny, []string{"channel", "users"}, inviteUsers},
	{"conversations.kick", tier3, manageAny, []string{"channel", "user"}, kickUser},
	{"conversations.join", tier3, []string{"channels:join"}, []string{"channel"}, joinChannel},
	{"conversations.leave", tier3, manageAny, []string{"channel"}, leaveChannel},
	{"conversations.rename", tier2, manageAny, []string{"channel", "name"}, renameChannel},
	{"conversations.setTopic", tier2, topicAny, []string{"channel", "topic"}, setTopic},
	{"conversations.setPurpose", tier2, topicAny, []string{"channel", "purpose"}, setPurpose},
	{"conversations.archive", tier2, manageAny, []string{"channel"}, archiveChannel},
	{"conversations.unarchive", tier2, manageAny, []string{"channel"}, unarchiveChannel},
	{"conversations.info", tier3, readAny, []string{"channel"}, channelInfo},
	{"conversations.members", tier4, readAny, []string{"channel"}, channelMembers},
	{"conversations.list", tier2, readAny, nil, listChannels},
	{"users.conversations", tier3, readAny, nil, listOwnChannels},
}

// Limits of channels. Source: Slack's reference of conversations.create and
// conversations.setTopic.
const (
	nameMost   = 80
	topicMost  = 250
	inviteMost = 100
)

var channelName = regexp.MustCompile(`^[\p{Ll}\p{Lo}\p{N}_-]+$`)

// general is the channel that everybody is in, and that can not be archived.
const general = "general"

func createChannel(c *call) (object, error) {
	name, private := c.args["name"], c.is("is_private")
	scope := "channels:manage"
	if private {
		scope = "groups:write"
	}
	if !c.app.has(scope) {
		return nil, c.missingScope(scope)
	}
	if code := c.nameProblem(name); code != "" {
		return nil, refuse(code)
	}
	ch := c.foundBy(c.app.user, name, private)
	return object{"channel": c.channelJSON(ch)}, nil
}

// nameProblem is the error that a new channel's name calls for; empty where it
// is good.
func (w *Workspace) nameProblem(name string) string {
	switch {
	case utf8.RuneCountInString(name) > nameMost:
		return "invalid_name_maxlength"
	case strings.Trim(name, "-_") == "":
		return "invalid_name_punctuation"
	case !channelName.MatchString(name):
		return "invalid_name_specials"
	case slices.ContainsFunc(w.channels, func(o *channel) bool { return o.name == name }):
		return "name_taken"
	}
	return ""
}

// foundBy founds a channel with its founder in it.
func (w *Workspace) foundBy(u *user, name string, private bool) *channel {
	ch := w.found(w.id("C"), name, u.id)
	ch.private = private
	w.happen(Happening{Kind: Opened, Channel: ch.label(w), Person: u.name, channel: ch})
	if !private {
		w.teamEvent("channel_created", object{"channel": object{"id": ch.id, "name": ch.name, "created": ch.created, "creator": ch.creator, "is_channel": true}})
	}
	ch.members = []string{u.id}
	w.systemMessage(ch, u, arrival(ch), "<@"+u.id+"> has joined the channel")
	w.changedChannel(ch)
	return ch
}

// arrival is the subtype of the message that someone has come.
func arrival(ch *channel) string {
	if ch.private {
		return "group_join"
	}
	return "channel_join"
}

// systemMessage posts what Slack itself writes into a channel.
func (w *Workspace) systemMessage(ch *channel, u *user, subtype, text string) *message {
	m := &message{ts: w.ts(), user: u.id, subtype: subtype, text: text}
	w.put(ch, m)
	return m
}

func inviteUsers(c *call) (object, error) {
	ch, err := c.inChannel("channel")
	if err != nil {
		return nil, err
	}
	ids := distinct(c.args["users"])
	if len(ids) > inviteMost {
		return nil, refuse("too_many_users")
	}
	var welcome []*user
	var errors []object
	for _, id := range ids {
		u, why := c.invitable(ch, id)
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

// distinct is the parts of a list with commas, each once.
func distinct(list string) []string {
	var all []string
	for _, one := range strings.Split(list, ",") {
		if one = strings.TrimSpace(one); !slices.Contains(all, one) {
			all = append(all, one)
		}
	}
	return all
}

func (c *call) invitable(ch *channel, id string) (*user, string) {
	u, ok := c.user(id)
	switch {
	case !ok:
		return nil, "user_not_found"
	case id == c.app.user.id:
		return nil, "cant_invite_self"
	case u.deleted, u.stranger() && !c.shared(ch):
		return nil, "cant_invite"
	case ch.has(id):
		return nil, "already_in_channel"
	case u.single && c.isIn(u):
		return nil, "ura_max_channels"
	}
	return u, ""
}

// isIn reports whether someone is in any channel.
func (w *Workspace) isIn(u *user) bool {
	return slices.ContainsFunc(w.channels, func(ch *channel) bool { return !ch.im && !ch.mpim && ch.has(u.id) })
}

// enter brings someone into a channel.
func (w *Workspace) enter(ch *channel, u *user, inviter string) {
	ch.members = append(ch.members, u.id)
	w.happen(Happening{Kind: Joined, Channel: ch.label(w), Person: u.name, channel: ch})
	w.joinedEvent(ch, u, inviter)
	w.put(ch, &message{ts: w.ts(), user: u.id, subtype: arrival(ch), text: "<@" + u.id + "> has joined the channel", inviter: inviter})
}

// part takes someone out of a channel.
func (w *Workspace) part(ch *channel, u *user) error {
	switch {
	case ch.im || ch.name == general:
		return fmt.Errorf("nobody can leave %s", ch.label(w))
	case !ch.has(u.id):
		return nil
	}
	w.leftEvent(ch, u)
	if u == w.app.user {
		w.channelEvent("left", ch, object{"channel": ch.id})
	}
	ch.members = slices.DeleteFunc(ch.members, func(id string) bool { return id == u.id })
	w.changedChannel(ch)
	return nil
}

func kickUser(c *call) (object, error) {
	ch, err := c.inChannel("channel")
	if err != nil {
		return nil, err
	}
	u, ok := c.user(c.args["user"])
	switch {
	case !ok:
		return nil, refuse("user_not_found")
	case u == c.app.user:
		return nil, refuse("cant_kick_self")
	case !ch.has(u.id):
		return nil, refuse("not_in_channel")
	case ch.name == general:
		return nil, refuse("cant_kick_from_general")
	}
	return object{"errors": object{}}, c.part(ch, u)
}

func leaveChannel(c *call) (object, error) {
	ch, err := c.channelArg("channel")
	switch {
	case err != nil:
		return nil, err
	case ch.archived:
		return nil, refuse("is_archived")
	case ch.name == general:
		return nil, refuse("cant_leave_general")
	case !ch.has(c.app.user.id):
		return object{"not_in_channel": true}, nil
	}
	return object{}, c.part(ch, c.app.user)
}

func renameChannel(c *call) (object, error) {
	ch, err := c.inChannel("channel")
	if err != nil {
		return nil, err
	}
	name := c.args["name"]
	code := c.nameProblem(name)
	switch {
	case ch.creator != c.app.user.id: // who founded it may, and admins
		return nil, refuse("not_authorized")
	case name == ch.name:
		return object{"channel": c.channelJSON(ch)}, nil
	case code != "":
		return nil, refuse(code)
	}
	ch.former, ch.name = append(ch.former, ch.name), name
	c.systemMessage(ch, c.app.user, "channel_name", `has renamed the channel from "`+ch.former[len(ch.former)-1]+`" to "`+name+`"`)
	c.changedChannel(ch)
	c.channelEvent("rename", ch, object{"channel": object{
		"id": ch.id, "name": name, "name_normalized": name, "created": ch.created, "is_channel": !ch.private, "is_mpim": ch.mpim,
	}})
	return object{"channel": c.channelJSON(ch)}, nil
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
	if c.topicSet(ch, c.app.user, c.args["topic"]) != nil {
		return nil, refuse("too_long")
	}
	return object{"channel": c.channelJSON(ch), "topic": ch.topic}, nil
}

func (w *Workspace) topicSet(ch *channel, u *user, topic string) error {
	switch {
	case utf8.RuneCountInString(topic) > topicMost:
		return fmt.Errorf("a topic has at most %d characters", topicMost)
	case ch.topic == topic:
		return nil
	}
	ch.topic = topic
	w.happen(Happening{Kind: Topic, Channel: ch.label(w), Text: w.readable(ch.topic), channel: ch})
	w.systemMessage(ch, u, "channel_topic", "<@"+u.id+"> set the channel topic: "+topic)
	return nil
}

func setPurpose(c *call) (object, error) {
	ch, err := c.inChannel("channel")
	if err != nil {
		return nil, err
	}
	if utf8.RuneCountInString(c.args["purpose"]) > topicMost {
		return nil, refuse("too_long")
	}
	ch.purpose = c.args["purpose"]
	c.systemMessage(ch, c.app.user, "channel_purpose", "<@"+c.app.user.id+"> set the channel description: "+ch.purpose)
	c.changedChannel(ch)
	return object{"channel": c.channelJSON(ch), "purpose": ch.purpose}, nil
}

func archiveChannel(c *call) (object, error) {
	ch, err := c.channelArg("channel")
	switch {
	case err != nil:
		return nil, err
	case ch.archived:
		return nil, refuse("already_archived")
	case ch.name == general:
		return nil, refuse("cant_archive_general")
	}
	return object{}, c.archive(ch, c.app.user)
}

func (w *Workspace) archive(ch *channel, u *user) error {
	switch {
	case ch.im || ch.name == general:
		return fmt.Errorf("nobody can archive %s", ch.label(w))
	case u.confined():
		return fmt.Errorf("%s is a guest and can not archive %s", u.name, ch.label(w))
	}
	w.systemMessage(ch, u, "channel_archive", "<@"+u.id+"> archived the channel")
	ch.archived = true
	w.changedChannel(ch)
	w.channelEvent("archive", ch, object{"channel": ch.id, "user": u.id, "is_moved": 0})
	return nil
}

// unarchiveChannel refuses: Slack's reference says that it does not work with
// the tokens of bots.
func unarchiveChannel(c *call) (object, error) {
	ch, err := c.channelArg("channel")
	switch {
	case err != nil:
		return nil, err
	case !ch.archived:
		return nil, refuse("not_archived")
	}
	return nil, refuse("not_in_channel")
}

func (w *Workspace) unarchive(ch *channel, u *user) error {
	if !ch.archived {
		return fmt.Errorf("%s is not archived", ch.label(w))
	}
	ch.archived = false
	w.systemMessage(ch, u, "channel_unarchive", "<@"+u.id+"> unarchived the channel")
	w.changedChannel(ch)
	w.channelEvent("unarchive", ch, object{"channel": ch.id, "user": u.id})
	return nil
}

func channelInfo(c *call) (object, error) {
	ch, err := c.channelArg("channel")
	if err != nil {
		return nil, err
	}
	o := c.channelJSON(ch)
	if c.is("include_num_members") {
		o["num_members"] = len(ch.members)
	}
	if c.is("include_locale") {
		o["locale"] = "en-US"
	}
	return object{"channel": o}, nil
}

func channelMembers(c *call) (object, error) {
	ch, err := c.channelArg("channel")
	if err != nil {
		return nil, err
	}
	from, to, next, err := c.page(len(ch.members), 100, 1000)
	if err != nil {
		return nil, err
	}
	return object{"members": slices.Clone(ch.members[from:to]), "response_metadata": metadataOf(next)}, nil
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
		return ch.has(user) && (ch.has(c.app.user.id) || !ch.private && !ch.im)
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
	for _, kind := range distinct(types) {
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
		kind := map[string]string{"channel": "public_channel", "group": "private_channel", "im": "im", "mpim": "mpim"}[ch.kind()]
		if shown(ch) && slices.Contains(distinct(types), kind) && !(ch.archived && c.is("exclude_archived")) {
			o := c.channelJSON(ch)
			o["num_members"] = len(ch.members)
			all = append(all, o)
		}
	}
	from, to, next, err := c.page(len(all), 100, 1000)
	if err != nil {
		return nil, err
	}
	return object{"channels": listed(all[from:to]), "response_metadata": metadataOf(next)}, nil
}
