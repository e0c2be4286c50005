package timeline

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// End is when a meeting is over.
func (f MeetingSet) End() time.Time { return f.At.Add(time.Duration(f.Minutes) * time.Minute) }

// LastMeetingSet returns the event that set the meeting as it is, and how often it
// was set; the zero Event where it never was.
func (inc Incident) LastMeetingSet() (last Event, times int) {
	for _, ev := range inc.Events {
		if _, ok := ev.Fact.(MeetingSet); ok {
			last, times = ev, times+1
		}
	}
	return last, times
}

// TookPart returns who took part in an incident, in the order in which they did:
// who held a role, who answered a page, who said what was tagged, and who else
// did something that is told on the timeline. Coming in is not taking part, nor
// is what becomes of follow-ups, nor what is said once the meeting about it has
// begun.
func (inc Incident) TookPart() (all []Person) {
	meeting, isSet := inc.Meeting()
	seen := map[string]bool{"": true}
	add := func(p Person) {
		if !seen[p.ID] {
			all = append(all, p)
		}
		seen[p.ID] = true
	}
	for _, l := range inc.Lines() {
		if isSet && l.At.After(meeting.At) {
			break // the lines are in the order of time
		}
		if isDeed(l.Fact) {
			add(l.By)
		}
		if given, ok := l.Fact.(RoleGiven); ok {
			add(given.To)
		}
	}
	return all
}

// isDeed reports whether who did what a line tells has taken part by that.
func isDeed(f Fact) bool {
	switch f.(type) {
	case Joined, Left, Deactivated, AccessGranted, GlassBroken, HandoverDeclined, ActionChanged, ActionDone, ActionDropped, ActionReopened, MeetingSet, DraftApproved:
		return false
	}
	return true
}

// Involved returns who is asked whether they understand the root cause: those who
// took part, and the guest of the meeting.
func (inc Incident) Involved() []Person {
	all := inc.TookPart()
	m, _ := inc.Meeting()
	if m.Guest.ID == "" || slices.ContainsFunc(all, func(p Person) bool { return p.ID == m.Guest.ID }) {
		return all
	}
	return append(all, m.Guest)
}

// What people are reminded of around a meeting.
const (
	understandDue = "understand "
	explainDue    = "explain "
)

// UnderstandDue names the question whether one person understands the root cause,
// before or after the meeting.
func UnderstandDue(after bool, person string) string {
	return understandDue + phase(after) + " " + person
}

// ExplainDue names what a host is told: who would like it explained, up to an
// event.
func ExplainDue(after bool, seq int) string {
	return fmt.Sprintf("%s%s %d", explainDue, phase(after), seq)
}

func phase(after bool) string {
	if after {
		return "after"
	}
	return "before"
}

// AskedToUnderstand returns who was asked whether they understand the root cause,
// or has said so unasked.
func (inc Incident) AskedToUnderstand(after bool) (ids []string) {
	for _, r := range inc.reminders {
		if id, ok := strings.CutPrefix(r.of, UnderstandDue(after, "")); ok {
			ids = append(ids, id)
		}
	}
	u := inc.Understanding()
	said := u.Before
	if after {
		said = u.After
	}
	for id := range said {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// AnswersLeast is how many people must have answered before anything is told of what
// they said: of fewer it would tell who said what.
const AnswersLeast = 3

// Puzzled is how many would like the root cause explained, as each said last; 0 while
// too few have answered.
func (inc Incident) Puzzled() (n int) {
	u := inc.Understanding()
	said := maps.Clone(u.Before)
	maps.Copy(said, u.After)
	if len(said) < AnswersLeast {
		return 0
	}
	for _, yes := range said {
		if !yes {
			n++
		}
	}
	return n
}

// Wish is that somebody would like the root cause explained.
type Wish struct {
	By  Person
	Seq int // the event that tells of it
}

// Wishes returns who would like the root cause explained and of whom the host has
// not heard yet, and when the host last heard of somebody. A new host has heard of
// nobody.
func (inc Incident) Wishes(after bool) (open []Wish, told time.Time) {
	var all []Wish
	heard, host := 0, ""
	for _, ev := range inc.Events {
		switch f := ev.Fact.(type) {
		case Understood:
			if f.After != after {
				continue
			}
			all = without(all, func(w Wish) bool { return w.By.ID == ev.By.ID })
			if !f.Yes {
				all = append(all, Wish{ev.By, ev.Seq})
			}
		case Reminded:
			if seq, ok := strings.CutPrefix(f.Of, explainDue+phase(after)+" "); ok {
				heard, _ = strconv.Atoi(seq)
				told = ev.At
			}
		case MeetingSet:
			if f.Host.ID != host {
				heard, told, host = 0, time.Time{}, f.Host.ID
			}
		}
	}
	return without(all, func(w Wish) bool { return w.Seq <= heard || w.By.ID == host }), told
}
