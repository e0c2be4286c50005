package workspace

import "slices"

var reactionMethods = []method{
	{"reactions.add", tier3, []string{"reactions:write"}, []string{"channel", "timestamp", "name"}, addReaction},
	{"reactions.remove", tier2, []string{"reactions:write"}, []string{"channel", "timestamp", "name"}, removeReaction},
	{"reactions.get", tier3, []string{"reactions:read"}, []string{"channel", "timestamp"}, getReactions},
	{"reactions.list", tier2, []string{"reactions:read"}, nil, listReactions},
	{"pins.add", tier2, []string{"pins:write"}, []string{"channel", "timestamp"}, addPin},
	{"pins.remove", tier2, []string{"pins:write"}, []string{"channel", "timestamp"}, removePin},
	{"pins.list", tier2, []string{"pins:read"}, []string{"channel"}, listPins},
}

// Limits of messages: pins of a channel, different emoji on a message. Source:
// Slack's reference of pins.add and reactions.add.
const (
	pinsMost      = 100
	reactionsMost = 50
)

// reacted is the message that the call names, in a channel that the app may
// write in.
func (c *call) reacted() (*channel, *message, error) {
	return c.messageIn(c.inChannel("channel"))
}

func (c *call) messageIn(ch *channel, err error) (*channel, *message, error) {
	if err != nil {
		return nil, nil, err
	}
	m, ok := ch.message(c.args["timestamp"])
	if !ok {
		return nil, nil, refuse("message_not_found")
	}
	return ch, m, nil
}

func addReaction(c *call) (object, error) {
	ch, m, err := c.reacted()
	if err != nil {
		return nil, err
	}
	switch {
	case !isEmoji(c.args["name"]):
		return nil, refuse("invalid_name")
	case len(m.reactions) >= reactionsMost && !slices.ContainsFunc(m.reactions, func(r *reaction) bool { return r.name == c.args["name"] }):
		return nil, refuse("too_many_emoji")
	}
	if !c.react(ch, m, c.app.user, c.args["name"]) {
		return nil, refuse("already_reacted")
	}
	return object{}, nil
}

func removeReaction(c *call) (object, error) {
	ch, m, err := c.reacted()
	if err != nil {
		return nil, err
	}
	if !c.unreact(ch, m, c.app.user, c.args["name"]) {
		return nil, refuse("no_reaction")
	}
	return object{}, nil
}

// react puts someone's emoji on a message. Skin tones count under their name
// without one, but the event tells the tone.
func (w *Workspace) react(ch *channel, m *message, by *user, name string) bool {
	r, ok := find(m.reactions, func(r *reaction) bool { return r.name == name })
	if !ok {
		r = &reaction{name: name}
		m.reactions = append(m.reactions, r)
	}
	if slices.Contains(r.users, by.id) {
		return false
	}
	r.users = append(r.users, by.id)
	w.happen(Happening{Kind: Reacted, Channel: ch.label(w), Person: by.name, Text: name, Message: w.see(ch, m), channel: ch, message: m})
	w.reactionEvent("reaction_added", ch, m, by, name)
	return true
}

func (w *Workspace) unreact(ch *channel, m *message, by *user, name string) bool {
	r, ok := find(m.reactions, func(r *reaction) bool { return r.name == name })
	if !ok || !slices.Contains(r.users, by.id) {
		return false
	}
	r.users = slices.DeleteFunc(r.users, func(id string) bool { return id == by.id })
	if len(r.users) == 0 {
		m.reactions = slices.DeleteFunc(m.reactions, func(o *reaction) bool { return o == r })
	}
	w.happen(Happening{Kind: Unreacted, Channel: ch.label(w), Person: by.name, Text: name, Message: w.see(ch, m), channel: ch, message: m})
	w.reactionEvent("reaction_removed", ch, m, by, name)
	return true
}

func getReactions(c *call) (object, error) {
	ch, m, err := c.messageIn(c.joined("channel"))
	if err != nil {
		return nil, err
	}
	o := c.messageJSON(ch, m)
	o["permalink"] = permalink(ch, m)
	delete(o, "metadata")
	return object{"type": "message", "channel": ch.id, "message": o}, nil
}

func addPin(c *call) (object, error) {
	ch, m, err := c.reacted()
	switch {
	case err != nil:
		return nil, err
	case slices.Contains(ch.pins, m.ts):
		return nil, refuse("already_pinned")
	case len(ch.pins) >= pinsMost:
		return nil, refuse("too_many_pins")
	}
	c.pin(ch, m, c.app.user)
	return object{}, nil
}

func (w *Workspace) pin(ch *channel, m *message, by *user) {
	ch.pins = append(ch.pins, m.ts)
	if ch.pinners == nil {
		ch.pinners = map[string]string{}
	}
	ch.pinners[m.ts] = by.id
	w.happen(Happening{Kind: Pinned, Channel: ch.label(w), Person: by.name, Message: w.see(ch, m), channel: ch, message: m})
	w.changedChannel(ch)
	w.pinEvent("pin_added", ch, m, by)
}

func (w *Workspace) unpin(ch *channel, m *message, by *user) {
	ch.pins = slices.DeleteFunc(ch.pins, func(ts string) bool { return ts == m.ts })
	w.happen(Happening{Kind: Unpinned, Channel: ch.label(w), Person: by.name, Message: w.see(ch, m), channel: ch, message: m})
	w.changedChannel(ch)
	w.pinEvent("pin_removed", ch, m, by)
}

func removePin(c *call) (object, error) {
	ch, m, err := c.reacted()
	switch {
	case err != nil:
		return nil, err
	case !slices.Contains(ch.pins, m.ts):
		return nil, refuse("no_pin")
	}
	c.unpin(ch, m, c.app.user)
	return object{}, nil
}

// listReactions is what someone, the app itself where nobody is named, has
// reacted to.
func listReactions(c *call) (object, error) {
	by := c.args["user"]
	if by == "" {
		by = c.app.user.id
	}
	items := []object{}
	for _, ch := range c.channels {
		for _, m := range ch.messages {
			if ch.has(c.app.user.id) && slices.ContainsFunc(m.reactions, func(r *reaction) bool { return slices.Contains(r.users, by) }) {
				items = append(items, object{"type": "message", "channel": ch.id, "message": c.messageJSON(ch, m)})
			}
		}
	}
	from, to, next, err := c.page(len(items), 100, 1000)
	if err != nil {
		return nil, err
	}
	return object{"items": items[from:to], "response_metadata": metadataOf(next)}, nil
}

func listPins(c *call) (object, error) {
	ch, err := c.joined("channel")
	if err != nil {
		return nil, err
	}
	items := []object{}
	for _, ts := range ch.pins {
		if m, ok := ch.message(ts); ok {
			items = append(items, object{"type": "message", "channel": ch.id, "message": c.messageJSON(ch, m), "created_by": ch.pinners[ts]})
		}
	}
	return object{"items": items}, nil
}
