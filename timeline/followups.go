package timeline

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// ActionAgreed tells of a follow-up: what is to be done after the incident, by
// the one person who answers for it, and by when.
type ActionAgreed struct {
	What string `json:"what"`
	DRI  Person `json:"dri"` // the directly responsible individual
	Due  string `json:"due"` // a day: "2026-11-27"

	About Message `json:"about,omitzero"` // the message that it came from, if it came from one
	Of    string  `json:"of,omitempty"`   // [Postmortem] where that is what is to be written; it is done when that is published
}

// ActionAccepted tells that the one who answers for a follow-up says yes to it.
type ActionAccepted struct {
	For int `json:"for"` // the event that agreed on it, here and below
}

// ActionProposed tells that the one who answers for a follow-up wants another
// person or another day for it. Until somebody agrees it stays as it is.
type ActionProposed struct {
	For int    `json:"for"`
	To  Person `json:"to,omitzero"`
	Due string `json:"due,omitempty"`
	Why string `json:"why,omitempty"`
}

// ActionKept tells that a proposal was not taken up.
type ActionKept struct {
	For int `json:"for"`
}

// ActionChanged tells that someone else answers for a follow-up, or that it is
// due on another day.
type ActionChanged struct {
	For    int    `json:"for"`
	To     Person `json:"to,omitzero"`   // the same person where it is zero
	Due    string `json:"due,omitempty"` // the same day where it is empty
	Why    string `json:"why,omitempty"`
	Source string `json:"source,omitempty"` // where it was changed, where that was not here: "Jira"
}

// ActionDone tells that a follow-up is done.
type ActionDone struct {
	For    int    `json:"for"`
	Text   string `json:"text,omitempty"`
	Source string `json:"source,omitempty"`
}

// ActionDropped tells that a follow-up is not going to be done.
type ActionDropped struct {
	For    int    `json:"for"`
	Why    string `json:"why"`
	Source string `json:"source,omitempty"`

	Withdrawn bool `json:"withdrawn,omitempty"` // it was never meant: the emoji that made it was taken back
}

// ActionReopened tells that a follow-up was not done after all.
type ActionReopened struct {
	For    int    `json:"for"`
	Source string `json:"source,omitempty"`
}

// Ticketed tells that a follow-up has its ticket.
type Ticketed struct {
	For     int      `json:"for"`
	Ref     string   `json:"ref"` // "OPS-12"
	URL     string   `json:"url,omitempty"`
	LeftOut []string `json:"left_out,omitempty"` // what the tracker does not take, in words

	DRI Person `json:"dri,omitzero"` // with which it was filed, as is the day
	Due string `json:"due,omitempty"`
}

// TicketName is the name by which the incident of a ticket is found.
func TicketName(ref string) string { return "ticket " + ref }

// TicketLeftOut tells that the tracker did not take something that was changed
// about a follow-up here.
type TicketLeftOut struct {
	For  int      `json:"for"`
	What []string `json:"what"` // in words
}

// TicketDoubted tells that a ticket may have been filed more than once. It is that
// of the incident itself where For is 0, here and in TicketTwice.
type TicketDoubted struct {
	For int `json:"for"`
}

// TicketTwice tells that a follow-up has a second ticket, which was closed.
type TicketTwice struct {
	For int    `json:"for"`
	Ref string `json:"ref"`
	URL string `json:"url,omitempty"`
}

// TicketSeen tells how a ticket stands in the tracker.
type TicketSeen struct {
	For      int       `json:"for"`
	Status   string    `json:"status"`
	Due      string    `json:"due,omitempty"`
	Assignee string    `json:"assignee,omitempty"` // the name; empty for nobody
	Over     bool      `json:"over,omitempty"`
	Changed  time.Time `json:"changed,omitzero"` // when it last was, by the tracker's clock
	Gone     bool      `json:"gone,omitempty"`   // there is no such ticket any more, or none that Muster may see
}

func (ActionAgreed) kind() string   { return "action_agreed" }
func (ActionAccepted) kind() string { return "action_accepted" }
func (ActionProposed) kind() string { return "action_proposed" }
func (ActionKept) kind() string     { return "action_kept" }
func (ActionChanged) kind() string  { return "action_changed" }
func (ActionDone) kind() string     { return "action_done" }
func (ActionDropped) kind() string  { return "action_dropped" }
func (ActionReopened) kind() string { return "action_reopened" }
func (Ticketed) kind() string       { return "ticketed" }
func (TicketLeftOut) kind() string  { return "ticket_left_out" }
func (TicketDoubted) kind() string  { return "ticket_doubted" }
func (TicketTwice) kind() string    { return "ticket_twice" }
func (TicketSeen) kind() string     { return "ticket_seen" }

func (f ActionAgreed) String() string   { return "agreed on an action due " + f.Due }
func (f ActionAccepted) String() string { return fmt.Sprintf("accepted action %d", f.For) }
func (f ActionProposed) String() string { return fmt.Sprintf("proposed to change action %d", f.For) }
func (f ActionKept) String() string     { return fmt.Sprintf("kept action %d as it is", f.For) }
func (f ActionChanged) String() string  { return fmt.Sprintf("changed action %d", f.For) }
func (f ActionDone) String() string     { return fmt.Sprintf("did action %d", f.For) }
func (f ActionDropped) String() string  { return fmt.Sprintf("dropped action %d", f.For) }
func (f ActionReopened) String() string { return fmt.Sprintf("reopened action %d", f.For) }
func (f Ticketed) String() string       { return "filed " + f.Ref }
func (f TicketLeftOut) String() string {
	return fmt.Sprintf("the tracker left something of action %d as it was", f.For)
}
func (f TicketDoubted) String() string { return fmt.Sprintf("may have filed action %d twice", f.For) }
func (f TicketTwice) String() string   { return "closed the second ticket " + f.Ref }
func (f TicketSeen) String() string    { return fmt.Sprintf("action %d is %s", f.For, f.Status) }

// Action is a follow-up as it stands.
type Action struct {
	Seq int // the event that agreed on it, by which it is known
	N   int // counts from 1, as people call it
	ActionAgreed
	AgreedBy  Person
	AgreedAt  time.Time
	Ticket    Ticketed   // the zero Ticketed until it is filed
	FiledFor  Person     // who answered for it then
	Seen      TicketSeen // how the ticket stood last; without a status until the tracker was asked
	Accepted  bool       // by the one who answers for it now
	Proposal  ActionProposed
	Over      bool // done, or not going to be
	Done      bool
	OverAt    time.Time
	Why       string // why it is not going to be done
	Withdrawn bool   // it was never meant
	Moved     int    // how often it was put off to a later day
}

// Action returns a follow-up by the event that agreed on it.
func (inc Incident) Action(seq int) (Action, bool) {
	at := slices.IndexFunc(inc.Actions, func(a Action) bool { return a.Seq == seq })
	if at < 0 {
		return Action{}, false
	}
	return inc.Actions[at], true
}

// numberOf is the number of a follow-up, as people call it.
func (inc Incident) numberOf(seq int) int {
	a, _ := inc.Action(seq)
	return a.N
}

// OpenActions returns the follow-ups that are still to be done.
func (inc Incident) OpenActions() []Action {
	return without(inc.Actions, func(a Action) bool { return a.Over })
}

// Unfinished reports whether anything that was agreed on is still to be done.
func (inc Incident) Unfinished() bool {
	return slices.ContainsFunc(inc.Actions, func(a Action) bool { return !a.Over })
}

// withActions follows the follow-ups and their tickets.
func withActions(all []Action, ev Event) []Action {
	switch f := ev.Fact.(type) {
	case ActionAgreed:
		own := f.DRI.ID == ev.By.ID && ev.By.ID != ""
		return append(slices.Clip(all), Action{Seq: ev.Seq, N: len(all) + 1, ActionAgreed: f, AgreedBy: ev.By, AgreedAt: ev.At, Accepted: own})
	case ActionAccepted:
		return changeAction(all, f.For, func(a *Action) { a.Accepted, a.Proposal = true, ActionProposed{} })
	case ActionProposed:
		return changeAction(all, f.For, func(a *Action) { a.Proposal = f })
	case ActionKept:
		return changeAction(all, f.For, func(a *Action) { a.Proposal = ActionProposed{} })
	case ActionChanged:
		return changeAction(all, f.For, func(a *Action) { a.change(f, ev.By) })
	case ActionDone:
		return changeAction(all, f.For, func(a *Action) { a.Over, a.Done, a.OverAt, a.Proposal = true, true, ev.At, ActionProposed{} })
	case ActionDropped:
		return changeAction(all, f.For, func(a *Action) {
			a.Over, a.Done, a.OverAt, a.Why, a.Withdrawn, a.Proposal = true, false, ev.At, f.Why, f.Withdrawn, ActionProposed{}
		})
	case ActionReopened:
		return changeAction(all, f.For, func(a *Action) { a.Over, a.Done, a.OverAt, a.Why, a.Withdrawn = false, false, time.Time{}, "", false })
	case Ticketed:
		return changeAction(all, f.For, func(a *Action) { a.filed(f) })
	case TicketSeen:
		return changeAction(all, f.For, func(a *Action) { a.Seen = f })
	}
	return all
}

// filed notes a ticket, and what it was filed with.
func (a *Action) filed(f Ticketed) {
	if a.Ticket.Ref == "" {
		a.Seen, a.FiledFor = TicketSeen{For: a.Seq, Due: cmp.Or(f.Due, a.Due)}, cmp.Or(f.DRI, a.DRI)
	}
	a.Ticket = f
}

// change gives a follow-up to someone, or another day. Whoever gets it is asked
// whether they accept, unless they took it themselves.
func (a *Action) change(f ActionChanged, by Person) {
	a.Proposal = ActionProposed{}
	if f.Due != "" {
		if f.Due > a.Due {
			a.Moved++
		}
		a.Due = f.Due
	}
	if f.To.ID != "" && f.To.ID != a.DRI.ID {
		a.DRI, a.Accepted = f.To, f.To.ID == by.ID
	}
}

func changeAction(all []Action, seq int, how func(*Action)) []Action {
	all = slices.Clone(all)
	for n := range all {
		if all[n].Seq == seq {
			how(&all[n])
		}
	}
	return all
}

// DaysBetween is how many days one day, such as "2026-11-27", is before another:
// negative where it is after it, and 0 where one of them is no day.
func DaysBetween(first, second string) int {
	a, err := time.Parse(time.DateOnly, first)
	b, wrong := time.Parse(time.DateOnly, second)
	if err != nil || wrong != nil {
		return 0
	}
	return int(b.Sub(a).Hours() / 24)
}
