package tracker

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"time"

	"muster/templates"
	"muster/timeline"
)

// Follower files a ticket for each follow-up that is agreed on and, where the team
// wants that, one for each incident.
type Follower struct {
	Texts   templates.Texts
	Tracker Tracker
	Whole   bool // incidents themselves are filed, too
	// Contact returns someone's name, and what the tracker knows them by.
	Contact func(ctx context.Context, person string) (name, who string, err error)
	Now     func() time.Time
}

// Name is "tracker".
func (Follower) Name() string { return "tracker" }

// Urgency is that of tickets.
func (Follower) Urgency() timeline.Urgency { return timeline.Announce }

const (
	file  = "file"
	whole = "incident" // the object, where the ticket is the incident's own
)

// OwnTicket is what leads to an incident's own ticket.
const OwnTicket = "ticket"

// React files what is agreed on, and what is declared.
func (f Follower) React(inc timeline.Incident, ev timeline.Event) []timeline.Effect {
	if inc.Drill {
		return nil
	}
	switch ev.Fact.(type) {
	case timeline.ActionAgreed:
		return []timeline.Effect{timeline.Do(file, nil).OnObject(strconv.Itoa(ev.Seq))}
	case timeline.Declared:
		if f.Whole {
			return []timeline.Effect{timeline.Do(file, nil).OnObject(whole)}
		}
	}
	return nil
}

// looks is when to look for a ticket in doubt, besides at once. The search of a
// tracker lags; after the last look it is filed again.
var looks = []time.Duration{30 * time.Second, 2 * time.Minute, 10 * time.Minute, 75 * time.Minute}

// nextLook returns how long to wait for the next look, so long after the first,
// and whether there is one.
func nextLook(elapsed time.Duration) (time.Duration, bool) {
	for _, at := range looks {
		if at > elapsed {
			return at - elapsed, true
		}
	}
	return 0, false
}

// Deliver files a ticket, or finds the one that an earlier try has filed.
func (f Follower) Deliver(ctx context.Context, inc timeline.Incident, e timeline.Effect) ([]timeline.Fact, error) {
	if e.Do != file {
		return nil, unknownOrder(e)
	}
	t, seq, err := f.ticket(ctx, inc, e)
	if err != nil {
		return nil, err
	}
	filed, err := f.filed(ctx, t, e)
	if err != nil {
		return nil, err
	}
	filed.For = seq
	filed.DRI, filed.Due = with(inc, e, seq)
	facts := []timeline.Fact{filed}
	if t.Whole {
		facts = []timeline.Fact{timeline.Linked{What: OwnTicket, Ref: filed.Ref, URL: filed.URL}}
	}
	if e.Doubt {
		facts = append(facts, timeline.TicketDoubted{For: seq})
	}
	return facts, nil
}

// with is whom and which day a ticket was filed with: those of now or, where an
// earlier try may have filed it, of when it was agreed on.
func with(inc timeline.Incident, e timeline.Effect, seq int) (dri timeline.Person, due string) {
	if e.Doubt {
		inc = inc.At(e.Seq)
	}
	a, _ := inc.Action(seq)
	return a.DRI, a.Due
}

// filed is the ticket of an effect. After doubt it is looked for again and again,
// before it is filed again.
func (f Follower) filed(ctx context.Context, t Ticket, e timeline.Effect) (timeline.Ticketed, error) {
	if e.Doubt {
		found, err := f.Tracker.Find(ctx, t.Key)
		if err != nil {
			return timeline.Ticketed{}, err
		}
		if len(found) > 0 {
			return found[0], nil
		}
		if wait, again := nextLook(f.Now().Sub(e.Doubted)); again {
			return timeline.Ticketed{}, timeline.Later(errors.New("the ticket may have been filed, and the tracker's search does not show it yet"), wait)
		}
	}
	return f.Tracker.File(ctx, t)
}

func unknownOrder(e timeline.Effect) error {
	return timeline.Refusal(fmt.Errorf("this version of Muster does not know how to %q %q", e.Do, e.On))
}

// own is the ticket of the incident itself; the zero Ticketed where it has none.
func own(inc timeline.Incident) timeline.Ticketed {
	for _, l := range inc.Links {
		if l.What == OwnTicket {
			return timeline.Ticketed{Ref: l.Ref, URL: l.URL}
		}
	}
	return timeline.Ticketed{}
}

// keyOf names the ticket of a follow-up for ever; that of the incident itself has
// the number 0.
func keyOf(inc timeline.Incident, seq int) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%v/%d/%d", inc.ID, seq, inc.Declared.UnixNano()))
	return "muster-" + hex.EncodeToString(sum[:8])
}

// ticket is what is filed for an effect.
func (f Follower) ticket(ctx context.Context, inc timeline.Incident, e timeline.Effect) (t Ticket, seq int, err error) {
	if e.On == whole {
		return f.wholeTicket(inc), 0, nil
	}
	seq, err = strconv.Atoi(e.On)
	a, ok := inc.Action(seq)
	if err != nil || !ok {
		return t, seq, timeline.Refusal(fmt.Errorf("event %q is no follow-up", e.On))
	}
	t, err = f.ticketFor(ctx, inc, a, e.Tries)
	return t, seq, err
}

func (f Follower) wholeTicket(inc timeline.Incident) Ticket {
	t := Ticket{
		Key: keyOf(inc, 0), Title: fmt.Sprintf("%v: %s", inc.ID, f.Texts.PlainTitle(inc)), Whole: true,
		Incident: inc.ID.String(), Severity: inc.Severity, Service: inc.Service,
		Body: f.Texts.T("ticket.incident", inc.ID, f.Texts.Severity(inc.Severity), f.Texts.PlainTitle(inc)),
	}
	if inc.Private {
		t.Title, t.Service = f.Texts.T("ticket.private incident", inc.ID), ""
		t.Body = t.Title
	}
	return t
}

// looksMost is how often the address of the one who answers for it is looked
// for: the ticket does not wait for the chat.
const looksMost = 5

// ticketFor is what is filed for a follow-up, as it is by now. Someone whose
// address is not to be had is named in its text.
func (f Follower) ticketFor(ctx context.Context, inc timeline.Incident, a timeline.Action, tries int) (Ticket, error) {
	plain := templates.Plain(func(id string) string { return inc.Person(id).Name })
	name, who, err := f.Contact(ctx, a.DRI.ID)
	dri := cmp.Or(inc.Person(a.DRI.ID).Name, name, f.Texts.T("ticket.nameless"))
	t := Ticket{
		Key: keyOf(inc, a.Seq), Title: plain.Write(a.What), Due: a.Due, Who: who,
		Incident: inc.ID.String(), Severity: inc.Severity, Service: inc.Service,
		Body: f.Texts.T("ticket.body", inc.ID, f.Texts.PlainTitle(inc), dri, f.Texts.Day(a.Due)),
	}
	if inc.Private { // a tracker is read by more than those inside
		t.Title, t.Service = f.Texts.T("ticket.private", inc.ID), ""
		t.Body = f.Texts.T("ticket.private body", inc.ID, f.Texts.Day(a.Due))
	}
	if err != nil && !timeline.IsRefusal(err) && tries < looksMost {
		return t, fmt.Errorf("find the e-mail address: %w", timeline.NotDone(err))
	}
	return t, nil
}
