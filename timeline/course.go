package timeline

import (
	"fmt"
	"strings"
	"time"
)

// Titled tells that an incident is called otherwise.
type Titled struct {
	From string `json:"from"`
	To   string `json:"to"`
}

// Identified tells that the cause is known.
type Identified struct {
	Text  string `json:"text,omitempty"`
	Aloud bool   `json:"aloud,omitempty"` // the answer to the command was shown to the whole room
}

// Closed tells that nothing is left to do about an incident that was resolved.
type Closed struct {
	Text  string `json:"text,omitempty"`
	Aloud bool   `json:"aloud,omitempty"`
}

// Cancelled tells that it was no incident.
type Cancelled struct {
	Reason string `json:"reason"`
}

// Merged tells that it was the same as another incident.
type Merged struct {
	Into    ID      `json:"into"`
	Reason  string  `json:"reason,omitempty"`
	Channel Channel `json:"channel,omitzero"` // of the one that goes on
}

// Absorbed tells that another incident was the same as this one.
type Absorbed struct {
	Other  ID       `json:"other"`
	Title  string   `json:"title"`
	People []string `json:"people,omitempty"` // who was in its channel
	Tasks  []string `json:"tasks,omitempty"`  // that were open there
}

// Archived tells that the incident's channel is closed. It can still be read.
type Archived struct {
	Channel Channel `json:"channel"`
}

// ArchiveKept tells that the channel of an incident that is over is not to be
// archived.
type ArchiveKept struct{}

// SideOpened tells of the channel for what is not the work on the incident.
type SideOpened struct {
	Channel Channel `json:"channel"`
}

// SideAsked tells that someone wants that channel.
type SideAsked struct{}

// Surveyed is what someone who took part says afterwards about how the incident
// was run.
type Surveyed struct {
	Score  int    `json:"score"` // from 1, badly, to 5, very well
	Helped string `json:"helped,omitempty"`
	Hurt   string `json:"hurt,omitempty"`
}

func (Titled) kind() string      { return "titled" }
func (Identified) kind() string  { return "identified" }
func (Closed) kind() string      { return "closed" }
func (Cancelled) kind() string   { return "cancelled" }
func (Merged) kind() string      { return "merged" }
func (Absorbed) kind() string    { return "absorbed" }
func (Archived) kind() string    { return "archived" }
func (ArchiveKept) kind() string { return "archive_kept" }
func (SideOpened) kind() string  { return "side_opened" }
func (SideAsked) kind() string   { return "side_asked" }
func (Surveyed) kind() string    { return "surveyed" }

func (f Titled) String() string      { return "renamed" }
func (f Identified) String() string  { return "identified the cause" }
func (f Closed) String() string      { return "closed" }
func (f Cancelled) String() string   { return "cancelled" }
func (f Merged) String() string      { return fmt.Sprintf("merged into %v", f.Into) }
func (f Absorbed) String() string    { return fmt.Sprintf("absorbed %v", f.Other) }
func (f Archived) String() string    { return "archived channel " + f.Channel.ID }
func (f ArchiveKept) String() string { return "kept the channel" }
func (f SideOpened) String() string  { return "opened side channel " + f.Channel.ID }
func (f SideAsked) String() string   { return "asked for a side channel" }
func (f Surveyed) String() string    { return fmt.Sprintf("said %d of 5", f.Score) }

// withCourse is the meaning of the facts that tell how far an incident has come.
func (inc Incident) withCourse(ev Event) Incident {
	switch f := ev.Fact.(type) {
	case Identified:
		inc.Status, inc.Identified = IsIdentified, ev.At
		inc.LastUpdate = inc.LastUpdate.or(f.Text, ev)
	case Mitigated:
		inc.Status, inc.Mitigated = IsMitigated, ev.At
		inc.LastUpdate = inc.LastUpdate.or(f.Text, ev)
	case Resolved:
		inc.Status, inc.Resolved = IsResolved, ev.At
		inc.LastUpdate = inc.LastUpdate.or(f.Text, ev)
		if inc.Mitigated.IsZero() {
			inc.Mitigated = ev.At
		}
	case Closed:
		inc.Status, inc.Closed = IsClosed, ev.At
	case Cancelled:
		inc.Status, inc.Closed, inc.EndedBecause = IsCancelled, ev.At, f.Reason
	case Merged:
		inc.Status, inc.Closed, inc.EndedBecause, inc.MergedInto = IsMerged, ev.At, f.Reason, f.Into
	case Reopened:
		inc.Status, inc.Waiting, inc.Reopened = Investigating, ev.At, true
		inc.LastUpdate, inc.ReopenedBy = Update{Updated{Text: f.Reason}, ev.At, ev.By}, ev.By
		inc.Identified, inc.Mitigated, inc.Resolved, inc.Closed = time.Time{}, time.Time{}, time.Time{}, time.Time{}
		inc.EndedBecause, inc.MergedInto, inc.KeepChannel = "", 0, false
		inc.writeUp = inc.writeUp.after(ev)
		inc.reminders = without(inc.reminders, func(r reminder) bool {
			return !strings.HasPrefix(r.of, PageDue) && !strings.HasPrefix(r.of, followUpDue) && !strings.HasPrefix(r.of, adviceDue)
		})
	case Archived:
		inc.Former, inc.Archived, inc.Channel, inc.Side, inc.there = inc.There(), f.Channel, Channel{}, Channel{}, nobody
		inc.posts = without(inc.posts, func(p Posted) bool { return p.Message.Channel == f.Channel.ID })
	}
	return inc
}
