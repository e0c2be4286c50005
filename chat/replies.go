package chat

import (
	"context"

	"muster/templates"
	"muster/timeline"
)

// Replies answers requests that can not be answered on the spot, such as a
// mention. It is owed its effects by those who take the requests.
type Replies struct {
	Chat  Chat
	Texts templates.Texts
}

// Name is "replies".
func (Replies) Name() string { return "replies" }

// Urgency is that of answers.
func (Replies) Urgency() timeline.Urgency { return timeline.Room }

const whisper = "whisper"

// whispered is a text for one person, in a channel.
type whispered struct {
	Channel string   `json:"channel"`
	Thread  string   `json:"thread,omitempty"`
	Person  string   `json:"person"`
	Text    string   `json:"text"`
	Buttons []Button `json:"buttons,omitempty"`
}

// Whisper is the order to answer a request with a message that its person
// alone sees, where they asked.
func (Replies) Whisper(req Request, m Message) timeline.Effect {
	w := whispered{Channel: req.Channel, Thread: req.Thread, Person: req.By.ID, Text: m.Text}
	for _, part := range m.Parts {
		if buttons, ok := part.(Buttons); ok {
			w.Buttons = append(w.Buttons, buttons...)
		}
	}
	return timeline.Do(whisper, w).OnObject(req.ID)
}

// React explains what someone ran into for the first time.
func (r Replies) React(_ timeline.Incident, ev timeline.Event) []timeline.Effect {
	f, ok := ev.Fact.(timeline.Told)
	if !ok || f.What != timeline.AboutTagging {
		return nil
	}
	w := whispered{Channel: f.Channel, Person: ev.By.ID, Text: r.Texts.T("tagging.elsewhere")}
	return []timeline.Effect{timeline.Do(whisper, w)}
}

// Deliver whispers where it was asked, and where that can not be, in a direct
// message; not to who has left a private incident since. A whisper leaves no
// trace to look for, so one in doubt is said again: twice heard is better than
// not at all.
func (r Replies) Deliver(ctx context.Context, inc timeline.Incident, e timeline.Effect) ([]timeline.Fact, error) {
	var w whispered
	if e.Do != whisper {
		return nil, unknownOrder(e)
	}
	if err := e.Read(&w); err != nil {
		return nil, err
	}
	if !inc.IsOpenTo(w.Person) {
		return nil, nil
	}
	m := Say(w.Text)
	if len(w.Buttons) > 0 {
		m = m.With(w.Buttons...)
	}
	m.Thread = w.Thread
	return nil, whisperOrTell(ctx, r.Chat, w.Channel, w.Person, m, e)
}

// whisperOrTell whispers to somebody in a channel and, where that can not be, tells
// them in a direct message.
func whisperOrTell(ctx context.Context, c Chat, channel, person string, m Message, e timeline.Effect) (err error) {
	if channel != "" {
		err = c.Whisper(ctx, channel, person, m)
	}
	if channel == "" || timeline.IsRefusal(err) {
		m.Thread = ""
		e.Do += "/tell"
		err = PostOnce(ctx, c, person, m, e)
	}
	return err
}
