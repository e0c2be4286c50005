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

// Follower files a ticket for each follow-up that is agreed on.
type Follower struct {
	Texts   templates.Texts
	Tracker Tracker
	// Contact returns someone's name, and the address by which the tracker knows
	// them.
	Contact func(ctx context.Context, person string) (name, email string, err error)
	Now     func() time.Time
}

// Name is "tracker".
func (Follower) Name() string { return "tracker" }

// Urgency is that of tickets.
func (Follower) Urgency() timeline.Urgency { return timeline.Announce }

const file = "file"

// React files what is agreed on.
func (Follower) React(inc timeline.Incident, ev timeline.Event) []timeline.Effect {
	if inc.Drill {
		return nil
	}
	if _, ok := ev.Fact.(timeline.ActionAgreed); ok {
		return []timeline.Effect{timeline.Do(file, nil).OnObject(strconv.Itoa(ev.Seq))}
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
	seq, err := strconv.Atoi(e.On)
	if err != nil || e.Do != file || seq < 1 || seq > len(inc.Events) {
		return nil, timeline.Refusal(fmt.Errorf("this version of Muster does not know how to %q %q", e.Do, e.On))
	}
	agreed, ok := inc.Events[seq-1].Fact.(timeline.ActionAgreed)
	if !ok {
		return nil, timeline.Refusal(fmt.Errorf("event %d is no follow-up", seq))
	}
	t, err := f.ticket(ctx, inc, seq, agreed, e.Tries)
	if err != nil {
		return nil, err
	}
	if e.Doubt {
		filed, ok, err := f.Tracker.Find(ctx, t)
		if err != nil {
			return nil, err
		}
		if ok {
			filed.For = seq
			return []timeline.Fact{filed}, nil
		}
		if wait, again := nextLook(f.Now().Sub(e.Doubted)); again {
			return nil, timeline.Later(errors.New("the ticket may have been filed, and the tracker's search does not show it yet"), wait)
		}
	}
	filed, err := f.Tracker.File(ctx, t)
	if err != nil {
		return nil, err
	}
	filed.For = seq
	return []timeline.Fact{filed}, nil
}

// looksMost is how often the address of the one who answers for it is looked
// for: the ticket does not wait for the chat.
const looksMost = 5

// ticket is what is filed for a follow-up. Someone whose address is not to be
// had is named in its text.
func (f Follower) ticket(ctx context.Context, inc timeline.Incident, seq int, agreed timeline.ActionAgreed, tries int) (Ticket, error) {
	sum := sha256.Sum256(fmt.Appendf(nil, "%v/%d/%d", inc.ID, seq, inc.Declared.UnixNano()))
	plain := templates.Plain(func(id string) string { return inc.Person(id).Name })
	name, email, err := f.Contact(ctx, agreed.DRI.ID)
	dri := cmp.Or(inc.Person(agreed.DRI.ID).Name, name, f.Texts.T("ticket.nameless"))
	t := Ticket{
		Key: "muster-" + hex.EncodeToString(sum[:8]), Title: plain.Write(agreed.What), Incident: inc.ID.String(), Due: agreed.Due,
		Body:  f.Texts.T("ticket.body", inc.ID, f.Texts.PlainTitle(inc), dri, f.Texts.Day(agreed.Due)),
		Email: email,
	}
	if inc.Private { // a tracker is read by more than those inside
		t.Title = f.Texts.T("ticket.private", inc.ID)
		t.Body = f.Texts.T("ticket.private body", inc.ID, f.Texts.Day(agreed.Due))
	}
	if err != nil && !timeline.IsRefusal(err) && tries < looksMost {
		return t, fmt.Errorf("find the e-mail address: %w", timeline.NotDone(err))
	}
	return t, nil
}
