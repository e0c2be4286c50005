package tracker

import (
	"context"
	"errors"
	"slices"
	"strings"
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
	case now.Over && !a.Over && !before.Over && now.Dropped:
		facts = append(facts, timeline.ActionDropped{For: a.Seq, Why: now.Status, Source: source})
	case now.Over && !a.Over && !before.Over:
		facts = append(facts, timeline.ActionDone{For: a.Seq, Source: source})
	case !now.Over && a.Over && before.Over:
		facts = append(facts, timeline.ActionReopened{For: a.Seq, Source: source})
	}
	seen := now.seen(a.Seq)
	if before.Status != seen.Status || before.Due != seen.Due || before.Assignee != seen.Assignee || before.Over != seen.Over || before.Gone {
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

// Sync asks from time to time what was changed about the tickets of follow-ups:
// of those that are to be done, and of those that were done lately.
type Sync struct {
	Keeper  Keeper
	Journal *timeline.Journal

	known  map[string]time.Time // when each last changed, as it was last asked
	asked  map[string]time.Time // when each that is gone was last looked at
	recent []timeline.ID        // the incidents whose tickets were asked for last; nil before the first round
}

const (
	// askOver is how long a ticket that is over is still asked for: somebody may
	// see that it was not done after all.
	askOver = 30 * 24 * time.Hour
	// askGone is how often a ticket that is gone is looked at.
	askGone = 24 * time.Hour
	// recentMost is how many of the latest incidents are looked through at a start
	// for tickets that were done lately.
	recentMost = 100
)

// Look asks, and looks at each ticket that has changed: the search may tell of it
// late, and not as it is. What fails for one does not keep it from the others. It
// is not for several at once.
func (s *Sync) Look(ctx context.Context) error {
	all, err := s.incidents(ctx)
	if err != nil {
		return err
	}
	where := map[string]timeline.ID{}
	var refs, gone []string
	s.recent = []timeline.ID{}
	for _, inc := range all {
		before := len(where)
		for _, a := range inc.Actions {
			switch ref := a.Ticket.Ref; {
			case ref == "" || inc.Drill || a.Over && s.Journal.Now().Sub(a.OverAt) > askOver:
			case a.Seen.Gone:
				gone, where[ref] = append(gone, ref), inc.ID
			default:
				refs, where[ref] = append(refs, ref), inc.ID
			}
		}
		if len(where) > before {
			s.recent = append(s.recent, inc.ID)
		}
	}
	return errors.Join(s.lookAtChanged(ctx, refs, where), s.lookAtGone(ctx, gone, where))
}

// incidents are those whose tickets may be asked for: where something is to be
// done and, as all may have been done since, those of the last round.
func (s *Sync) incidents(ctx context.Context) ([]timeline.Incident, error) {
	all, err := s.Journal.Unfinished(ctx)
	if err != nil {
		return nil, err
	}
	var lately []timeline.Incident
	if s.recent == nil {
		s.known, s.asked = map[string]time.Time{}, map[string]time.Time{}
		if lately, err = s.Journal.Latest(ctx, recentMost); err != nil {
			return nil, err
		}
	}
	for _, id := range s.recent {
		inc, err := s.Journal.Incident(ctx, id)
		switch {
		case err == nil:
			lately = append(lately, inc)
		case !errors.Is(err, timeline.ErrBroken): // of that Store.Damaged tells
			return nil, err
		}
	}
	for _, inc := range lately {
		if !slices.ContainsFunc(all, func(other timeline.Incident) bool { return other.ID == inc.ID }) {
			all = append(all, inc)
		}
	}
	return all, nil
}

func (s *Sync) lookAtChanged(ctx context.Context, refs []string, where map[string]timeline.ID) error {
	if len(refs) == 0 {
		return nil
	}
	changed, err := s.Keeper.Tracker.Changed(ctx, refs)
	if err != nil {
		return err
	}
	var failed []error
	for _, ref := range refs {
		at, there := changed[ref]
		if known, ok := s.known[ref]; there && ok && known.Equal(at) {
			continue
		}
		switch settled, err := s.write(ctx, where[ref], ref); {
		case err != nil:
			failed = append(failed, err)
		case settled:
			s.known[ref] = at
		}
	}
	return errors.Join(failed...)
}

// lookAtGone looks whether tickets that are gone have come back, as when Muster
// may see them again.
func (s *Sync) lookAtGone(ctx context.Context, refs []string, where map[string]timeline.ID) error {
	var failed []error
	for _, ref := range refs {
		now := s.Journal.Now()
		if at, ok := s.asked[ref]; ok && now.Sub(at) < askGone {
			continue
		}
		if _, err := s.write(ctx, where[ref], ref); err != nil {
			failed = append(failed, err)
			continue
		}
		s.asked[ref] = now
	}
	return errors.Join(failed...)
}

// write looks at one ticket and writes down what is new. It is not settled where
// the follow-up was changed here meanwhile: then the next round sees how it stands.
func (s *Sync) write(ctx context.Context, id timeline.ID, ref string) (settled bool, err error) {
	inc, err := s.Journal.Incident(ctx, id)
	if err != nil {
		return false, err
	}
	for _, a := range inc.Actions {
		if a.Ticket.Ref != ref {
			continue
		}
		news, err := s.Keeper.news(ctx, inc, a)
		if err != nil || len(news) == 0 {
			return err == nil, err
		}
		_, err = s.Journal.Decide(ctx, id, timeline.Cause{}, func(inc timeline.Incident) ([]timeline.Fact, error) {
			if now, _ := inc.Action(a.Seq); now.Seen != a.Seen || now.Due != a.Due || now.DRI != a.DRI || now.Over != a.Over {
				return nil, errMeanwhile
			}
			return news, nil
		})
		if errors.Is(err, errMeanwhile) {
			return false, nil
		}
		return err == nil, err
	}
	return true, nil
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
