package workspace

import (
	"encoding/json"
	"errors"
	"fmt"
	"unicode/utf8"
)

var chatMethods = []method{
	{"chat.postMessage", posting, []string{"chat:write"}, []string{"channel"}, postMessage},
	{"chat.update", tier3, []string{"chat:write"}, []string{"channel", "ts"}, updateMessage},
	{"chat.delete", tier3, []string{"chat:write"}, []string{"channel", "ts"}, deleteMessage},
	{"chat.postEphemeral", tier4, []string{"chat:write"}, []string{"channel", "user"}, postEphemeral},
	{"chat.meMessage", tier3, []string{"chat:write"}, []string{"channel", "text"}, postMeMessage},
	{"chat.getPermalink", unlimited, nil, []string{"channel", "message_ts"}, getPermalink},
	{"chat.scheduleMessage", tier3, []string{"chat:write"}, []string{"channel", "post_at"}, scheduleMessage},
	{"chat.deleteScheduledMessage", tier3, []string{"chat:write"}, []string{"channel", "scheduled_message_id"}, deleteScheduled},
	{"chat.scheduledMessages.list", tier3, nil, nil, listScheduled},
}

// Limits of messages, in characters and pieces. Source: Slack's reference of
// chat.postMessage, chat.update and message metadata.
const (
	textCut         = 40_000 // longer texts are cut without a word
	updateMost      = 4000
	attachmentsMost = 100
	metadataMost    = 64 << 10 // bytes; a guess, for Slack does not say
)

// content is what a message says.
type content struct {
	text                          string
	blocks, attachments, metadata json.RawMessage
}

// content reads what a message is to say.
func (c *call) content() (content, error) {
	m := content{text: c.args["text"]}
	written := c.args["markdown_text"]
	switch {
	case written != "" && (m.text != "" || c.args["blocks"] != ""):
		return m, refuse("markdown_text_conflict")
	case utf8.RuneCountInString(written) > markdownMost:
		return m, refuse("msg_too_long")
	case written != "":
		m.text, m.blocks = written, c.named(encode([]object{{"type": "markdown", "text": written}}))
	}
	if err := errors.Join(c.readBlocks(&m), c.readAttachments(&m), c.readMetadata(&m)); err != nil {
		return m, err
	}
	if runes := []rune(m.text); len(runes) > textCut {
		m.text = string(runes[:textCut])
	}
	return m, nil
}

// something is content that is not empty.
func (c *call) something() (content, error) {
	m, err := c.content()
	if err == nil && m.text == "" && m.blocks == nil && m.attachments == nil {
		err = refuse("no_text")
	}
	return m, err
}

func (c *call) readBlocks(m *content) error {
	given := c.args["blocks"]
	if given == "" || given == "[]" || given == "null" {
		return nil
	}
	if !json.Valid([]byte(given)) {
		return refuse("invalid_blocks_format")
	}
	if problems := checkBlocks(json.RawMessage(given), onMessage); len(problems) > 0 {
		return invalid("invalid_blocks", problems)
	}
	m.blocks = c.named(json.RawMessage(given))
	return nil
}

// readAttachments reads the secondary parts of a message, which may have
// blocks of their own.
func (c *call) readAttachments(m *content) error {
	var problems []string
	m.attachments, problems = c.attached(json.RawMessage(c.args["attachments"]))
	switch {
	case len(problems) > 0 && problems[0] == tooMany:
		return refuse("too_many_attachments")
	case len(problems) > 0:
		return invalid("invalid_attachments", problems)
	}
	return nil
}

const tooMany = "[ERROR] too many attachments"

// attached reads attachments, or tells what is wrong with them.
func (w *Workspace) attached(raw json.RawMessage) (json.RawMessage, []string) {
	if len(raw) == 0 || string(raw) == "[]" || string(raw) == "null" {
		return nil, nil
	}
	var all []any
	k := &checker{on: onMessage, kit: blockKit}
	if json.Unmarshal(raw, &all) != nil {
		return nil, []string{"[ERROR] attachments must be a list [json-pointer:/attachments]"}
	}
	if len(all) > attachmentsMost {
		return nil, []string{tooMany}
	}
	for i, one := range all {
		at := fmt.Sprintf("/attachments/%d", i)
		a, ok := one.(object)
		if !ok {
			k.refuse(at, "must be an object")
			continue
		}
		k.attachment(at, a)
		a["id"] = i + 1
		if a["blocks"] != nil {
			k.problems = append(k.problems, checkBlocks(encode(a["blocks"]), onMessage)...)
			a["blocks"] = w.named(encode(a["blocks"]))
		}
	}
	return encode(all), k.problems
}

// attachmentTexts is the fields of an attachment that are texts. Source: Slack's
// reference of secondary attachments.
var attachmentTexts = []string{"text", "pretext", "title", "title_link", "author_name", "footer", "fallback", "color", "image_url", "thumb_url"}

func (k *checker) attachment(at string, a object) {
	for _, name := range attachmentTexts {
		if a[name] != nil {
			str(0, textCut)(k, at+"/"+name, a[name])
		}
	}
	if a["fields"] != nil {
		list(0, attachmentsMost, obj(shape{"title": may(str(0, textCut)), "value": may(str(0, textCut)), "short": may(flag)}))(k, at+"/fields", a["fields"])
	}
}

func (c *call) readMetadata(m *content) error {
	given := c.args["metadata"]
	if given == "" {
		return nil
	}
	var read struct {
		Type    string         `json:"event_type"`
		Payload map[string]any `json:"event_payload"`
	}
	if err := json.Unmarshal([]byte(given), &read); err != nil {
		return refuse("invalid_metadata_format")
	}
	if len(given) > metadataMost {
		return refuse("metadata_too_large")
	}
	if read.Type != "" {
		m.metadata = json.RawMessage(given)
	}
	return nil
}

func postMessage(c *call) (object, error) {
	ch, err := c.target()
	if err != nil {
		return nil, err
	}
	said, err := c.something()
	if err != nil {
		return nil, err
	}
	m := c.own(said)
	if err := c.customise(m); err != nil {
		return nil, err
	}
	if thread := c.args["thread_ts"]; thread != "" {
		parent, ok := ch.message(thread)
		if !ok {
			return nil, refuse("cannot_reply_to_message")
		}
		m.thread = rootOf(parent)
		if c.is("reply_broadcast") {
			m.subtype = "thread_broadcast"
		}
	}
	if wait := c.limits.post(ch); wait > 0 {
		return nil, limited(wait)
	}
	c.put(ch, m)
	return object{"channel": ch.id, "ts": m.ts, "message": c.messageJSON(ch, m)}, nil
}

// customise gives a message a name and an icon of its own.
func (c *call) customise(m *message) error {
	m.username, m.icon = c.args["username"], c.args["icon_emoji"]
	if (m.username != "" || m.icon != "" || c.args["icon_url"] != "") && !c.app.has("chat:write.customize") {
		return c.missingScope("chat:write.customize")
	}
	return nil
}

func rootOf(m *message) string {
	if m.thread != "" {
		return m.thread
	}
	return m.ts
}

// target is where a message goes: a channel, or a person's direct messages.
func (c *call) target() (*channel, error) {
	if named, ok := c.channelNamed(c.args["channel"]); ok && !named.im {
		c.args["channel"] = named.id // a name does as well
	}
	if u, ok := c.user(c.args["channel"]); ok {
		_, written := c.betweenThem(u, c.app.user)
		switch {
		case u.bot:
			return nil, refuse("cannot_dm_bot")
		case u.deleted && !written:
			return nil, refuse("channel_not_found") // direct messages that there were go on, unread
		}
		return c.direct(u), nil
	}
	ch, err := c.channelArg("channel")
	switch {
	case err != nil:
		return nil, err
	case ch.archived:
		return nil, refuse("is_archived")
	case !ch.has(c.app.user.id) && (ch.private || !c.app.has("chat:write.public")):
		return nil, refuse("not_in_channel")
	}
	return ch, nil
}

func (c *call) own(said content) *message {
	return &message{
		ts: c.ts(), user: c.app.user.id, bot: true,
		text: said.text, blocks: said.blocks, attachments: said.attachments, metadata: said.metadata,
	}
}

// put adds a message to a channel and tells everybody.
func (w *Workspace) put(ch *channel, m *message) {
	ch.add(m)
	ch.read[m.user] = m.ts
	w.happen(Happening{Kind: Posted, Channel: ch.label(w), Message: w.see(ch, m), channel: ch, message: m})
	if root, ok := ch.message(m.thread); ok && root != m {
		w.happen(Happening{Kind: Replied, Channel: ch.label(w), Message: w.see(ch, root), channel: ch, message: root})
	}
	w.messageEvent(ch, w.messageJSON(ch, m))
}

// ownMessage returns a message that the app itself posted.
func (c *call) ownMessage(ch *channel, otherwise string) (*message, error) {
	m, ok := ch.message(c.args["ts"])
	switch {
	case !ok:
		return nil, refuse("message_not_found")
	case !m.bot || m.subtype == "tombstone":
		return nil, refuse(otherwise)
	}
	return m, nil
}

func updateMessage(c *call) (object, error) {
	ch, err := c.channelArg("channel")
	if err != nil {
		return nil, err
	}
	if ch.archived {
		return nil, refuse("is_inactive")
	}
	m, err := c.ownMessage(ch, "cant_update_message")
	if err != nil {
		return nil, err
	}
	if utf8.RuneCountInString(c.args["text"]) > updateMost {
		return nil, refuse("msg_too_long")
	}
	said, err := c.content()
	if err != nil {
		return nil, err
	}
	before := c.messageJSON(ch, m)
	c.change(m, said)
	c.happen(Happening{Kind: Edited, Channel: ch.label(c.Workspace), Message: c.see(ch, m), channel: ch, message: m})
	c.changedEvent(ch, m, before)
	return object{"channel": ch.id, "ts": m.ts, "text": m.text, "message": c.messageJSON(ch, m)}, nil
}

// change edits a message of the app's. Only one that is left with text alone
// shows as edited; attachments and metadata stay unless there are new ones.
func (c *call) change(m *message, said content) {
	_, cleared := c.args["blocks"]
	rewritten := said.text != "" || said.blocks != nil || cleared
	if rewritten {
		m.text, m.blocks = said.text, said.blocks
	}
	if said.metadata != nil || c.args["metadata"] == "{}" {
		m.metadata = said.metadata
	}
	if said.attachments != nil || c.args["attachments"] == "[]" {
		m.attachments = said.attachments
	}
	if rewritten && said.blocks == nil {
		m.edited, m.editor = c.ts(), c.app.user.id
	}
}

func deleteMessage(c *call) (object, error) {
	ch, err := c.channelArg("channel")
	if err != nil {
		return nil, err
	}
	m, err := c.ownMessage(ch, "cant_delete_message")
	if err != nil {
		return nil, err
	}
	c.remove(ch, m)
	return object{"channel": ch.id, "ts": m.ts}, nil
}

func postEphemeral(c *call) (object, error) {
	ch, err := c.inChannel("channel")
	if err != nil {
		return nil, err
	}
	if !ch.has(c.args["user"]) {
		return nil, refuse("user_not_in_channel")
	}
	said, err := c.something()
	if err != nil {
		return nil, err
	}
	m := c.own(said)
	m.metadata, m.only, m.thread = nil, c.args["user"], c.args["thread_ts"]
	c.show(ch, m)
	return object{"message_ts": m.ts}, nil
}

// show adds a message that one person sees. The app hears nothing of it.
func (w *Workspace) show(ch *channel, m *message) {
	ch.add(m)
	w.whispers[m.only] = w.whispers[m.only].and(w.readable(m.text))
	w.happen(Happening{Kind: Whispered, Channel: ch.label(w), Person: w.nameOf(m.only), Message: w.see(ch, m), channel: ch, message: m})
}

func getPermalink(c *call) (object, error) {
	ch, err := c.channelArg("channel")
	if err != nil {
		return nil, err
	}
	m, ok := ch.message(c.args["message_ts"])
	if !ok {
		return nil, refuse("message_not_found")
	}
	return object{"channel": ch.id, "permalink": permalink(ch, m)}, nil
}

// remove takes a message out of a channel. One that has replies leaves a trace,
// under which they stay.
func (w *Workspace) remove(ch *channel, m *message) {
	before := w.messageJSON(ch, m)
	seen := w.see(ch, m)
	if len(m.replies) > 0 {
		m.subtype, m.text, m.blocks, m.attachments, m.files, m.reactions = "tombstone", "This message was deleted.", nil, nil, nil, nil
		w.happen(Happening{Kind: Deleted, Channel: ch.label(w), Message: seen, channel: ch, message: m})
		w.changedEvent(ch, m, before)
		return
	}
	ch.drop(m)
	w.happen(Happening{Kind: Deleted, Channel: ch.label(w), Message: seen, channel: ch, message: m})
	if m.only == "" {
		w.deletedEvent(ch, m, before)
	}
}

func postMeMessage(c *call) (object, error) {
	ch, err := c.target()
	if err != nil {
		return nil, err
	}
	m := c.own(content{text: c.args["text"]})
	m.subtype = "me_message"
	c.put(ch, m)
	return object{"channel": ch.id, "ts": m.ts}, nil
}
