package workspace

import (
	"encoding/json"
	"strings"
	"time"
)

// eventScopes is the scope that each event needs. Source: Slack's reference of
// events.
var eventScopes = map[string]string{
	"app_mention": "app_mentions:read", "app_home_opened": "",
	"message.channels": "channels:history", "message.groups": "groups:history", "message.im": "im:history",
	"reaction_added": "reactions:read", "reaction_removed": "reactions:read",
	"pin_added": "pins:read", "pin_removed": "pins:read",
	"member_joined_channel": "channels:read", "member_left_channel": "channels:read",
}

// emit sends an event to the app, if it subscribed to it and is in the channel.
func (w *Workspace) emit(subscription string, ch *channel, event object) {
	scope := eventScopes[subscription]
	if !w.app.subscribed(subscription) || scope != "" && !w.app.has(scope) || !ch.has(w.app.user.id) {
		return
	}
	now := w.now()
	if _, ok := event["event_ts"]; !ok {
		event["event_ts"] = w.ts()
	}
	payload := object{
		"token": "deprecated", "team_id": teamID, "context_team_id": teamID, "context_enterprise_id": nil, "api_app_id": w.app.id,
		"event": event, "type": "event_callback", "event_id": w.id("Ev"), "event_time": now.Unix(),
		"authorizations":        []object{{"enterprise_id": nil, "team_id": teamID, "user_id": w.app.user.id, "is_bot": true, "is_enterprise_install": false}},
		"is_ext_shared_channel": false, "event_context": "4-" + w.letters("context", hex, 16),
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
	event["channel"], event["channel_type"] = ch.id, ch.kind()
	event["event_ts"] = m["ts"]
	w.emit(messageSubscription(ch), ch, event)
	text, _ := m["text"].(string)
	if m["user"] != w.app.user.id && strings.Contains(text, "<@"+w.app.user.id+">") && !ch.im {
		mention := clone(m)
		mention["type"], mention["channel"], mention["event_ts"] = "app_mention", ch.id, m["ts"]
		w.emit("app_mention", ch, mention)
	}
}

func messageSubscription(ch *channel) string {
	return map[string]string{"channel": "message.channels", "group": "message.groups", "im": "message.im"}[ch.kind()]
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
	w.emit(kind, ch, object{
		"type": kind, "user": by.id, "channel_id": ch.id, "item_user": m.user, "pin_count": len(ch.pins),
		"item":        object{"type": "message", "created": w.now().Unix(), "created_by": by.id, "channel": ch.id, "message": w.messageJSON(ch, m)},
		"pinned_info": object{"channel": ch.id, "pinned_by": by.id, "pinned_ts": w.now().Unix()},
	})
}

func (w *Workspace) joinedEvent(ch *channel, u *user, inviter string) {
	event := object{"type": "member_joined_channel", "user": u.id, "channel": ch.id, "channel_type": "C", "team": teamID}
	if ch.private {
		event["channel_type"] = "G"
	}
	if inviter != "" {
		event["inviter"] = inviter
	}
	w.emit("member_joined_channel", ch, event)
}

func clone(o object) object {
	copied := make(object, len(o)+3)
	for key, value := range o {
		copied[key] = value
	}
	return copied
}

// replyFor and repliesMost are the limits of a response URL.
const (
	replyFor    = 30 * time.Minute
	repliesMost = 5
)
