package chat

import (
	"context"
	"fmt"
	"strings"

	"muster/templates"
	"muster/timeline"
)

// Drafter shows the comms lead what the public status page would say, with a
// button that says it. It publishes nothing itself.
type Drafter struct {
	Chat       Chat
	Texts      templates.Texts
	Components func(service string) []string // of the page
}

// Name is "drafter".
func (Drafter) Name() string { return "drafter" }

// Urgency is that of the channel.
func (Drafter) Urgency() timeline.Urgency { return timeline.Room }

const draft = "draft"

// React drafts what is said to everybody, where there is somebody to show it to.
func (d Drafter) React(inc timeline.Incident, ev timeline.Event) []timeline.Effect {
	if spokesperson(inc) == "" || !templates.HasDraft(inc, ev) {
		return nil
	}
	return []timeline.Effect{timeline.Do(draft, nil)}
}

// spokesperson is who looks at what is to be public: the comms lead, else the
// commander; nobody where neither is in the chat.
func spokesperson(inc timeline.Incident) string {
	for _, r := range []timeline.Role{timeline.Comms, timeline.Commander} {
		if p := inc.Holder(r); p.ID != "" && !isLocal(p.ID) {
			return p.ID
		}
	}
	return ""
}

// Deliver shows a draft, by direct message: what a channel shows to one person
// alone is lost if they are not there to see it.
func (d Drafter) Deliver(ctx context.Context, inc timeline.Incident, e timeline.Effect) ([]timeline.Fact, error) {
	if e.Do != draft || e.Seq < 1 || e.Seq > len(inc.Events) {
		return nil, unknownOrder(e)
	}
	if outdated(inc, e.Seq) {
		return nil, nil
	}
	was := inc.At(e.Seq)
	to := spokesperson(was) // whoever it is by now: an earlier try may have reached them
	return nil, PostOnce(ctx, d.Chat, to, d.message(was, d.Texts.Draft(was, was.Events[e.Seq-1], d.Components(was.Service))), e)
}

// outdated reports whether somebody has said, or published, something since.
func outdated(inc timeline.Incident, seq int) bool {
	for _, ev := range inc.Events[seq:] {
		_, asked := ev.Fact.(timeline.PublishAsked)
		if asked || templates.MayHaveDraft(ev.Fact) && templates.HasDraft(inc.At(ev.Seq), ev) {
			return true
		}
	}
	return false
}

func (d Drafter) message(inc timeline.Incident, asked timeline.PublishAsked) Message {
	look, label := "draft.look", "draft.publish"
	if asked.State == timeline.PublicResolved {
		look, label = "draft.end", "draft.resolve"
	}
	head := d.Texts.T(look, inc.ID)
	fields := Fields{{d.Texts.T("draft.title"), asked.Title}, {d.Texts.T("draft.state"), d.Texts.PublicState(asked.State)}}
	if len(asked.Components) > 0 {
		shown := d.Texts.T("draft.shown", strings.Join(asked.Components, ", "), d.Texts.ComponentsWord(asked.As))
		fields = append(fields, Field{d.Texts.T("draft.components"), shown})
	}
	text := head
	for _, f := range fields {
		text += "\n" + f.Name + ": " + f.Value
	}
	return Message{
		Text: text + "\n" + asked.Text,
		Parts: []Part{Paragraph{head}, fields, Paragraph{asked.Text}, Buttons{
			{Label: d.Texts.T(label), Command: fmt.Sprintf("publish %v %d", inc.ID, asked.About), Primary: true},
			{Label: d.Texts.T("draft.change"), Command: fmt.Sprintf("reword %v %d", inc.ID, asked.About)},
		}},
	}
}
