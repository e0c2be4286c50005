package chat

import (
	"context"

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

// React writes when someone asks for it. It waits for a channel.
func (Writer) React(inc timeline.Incident, ev timeline.Event) []timeline.Effect {
	if f, ok := ev.Fact.(timeline.Asked); ok && f.For == timeline.Postmortem && inc.Channel.ID != "" {
		return []timeline.Effect{timeline.Do(writeUp, nil)}
	}
	return nil
}

// Deliver shares the postmortem as it is now.
func (w Writer) Deliver(ctx context.Context, inc timeline.Incident, e timeline.Effect) ([]timeline.Fact, error) {
	if e.Do != writeUp {
		return nil, unknownOrder(e)
	}
	name := PostmortemFile(inc)
	url, ok := "", false
	if e.Doubt {
		var err error
		if url, ok, err = w.Chat.FindShared(ctx, inc.Channel.ID, name, e.Since.Add(-skew)); err != nil {
			return nil, err
		}
	}
	if !ok {
		var err error
		url, err = w.Chat.Share(ctx, inc.Channel.ID, File{
			Name: name, Title: inc.ID.String() + " postmortem, draft", Content: w.Texts.Postmortem(inc),
			Comment: "The draft of the postmortem. What only people know is marked as to be written.",
		})
		if err != nil {
			return nil, err
		}
	}
	return []timeline.Fact{timeline.Linked{What: timeline.Postmortem, Ref: name, URL: url}}, nil
}

// PostmortemFile is the name of the file that a postmortem is kept in.
func PostmortemFile(inc timeline.Incident) string { return inc.ID.String() + "-postmortem.md" }
