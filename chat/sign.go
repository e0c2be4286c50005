package chat

import (
	"context"
	"errors"

	"muster/templates"
	"muster/timeline"
)

// Sign keeps the topic of the incident's channel at the newest state, and pins
// the card. Neither may hold up the card itself.
type Sign struct {
	Chat  Chat
	Texts templates.Texts
}

// Name is "sign".
func (Sign) Name() string { return "sign" }

// Urgency is that of the card.
func (Sign) Urgency() timeline.Urgency { return timeline.Board }

const (
	pin   = "pin"
	topic = "topic"
)

// React sets the topic whenever it would say something else, and pins each
// card that is posted.
func (Sign) React(inc timeline.Incident, ev timeline.Event) []timeline.Effect {
	switch f := ev.Fact.(type) {
	case timeline.ChannelOpened, timeline.SeverityChanged, timeline.Titled:
		if inc.Channel.ID != "" {
			return []timeline.Effect{timeline.Keep(topic)}
		}
	case timeline.Introduced:
		if inc.Channel.ID != "" && inTitle(inc, f.Person) {
			return []timeline.Effect{timeline.Keep(topic)}
		}
	case timeline.Posted:
		if f.What == timeline.CardPost {
			return []timeline.Effect{timeline.Do(pin, f.Message)}
		}
	}
	return nil
}

// Deliver sets the topic or pins the card.
func (s Sign) Deliver(ctx context.Context, inc timeline.Incident, e timeline.Effect) ([]timeline.Fact, error) {
	switch e.Do {
	case topic:
		return nil, s.Chat.SetTopic(ctx, inc.Channel.ID, s.Texts.Topic(inc))
	case pin:
		var at timeline.Message
		if err := e.Read(&at); err != nil {
			return nil, err
		}
		err := s.Chat.Pin(ctx, at)
		if errors.Is(err, ErrGone) {
			return nil, nil // the next card is pinned when it is posted
		}
		return nil, err
	}
	return nil, unknownOrder(e)
}
