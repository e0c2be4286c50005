package chat

import (
	"context"
	"strings"

	"muster/templates"
	"muster/timeline"
)

// Courier tells those who follow an incident without having joined it, each in a
// direct message.
type Courier struct {
	Chat  Chat
	Texts templates.Texts
}

// Name is "courier".
func (Courier) Name() string { return "courier" }

// Urgency is that of announcements.
func (Courier) Urgency() timeline.Urgency { return timeline.Announce }

const tell = "tell"

// React tells what is new to each who follows.
func (c Courier) React(inc timeline.Incident, ev timeline.Event) []timeline.Effect {
	switch f := ev.Fact.(type) {
	case timeline.Updated:
		if f.Nothing {
			return nil
		}
	case timeline.SeverityChanged, timeline.Identified, timeline.Mitigated, timeline.Resolved, timeline.Cancelled, timeline.Merged, timeline.Reopened:
	default:
		return nil
	}
	var effects []timeline.Effect
	for _, id := range inc.Following {
		effects = append(effects, timeline.Do(tell, nil).OnObject(id))
	}
	return effects
}

// Deliver tells one of them.
func (c Courier) Deliver(ctx context.Context, inc timeline.Incident, e timeline.Effect) ([]timeline.Fact, error) {
	if e.Do != tell {
		return nil, unknownOrder(e)
	}
	if !inc.Follows(e.On) || isLocal(e.On) || !inc.IsOpenTo(e.On) {
		return nil, nil
	}
	was := inc.At(e.Seq)
	m, _ := Spoken(c.Texts, was, was.Events[len(was.Events)-1])
	head := c.Texts.T("follow.head", inc.ID, c.Texts.Severity(was.Severity), c.Texts.Status(was.Status), was.Title)
	text := head + "\n" + strings.TrimSpace(m.Text)
	return nil, PostOnce(ctx, c.Chat, e.On, Say(text).With(
		Button{Label: c.Texts.T("button.unfollow"), Command: "unfollow " + inc.ID.String()},
	), e)
}
