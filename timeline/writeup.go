package timeline

import (
	"cmp"
	"slices"
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
// what Muster writes in it follows the record no longer, unless the incident is taken
// up again.
type DraftApproved struct{}

func (PartWritten) kind() string   { return "part_written" }
func (PartReleased) kind() string  { return "part_released" }
func (DraftOffered) kind() string  { return "draft_offered" }
func (DraftReturned) kind() string { return "draft_returned" }
func (DraftApproved) kind() string { return "draft_approved" }

func (f PartWritten) String() string   { return "wrote the part " + f.Part }
func (f PartReleased) String() string  { return "gave back the part " + f.Part }
func (f DraftOffered) String() string  { return "offered the draft" }
func (f DraftReturned) String() string { return "returned the draft" }
func (f DraftApproved) String() string { return "approved the draft" }

// WrittenPart is a part of the postmortem that people have written.
type WrittenPart struct {
	PartWritten
	Seq    int // the event that wrote it last
	By     Person
	At     time.Time
	Before []Person // the others who have written there, the first first
}

// Written returns the parts of the postmortem that people have written, in the
// order in which they first did. It must not be written to.
func (inc Incident) Written() []WrittenPart {
	if inc.writeUp == nil {
		return nil
	}
	return inc.writeUp.written
}

// WrittenPart returns a part of the postmortem as people have written it, and whether
// they have.
func (inc Incident) WrittenPart(part string) (WrittenPart, bool) {
	at := slices.IndexFunc(inc.Written(), func(w WrittenPart) bool { return w.Part == part })
	if at < 0 {
		return WrittenPart{}, false
	}
	return inc.Written()[at], true
}

// Draft is how far the postmortem has come.
type Draft struct {
	Offered  int // the event that offered it and waits for an answer; 0 where none does
	Approved int // the latest event that approved it; 0 where none has
	By       Person
	At       time.Time // when it was approved
	Why      string    // why it was returned last; empty where it was offered or approved since
	Outdated bool      // the incident was taken up again since it was approved
}

// Draft returns how far the postmortem has come.
func (inc Incident) Draft() Draft {
	if inc.writeUp == nil {
		return Draft{}
	}
	return inc.writeUp.draft
}

// writeUp is what people have said of the postmortem, and of the meeting about it.
// An incident is copied with every event, so it only leads to this.
type writeUp struct {
	written  []WrittenPart
	draft    Draft
	meeting  Event // that set it last, or called it off
	meetings int   // how often that was
}

func (before *writeUp) after(ev Event) *writeUp {
	var w writeUp
	if before != nil {
		w = *before
	}
	switch f := ev.Fact.(type) {
	case PartWritten:
		w.written = withPart(w.written, WrittenPart{f, ev.Seq, ev.By, ev.At, nil})
	case PartReleased:
		w.written = without(w.written, func(o WrittenPart) bool { return o.Part == f.Part })
	case DraftOffered:
		w.draft.Offered, w.draft.Why = ev.Seq, ""
	case DraftReturned:
		w.draft.Offered, w.draft.Why = 0, f.Why
	case DraftApproved:
		w.draft = Draft{Approved: ev.Seq, By: ev.By, At: ev.At}
	case Reopened:
		w.draft.Outdated = w.draft.Approved > 0
	case MeetingSet, MeetingCalledOff:
		w.meeting, w.meetings = ev, w.meetings+1
	}
	return &w
}

// withPart returns a copy of the parts with one more, or in the place of what was
// written there before: it keeps its heading and its place.
func withPart(all []WrittenPart, now WrittenPart) []WrittenPart {
	at := slices.IndexFunc(all, func(o WrittenPart) bool { return o.Part == now.Part })
	if at < 0 {
		return append(slices.Clip(all), now)
	}
	all = slices.Clone(all)
	now.Heading, now.After = cmp.Or(now.Heading, all[at].Heading), cmp.Or(now.After, all[at].After)
	now.Before = slices.DeleteFunc(append(slices.Clone(all[at].Before), all[at].By), func(p Person) bool { return p.ID == now.By.ID })
	all[at] = now
	return all
}

// WriteUp returns the follow-up that writing the postmortem is, the latest where the
// incident was over more than once, and whether one was agreed on.
func (inc Incident) WriteUp() (Action, bool) {
	for _, a := range slices.Backward(inc.Actions) {
		if a.Of == Postmortem && !a.Withdrawn {
			return a, true
		}
	}
	return Action{}, false
}
