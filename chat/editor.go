package chat

import (
	"context"
	"fmt"
	"strings"
	"time"

	"muster/templates"
	"muster/timeline"
)

// Editor keeps a message in the channel that says how far the postmortem has come,
// in whose thread it is talked about, and asks the commander before it is published.
type Editor struct {
	Chat  Chat
	Texts templates.Texts
}

// Name is "editor".
func (Editor) Name() string { return "editor" }

// Urgency is that of announcements.
func (Editor) Urgency() timeline.Urgency { return timeline.Announce }

const (
	showDraft = "show-draft"
	askLead   = "ask-commander"
	tellBack  = "tell-returned"
)

// showAfter is how long after the end the message comes: an end that is taken back at
// once has none, and the room hears first that it is over.
const showAfter = 10 * time.Second

// React brings the message up to date, and passes on what is asked: that also where
// the channel is gone.
func (Editor) React(inc timeline.Incident, ev timeline.Event) []timeline.Effect {
	if inc.ID == timeline.House {
		return nil
	}
	switch ev.Fact.(type) {
	case timeline.Resolved:
		e := timeline.Keep(showDraft)
		e.NotUntil = ev.At.Add(showAfter)
		return inRoom(inc, e)
	case timeline.Reopened, timeline.Cancelled, timeline.Merged:
		if _, shown := inc.Post(timeline.PostmortemPost); shown {
			return keepDraft(inc)
		}
		return nil
	case timeline.DraftOffered:
		return append(keepDraft(inc), timeline.Do(askLead, nil))
	case timeline.DraftReturned:
		return append(keepDraft(inc), timeline.Do(tellBack, nil))
	}
	if changesDraft(inc, ev.Fact) {
		return keepDraft(inc)
	}
	return nil
}

// inRoom is an effect on an incident's channel, where there is one.
func inRoom(inc timeline.Incident, e timeline.Effect) []timeline.Effect {
	if inc.Channel.ID == "" {
		return nil
	}
	return []timeline.Effect{e}
}

// keepDraft brings the message up to date where there is one, or is to be.
func keepDraft(inc timeline.Incident) []timeline.Effect {
	if _, shown := inc.Post(timeline.PostmortemPost); !shown && inc.Open() {
		return nil
	}
	return inRoom(inc, timeline.Keep(showDraft))
}

// changesDraft reports whether a fact changes what the message says.
func changesDraft(inc timeline.Incident, f timeline.Fact) bool {
	about := func(seq int) bool {
		a, ok := inc.WriteUp()
		return ok && a.Seq == seq
	}
	switch f := f.(type) {
	case timeline.PartWritten, timeline.PartReleased, timeline.DraftApproved, timeline.MeetingSet, timeline.MeetingCalledOff:
		return true
	case timeline.Linked:
		_, published := timeline.PublishedIn(f.What)
		return published
	case timeline.ActionChanged:
		return about(f.For)
	case timeline.ActionDone:
		return about(f.For)
	case timeline.ActionDropped:
		return about(f.For)
	case timeline.ActionReopened:
		return about(f.For)
	}
	return false
}

// Deliver shows how far it is, or asks or tells somebody.
func (ed Editor) Deliver(ctx context.Context, inc timeline.Incident, e timeline.Effect) ([]timeline.Fact, error) {
	switch e.Do {
	case showDraft:
		if _, shown := inc.Post(timeline.PostmortemPost); inc.Open() && !shown {
			return nil, nil // it was taken up again
		}
		return keepPost(ctx, ed.Chat, inc, e, post{timeline.PostmortemPost, inc.Channel.ID, ed.message(inc)})
	case askLead:
		return nil, ed.ask(ctx, inc, e)
	case tellBack:
		return nil, ed.tellBack(ctx, inc, e)
	}
	return nil, unknownOrder(e)
}

// ask asks the commander to read the draft; the room where nobody is the commander.
func (ed Editor) ask(ctx context.Context, inc timeline.Incident, e timeline.Effect) error {
	if inc.Draft().Offered != e.Seq {
		return nil
	}
	to := orRoom(inc, inc.Holder(timeline.Commander))
	if to == "" {
		return nil // who runs incidents can publish it without being asked
	}
	by := inc.Events[e.Seq-1].By
	text := ed.Texts.T("postmortem.please read", templates.Person(by.ID), inc.ID, inc.Title)
	if open := ed.Texts.StillToWrite(inc); open != "" {
		text += " " + open
	}
	return PostOnce(ctx, ed.Chat, to, Say(text).With(ApproveButtons(ed.Texts, inc)...), e)
}

// orRoom is someone, or the incident's channel where they can not be told; empty
// where that is gone.
func orRoom(inc timeline.Incident, p timeline.Person) string {
	if ids := reachable(inc, []timeline.Person{p}); len(ids) > 0 {
		return ids[0]
	}
	return inc.Channel.ID
}

// tellBack tells whoever offered the draft why it is not published yet.
func (ed Editor) tellBack(ctx context.Context, inc timeline.Incident, e timeline.Effect) error {
	returned := inc.Events[e.Seq-1]
	offered := inc.At(e.Seq - 1).Draft().Offered
	why, _ := returned.Fact.(timeline.DraftReturned)
	if offered == 0 {
		return nil
	}
	to := orRoom(inc, inc.Events[offered-1].By)
	if to == "" {
		return nil
	}
	m := Say(ed.Texts.T("postmortem.not yet", inc.ID, templates.Person(returned.By.ID), why.Why)).With(
		Button{Label: ed.Texts.T("button.write it"), Command: fmt.Sprintf("postmortem %v edit", inc.ID), Primary: true},
	)
	return PostOnce(ctx, ed.Chat, to, m, e)
}

// ApproveButtons are what the commander can do about a draft.
func ApproveButtons(t templates.Texts, inc timeline.Incident) []Button {
	return []Button{
		{Label: t.T("button.approve"), Command: fmt.Sprintf("postmortem %v approve", inc.ID), Primary: true, Confirm: t.T("postmortem.confirm", inc.ID)},
		{Label: t.T("button.return"), Command: fmt.Sprintf("postmortem %v return", inc.ID)},
		{Label: t.T("button.as a file"), Command: fmt.Sprintf("postmortem %v", inc.ID)},
	}
}

// message says how far the postmortem has come, and what can be done about it.
func (ed Editor) message(inc timeline.Incident) Message {
	t, id := ed.Texts, inc.ID
	lines := []string{t.T("postmortem.stands."+string(draftState(inc)), id)}
	if places := ed.places(inc); len(places) > 0 {
		lines = append(lines, t.T("publishing.said", t.List(places)))
	}
	if a, ok := inc.WriteUp(); ok && !a.Over {
		lines = append(lines, t.T("postmortem.due", templates.Person(a.DRI.ID), t.Day(a.Due)))
	}
	if open := t.StillToWrite(inc); open != "" {
		lines = append(lines, open)
	}
	if m, ok := inc.Meeting(); ok {
		lines = append(lines, t.T("postmortem.meeting", templates.When(m.At)))
	}
	lines = append(lines, t.T("postmortem.talk"))
	return Say(strings.Join(lines, "\n")).With(
		Button{Label: t.T("button.write it"), Command: fmt.Sprintf("postmortem %v edit", id), Primary: draftState(inc) != isPublished},
		Button{Label: t.T("button.whys"), Command: fmt.Sprintf("postmortem %v whys", id)},
		Button{Label: t.T("button.as a file"), Command: fmt.Sprintf("postmortem %v", id)},
		Button{Label: t.T("button.publish it"), Command: fmt.Sprintf("postmortem %v publish", id)},
	)
}

// places are where the postmortem is published, as links.
func (ed Editor) places(inc timeline.Incident) (all []string) {
	for _, l := range inc.Links {
		if where, ok := timeline.PublishedIn(l.What); ok {
			all = append(all, templates.Link(l.URL, ed.Texts.PublishedIn(where)))
		}
	}
	return all
}

// draftIs is how far a postmortem has come.
type draftIs string

const (
	isDraft     draftIs = "draft"
	isOffered   draftIs = "offered"
	isReturned  draftIs = "returned"
	isPublished draftIs = "published"
	isOutdated  draftIs = "outdated"
	isReopened  draftIs = "reopened"
)

func draftState(inc timeline.Incident) draftIs {
	d := inc.Draft()
	switch {
	case inc.Open():
		return isReopened
	case d.Offered > 0:
		return isOffered
	case d.Why != "":
		return isReturned
	case d.Outdated:
		return isOutdated
	case d.Approved > 0:
		return isPublished
	}
	return isDraft
}
