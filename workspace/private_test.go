package workspace_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"muster/workspace"
)

// events is what the app was told since a line of the journal, as type and
// subtype; duplicates by sending again are left out.
func (a app) events(since int) []map[string]any {
	var all []map[string]any
	seen := map[any]bool{}
	for _, c := range a.Calls(since) {
		payload, _ := c.Data["payload"].(map[string]any)
		if event, ok := payload["event"].(map[string]any); ok && c.Kind == "envelope" && !seen[payload["event_id"]] {
			seen[payload["event_id"]] = true
			all = append(all, event)
		}
	}
	return all
}

// told is the types of the events that the app was told since a line of the
// journal.
func (a app) told(since int) string {
	var types []string
	for _, event := range a.events(since) {
		name, _ := event["type"].(string)
		if subtype, ok := event["subtype"].(string); ok {
			name += "." + subtype
		}
		types = append(types, name)
	}
	return strings.Join(types, " ")
}

// TestAPrivateChannel is made by the app, and looked at by those who are in it
// and those who are not.
func TestAPrivateChannel(t *testing.T) {
	a := everything(t)
	a.answering()
	room := a.call("conversations.create", url.Values{"name": {"war-room"}, "is_private": {"true"}})["channel"].(map[string]any)
	id := room["id"].(string)
	if room["is_private"] != true || room["is_channel"] != true || room["is_group"] != false {
		t.Errorf("it is %v", room)
	}
	since := len(a.Calls(0))
	a.call("conversations.invite", url.Values{"channel": {id}, "users": {a.userID("ana")}})
	said, err := a.Say("ana", "war-room", "hello")
	must(t, err)
	must(t, a.Leave("ana", "war-room"))
	if got := a.told(since); got != "member_joined_channel message.group_join message member_left_channel" {
		t.Errorf("the app was told of %s", got)
	}
	for _, event := range a.events(since) {
		if kind := event["channel_type"]; kind != "G" && kind != "group" {
			t.Errorf("%v in a channel of type %v", event["type"], kind)
		}
	}
	if second(a.Say("bo", "war-room", "let me in")) == nil || a.React("ana", "war-room", said.TS, "eyes") == nil {
		t.Error("others can use it")
	}
	for types, want := range map[string]bool{"public_channel": false, "private_channel": true} {
		list, _ := a.call("conversations.list", url.Values{"types": {types}})["channels"].([]any)
		found := false
		for _, ch := range list {
			found = found || ch.(map[string]any)["id"] == id
		}
		if found != want {
			t.Errorf("among %s: %v", types, found)
		}
	}
}

const publicOnly = `
display_information: {name: Test app}
features: {bot_user: {display_name: tester}}
oauth_config: {scopes: {bot: [channels:read, channels:manage, channels:history, users:read]}}
settings: {event_subscriptions: {bot_events: [message.channels, member_joined_channel, member_left_channel]}, socket_mode_enabled: true}
`

// TestAnAppForPublicChannels hears nothing of a private one, and makes none.
func TestAnAppForPublicChannels(t *testing.T) {
	a := open(t, workspace.Options{Manifest: publicOnly})
	a.answering()
	if got := a.call("conversations.create", url.Values{"name": {"war-room"}, "is_private": {"true"}}); got["needed"] != "groups:write" {
		t.Errorf("made: %v", got)
	}
	_, err := a.AddChannel("ana", "war-room", true, "tester")
	must(t, err)
	since := len(a.Calls(0))
	must(t, second(a.Say("ana", "war-room", "hello")))
	must(t, second(a.Say("ana", "war-room", "/invite @bo")))
	if got := a.told(since); got != "" {
		t.Errorf("it was told of %s", got)
	}
}

// TestAChannelsLife renames, archives and opens channels of both kinds.
func TestAChannelsLife(t *testing.T) {
	for _, kind := range []string{"channel", "group"} {
		t.Run(kind, func(t *testing.T) {
			a := everything(t)
			a.answering()
			room := a.call("conversations.create", url.Values{"name": {"room"}, "is_private": {map[string]string{"group": "true"}[kind]}})["channel"].(map[string]any)
			id := url.Values{"channel": {room["id"].(string)}}
			a.call("conversations.invite", url.Values{"channel": id["channel"], "users": {a.userID("ana")}})
			since := len(a.Calls(0))
			a.call("conversations.rename", url.Values{"channel": id["channel"], "name": {"room-2"}})
			a.call("conversations.archive", id)
			for method, want := range map[string]string{"conversations.archive": "already_archived", "conversations.unarchive": "not_in_channel", "conversations.leave": "is_archived"} {
				if got := a.call(method, id); got["error"] != want {
					t.Errorf("%s: %v", method, got)
				}
			}
			must(t, a.Unarchive("ana", "room-2"))
			must(t, second(a.Say("ana", "room-2", "/remove @everything")))
			got := a.told(since)
			for _, what := range []string{"_rename", "_archive", "_unarchive", "_left"} {
				if !strings.Contains(got+" ", " "+kind+what+" ") {
					t.Errorf("%s%s is not in %s", kind, what, got)
				}
			}
		})
	}
	a := everything(t)
	must(t, a.InviteApp("ana", "delivery"))
	if got := a.call("conversations.rename", url.Values{"channel": {channelID(t, a, "delivery")}, "name": {"sent"}}); got["error"] != "not_authorized" {
		t.Errorf("a channel of others was renamed: %v", got)
	}
}

func TestPinsAreTold(t *testing.T) {
	a := everything(t)
	a.answering()
	must(t, a.InviteApp("ana", "general"))
	said, err := a.Say("ana", "general", "keep this")
	must(t, err)
	since := len(a.Calls(0))
	must(t, a.Pin("bo", "general", said.TS))
	must(t, a.Unpin("bo", "general", said.TS))
	events := a.events(since)
	if len(events) != 2 || events[0]["type"] != "pin_added" || events[1]["type"] != "pin_removed" || events[1]["has_pins"] != false {
		t.Fatalf("it was told of %v", events)
	}
	for _, event := range events {
		pinned := event["item"].(map[string]any)
		message := pinned["message"].(map[string]any)
		if event["user"] != a.userID("bo") || event["channel_id"] != channelID(t, a, "general") || message["ts"] != said.TS || message["text"] != "keep this" || message["permalink"] == nil {
			t.Errorf("%v", event)
		}
	}
}

func TestSomeoneLeavesTheCompany(t *testing.T) {
	a := everything(t)
	a.answering()
	room, bo := a.room(), a.userID("bo")
	since := len(a.Calls(0))
	var done answer
	if a.control("POST", "/act", map[string]string{"as": "lea", "do": "deactivate", "name": "bo"}, &done); done["ok"] != true {
		t.Fatal(done)
	}
	events := a.events(since)
	if len(events) != 1 || events[0]["type"] != "user_change" {
		t.Fatalf("the app was told of %v", events)
	}
	if u := events[0]["user"].(map[string]any); u["id"] != bo || u["deleted"] != true {
		t.Errorf("it was told %v", u)
	}
	for _, tt := range []struct {
		method, want string
		args         url.Values
	}{
		{"conversations.invite", "cant_invite", url.Values{"channel": {room}, "users": {bo}}},
		{"conversations.open", "user_disabled", url.Values{"users": {bo}}},
		{"chat.postMessage", "channel_not_found", url.Values{"channel": {bo}, "text": {"hello"}}},
		{"users.lookupByEmail", "users_not_found", url.Values{"email": {"bo@demo.example"}}},
	} {
		if got := a.call(tt.method, tt.args); got["error"] != tt.want {
			t.Errorf("%s: %v, want %s", tt.method, got, tt.want)
		}
	}
	if second(a.Say("bo", "general", "I am still here")) == nil || a.Deactivate("bo") == nil {
		t.Error("he can still act")
	}
	a.Advance(time.Hour)
}
