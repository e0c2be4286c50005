package chat

import (
	"context"
	"errors"
	"fmt"
	"time"

	"muster/templates"
	"muster/timeline"
)

// Adviser tells whoever named somebody in a cause so, alone, once, and after the
// end, in their working hours, when there is peace to reword it. It changes nothing.
// For what is written into the postmortem itself, the answer to that does so.
type Adviser struct {
	Chat  Chat
	Texts templates.Texts
	Now   func() time.Time
}

// Name is "adviser".
func (Adviser) Name() string { return "adviser" }

// Urgency is that of announcements.
func (Adviser) Urgency() timeline.Urgency { return timeline.Announce }

const advise = "advise"

// React begins when the postmortem is first shown, and goes on with what becomes a
// cause, or names somebody, from then on.
func (Adviser) React(inc timeline.Incident, ev timeline.Event) (effects []timeline.Effect) {
	if _, shown := inc.Post(timeline.PostmortemPost); !shown || inc.Open() || !stirsAdvice(ev.Fact) {
		return nil
	}
	for _, l := range inc.Lines() {
		if names := namedInCause(inc, l); len(names) > 0 {
			e := timeline.Keep(advise).OnObject(timeline.AdviceDue(l.N))
			e.NotUntil = atWork(inc, l.By.ID, ev.At)
			effects = append(effects, e)
		}
	}
	return effects
}

func stirsAdvice(f timeline.Fact) bool {
	switch f := f.(type) {
	case timeline.Posted:
		return f.What == timeline.PostmortemPost
	case timeline.Tagged, timeline.Captured, timeline.Edited, timeline.Amended, timeline.Resolved:
		return true
	}
	return false
}

// namedInCause returns whom a line names, where it is a cause whose author can be
// told of it and was not.
func namedInCause(inc timeline.Incident, l timeline.Line) []string {
	if !l.IsCause() || hasReminded(inc, timeline.AdviceDue(l.N)) || len(reachable(inc, []timeline.Person{l.By})) == 0 {
		return nil
	}
	return templates.NamedIn(inc, l.Text)
}

// Deliver tells the author of one line, if it still names somebody.
func (a Adviser) Deliver(ctx context.Context, inc timeline.Incident, e timeline.Effect) ([]timeline.Fact, error) {
	if e.Do != advise {
		return nil, unknownOrder(e)
	}
	for _, l := range inc.Lines() {
		if timeline.AdviceDue(l.N) != e.On || inc.Open() {
			continue
		}
		names := namedInCause(inc, l)
		if len(names) == 0 {
			break
		}
		if wait := atWork(inc, l.By.ID, a.Now()).Sub(a.Now()); wait > 0 {
			return nil, timeline.Later(errors.New("it is said in working hours"), wait)
		}
		return []timeline.Fact{timeline.Reminded{Of: timeline.AdviceDue(l.N)}}, PostOnce(ctx, a.Chat, l.By.ID, a.advice(inc, l, names), e)
	}
	return nil, nil
}

func (a Adviser) advice(inc timeline.Incident, l timeline.Line, names []string) Message {
	said := templates.When(l.At)
	if url := l.Message.URL; url != "" {
		said = templates.Link(url, a.Texts.T("postmortem.cause said"))
	}
	text := a.Texts.T("postmortem.cause names", inc.ID, inc.Title, said, a.Texts.List(names))
	return Say(text).With(Button{Label: a.Texts.T("button.write it"), Command: fmt.Sprintf("postmortem %v edit", inc.ID)})
}
