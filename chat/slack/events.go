package slack

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/slack-go/slack"

	"muster/chat"
	"muster/timeline"
)

// outer is what every event comes in.
type outer struct {
	EventID string          `json:"event_id"`
	Event   json.RawMessage `json:"event"`
}

// event has the fields of all events that concern us.
type event struct {
	Type        string       `json:"type"`
	Subtype     string       `json:"subtype"`
	User        string       `json:"user"`
	BotID       string       `json:"bot_id"`
	Text        string       `json:"text"`
	Channel     string       `json:"channel"`
	ChannelType string       `json:"channel_type"`
	TS          string       `json:"ts"`
	ThreadTS    string       `json:"thread_ts"`
	EventTS     string       `json:"event_ts"`
	DeletedTS   string       `json:"deleted_ts"`
	Reaction    string       `json:"reaction"`
	Tab         string       `json:"tab"`
	Files       []slack.File `json:"files"`
	Item        struct {
		Type    string `json:"type"`
		Channel string `json:"channel"`
		TS      string `json:"ts"`
		Message struct {
			TS string `json:"ts"`
		} `json:"message"`
	} `json:"item"`
	Message  eventMessage `json:"message"`
	Previous eventMessage `json:"previous_message"`
}

type eventMessage struct {
	Subtype string `json:"subtype"`
	User    string `json:"user"`
	Text    string `json:"text"`
	TS      string `json:"ts"`
	Edited  struct {
		User string `json:"user"`
		TS   string `json:"ts"`
	} `json:"edited"`
}

// concerns is which types of events concern us. Others may have fields of the
// same name and another shape.
var concerns = map[string]bool{
	"reaction_added": true, "reaction_removed": true, "message": true,
	"app_mention": true, "member_joined_channel": true, "member_left_channel": true,
	"app_home_opened": true, "pin_added": true, "pin_removed": true,
}

func (s *Slack) event(f frame) (req chat.Request, ok bool, err error) {
	var o outer
	var kind struct{ Type string }
	if err := json.Unmarshal(f.Payload, &o); err != nil {
		return req, false, fmt.Errorf("an event: %w", err)
	}
	if err := json.Unmarshal(o.Event, &kind); err != nil {
		return req, false, err
	}
	if kind.Type == "user_change" {
		return s.changedPerson(o)
	}
	if !concerns[kind.Type] {
		return req, false, nil
	}
	var e event
	if err := json.Unmarshal(o.Event, &e); err != nil {
		return req, false, fmt.Errorf("event %s: %w", o.EventID, err)
	}
	if e.User == s.me().user || e.BotID != "" && e.BotID == s.me().bot {
		return req, false, nil // an echo of our own
	}
	what := s.what(e)
	if e.ChannelType == "im" || e.Tab != "" {
		e.Channel, e.ThreadTS = "", "" // it is answered by a direct message, which stays
	}
	by := cmp.Or(e.User, e.Message.Edited.User)
	return chat.Request{
		ID: "event " + o.EventID, By: timeline.Person{ID: by}, Channel: e.Channel, Thread: e.ThreadTS, What: what,
	}, what != nil && (by != "" || e.Type == "message"), nil
}

// changedPerson takes note of what Slack tells of someone. Only that an account
// was closed is a request.
func (s *Slack) changedPerson(o outer) (req chat.Request, ok bool, err error) {
	var e struct {
		User slack.User `json:"user"`
	}
	if err := json.Unmarshal(o.Event, &e); err != nil {
		return req, false, fmt.Errorf("event %s: %w", o.EventID, err)
	}
	p := s.profileOf(&e.User)
	s.meet(p)
	key := "event " + o.EventID
	return chat.Request{ID: key, By: timeline.Person{ID: p.ID}, What: chat.AccountClosed{}}, p.Kind == chat.Gone, nil
}

// what reads what was done; nil is what does not concern us.
func (s *Slack) what(e event) chat.What {
	switch e.Type {
	case "reaction_added", "reaction_removed":
		if e.Item.Type != "message" {
			return nil
		}
		emoji, _, _ := strings.Cut(e.Reaction, "::") // a skin tone is no other emoji
		return chat.Reacted{
			Message: timeline.Message{Channel: e.Item.Channel, TS: e.Item.TS},
			Emoji:   emoji, On: e.Type == "reaction_added", When: e.EventTS,
		}
	case "pin_added", "pin_removed":
		if e.Item.Message.TS == "" {
			return nil // a file
		}
		at := timeline.Message{Channel: e.Item.Channel, TS: e.Item.Message.TS}
		return chat.Pinned{Message: at, On: e.Type == "pin_added", When: e.EventTS}
	case "member_joined_channel":
		return chat.Arrived{}
	case "member_left_channel":
		return chat.Departed{}
	case "app_home_opened":
		if e.Tab == "home" {
			return chat.CameHome{}
		}
	case "app_mention":
		return chat.Mentioned{Text: s.withoutMe(decode(e.Text))}
	case "message":
		return s.whatMessage(e)
	}
	return nil
}

func (s *Slack) whatMessage(e event) chat.What {
	switch {
	case e.Subtype == "message_changed" && e.Message.Subtype == "tombstone":
		return s.removed(e, e.Message.TS) // it has replies, which stay
	case e.Subtype == "message_changed" && e.Message.Edited.TS != "":
		return chat.Changed{
			Message: timeline.Message{Channel: e.Channel, TS: e.Message.TS},
			Text:    decode(e.Message.Text), Was: decode(e.Previous.Text), Version: e.Message.Edited.TS,
		}
	case e.Subtype == "message_deleted":
		return s.removed(e, e.DeletedTS)
	case e.Subtype == "file_share" && e.User != "" && len(e.Files) > 0:
		return handed(e)
	case e.Subtype == "" && e.ThreadTS != "" && e.User != "" && s.isCommand(e.Text):
		return chat.TypedInThread{Text: s.withoutMe(decode(e.Text))}
	case e.Subtype == "" && e.ChannelType == "im" && e.User != "" && e.BotID == "":
		return chat.Mentioned{Text: s.withoutMe(decode(e.Text))}
	}
	return nil
}

// handed is the file of a message that is a text in Markdown: the first that is called
// a postmortem, else the first; nil where there is none.
func handed(e event) chat.What {
	texts := slices.DeleteFunc(filesOf(slack.Msg{Files: e.Files}), func(f timeline.File) bool { return !strings.HasSuffix(strings.ToLower(f.Name), ".md") })
	if len(texts) == 0 {
		return nil
	}
	at := slices.IndexFunc(texts, func(f timeline.File) bool { return strings.Contains(strings.ToLower(f.Name), "-postmortem") })
	return chat.Handed{Message: timeline.Message{Channel: e.Channel, TS: e.TS}, File: texts[max(at, 0)]}
}

func (s *Slack) removed(e event, ts string) chat.What {
	return chat.Removed{
		Message: timeline.Message{Channel: e.Channel, TS: ts},
		Author:  timeline.Person{ID: e.Previous.User}, Was: decode(e.Previous.Text),
	}
}

// isCommand reports whether a message is the slash command, which Slack takes in
// channels only.
func (s *Slack) isCommand(text string) bool {
	word, _, _ := strings.Cut(strings.TrimSpace(text), " ")
	return word == s.o.Command
}

// withoutMe takes the mention of the bot, and the slash command that people
// type out of habit, from the front of a text.
func (s *Slack) withoutMe(text string) string {
	text = strings.TrimSpace(text)
	for _, front := range []string{"<@" + s.me().user + ">", s.o.Command} {
		text = strings.TrimLeft(strings.TrimPrefix(text, front), " \t:,")
	}
	return text
}
