package chat

import (
	"context"
	"errors"
	"fmt"

	"muster/templates"
	"muster/timeline"
)

// Board keeps the pinned card and the topic of the incident's channel at the
// newest state. The card is edited, and posted again only if someone deletes it.
type Board struct {
	Chat  Chat
	Texts templates.Texts
}

// Name is "board".
func (Board) Name() string { return "board" }

// Urgency is that of the card.
func (Board) Urgency() timeline.Urgency { return timeline.Board }

const (
	card  = "card"
	pin   = "pin"
	topic = "topic"
)

// React keeps card and topic current once there is a channel.
func (b Board) React(inc timeline.Incident, ev timeline.Event) []timeline.Effect {
	if inc.Channel.ID == "" {
		return nil
	}
	switch f := ev.Fact.(type) {
	case timeline.ChannelOpened, timeline.SeverityChanged, timeline.Mitigated, timeline.Resolved, timeline.Reopened:
		return []timeline.Effect{timeline.Keep(card), timeline.Keep(topic)}
	case timeline.RoleGiven, timeline.Updated, timeline.Linked, timeline.Retried, timeline.Dropped:
		return []timeline.Effect{timeline.Keep(card)}
	case timeline.Undelivered:
		if f.Effect.To != b.Name() {
			return []timeline.Effect{timeline.Keep(card)}
		}
	case timeline.Posted:
		if f.What == timeline.CardPost {
			return []timeline.Effect{timeline.Do(pin, f.Message)}
		}
	}
	return nil
}

// Deliver brings one thing in the channel to the newest state.
func (b Board) Deliver(ctx context.Context, inc timeline.Incident, e timeline.Effect) ([]timeline.Fact, error) {
	switch e.Do {
	case card:
		return keepPost(ctx, b.Chat, inc, e, post{timeline.CardPost, inc.Channel.ID, b.card(inc)})
	case topic:
		return nil, b.Chat.SetTopic(ctx, inc.Channel.ID, Clip(b.Texts.Topic(inc), topicMost))
	case pin:
		var at timeline.Message
		if err := e.Read(&at); err != nil {
			return nil, err
		}
		err := b.Chat.Pin(ctx, at)
		if errors.Is(err, ErrGone) {
			return nil, nil // the next card is pinned when it is posted
		}
		return nil, err
	}
	return nil, unknownOrder(e)
}

// topicMost is how many characters a topic may have.
const topicMost = 250

// post is a message that is kept current in place.
type post struct {
	what string
	to   string
	m    Message
}

// keepPost edits a message, or posts it where there is none.
func keepPost(ctx context.Context, c Chat, inc timeline.Incident, e timeline.Effect, p post) ([]timeline.Fact, error) {
	if at, ok := inc.Post(p.what); ok {
		p.m.Key = e.Key()
		err := c.Edit(ctx, at.Message, p.m)
		if !errors.Is(err, ErrGone) {
			return nil, err
		}
		e.Doubt = e.Tries > 1 // a new one may have been posted by an earlier try
	}
	at, err := postOnce(ctx, c, p.to, p.m, e)
	if err != nil {
		return nil, err
	}
	return []timeline.Fact{timeline.Posted{What: p.what, Message: at}}, nil
}

func (b Board) card(inc timeline.Incident) Message {
	return Message{
		Text:  b.Texts.Card(inc),
		Parts: append([]Part{headline(inc), b.state(inc)}, b.rest(inc)...),
	}
}

func headline(inc timeline.Incident) Heading {
	return Heading{fmt.Sprintf("%v · %v · %s", inc.ID, inc.Severity, inc.Title)}
}

func (b Board) state(inc timeline.Incident) Fields {
	fields := Fields{{"Status", statusWord(inc)}}
	for _, r := range timeline.Roles {
		fields = append(fields, Field{r.Title(), holderWord(inc, r)})
	}
	fields = append(fields, Field{"Declared", templates.When(inc.Declared) + " by " + templates.Person(inc.DeclaredBy.ID)})
	if due := b.Texts.NextUpdate(inc); !due.IsZero() {
		fields = append(fields, Field{"Next update due", templates.When(due)})
	}
	return fields
}

func statusWord(inc timeline.Incident) string {
	switch inc.Status {
	case timeline.IsMitigated:
		return "Mitigated, since " + templates.When(inc.Mitigated)
	case timeline.IsResolved:
		return "Resolved, since " + templates.When(inc.Resolved)
	default:
		return "Investigating"
	}
}

func holderWord(inc timeline.Incident, r timeline.Role) string {
	if p := inc.Holder(r); p.ID != "" {
		return templates.Person(p.ID)
	}
	return "nobody yet"
}

func (b Board) rest(inc timeline.Incident) []Part {
	var parts []Part
	if u := inc.LastUpdate; u.Text != "" {
		parts = append(parts, Paragraph{fmt.Sprintf("Last update, %s by %s: %s", templates.When(u.At), templates.Person(u.By.ID), u.Text)})
	}
	for _, l := range inc.Links {
		parts = append(parts, Small{templates.Link(l.URL, "The "+l.What)})
	}
	for _, f := range inc.Failures {
		parts = append(parts, Small{fmt.Sprintf("Not done: %s. %s", order(f.Effect), f.Why)})
	}
	if buttons := cardButtons(inc); len(buttons) > 0 {
		parts = append(parts, buttons)
	}
	return parts
}

func cardButtons(inc timeline.Incident) Buttons {
	id := " " + inc.ID.String()
	if !inc.Open() {
		return Buttons{{Label: "Write the postmortem", Command: timeline.Postmortem + id}}
	}
	var buttons Buttons
	for _, r := range timeline.Roles {
		if inc.Holder(r).ID == "" {
			buttons = append(buttons, Button{Label: "Be the " + r.String(), Command: r.Verb() + id})
		}
	}
	buttons = append(buttons, Button{Label: "Post an update", Command: "update" + id, Primary: true})
	if inc.Status != timeline.IsMitigated {
		buttons = append(buttons, Button{Label: "Mark as mitigated", Command: "mitigate" + id})
	}
	return append(buttons, Button{Label: "Resolve the incident", Command: "resolve" + id, Danger: true,
		Confirm: "Is it over? This tells everybody that the incident is resolved."})
}
