package timeline

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// MeetingSet tells when people talk about an incident that is over.
type MeetingSet struct {
	At      time.Time `json:"at"`
	Minutes int       `json:"minutes"`
	Host    Person    `json:"host"`           // who leads it: the facilitator
	Guest   Person    `json:"guest,omitzero"` // somebody who did not take part, and asks what nobody else does
}

// MeetingCalledOff tells that the meeting does not take place.
type MeetingCalledOff struct{}

// Understood is what the event's person says of the root cause.
type Understood struct {
	After bool `json:"after,omitempty"` // after the meeting, and not before
	Yes   bool `json:"yes,omitempty"`   // else they would like it explained, which only the host is told
}

func (MeetingSet) kind() string       { return "meeting_set" }
func (MeetingCalledOff) kind() string { return "meeting_called_off" }
func (Understood) kind() string       { return "understood" }

func (f MeetingSet) String() string {
	return fmt.Sprintf("set the meeting for %s", f.At.Format(time.RFC3339))
}
func (f MeetingCalledOff) String() string { return "called the meeting off" }
func (f Understood) String() string       { return fmt.Sprintf("understands the cause: %v", f.Yes) }

// End is when a meeting is over.
func (f MeetingSet) End() time.Time { return f.At.Add(time.Duration(f.Minutes) * time.Minute) }

// Meeting returns the meeting about the incident, and whether there is one.
func (inc Incident) Meeting() (m MeetingSet, ok bool) {
	last, _ := inc.LastMeetingSet()
	m, ok = last.Fact.(MeetingSet)
	return m, ok
}

// LastMeetingSet returns the event that set the meeting as it is, or called it off,
// and how many there were of both; the zero Event where it never was.
func (inc Incident) LastMeetingSet() (last Event, times int) {
	if inc.writeUp == nil {
		return Event{}, 0
	}
	return inc.writeUp.meeting, inc.writeUp.meetings
}

// Understanding is what people say of the root cause: of each the latest.
type Understanding struct {
	Before, After map[string]bool // by person: whether they understand it
}

// Said returns what people say after the meeting, or before it.
func (u Understanding) Said(after bool) map[string]bool {
	if after {
		return u.After
	}
	return u.Before
}

// Understanding returns what people say of the root cause.
func (inc Incident) Understanding() Understanding {
	u := Understanding{map[string]bool{}, map[string]bool{}}
	for _, ev := range inc.Events {
		if f, ok := ev.Fact.(Understood); ok {
			u.Said(f.After)[ev.By.ID] = f.Yes
		}
	}
	return u
}

// TookPart returns who took part in an incident, in the order in which they did:
// who held a role, who answered a page, who said what was tagged, and who else
// did something that is told on the timeline. Coming in is not taking part, nor
// is what becomes of follow-ups, nor what is said once the meeting about it has
// begun.
//
// It is asked whenever somebody may have to be reminded, so it makes no list of all
// lines: ten thousand of them cost 4 ms.
func (inc Incident) TookPart() []Person {
	meeting, isSet := inc.Meeting()
	first, n := map[string]appearance{}, 0
	add := func(p Person, at time.Time) {
		known, ok := first[p.ID]
		if n++; p.ID != "" && (!ok || at.Before(known.at)) {
			first[p.ID] = appearance{p, at, n}
		}
	}
	for _, ev := range inc.Events {
		l, ok := inc.LineOf(ev)
		if !ok || l.Hidden || isSet && l.At.After(meeting.At) {
			continue
		}
		if isDeed(l.Fact) {
			add(l.By, l.At)
		}
		if given, ok := l.Fact.(RoleGiven); ok {
			add(given.To, l.At)
		}
	}
	return inOrder(first)
}

// appearance is somebody's first deed.
type appearance struct {
	by Person
	at time.Time
	n  int // among those of the same moment
}

func inOrder(first map[string]appearance) (people []Person) {
	all := slices.SortedFunc(maps.Values(first), func(a, b appearance) int { return cmp.Or(a.at.Compare(b.at), a.n-b.n) })
	for _, a := range all {
		people = append(people, a.by)
	}
	return people
}

// isDeed reports whether who did what a line tells has taken part by that.
func isDeed(f Fact) bool {
	switch f.(type) {
	case Joined, Left, Deactivated, AccessGranted, GlassBroken, HandoverDeclined, ActionChanged, ActionDone, ActionDropped, ActionReopened, MeetingSet, MeetingCalledOff, DraftApproved:
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
	return understandDue + BeforeOrAfter(after) + " " + person
}

// ExplainDue names what a host is told: who would like it explained, up to an
// event.
func ExplainDue(after bool, seq int) string {
	return fmt.Sprintf("%s%s %d", explainDue, BeforeOrAfter(after), seq)
}

// BeforeOrAfter names the two times of a meeting at which people are asked whether
// they understand the root cause: "before" and "after".
func BeforeOrAfter(after bool) string {
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
	for id := range inc.Understanding().Said(after) {
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
			if seq, ok := strings.CutPrefix(f.Of, explainDue+BeforeOrAfter(after)+" "); ok {
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
