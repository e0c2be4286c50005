package workspace_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"muster/workspace"
)

const manifest = `
display_information: {name: Test app}
features:
  bot_user: {display_name: tester}
  slash_commands: [{command: /test, description: Tests, should_escape: true}]
  shortcuts: [{name: Do, type: global, callback_id: do, description: Does}]
oauth_config: {scopes: {bot: [commands, chat:write, channels:read, channels:manage, channels:history, reactions:read, app_mentions:read]}}
settings:
  event_subscriptions: {bot_events: [message.channels, reaction_added, app_mention]}
  interactivity: {is_enabled: true}
  socket_mode_enabled: true
`

// app is a client of the workspace that knows nothing but HTTP and WebSocket.
type app struct {
	*workspace.Workspace
	t   *testing.T
	url string
}

func open(t *testing.T, o workspace.Options) app {
	t.Helper()
	server := httptest.NewUnstartedServer(nil)
	if o.Manifest == "" {
		o.Manifest = manifest
	}
	o.URL = "http://" + server.Listener.Addr().String()
	w, err := workspace.New(o)
	if err != nil {
		t.Fatal(err)
	}
	server.Config.Handler = w
	server.Start()
	t.Cleanup(func() { w.Close(); server.Close() })
	return app{w, t, server.URL}
}

type answer map[string]any

// tryControl calls the control API, and reads what it answers.
func (a app) tryControl(method, path string, body, into any) error {
	text, err := json.Marshal(body)
	if err != nil {
		return err
	}
	r, err := http.NewRequest(method, a.url+"/control"+path, bytes.NewReader(text))
	if err != nil {
		return err
	}
	got, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	defer got.Body.Close()
	return json.NewDecoder(got.Body).Decode(into)
}

func (a app) call(method string, args url.Values) answer {
	a.t.Helper()
	if args == nil {
		args = url.Values{}
	}
	if args.Get("token") == "" {
		args.Set("token", a.BotToken())
	}
	r, err := http.PostForm(a.url+"/api/"+method, args)
	if err != nil {
		a.t.Fatal(err)
	}
	defer r.Body.Close()
	var got answer
	if err := json.NewDecoder(r.Body).Decode(&got); err != nil {
		a.t.Fatal(err)
	}
	return got
}

// connect opens a socket and returns it after its hello.
func (a app) connect() *websocket.Conn {
	a.t.Helper()
	opened := a.call("apps.connections.open", url.Values{"token": {a.AppToken()}})
	address, _ := opened["url"].(string)
	socket, _, err := websocket.DefaultDialer.Dial(address, nil)
	if err != nil {
		a.t.Fatalf("%v: %v", opened, err)
	}
	a.t.Cleanup(func() { socket.Close() })
	if hello := a.frame(socket); hello["type"] != "hello" {
		a.t.Fatalf("the first frame is %v", hello)
	}
	return socket
}

func (a app) frame(socket *websocket.Conn) answer {
	a.t.Helper()
	if err := socket.SetReadDeadline(time.Now().Add(5 * time.Second)); err != nil {
		a.t.Fatal(err)
	}
	var got answer
	if err := socket.ReadJSON(&got); err != nil {
		a.t.Fatal(err)
	}
	return got
}

func (a app) ack(socket *websocket.Conn, frame answer, payload any) {
	a.t.Helper()
	if err := socket.WriteJSON(map[string]any{"envelope_id": frame["envelope_id"], "payload": payload}); err != nil {
		a.t.Fatal(err)
	}
}

func channelID(t *testing.T, a app, name string) string {
	t.Helper()
	list, _ := a.call("conversations.list", nil)["channels"].([]any)
	for _, c := range list {
		if c := c.(map[string]any); c["name"] == name {
			return c["id"].(string)
		}
	}
	t.Fatalf("no channel %s", name)
	return ""
}

func TestRefusals(t *testing.T) {
	a := open(t, workspace.Options{})
	created := a.call("conversations.create", url.Values{"name": {"room"}})
	room := created["channel"].(map[string]any)["id"].(string)
	posted := a.call("chat.postMessage", url.Values{"channel": {room}, "text": {"hello"}})
	ts := posted["ts"].(string)
	general := channelID(t, a, "general")
	long := strings.Repeat("x", 5000)
	for _, tt := range []struct {
		name, method, want string
		args               url.Values
	}{
		{"a method there is not", "chat.shout", "unknown_method", nil},
		{"a wrong token", "auth.test", "invalid_auth", url.Values{"token": {"xoxb-1"}}},
		{"the other token", "auth.test", "not_allowed_token_type", url.Values{"token": {a.AppToken()}}},
		{"a scope that is missing", "users.info", "missing_scope", url.Values{"user": {"U1"}}},
		{"an argument that is missing", "chat.postMessage", "invalid_arguments", url.Values{"text": {"x"}}},
		{"an unknown channel", "chat.postMessage", "channel_not_found", url.Values{"channel": {"C1"}, "text": {"x"}}},
		{"a channel it is not in", "chat.postMessage", "not_in_channel", url.Values{"channel": {general}, "text": {"x"}}},
		{"nothing to say", "chat.postMessage", "no_text", url.Values{"channel": {room}}},
		{"a name with capitals", "conversations.create", "invalid_name_specials", url.Values{"name": {"Room"}}},
		{"a name that is long", "conversations.create", "invalid_name_maxlength", url.Values{"name": {strings.Repeat("x", 81)}}},
		{"a name that is taken", "conversations.create", "name_taken", url.Values{"name": {"room"}}},
		{"a topic that is long", "conversations.setTopic", "too_long", url.Values{"channel": {room}, "topic": {long}}},
		{"an update that is long", "chat.update", "msg_too_long", url.Values{"channel": {room}, "ts": {ts}, "text": {long}}},
		{"an update of nothing", "chat.update", "message_not_found", url.Values{"channel": {room}, "ts": {"1.1"}, "text": {"x"}}},
		{"a stranger", "conversations.invite", "user_not_found", url.Values{"channel": {room}, "users": {"U1"}}},
		{"a cursor of one's own", "conversations.list", "invalid_cursor", url.Values{"cursor": {"next"}}},
		{"a limit", "conversations.list", "invalid_limit", url.Values{"limit": {"5000"}}},
		{"a trigger there is not", "views.open", "invalid_trigger_id", url.Values{"trigger_id": {"1"}, "view": {"{}"}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := a.call(tt.method, tt.args); got["ok"] != false || got["error"] != tt.want {
				t.Errorf("%s: %v, want %s", tt.method, got, tt.want)
			}
		})
	}
}

func TestASlashCommandIsAnsweredInTheAcknowledgement(t *testing.T) {
	a := open(t, workspace.Options{})
	socket := a.connect()
	go func() {
		frame := a.frame(socket)
		payload := frame["payload"].(map[string]any)
		a.ack(socket, frame, map[string]any{"text": "you typed " + payload["text"].(string)})
	}()
	got, err := a.Say("ana", "general", "/test hi @bo & <all>")
	if err != nil || len(got.Ephemeral) != 1 || got.Ephemeral[0] != "you typed hi @bo & <all>" {
		t.Errorf("answered %q, %v", got.Ephemeral, err)
	}
}

func TestWithoutAnAcknowledgementThePersonSeesItFail(t *testing.T) {
	a := open(t, workspace.Options{Ack: 50 * time.Millisecond})
	a.connect()
	if _, err := a.Say("ana", "general", "/test hi"); err == nil || !strings.Contains(err.Error(), "operation_timeout") {
		t.Errorf("Say: %v", err)
	}
}

func TestAnAcknowledgementOf20KBIsDropped(t *testing.T) {
	a := open(t, workspace.Options{Ack: 50 * time.Millisecond})
	socket := a.connect()
	go func() { a.ack(socket, a.frame(socket), map[string]any{"text": strings.Repeat("x", 20*1024)}) }()
	if _, err := a.Say("ana", "general", "/test hi"); err == nil {
		t.Error("it was taken")
	}
}

func TestAnEventIsSentAgainUntilItIsAcknowledged(t *testing.T) {
	a := open(t, workspace.Options{Ack: 20 * time.Millisecond})
	if err := a.InviteApp("ana", "general"); err != nil {
		t.Fatal(err)
	}
	for range 4 { // until nobody is told of the app's own arrival any more
		a.settled()
		a.Advance(time.Hour)
	}
	socket, since := a.connect(), len(a.Calls(0))
	if _, err := a.Say("ana", "general", "hello"); err != nil {
		t.Fatal(err)
	}
	first := a.frame(socket)
	second := a.frame(socket) // at once
	a.settled()
	a.Advance(time.Minute)
	third := a.frame(socket)
	a.ack(socket, third, nil)
	a.settled()
	a.Advance(time.Hour)
	var ids []any
	for n, f := range []answer{first, second, third} {
		payload := f["payload"].(map[string]any)
		if int(f["retry_attempt"].(float64)) != n {
			t.Errorf("attempt %d says %v", n, f["retry_attempt"])
		}
		ids = append(ids, payload["event_id"], f["envelope_id"])
	}
	if ids[0] != ids[2] || ids[2] != ids[4] || ids[1] == ids[3] {
		t.Errorf("events and envelopes: %v", ids)
	}
	sent := 0
	for _, c := range a.Calls(since) {
		if c.Kind == "envelope" {
			sent++
		}
	}
	if sent != 3 {
		t.Errorf("it was sent %d times", sent)
	}
}

func (a app) settled() {
	a.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	if err := a.Settled(ctx); err != nil {
		a.t.Fatal(err)
	}
}

func TestTheEleventhSocketIsSentAway(t *testing.T) {
	a := open(t, workspace.Options{})
	for range 10 {
		a.connect()
	}
	opened := a.call("apps.connections.open", url.Values{"token": {a.AppToken()}})
	socket, _, err := websocket.DefaultDialer.Dial(opened["url"].(string), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer socket.Close()
	if got := a.frame(socket); got["type"] != "disconnect" || got["reason"] != "too_many_websockets" {
		t.Errorf("it was told %v", got)
	}
	if _, _, err := websocket.DefaultDialer.Dial(opened["url"].(string), nil); err == nil {
		t.Error("a ticket was taken twice")
	}
}

func TestAResponseURLIsGoodForFiveAnswers(t *testing.T) {
	a := open(t, workspace.Options{})
	socket := a.connect()
	go func() { a.ack(socket, a.frame(socket), nil) }()
	if _, err := a.Say("ana", "general", "/test"); err != nil {
		t.Fatal(err)
	}
	var address string
	for _, c := range a.Calls(0) {
		if payload, ok := c.Data["payload"].(map[string]any); ok && c.Kind == "envelope" {
			address = payload["response_url"].(string)
		}
	}
	for n := range 6 {
		r, err := http.Post(address, "application/json", bytes.NewBufferString(`{"text":"hi","blocks":null,"metadata":{"event_type":"","event_payload":null}}`))
		if err != nil {
			t.Fatal(err)
		}
		r.Body.Close()
		if want := map[bool]int{true: http.StatusOK, false: http.StatusNotFound}[n < 5]; r.StatusCode != want {
			t.Errorf("answer %d: status %d, want %d", n+1, r.StatusCode, want)
		}
	}
}

func TestTheSameSeedGivesTheSameIDs(t *testing.T) {
	script := func(seed uint64) string {
		a := open(t, workspace.Options{Seed: seed, Now: func() time.Time { return time.Unix(1_700_000_000, 0) }})
		a.call("conversations.create", url.Values{"name": {"room"}})
		if _, err := a.Say("ana", "general", "hello"); err != nil {
			t.Fatal(err)
		}
		text, err := a.Transcript("general")
		return fmt.Sprint(a.BotToken(), channelID(t, a, "room"), text, err)
	}
	if a, b := script(1), script(1); a != b {
		t.Errorf("the same seed:\n%s\n%s", a, b)
	}
	if a, b := script(1), script(2); a == b {
		t.Error("another seed gives the same")
	}
}

func TestTheControlAPIIsForThisMachine(t *testing.T) {
	a := open(t, workspace.Options{})
	for _, tt := range []struct {
		name   string
		change func(*http.Request)
		want   int
	}{
		{"from here", func(*http.Request) {}, http.StatusOK},
		{"a page from elsewhere", func(r *http.Request) { r.Header.Set("Origin", "https://evil.example") }, http.StatusForbidden},
		{"a name that leads here", func(r *http.Request) { r.Host = "evil.example" }, http.StatusForbidden},
	} {
		r, err := http.NewRequest(http.MethodGet, a.url+"/control/channels", nil)
		if err != nil {
			t.Fatal(err)
		}
		tt.change(r)
		got, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		got.Body.Close()
		if got.StatusCode != tt.want {
			t.Errorf("%s: status %d, want %d", tt.name, got.StatusCode, tt.want)
		}
	}
}
