package timeline

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// PartWritten tells that the event's person has written a part of the
// postmortem. From then on it is theirs: it says what they wrote, whatever else
// is recorded.
type PartWritten struct {
	Part    string `json:"part"`              // by which the document knows it: "summary"
	Heading string `json:"heading,omitempty"` // where it has another than ours
	Text    string `json:"text"`              // in Markdown; nothing takes it out
	After   string `json:"after,omitempty"`   // the part that it follows, where it is one that people added
	Source  string `json:"source,omitempty"`  // "file", where it was written in one
}

// PartReleased tells that a part of the postmortem says what Muster writes there
// again.
type PartReleased struct {
	Part string `json:"part"`
}

// DraftOffered tells that somebody wants the postmortem published, so that the
// commander is asked to read it.
type DraftOffered struct{}

// DraftReturned tells that the postmortem is not to be published as it is.
type DraftReturned struct {
	Why string `json:"why"`
}

// DraftApproved tells that the postmortem is published as it was at that moment:
// what Muster writes in it follows the record no longer.
type DraftApproved struct{}

// MeetingSet tells when people talk about an incident that is over.
type MeetingSet struct {
	At      time.Time `json:"at"`
	Minutes int       `json:"minutes"`
	Host    Person    `json:"host"`           // who leads it: the facilitator
	Guest   Person    `json:"guest,omitzero"` // somebody who did not take part, and asks what nobody else does
}

// Understood is what the event's person says of the root cause.
type Understood struct {
	After bool `json:"after,omitempty"` // after the meeting, and not before
	Yes   bool `json:"yes,omitempty"`   // else they would like it explained, which only the host is told
}

func (PartWritten) kind() string   { return "part_written" }
func (PartReleased) kind() string  { return "part_released" }
func (DraftOffered) kind() string  { return "draft_offered" }
func (DraftReturned) kind() string { return "draft_returned" }
func (DraftApproved) kind() string { return "draft_approved" }
func (MeetingSet) kind() string    { return "meeting_set" }
func (Understood) kind() string    { return "understood" }

func (f PartWritten) String() string   { return "wrote the part " + f.Part }
func (f PartReleased) String() string  { return "gave back the part " + f.Part }
func (f DraftOffered) String() string  { return "offered the draft" }
func (f DraftReturned) String() string { return "returned the draft" }
func (f DraftApproved) String() string { return "approved the draft" }
func (f MeetingSet) String() string {
	return fmt.Sprintf("set the meeting for %s", f.At.Format(time.RFC3339))
}
func (f Understood) String() string { return fmt.Sprintf("understands the cause: %v", f.Yes) }

// WrittenPart is a part of the postmortem that people have written.
type WrittenPart struct {
	PartWritten
	Seq int // the event that wrote it last
	By  Person
	At  time.Time
}

// Written returns the parts of the postmortem that people have written, in the
// order in which they first did. A part keeps its heading and its place when it is
// written again.
func (inc Incident) Written() (all []WrittenPart) {
	for _, ev := range inc.Events {
		switch f := ev.Fact.(type) {
		case PartWritten:
			now := WrittenPart{f, ev.Seq, ev.By, ev.At}
			if at := slices.IndexFunc(all, func(w WrittenPart) bool { return w.Part == f.Part }); at >= 0 {
				now.Heading, now.After = cmp.Or(f.Heading, all[at].Heading), cmp.Or(f.After, all[at].After)
				all[at] = now
			} else {
				all = append(all, now)
			}
		case PartReleased:
			all = slices.DeleteFunc(all, func(w WrittenPart) bool { return w.Part == f.Part })
		}
	}
	return all
}

// Draft is how far the postmortem has come.
type Draft struct {
	Offered  int // the event that offered it and waits for an answer; 0 where none does
	Approved int // the latest event that approved it; 0 where none has
	By       Person
	At       time.Time // when it was approved
	Why      string    // why it was returned last; empty where it was offered or approved since
}

// Draft returns how far the postmortem has come.
func (inc Incident) Draft() (d Draft) {
	for _, ev := range inc.Events {
		switch f := ev.Fact.(type) {
		case DraftOffered:
			d.Offered, d.Why = ev.Seq, ""
		case DraftReturned:
			d.Offered, d.Why = 0, f.Why
		case DraftApproved:
			d = Draft{Approved: ev.Seq, By: ev.By, At: ev.At}
		}
	}
	return d
}

// Meeting returns the meeting about the incident, and whether there is one.
func (inc Incident) Meeting() (m MeetingSet, ok bool) {
	for _, ev := range slices.Backward(inc.Events) {
		if f, ok := ev.Fact.(MeetingSet); ok {
			return f, true
		}
	}
	return MeetingSet{}, false
}

// Understanding is what people say of the root cause: of each the latest.
type Understanding struct {
	Before, After map[string]bool // by person: whether they understand it
}

// Understanding returns what people say of the root cause.
func (inc Incident) Understanding() Understanding {
	u := Understanding{map[string]bool{}, map[string]bool{}}
	for _, ev := range inc.Events {
		if f, ok := ev.Fact.(Understood); ok && f.After {
			u.After[ev.By.ID] = f.Yes
		} else if ok {
			u.Before[ev.By.ID] = f.Yes
		}
	}
	return u
}

// WriteUp returns the follow-up that writing the postmortem is, and whether it was
// agreed on.
func (inc Incident) WriteUp() (Action, bool) {
	at := slices.IndexFunc(inc.Actions, func(a Action) bool { return a.Of == Postmortem && !a.Withdrawn })
	if at < 0 {
		return Action{}, false
	}
	return inc.Actions[at], true
}

// Known returns everybody whose name is on record, in the order of their IDs.
func (inc Incident) Known() (all []Person) {
	if inc.people == nil {
		return nil
	}
	for it := inc.people.Iterator(); !it.Done(); {
		_, known, _ := it.Next()
		all = append(all, known.Person)
	}
	slices.SortFunc(all, func(a, b Person) int { return strings.Compare(a.ID, b.ID) })
	return all
}
