package evidence

import (
	"context"
	"errors"
	"slices"
	"time"

	"muster/chat"
	"muster/templates"
	"muster/timeline"
)

// Jury judges what was listed, in place, and offers by itself what changed before
// an incident of a known service.
type Jury struct {
	Library Library
	Memory  Memory
	Journal *timeline.Journal
	Chat    chat.Chat
	Texts   templates.Texts
	Team    *time.Location // nil for UTC
}

// Name is "jury".
func (Jury) Name() string { return "jury" }

// Urgency is that of cards: a first answer stands already.
func (Jury) Urgency() timeline.Urgency { return timeline.Board }

const (
	judge    = "judge-changes"
	offer    = "offer-changes"
	show     = "show-judgement"
	remember = "remember-mark"
)

// judgeFor is how long changes and metrics may take for a judgement.
const judgeFor = 20 * time.Second

// React judges what was listed, offers when the room of a service has its card, and
// shows what people say of a change.
func (y Jury) React(inc timeline.Incident, ev timeline.Event) []timeline.Effect {
	switch f := ev.Fact.(type) {
	case timeline.ChangesListed:
		return []timeline.Effect{timeline.Do(judge, f)}
	case timeline.Posted: // the room begins with its card
		if f.What == timeline.CardPost && inc.Service != "" && inc.Open() && isFirst(inc, ev.Seq) {
			return []timeline.Effect{timeline.Do(offer, nil)}
		}
	case timeline.ChangesJudged:
		if !f.Offered {
			return []timeline.Effect{timeline.Do(show, f.Message).Newest().OnObject(f.Message.TS)}
		}
	case timeline.CauseMarked:
		effects := []timeline.Effect{timeline.Do(remember, nil)}
		if j, ok := inc.JudgedInFull(f.Key); ok {
			effects = append(effects, timeline.Do(show, j.Message).Newest().OnObject(j.Message.TS))
		}
		return effects
	}
	return nil
}

// isFirst reports whether the card was not posted before an event.
func isFirst(inc timeline.Incident, seq int) bool {
	return !slices.ContainsFunc(inc.Events, func(ev timeline.Event) bool {
		f, ok := ev.Fact.(timeline.Posted)
		return ok && f.What == timeline.CardPost && ev.Seq < seq
	})
}

// Deliver implements [timeline.Follower].
func (y Jury) Deliver(ctx context.Context, inc timeline.Incident, e timeline.Effect) ([]timeline.Fact, error) {
	switch e.Do {
	case judge:
		return y.judge(ctx, inc, e)
	case offer:
		return y.offer(ctx, inc, e)
	case show:
		return nil, y.show(ctx, inc, e)
	case remember:
		return nil, y.Memory.keep(ctx, inc)
	}
	return nil, unknownOrder(e)
}

// judge writes down what is judged; that it is written has it shown.
func (y Jury) judge(ctx context.Context, inc timeline.Incident, e timeline.Effect) ([]timeline.Fact, error) {
	var listed timeline.ChangesListed
	if err := e.Read(&listed); err != nil {
		return nil, err
	}
	end, err := y.Library.turn()
	if err != nil {
		return nil, err
	}
	defer end()
	f := y.found(ctx, inc, y.Library.question(inc, listed.About, listed.Over))
	f.Message = listed.Message
	return []timeline.Fact{f}, nil
}

// listShare is how much of that time changes may take, so that some is left for
// metrics.
const listShare = 6 * time.Second

// found is what is to be said of a question, by the deadline at the latest.
func (y Jury) found(ctx context.Context, inc timeline.Incident, q Question) timeline.ChangesJudged {
	ctx, cancel := context.WithTimeout(ctx, judgeFor)
	defer cancel()
	short, done := context.WithTimeout(ctx, listShare)
	defer done()
	listing := y.Library.List(short, q)
	return cut(y.Memory.calibrated(ctx, y.Library.Judge(ctx, listing, y.Texts, zoneOf(y.Team))))
}

// show brings a message to the latest judgement that stands there, with what people
// said since. One that was deleted stays so.
func (y Jury) show(ctx context.Context, inc timeline.Incident, e timeline.Effect) error {
	var at timeline.Message
	if err := e.Read(&at); err != nil {
		return err
	}
	f, ok := inc.JudgedAt(at)
	if !ok {
		return nil
	}
	began, _ := inc.Detected()
	m := About{y.Texts, inc, zoneOf(y.Team)}.Judged(f, began)
	if err := y.Chat.Edit(ctx, at, m); !errors.Is(err, chat.ErrGone) {
		return err
	}
	return nil
}

// offer says once, and briefly, what changed before the incident, with the buttons
// that show more. Where nothing changed, or nobody could say, it says nothing.
func (y Jury) offer(ctx context.Context, inc timeline.Incident, e timeline.Effect) ([]timeline.Fact, error) {
	if asked(inc) || inc.Channel.ID == "" {
		return nil, nil // somebody was faster, or it was archived meanwhile
	}
	end, err := y.Library.turn()
	if err != nil {
		return nil, err
	}
	defer end()
	f := y.found(ctx, inc, y.Library.question(inc, "", ""))
	now, err := y.Journal.Incident(ctx, inc.ID)
	if err != nil || len(f.Suspects) == 0 || asked(now) {
		return nil, err
	}
	m := About{y.Texts, inc, zoneOf(y.Team)}.offered(f, len(y.Library.Of(inc.Service)) > 0)
	at, _, err := chat.PostOrAdopt(ctx, y.Chat, inc.Channel.ID, m, e, timeline.Message{})
	if err != nil {
		return nil, err
	}
	f.Message, f.Offered = at, true
	return []timeline.Fact{f}, nil
}

// asked reports whether somebody has asked what changed.
func asked(inc timeline.Incident) bool {
	for _, ev := range inc.Events {
		if f, ok := ev.Fact.(timeline.Asked); ok && f.For == timeline.Changes {
			return true
		}
	}
	return false
}

// offered is the offer: the one that stands out, or how many there are.
func (a About) offered(f timeline.ChangesJudged, pictures bool) chat.Message {
	t, id := a.Texts, a.Incident.ID.String()
	n := len(f.Suspects) + f.More
	text := t.T("changes.offered", n, t.SpanSoon(f.Looking.Began.Sub(f.Looking.From)))
	if s, ok := f.First(); ok {
		text = t.T("changes.offered named", s.Name(), percent(s.Share), n)
	}
	buttons := []chat.Button{{Label: t.T("button.changes"), Command: "changes " + id}}
	if pictures {
		buttons = append(buttons, chat.Button{Label: t.T("button.metrics", chat.Clip(a.Incident.Service, 40)), Command: "metrics " + id})
	}
	return chat.Say(text).With(buttons...)
}
