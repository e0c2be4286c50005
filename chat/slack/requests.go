package slack

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/slack-go/slack"

	"muster/chat"
	"muster/timeline"
)

// request reads what a person did. Not ok is what does not concern us, such as
// an echo of what the bot itself did.
func (s *Slack) request(f frame) (req chat.Request, ok bool, err error) {
	switch f.Type {
	case "slash_commands":
		req, ok, err = typed(f)
	case "interactive":
		req, ok, err = interaction(f)
	case "events_api":
		req, ok, err = s.event(f)
	default:
		return req, false, fmt.Errorf("an envelope of type %q", f.Type)
	}
	return req, ok && err == nil, err
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

func typed(f frame) (chat.Request, bool, error) {
	var c slack.SlashCommand
	if err := json.Unmarshal(f.Payload, &c); err != nil {
		return chat.Request{}, false, fmt.Errorf("a slash command: %w", err)
	}
	return chat.Request{
		ID: "command " + c.TriggerID, By: timeline.Person{ID: c.UserID}, Channel: c.ChannelID, Trigger: c.TriggerID,
		What: chat.Typed{Text: decode(c.Text)},
	}, true, nil
}

func interaction(f frame) (req chat.Request, ok bool, err error) {
	var c slack.InteractionCallback
	if err := json.Unmarshal(f.Payload, &c); err != nil {
		return req, false, fmt.Errorf("an interaction: %w", err)
	}
	req = chat.Request{
		ID: string(c.Type) + " " + c.TriggerID, By: timeline.Person{ID: c.User.ID},
		Channel: c.Channel.ID, Trigger: c.TriggerID, Thread: c.Message.ThreadTimestamp,
	}
	switch c.Type {
	case slack.InteractionTypeBlockActions:
		req.What, ok = pressed(c)
	case slack.InteractionTypeViewSubmission:
		return submitted(req, c)
	case slack.InteractionTypeShortcut:
		req.What, ok = chat.Picked{Shortcut: c.CallbackID, When: c.ActionTs}, true
	case slack.InteractionTypeMessageAction:
		req.What, ok = chat.Picked{
			Shortcut: c.CallbackID, When: c.ActionTs,
			About: timeline.Message{Channel: c.Channel.ID, TS: c.Message.Timestamp},
			Said:  saidBy(c.Message.Msg),
		}, true
	}
	return req, ok, nil
}

// pressed reads which command a button stands for. Buttons that lead to a web
// page stand for none.
func pressed(c slack.InteractionCallback) (chat.What, bool) {
	for _, action := range c.ActionCallback.BlockActions {
		if strings.HasPrefix(action.ActionID, command) && action.Value != "" {
			return chat.Pressed{Command: chat.Clean(action.Value)}, true
		}
	}
	return nil, false
}

// submitted reads a form. Its key is that of the view, so that a form counts
// once however often it is sent in.
func submitted(req chat.Request, c slack.InteractionCallback) (chat.Request, bool, error) {
	if c.View.CallbackID != formCallback {
		return req, false, nil
	}
	var carried kept
	if err := json.Unmarshal([]byte(c.View.PrivateMetadata), &carried); err != nil {
		return req, false, fmt.Errorf("a form: %w", err)
	}
	values := map[string]string{}
	if c.View.State != nil {
		for name, actions := range c.View.State.Values {
			values[name] = chosen(actions[name])
		}
	}
	req.ID, req.Channel = "view "+c.View.ID, carried.Channel
	req.What = chat.Submitted{Command: carried.Command, Values: values}
	return req, true, nil
}

// chosen is what was chosen or typed. Unlike a message, what is typed into a
// form comes as it was typed.
func chosen(a slack.BlockAction) string {
	if a.SelectedOption.Value != "" {
		return a.SelectedOption.Value
	}
	return chat.Clean(strings.ReplaceAll(a.Value, "<@", "< @"))
}
