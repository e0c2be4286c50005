package chat

import (
	"context"
	"fmt"
	"slices"

	"muster/templates"
	"muster/timeline"
)

// Writer writes the postmortem and shares it in the incident's channel.
type Writer struct {
	Chat  Chat
	Texts templates.Texts
}

// Name is "writer".
func (Writer) Name() string { return "writer" }

// Urgency is that of tickets and announcements.
func (Writer) Urgency() timeline.Urgency { return timeline.Announce }

const writeUp = "write-up"

// React writes when someone asks for it. Where there is no channel yet, it
// writes when there is.
func (Writer) React(inc timeline.Incident, ev timeline.Event) []timeline.Effect {
	_, opened := ev.Fact.(timeline.ChannelOpened)
	if opened && slices.ContainsFunc(inc.Events, asksForPostmortem) || inc.Channel.ID != "" && asksForPostmortem(ev) {
		return []timeline.Effect{timeline.Do(writeUp, nil)}
	}
	return nil
}

func asksForPostmortem(ev timeline.Event) bool {
	f, ok := ev.Fact.(timeline.Asked)
	return ok && f.For == timeline.Postmortem
}

// Deliver shares the postmortem as it is now.
func (w Writer) Deliver(ctx context.Context, inc timeline.Incident, e timeline.Effect) ([]timeline.Fact, error) {
	if e.Do != writeUp {
		return nil, unknownOrder(e)
	}
	n := asked(inc, e.Seq, asksForPostmortem)
	f := File{ // after doubt it is looked for by its title, so that is the same in every language
		Name: PostmortemFile(inc), Title: fmt.Sprintf("%v postmortem, draft %d", inc.ID, n),
		Comment: w.Texts.T("postmortem.comment"),
	}
	if n > 1 {
		f.Comment = w.Texts.T("postmortem.comment again", n)
	}
	url, ok := "", false
	var err error
	if e.Doubt {
		if url, ok, err = w.Chat.FindShared(ctx, inc.Channel.ID, f.Title, e.Since.Add(-skew)); err != nil {
			return nil, err
		}
	}
	if !ok {
		f.Content = w.Texts.Postmortem(inc)
		if url, err = w.Chat.Share(ctx, inc.Channel.ID, f); err != nil {
			return nil, err
		}
	}
	return []timeline.Fact{timeline.Linked{What: timeline.Postmortem, Ref: f.Name, URL: url}}, nil
}

// PostmortemFile is the name of the file that a postmortem is kept in.
func PostmortemFile(inc timeline.Incident) string { return inc.ID.String() + "-postmortem.md" }
