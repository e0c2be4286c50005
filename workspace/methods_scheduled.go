package workspace

import (
	"slices"
	"strconv"
	"time"
)

// Limits of messages for later. Source: Slack's reference of
// chat.scheduleMessage and chat.deleteScheduledMessage.
const (
	scheduledMost = 120 * 24 * time.Hour
	deletableFor  = time.Minute // before it is due
)

// scheduled is a message for later.
type scheduled struct {
	id      string
	channel *channel
	at      time.Time
	made    int64
	said    content
	thread  string
}

func scheduleMessage(c *call) (object, error) {
	ch, err := c.target()
	if err != nil {
		return nil, err
	}
	said, err := c.something()
	if err != nil {
		return nil, err
	}
	unix, err := strconv.ParseInt(c.args["post_at"], 10, 64)
	at := time.Unix(unix, 0)
	switch {
	case err != nil:
		return nil, refuse("invalid_time")
	case !at.After(c.now()):
		return nil, refuse("time_in_past")
	case at.Sub(c.now()) > scheduledMost:
		return nil, refuse("time_too_far")
	}
	s := &scheduled{id: c.id("Q"), channel: ch, at: at, made: c.now().Unix(), said: said, thread: c.args["thread_ts"]}
	c.scheduled = append(c.scheduled, s)
	w := c.Workspace
	c.at(at, func() { w.postScheduled(s) })
	return object{"channel": ch.id, "scheduled_message_id": s.id, "post_at": unix, "message": object{
		"text": said.text, "type": "delayed_message", "subtype": "bot_message", "bot_id": c.app.botID,
	}}, nil
}

func (w *Workspace) postScheduled(s *scheduled) {
	if !slices.Contains(w.scheduled, s) {
		return
	}
	w.scheduled = slices.DeleteFunc(w.scheduled, func(o *scheduled) bool { return o == s })
	if s.channel.archived {
		return
	}
	m := (&call{Workspace: w}).own(s.said)
	if parent, ok := s.channel.message(s.thread); ok {
		m.thread = rootOf(parent)
	}
	w.put(s.channel, m)
}

func deleteScheduled(c *call) (object, error) {
	ch, err := c.channelArg("channel")
	if err != nil {
		return nil, err
	}
	s, ok := find(c.scheduled, func(s *scheduled) bool { return s.id == c.args["scheduled_message_id"] && s.channel == ch })
	if !ok || s.at.Sub(c.now()) < deletableFor {
		return nil, refuse("invalid_scheduled_message_id")
	}
	c.scheduled = slices.DeleteFunc(c.scheduled, func(o *scheduled) bool { return o == s })
	return object{}, nil
}

func listScheduled(c *call) (object, error) {
	all := []object{}
	for _, s := range c.scheduled {
		if id := c.args["channel"]; id == "" || id == s.channel.id {
			all = append(all, object{"id": s.id, "channel_id": s.channel.id, "post_at": s.at.Unix(), "date_created": s.made, "text": s.said.text})
		}
	}
	from, to, next, err := c.page(len(all), 100, 1000)
	if err != nil {
		return nil, err
	}
	return object{"scheduled_messages": all[from:to], "response_metadata": metadataOf(next)}, nil
}
