package slack

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/slack-go/slack"

	"muster/chat"
	"muster/templates"
	"muster/timeline"
)

// request reads what a person did. Not ok is what does not concern us, such as
// an echo of what the bot itself did.
func (s *Slack) request(f frame) (req chat.Request, ok bool, err error) {
	switch f.Type {
	case "slash_commands":
		req, ok, err = slash(f)
	case "interactive":
		req, ok, err = interaction(f)
	case "events_api":
		req, ok, err = s.event(f)
	default:
		return req, false, fmt.Errorf("an envelope of type %q", f.Type)
	}
	return req, ok && err == nil, err
}

// key names what was done: the same when Slack sends it again, in whatever
// envelope.
func (f frame) key() string {
	var p struct {
		EventID   string `json:"event_id"`
		TriggerID string `json:"trigger_id"`
	}
	_ = json.Unmarshal(f.Payload, &p) // what can not be read has no name of its own
	sum := sha256.Sum256(f.text)
	return cmp.Or(p.EventID, p.TriggerID, f.EnvelopeID, hex.EncodeToString(sum[:8]))
}

// kind names a frame in metrics.
func (f frame) kind() string {
	if slices.Contains([]string{"slash_commands", "interactive", "events_api"}, f.Type) {
		return f.Type
	}
	return "other"
}

// comesAgain reports whether Slack sends a frame again that is not
// acknowledged: it does so with events, and with nothing that a person waits for.
func (f frame) comesAgain() bool { return f.Type == "events_api" }

// notYet is what someone is told whose command takes long.
func (f frame) notYet(t templates.Texts) chat.Answer {
	return chat.Reply(chat.Say(t.T("answer.not yet")))
}

// sorry is what someone is told whose request was set aside.
func (f frame) sorry(t templates.Texts) chat.Answer {
	if f.Type != "slash_commands" {
		return chat.Answer{}
	}
	return chat.Reply(chat.Say(t.T("answer.put aside")))
}

// Reread reads a frame that was set aside once more. Not ok is one that does not
// concern us.
func (s *Slack) Reread(text []byte) (req chat.Request, ok bool, err error) {
	var f frame
	if err := json.Unmarshal(text, &f); err != nil {
		return req, false, fmt.Errorf("it can not be read: %w", err)
	}
	return s.request(f)
}

// replyURL is where an interaction can be answered; empty where nowhere.
func (f frame) replyURL() string {
	var p struct {
		ResponseURL string `json:"response_url"`
	}
	_ = json.Unmarshal(f.Payload, &p) // without one it is answered otherwise
	return p.ResponseURL
}

// place returns where a frame is from, so that what happens in one place is
// handled in order.
func place(f frame) string {
	var p struct {
		ChannelID string          `json:"channel_id"`
		Channel   json.RawMessage `json:"channel"`
		User      json.RawMessage `json:"user"`
		Event     struct {
			Channel json.RawMessage `json:"channel"`
			Item    struct {
				Channel string `json:"channel"`
			} `json:"item"`
		} `json:"event"`
	}
	_ = json.Unmarshal(f.Payload, &p) // what can not be read has no place
	for _, place := range []string{p.ChannelID, p.Event.Item.Channel, id(p.Event.Channel), id(p.Channel), id(p.User)} {
		if place != "" {
			return place
		}
	}
	return f.EnvelopeID
}

// id reads "C1" or {"id":"C1"}.
func id(text json.RawMessage) string {
	var s string
	if json.Unmarshal(text, &s) == nil {
		return s
	}
	var object struct{ ID string }
	_ = json.Unmarshal(text, &object) // nothing there is no ID
	return object.ID
}

func slash(f frame) (chat.Request, bool, error) {
	var c slack.SlashCommand
	if err := json.Unmarshal(f.Payload, &c); err != nil {
		return chat.Request{}, false, fmt.Errorf("a slash command: %w", err)
	}
	return chat.Request{
		ID: "command " + c.TriggerID, By: timeline.Person{ID: c.UserID}, Channel: c.ChannelID, Trigger: c.TriggerID,
		What: chat.Typed{Text: decode(c.Text)},
	}, true, nil
}

// deed is what of an interaction concerns us. The message it was done to is
// read apart: of whatever shape it is, a button is a button.
type deed struct {
	Type       slack.InteractionType `json:"type"`
	TriggerID  string                `json:"trigger_id"`
	CallbackID string                `json:"callback_id"`
	ActionTS   string                `json:"action_ts"`
	User       struct{ ID string }   `json:"user"`
	Channel    struct{ ID string }   `json:"channel"`
	Message    json.RawMessage       `json:"message"`
	Actions    []struct {
		ActionID string `json:"action_id"`
		Value    string `json:"value"`
	} `json:"actions"`
	View struct {
		ID              string `json:"id"`
		CallbackID      string `json:"callback_id"`
		PrivateMetadata string `json:"private_metadata"`
		State           struct {
			Values map[string]map[string]entered `json:"values"`
		} `json:"state"`
	} `json:"view"`
}

// entered is what stands in one input of a form.
type entered struct {
	Value    string `json:"value"`
	Selected struct {
		Value string `json:"value"`
	} `json:"selected_option"`
	User string `json:"selected_user"`
	Day  string `json:"selected_date"`
}

func interaction(f frame) (req chat.Request, ok bool, err error) {
	var d deed
	if err := json.Unmarshal(f.Payload, &d); err != nil {
		return req, false, fmt.Errorf("an interaction: %w", err)
	}
	about := messageOf(d.Message)
	req = chat.Request{
		ID: string(d.Type) + " " + d.TriggerID, By: timeline.Person{ID: d.User.ID},
		Channel: d.Channel.ID, Trigger: d.TriggerID, Thread: about.ThreadTimestamp,
	}
	if strings.HasPrefix(req.Channel, "D") {
		req.Channel, req.Thread = "", "" // it is answered by a direct message, which stays
	}
	switch d.Type {
	case slack.InteractionTypeBlockActions:
		req.What, ok = pressed(d)
	case slack.InteractionTypeViewSubmission:
		return submitted(req, d)
	case slack.InteractionTypeShortcut:
		req.What, ok = chat.Picked{Shortcut: d.CallbackID, When: d.ActionTS}, true
	case slack.InteractionTypeMessageAction:
		req.What = chat.Picked{
			Shortcut: d.CallbackID, When: d.ActionTS,
			About: timeline.Message{Channel: d.Channel.ID, TS: about.Timestamp},
			Said:  saidBy(about),
		}
		return pickedFrom(req)
	}
	return req, ok, nil
}

// messageOf reads a message as far as it can be read.
func messageOf(text json.RawMessage) slack.Msg {
	var m slack.Msg
	if len(text) == 0 || json.Unmarshal(text, &m) == nil {
		return m
	}
	var plain struct {
		TS       string `json:"ts"`
		ThreadTS string `json:"thread_ts"`
		User     string `json:"user"`
		BotID    string `json:"bot_id"`
		Text     string `json:"text"`
	}
	_ = json.Unmarshal(text, &plain) // what can not be read stays empty
	return slack.Msg{Timestamp: plain.TS, ThreadTimestamp: plain.ThreadTS, User: plain.User, BotID: plain.BotID, Text: plain.Text}
}

// pickedFrom adds when the message was said that a shortcut was picked for.
func pickedFrom(req chat.Request) (chat.Request, bool, error) {
	picked := req.What.(chat.Picked)
	at, err := moment(picked.About.TS)
	picked.Said.At = at
	req.What = picked
	return req, err == nil, err
}

// pressed reads which command a button stands for. Buttons that lead to a web
// page stand for none.
func pressed(d deed) (chat.What, bool) {
	for _, action := range d.Actions {
		if strings.HasPrefix(action.ActionID, command) && action.Value != "" {
			return chat.Pressed{Command: chat.Clean(action.Value)}, true
		}
	}
	return nil, false
}

// submitted reads a form. Its key is that of the view, so that a form counts
// once however often it is sent in.
func submitted(req chat.Request, d deed) (chat.Request, bool, error) {
	if d.View.CallbackID != formCallback {
		return req, false, nil
	}
	var carried kept
	if err := json.Unmarshal([]byte(d.View.PrivateMetadata), &carried); err != nil {
		return req, false, fmt.Errorf("a form: %w", err)
	}
	values := map[string]string{}
	for name, actions := range d.View.State.Values {
		values[name] = chosen(actions[name])
	}
	req.ID, req.Channel = "view "+d.View.ID, carried.Channel
	req.What = chat.Submitted{Command: carried.Command, Values: values, About: carried.About}
	return req, true, nil
}

// chosen is what was chosen or typed. Unlike a message, what is typed into a
// form comes as it was typed.
func chosen(in entered) string {
	switch {
	case in.Selected.Value != "":
		return in.Selected.Value
	case userID.MatchString("@" + in.User):
		return templates.Person(in.User)
	case in.Day != "":
		return chat.CleanLine(in.Day)
	}
	return chat.Clean(typed(chat.Visible(in.Value)))
}
