package workspace

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

// eventScopes is the scope that each event needs; an event for which several
// would do names the first. Source: Slack's reference of events.
var eventScopes = map[string]string{
	"app_mention": "app_mentions:read", "app_home_opened": "",
	"message.channels": "channels:history", "message.groups": "groups:history", "message.im": "im:history", "message.mpim": "mpim:history",
	"reaction_added": "reactions:read", "reaction_removed": "reactions:read",
	"pin_added": "pins:read", "pin_removed": "pins:read", "file_shared": "files:read",
	"member_joined_channel": "channels:read", "member_left_channel": "channels:read",
	"channel_created": "channels:read", "channel_rename": "channels:read", "channel_archive": "channels:read", "channel_unarchive": "channels:read",
	"group_rename": "groups:read", "group_archive": "groups:read", "group_unarchive": "groups:read",
	"channel_left": "channels:read", "group_left": "groups:read",
	"team_join": "users:read", "user_change": "users:read", "subteam_members_changed": "usergroups:read",
}

// Events returns the names of all events that apps can subscribe to here.
func Events() []string { return slices.Sorted(maps.Keys(eventScopes)) }

// emit sends an event to the app, if it subscribed to it and is in the channel.
func (w *Workspace) emit(subscription string, ch *channel, event object) {
	if ch.has(w.app.user.id) {
		w.teamEvent(subscription, event)
	}
}

// scopeOf is the scope that an event needs: of members in a private channel it
// is another one than in a public one.
func (w *Workspace) scopeOf(subscription string, event object) string {
	if event["channel_type"] == "G" {
		return "groups:read"
	}
	return eventScopes[subscription]
}

// teamEvent sends an event to the app, if it subscribed to it.
func (w *Workspace) teamEvent(subscription string, event object) {
	scope := w.scopeOf(subscription, event)
	if !w.app.subscribed(subscription) || scope != "" && !w.app.has(scope) {
		return
	}
	if _, ok := event["type"]; !ok {
		event["type"] = subscription
	}
	in, _ := event["channel"].(string) // of events of the team itself it is none
	ch, known := w.channel(in)
	now := w.now()
	if _, ok := event["event_ts"]; !ok {
		event["event_ts"] = w.ts()
	}
	payload := object{
		"token": "deprecated", "team_id": teamID, "context_team_id": teamID, "context_enterprise_id": nil, "api_app_id": w.app.id,
		"event": event, "type": "event_callback", "event_id": w.id("Ev"), "event_time": now.Unix(),
		"authorizations":        []object{{"enterprise_id": nil, "team_id": teamID, "user_id": w.app.user.id, "is_bot": true, "is_enterprise_install": false}},
		"is_ext_shared_channel": known && w.shared(ch), "event_context": "4-" + w.letters("context", hex, 16),
	}
	w.sendEvent(payload, 0, "")
}

// sendEvent delivers an event, and again while it is not acknowledged.
func (w *Workspace) sendEvent(payload object, attempt int, reason string) {
	w.deliver(&envelope{
		kind: "events_api", payload: payload, attempt: attempt, reason: reason,
		done: func(_ json.RawMessage, acked bool) {
			if acked || attempt >= len(w.o.Again) || w.closed {
				return
			}
			w.after(w.o.Again[attempt], func() { w.sendEvent(payload, attempt+1, "timeout") })
		},
	})
}

// Again sends the latest event of a type once more, as Slack does when an
// acknowledgement got lost: with the same event ID, and with the same
// envelope ID or a new one. It reports whether there was such an event.
func (w *Workspace) Again(eventType string, sameEnvelope bool) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	for i := len(w.calls) - 1; i >= 0; i-- {
		c := w.calls[i]
		payload, _ := c.Data["payload"].(object)
		event, _ := payload["event"].(object)
		if c.Kind != "envelope" || event["type"] != eventType {
			continue
		}
		e := &envelope{kind: "events_api", payload: payload, attempt: 1, reason: "timeout", done: func(json.RawMessage, bool) {}}
		if sameEnvelope {
			e.id, _ = c.Data["envelope_id"].(string)
		}
		w.deliver(e)
		return true
	}
	return false
}

// messageEvent tells of a new message.
func (w *Workspace) messageEvent(ch *channel, m object) {
	event := clone(m)
	event["channel"], event["channel_type"], event["event_ts"] = ch.id, ch.kind(), m["ts"]
	w.emit(messageSubscription(ch), ch, event)
	text, _ := m["text"].(string)
	if m["user"] != w.app.user.id && m["subtype"] == nil && strings.Contains(text, "<@"+w.app.user.id+">") && !ch.im {
		mention := clone(m)
		mention["type"], mention["channel"], mention["event_ts"] = "app_mention", ch.id, m["ts"]
		w.emit("app_mention", ch, mention)
	}
}

func messageSubscription(ch *channel) string {
	return map[string]string{"channel": "message.channels", "group": "message.groups", "im": "message.im", "mpim": "message.mpim"}[ch.kind()]
}

func (w *Workspace) changedEvent(ch *channel, m *message, before object) {
	ts := w.ts()
	w.emit(messageSubscription(ch), ch, object{
		"type": "message", "subtype": "message_changed", "hidden": true, "channel": ch.id, "channel_type": ch.kind(),
		"ts": ts, "event_ts": ts, "message": w.messageJSON(ch, m), "previous_message": before,
	})
}

func (w *Workspace) deletedEvent(ch *channel, m *message, before object) {
	ts := w.ts()
	w.emit(messageSubscription(ch), ch, object{
		"type": "message", "subtype": "message_deleted", "hidden": true, "channel": ch.id, "channel_type": ch.kind(),
		"ts": ts, "event_ts": ts, "deleted_ts": m.ts, "previous_message": before,
	})
}

func (w *Workspace) reactionEvent(kind string, ch *channel, m *message, by *user, name string) {
	w.emit(kind, ch, object{
		"type": kind, "user": by.id, "reaction": name, "item_user": m.user,
		"item": object{"type": "message", "channel": ch.id, "ts": m.ts},
	})
}

func (w *Workspace) pinEvent(kind string, ch *channel, m *message, by *user) {
	shown := w.messageJSON(ch, m)
	shown["permalink"] = permalink(ch, m)
	event := object{
		"type": kind, "user": by.id, "channel_id": ch.id, "item_user": m.user, "pin_count": len(ch.pins),
		"item":        object{"type": "message", "created": w.now().Unix(), "created_by": by.id, "channel": ch.id, "message": shown},
		"pinned_info": object{"channel": ch.id, "pinned_by": by.id, "pinned_ts": w.now().Unix()},
	}
	if kind == "pin_removed" {
		event["has_pins"] = len(ch.pins) > 0
	}
	w.emit(kind, ch, event)
}

func (w *Workspace) joinedEvent(ch *channel, u *user, inviter string) {
	event := object{"user": u.id, "channel": ch.id, "channel_type": letterOf(ch), "team": u.workplace()}
	if inviter != "" {
		event["inviter"] = inviter
	}
	w.emit("member_joined_channel", ch, event)
}

func (w *Workspace) leftEvent(ch *channel, u *user) {
	w.emit("member_left_channel", ch, object{"user": u.id, "channel": ch.id, "channel_type": letterOf(ch), "team": u.workplace()})
}

func letterOf(ch *channel) string {
	if ch.private {
		return "G"
	}
	return "C"
}

// channelEvent tells of a change to a channel, whose name depends on its kind.
func (w *Workspace) channelEvent(what string, ch *channel, event object) {
	if ch.private {
		w.emit("group_"+what, ch, event)
	} else {
		w.teamEvent("channel_"+what, event)
	}
}

func clone(o object) object {
	copied := make(object, len(o)+3)
	for key, value := range o {
		copied[key] = value
	}
	return copied
}
