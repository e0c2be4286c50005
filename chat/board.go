package chat

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"muster/templates"
	"muster/timeline"
)

// Board keeps the card in the incident's channel at the newest state. It is
// edited, and posted again only if someone deletes it.
type Board struct {
	Chat  Chat
	Texts templates.Texts
}

// Name is "board".
func (Board) Name() string { return "board" }

// Urgency is that of the card.
func (Board) Urgency() timeline.Urgency { return timeline.Board }

const card = "card"

// React keeps the card current once there is a channel.
func (b Board) React(inc timeline.Incident, ev timeline.Event) []timeline.Effect {
	if inc.Channel.ID == "" {
		return nil
	}
	switch f := ev.Fact.(type) {
	case timeline.ChannelOpened, timeline.SeverityChanged, timeline.Mitigated, timeline.Resolved, timeline.Reopened,
		timeline.RoleGiven, timeline.Updated, timeline.Linked, timeline.Retried, timeline.Dropped, timeline.Delivered, timeline.Paged, timeline.Published:
		return []timeline.Effect{timeline.Keep(card)}
	case timeline.Introduced:
		if inTitle(inc, f.Person) {
			return []timeline.Effect{timeline.Keep(card)}
		}
	case timeline.Undelivered:
		if f.Effect.To != b.Name() {
			return []timeline.Effect{timeline.Keep(card)}
		}
	}
	return nil
}

// inTitle reports whether the title names someone: a heading and a topic can
// only do so once the name is known.
func inTitle(inc timeline.Incident, p timeline.Person) bool {
	return slices.Contains(templates.People(inc.Title), p.ID)
}

// Deliver brings the card to the newest state.
func (b Board) Deliver(ctx context.Context, inc timeline.Incident, e timeline.Effect) ([]timeline.Fact, error) {
	if e.Do != card {
		return nil, unknownOrder(e)
	}
	return keepPost(ctx, b.Chat, inc, e, post{timeline.CardPost, inc.Channel.ID, b.card(inc)})
}

// post is a message that is kept current in place.
type post struct {
	what string
	to   string
	m    Message
}

// keepPost edits a message, or posts it where there is none.
func keepPost(ctx context.Context, c Chat, inc timeline.Incident, e timeline.Effect, p post) ([]timeline.Fact, error) {
	p.m.Key = e.Key()
	known, ok := inc.Post(p.what)
	if ok {
		err := c.Edit(ctx, known.Message, p.m)
		if !errors.Is(err, ErrGone) {
			return nil, err
		}
		e.Doubt = e.Doubt || e.Tries > 1 // a new one may have been posted by an earlier try
	}
	at, adopted, err := postOrAdopt(ctx, c, p.to, p.m, e, known.Message)
	if err == nil && adopted {
		err = c.Edit(ctx, at, p.m) // it is as it was when it was posted
	}
	if errors.Is(err, ErrGone) {
		at, err = c.Post(ctx, p.to, p.m) // it went meanwhile
	}
	if err != nil {
		return nil, err
	}
	return []timeline.Fact{timeline.Posted{What: p.what, Message: at}}, nil
}

func (b Board) card(inc timeline.Incident) Message {
	return Message{
		Text:  b.Texts.Card(inc) + NotDone(inc),
		Parts: append([]Part{headline(inc), b.state(inc)}, b.rest(inc)...),
	}
}

func headline(inc timeline.Incident) Heading {
	return Heading{fmt.Sprintf("%v · %v · %s", inc.ID, inc.Severity, templates.PlainTitle(inc))}
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
	if paged := templates.Paged(inc); paged != "" {
		fields = append(fields, Field{"Paged", paged})
	}
	if inc.Page.Ref != "" {
		fields = append(fields, Field{b.Texts.T("card.status page"), templates.PublishedWords(inc.Page)})
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
	for _, f := range inc.Failures[:min(len(inc.Failures), failuresMost)] {
		parts = append(parts, Paragraph{notDone(f)}, waysOut(inc.ID, f.Seq))
	}
	if buttons := cardButtons(inc); len(buttons) > 0 {
		parts = append(parts, buttons)
	}
	return parts
}

// failuresMost is how many failures the card shows with buttons.
const failuresMost = 5

// NotDone tells what was given up, a line each; nothing where all is well.
func NotDone(inc timeline.Incident) string {
	text := ""
	for _, f := range inc.Failures {
		text += "\n" + notDone(f)
	}
	return text
}

func notDone(f timeline.Failure) string {
	return fmt.Sprintf("Not done: %s. Why: %s", order(f.Effect), f.Why)
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
		Confirm: "Is it over? The channel and the announcement then say that it is resolved."})
}
