package workspace

import (
	"encoding/json"
	"slices"
	"unicode/utf8"
)

var chatMethods = []method{
	{"chat.postMessage", []string{"chat:write"}, []string{"channel"}, postMessage},
	{"chat.update", []string{"chat:write"}, []string{"channel", "ts"}, updateMessage},
	{"chat.delete", []string{"chat:write"}, []string{"channel", "ts"}, deleteMessage},
	{"chat.postEphemeral", []string{"chat:write"}, []string{"channel", "user"}, postEphemeral},
	{"chat.getPermalink", nil, []string{"channel", "message_ts"}, getPermalink},
}

// Limits of messages, in characters. Source: Slack's reference of chat.postMessage,
// chat.update and message metadata.
const (
	textCut    = 40_000 // longer texts are cut without a word
	updateMost = 4000
)

// content reads text, blocks and metadata of a message.
func (c *call) content() (text string, blocks, metadata json.RawMessage, err error) {
	text = c.args["text"]
	if given := c.args["blocks"]; given != "" && given != "[]" {
		if problems := checkBlocks([]byte(given), surfaceMessage); len(problems) > 0 {
			return "", nil, nil, invalid("invalid_blocks", problems)
		}
		blocks = json.RawMessage(given)
	}
	if given := c.args["metadata"]; given != "" {
		var m struct {
			Type    string          `json:"event_type"`
			Payload json.RawMessage `json:"event_payload"`
		}
		if err := json.Unmarshal([]byte(given), &m); err != nil {
			return "", nil, nil, refuse("invalid_metadata_format")
		}
		if m.Type != "" {
			metadata = json.RawMessage(given)
		}
	}
	if text == "" && blocks == nil {
		return "", nil, nil, refuse("no_text")
	}
	if runes := []rune(text); len(runes) > textCut {
		text = string(runes[:textCut])
	}
	return text, blocks, metadata, nil
}

func postMessage(c *call) (object, error) {
	ch, err := c.target()
	if err != nil {
		return nil, err
	}
	text, blocks, metadata, err := c.content()
	if err != nil {
		return nil, err
	}
	m := c.own(text, blocks, metadata)
	if thread := c.args["thread_ts"]; thread != "" {
		parent, ok := ch.message(thread)
		if !ok {
			return nil, refuse("cannot_reply_to_message")
		}
		m.thread = rootOf(parent)
	}
	c.put(ch, m)
	return object{"channel": ch.id, "ts": m.ts, "message": c.messageJSON(ch, m)}, nil
}

func rootOf(m *message) string {
	if m.thread != "" {
		return m.thread
	}
	return m.ts
}

// target is where a message goes: a channel, or a person's direct messages.
func (c *call) target() (*channel, error) {
	if u, ok := c.user(c.args["channel"]); ok {
		if u.bot {
			return nil, refuse("cannot_dm_bot")
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

func (c *call) own(text string, blocks, metadata json.RawMessage) *message {
	return &message{ts: c.ts(), user: c.app.user.id, bot: true, text: text, blocks: blocks, metadata: metadata}
}

// put adds a message to a channel and tells everybody.
func (w *Workspace) put(ch *channel, m *message) {
	ch.messages = append(ch.messages, m)
	w.happen(Happening{Kind: Posted, Channel: ch.label(w), Message: w.see(ch, m)})
	w.messageEvent(ch, w.messageJSON(ch, m))
}

// ownMessage returns a message that the app itself posted.
func (c *call) ownMessage(ch *channel, otherwise string) (*message, error) {
	m, ok := ch.message(c.args["ts"])
	switch {
	case !ok:
		return nil, refuse("message_not_found")
	case !m.bot:
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
	text, blocks, metadata, err := c.content()
	if err != nil {
		return nil, err
	}
	before := c.messageJSON(ch, m)
	c.change(m, text, blocks, metadata)
	c.happen(Happening{Kind: Edited, Channel: ch.label(c.Workspace), Message: c.see(ch, m)})
	c.changedEvent(ch, m, before)
	return object{"channel": ch.id, "ts": m.ts, "text": m.text, "message": c.messageJSON(ch, m)}, nil
}

// change edits a message of the app's. Only one that is left with text alone
// shows as edited; metadata stays unless there is new.
func (c *call) change(m *message, text string, blocks, metadata json.RawMessage) {
	m.text, m.blocks = text, blocks
	if metadata != nil {
		m.metadata = metadata
	}
	if blocks == nil {
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
	text, blocks, _, err := c.content()
	if err != nil {
		return nil, err
	}
	m := c.own(text, blocks, nil)
	m.only, m.thread = c.args["user"], c.args["thread_ts"]
	c.show(ch, m)
	return object{"message_ts": m.ts}, nil
}

// show adds a message that one person sees. The app hears nothing of it.
func (w *Workspace) show(ch *channel, m *message) {
	ch.messages = append(ch.messages, m)
	w.whispers[m.only] = append(w.whispers[m.only], w.readable(m.text))
	w.happen(Happening{Kind: Whispered, Channel: ch.label(w), Person: w.nameOf(m.only), Message: w.see(ch, m)})
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

// remove takes a message out of a channel.
func (w *Workspace) remove(ch *channel, m *message) {
	before := w.messageJSON(ch, m)
	ch.messages = slices.DeleteFunc(ch.messages, func(o *message) bool { return o == m })
	ch.pins = slices.DeleteFunc(ch.pins, func(ts string) bool { return ts == m.ts })
	w.happen(Happening{Kind: Deleted, Channel: ch.label(w), Message: w.see(ch, m)})
	w.deletedEvent(ch, m, before)
}
