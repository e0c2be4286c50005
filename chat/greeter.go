package chat

import (
	"context"
	"time"

	"muster/templates"
	"muster/timeline"
)

// Greeter tells those who come late how things stand, for their eyes only.
type Greeter struct {
	Chat  Chat
	Texts templates.Texts
}

// Name is "greeter".
func (Greeter) Name() string { return "greeter" }

// Urgency is that of the card.
func (Greeter) Urgency() timeline.Urgency { return timeline.Board }

const greet = "greet"

// late is how long after the declaration someone comes late: who is brought in
// at the start sees all there is.
const late = 2 * time.Minute

// React greets who comes late. Who holds a role has been told more.
func (Greeter) React(inc timeline.Incident, ev timeline.Event) []timeline.Effect {
	f, ok := ev.Fact.(timeline.Joined)
	if !ok || !inc.Open() || ev.At.Sub(inc.Declared) < late || holdsRole(inc, f.Person.ID) {
		return nil
	}
	return []timeline.Effect{timeline.Do(greet, nil).OnObject(f.Person.ID)}
}

func holdsRole(inc timeline.Incident, id string) bool {
	for _, h := range inc.Holders {
		if h.Person.ID == id {
			return true
		}
	}
	return false
}

// Deliver whispers. One in doubt is said again: it leaves no trace to look for,
// and twice heard is better than not at all.
func (g Greeter) Deliver(ctx context.Context, inc timeline.Incident, e timeline.Effect) ([]timeline.Fact, error) {
	if e.Do != greet {
		return nil, unknownOrder(e)
	}
	if inc.Channel.ID == "" || !inc.IsThere(e.On) {
		return nil, nil
	}
	err := g.Chat.Whisper(ctx, inc.Channel.ID, e.On, stateMessage(g.Texts, inc, g.Texts.CatchUp(inc), g.Texts.T("state.help")))
	if timeline.IsRefusal(err) {
		return nil, nil // they have left again
	}
	return nil, err
}

// stateMessage shows how an incident stands, with a text of all of it, and what
// else there is to say under its heading.
func stateMessage(t templates.Texts, inc timeline.Incident, text, lead string) Message {
	parts := []Part{
		Heading{t.T("state.head", inc.ID, t.Severity(inc.Severity), t.Status(inc.Status), t.PlainTitle(inc))},
		Paragraph{lead},
	}
	for _, told := range t.State(inc) {
		parts = append(parts, Paragraph{"*" + told.Name + "*\n" + told.Text})
	}
	if inc.Channel.ID != "" {
		parts = append(parts, Small{RoomOf(inc.Channel)})
	}
	return Message{Text: text, Parts: parts}
}
