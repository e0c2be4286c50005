package tracker

import (
	"context"
	"errors"
	"strings"
	"sync"
	"time"

	"muster/timeline"
)

// Compare returns what somebody has changed in the tracker since a ticket was last
// seen. Assignee is who the ticket's is in the chat; the zero Person where that is
// not known. What is otherwise there because it was changed here, and is still on
// its way, is no change of theirs.
func Compare(source string, a timeline.Action, now Standing, assignee timeline.Person) []timeline.Fact {
	before := a.Seen
	first := before.Status == ""
	if first && leftOut(a, "due date") {
		before.Due = ""
	}
	var facts []timeline.Fact
	changed := timeline.ActionChanged{For: a.Seq, Source: source}
	if now.Due != "" && now.Due != a.Due && now.Due != before.Due {
		changed.Due = now.Due
	}
	theirs := now.Assignee.Name != before.Assignee
	if first {
		theirs = !leftOut(a, "assignee") && assignee.ID != a.FiledFor.ID
	}
	if theirs && assignee.ID != "" && assignee.ID != a.DRI.ID {
		changed.To = assignee
	}
	if changed.Due != "" || changed.To.ID != "" {
		facts = append(facts, changed)
	}
	switch {
	case now.Over && !a.Over && now.Dropped:
		facts = append(facts, timeline.ActionDropped{For: a.Seq, Why: now.Status, Source: source})
	case now.Over && !a.Over:
		facts = append(facts, timeline.ActionDone{For: a.Seq, Source: source})
	case !now.Over && a.Over && before.Over:
		facts = append(facts, timeline.ActionReopened{For: a.Seq, Source: source})
	}
	seen := now.seen(a.Seq)
	if before.Status != seen.Status || before.Due != seen.Due || before.Assignee != seen.Assignee || before.Over != seen.Over {
		facts = append(facts, seen)
	}
	return facts
}

// leftOut reports whether the tracker did not take a field when the ticket was
// filed, so that what stands there is the tracker's own doing.
func leftOut(a timeline.Action, field string) bool {
	for _, out := range a.Ticket.LeftOut {
		if strings.Contains(out, field) {
			return true
		}
	}
	return false
}

// Sync asks from time to time what was changed about the tickets of follow-ups
// that are not over.
type Sync struct {
	Keeper  Keeper
	Journal *timeline.Journal

	mu    sync.Mutex
	known map[string]time.Time // when each last changed, as it was last asked
}

// Look asks, and looks at each ticket that has changed: the search may tell of it
// late, and not as it is.
func (s *Sync) Look(ctx context.Context) error {
	all, err := s.Journal.Unfinished(ctx)
	if err != nil {
		return err
	}
	where := map[string]timeline.ID{}
	var refs []string
	for _, inc := range all {
		for _, a := range inc.OpenActions() {
			if a.Ticket.Ref != "" && !inc.Drill {
				where[a.Ticket.Ref], refs = inc.ID, append(refs, a.Ticket.Ref)
			}
		}
	}
	if len(refs) == 0 {
		return nil
	}
	changed, err := s.Keeper.Tracker.Changed(ctx, refs)
	if err != nil {
		return err
	}
	for _, ref := range refs {
		at, there := changed[ref]
		if there && s.isKnown(ref, at) {
			continue
		}
		if err := s.write(ctx, where[ref], ref); err != nil {
			return err
		}
		s.know(ref, at)
	}
	return nil
}

func (s *Sync) isKnown(ref string, at time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	known, ok := s.known[ref]
	return ok && known.Equal(at)
}

func (s *Sync) know(ref string, at time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.known == nil {
		s.known = map[string]time.Time{}
	}
	s.known[ref] = at
}

// write looks at one ticket and writes down what is new.
func (s *Sync) write(ctx context.Context, id timeline.ID, ref string) error {
	inc, err := s.Journal.Incident(ctx, id)
	if err != nil {
		return err
	}
	for _, a := range inc.Actions {
		if a.Ticket.Ref != ref {
			continue
		}
		news, err := s.Keeper.news(ctx, a)
		if err != nil || len(news) == 0 {
			return err
		}
		_, err = s.Journal.Decide(ctx, id, timeline.Cause{}, func(inc timeline.Incident) ([]timeline.Fact, error) {
			if now, _ := inc.Action(a.Seq); now.Seen != a.Seen || now.Due != a.Due || now.DRI != a.DRI || now.Over != a.Over {
				return nil, errMeanwhile
			}
			return news, nil
		})
		if errors.Is(err, errMeanwhile) {
			return nil // the next round sees how it stands then
		}
		return err
	}
	return nil
}

var errMeanwhile = errors.New("it was changed here meanwhile")

// Told keeps it to look at a ticket, as the tracker tells that it has changed;
// once for each key. A ticket that is nobody's here is left alone.
func (s *Sync) Told(ctx context.Context, key, ref string) error {
	inc, err := s.Journal.Named(ctx, timeline.TicketName(ref))
	if errors.Is(err, timeline.ErrUnknown) {
		return nil
	}
	if err != nil {
		return err
	}
	for _, a := range inc.Actions {
		if a.Ticket.Ref == ref {
			err := s.Journal.Owe(ctx, inc.ID, "ticket "+key, s.Keeper, s.Keeper.Look(key, a.Seq))
			if errors.Is(err, timeline.ErrRepeated) {
				return nil
			}
			return err
		}
	}
	return nil
}
