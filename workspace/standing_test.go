package workspace_test

import (
	"net/url"
	"strings"
	"testing"

	"muster/workspace"
)

// TestEveryStanding tells people of each standing apart as Slack does.
func TestEveryStanding(t *testing.T) {
	a := everything(t)
	for _, tt := range []struct {
		name string
		is   string // the flags that are set
		team string
	}{
		{"ana", "", "T0DEMO00001"},
		{"ivy", "is_restricted", "T0DEMO00001"},
		{"jon", "is_restricted is_ultra_restricted", "T0DEMO00001"},
		{"kai", "is_stranger", "T0PARTNER01"},
		{"lea", "is_admin", "T0DEMO00001"},
		{"max", "deleted", "T0DEMO00001"},
		{"ola", "is_admin is_owner", "T0DEMO00001"},
	} {
		u := a.call("users.info", url.Values{"user": {a.userID(tt.name)}})["user"].(map[string]any)
		var is []string
		for _, flag := range []string{"deleted", "is_restricted", "is_ultra_restricted", "is_stranger", "is_admin", "is_owner", "is_bot"} {
			if u[flag] == true {
				is = append(is, flag)
			}
		}
		profile := u["profile"].(map[string]any)
		if strings.Join(is, " ") != tt.is || u["team_id"] != tt.team || profile["team"] != tt.team {
			t.Errorf("%s: %v of %v, whose profile says %v", tt.name, is, u["team_id"], profile["team"])
		}
	}
}

// TestGuestsSeeTheirOwnChannels has people look, join and speak where they are
// not members.
func TestGuestsSeeTheirOwnChannels(t *testing.T) {
	a := open(t, workspace.Options{})
	for _, tt := range []struct{ name, in, out string }{
		{"ivy", "delivery", "platform"}, {"jon", "incidents", "delivery"}, {"kai", "incidents", "general"},
	} {
		state := a.stream(tt.name)
		told := hears(t, state, `"type":"state"`)
		if !strings.Contains(told, `"name":"`+tt.in+`"`) || strings.Contains(told, `"name":"`+tt.out+`"`) {
			t.Errorf("%s is shown %s", tt.name, told)
		}
		if _, err := a.Say(tt.name, tt.in, "here"); err != nil {
			t.Error(err)
		}
		if _, err := a.Say(tt.name, tt.out, "there"); err == nil {
			t.Errorf("%s spoke in #%s", tt.name, tt.out)
		}
		if a.Join(tt.name, tt.out) == nil {
			t.Errorf("%s joined #%s", tt.name, tt.out)
		}
		var past answer
		if a.control("GET", "/past?as="+tt.name+"&channel="+a.idOf(tt.out), nil, &past); past["ok"] != false {
			t.Errorf("%s read #%s: %v", tt.name, tt.out, past)
		}
	}
}

// TestStrangersAreKnown looks at what an app is told of a shared channel.
func TestStrangersAreKnown(t *testing.T) {
	a := everything(t)
	must(t, a.InviteApp("ana", "incidents"))
	said, err := a.Say("kai", "incidents", "hello from the partner")
	must(t, err)
	id := channelID(t, a, "incidents")
	past := a.call("conversations.history", url.Values{"channel": {id}, "oldest": {said.TS}, "inclusive": {"1"}})["messages"].([]any)
	if m := past[0].(map[string]any); m["user_team"] != "T0PARTNER01" || m["team"] != "T0PARTNER01" {
		t.Errorf("the message is %v", m)
	}
	for name, want := range map[string]bool{"incidents": true, "general": false} {
		ch := a.call("conversations.info", url.Values{"channel": {channelID(t, a, name)}})["channel"].(map[string]any)
		if ch["is_ext_shared"] != want || ch["is_shared"] != want {
			t.Errorf("#%s: %v", name, ch)
		}
	}
}

// TestWhoCanNotBeInvited asks for those that Slack refuses.
func TestWhoCanNotBeInvited(t *testing.T) {
	a := everything(t)
	room := a.room()
	for name, want := range map[string]string{"jon": "ura_max_channels", "kai": "cant_invite", "max": "cant_invite", "ivy": ""} {
		got := a.call("conversations.invite", url.Values{"channel": {room}, "users": {a.userID(name)}})
		if code, _ := got["error"].(string); code != want {
			t.Errorf("%s: %v, want %q", name, got, want)
		}
		if _, err := a.Say("bo", "delivery", "/invite @jon"); err == nil {
			t.Error("Jon was invited by hand")
		}
	}
}

func TestWhoHasLeftDoesNothing(t *testing.T) {
	a := everything(t)
	for what, err := range map[string]error{
		"speaks": second(a.Say("max", "general", "boo")), "joins": a.Join("max", "general"), "opens the Home tab": a.OpenHome("max"),
		"is written to": second(a.Say("ana", "@max", "are you there?")),
	} {
		if err == nil {
			t.Errorf("Max %s", what)
		}
	}
	for _, tt := range []struct{ method, key, want string }{
		{"conversations.open", "users", "user_disabled"}, {"chat.postMessage", "channel", "channel_not_found"},
	} {
		if got := a.call(tt.method, url.Values{tt.key: {a.userID("max")}, "text": {"x"}}); got["error"] != tt.want {
			t.Errorf("%s: %v", tt.method, got)
		}
	}
}

func second[T any](_ T, err error) error { return err }
