package chat

import (
	"context"
	"strings"

	"muster/templates"
	"muster/timeline"
)

// Announcer tells those outside of an incident, in one message that it keeps
// current in place. Of private incidents it says nothing.
type Announcer struct {
	Chat    Chat
	Texts   templates.Texts
	Channel string // by name, without the #; empty for no announcements
	// Mentions is who is called out at a severity, "here" or "channel", when an
	// incident is announced; nobody where it is nil or returns nothing.
	Mentions func(timeline.Severity) string
}

// Name is "announcer".
func (Announcer) Name() string { return "announcer" }

// Urgency is that of announcements.
func (Announcer) Urgency() timeline.Urgency { return timeline.Announce }

const announcement = "announcement"

// React announces an incident once it has a channel, and again whatever
// matters to those outside it.
func (a Announcer) React(inc timeline.Incident, ev timeline.Event) []timeline.Effect {
	if a.Channel == "" || inc.Private || inc.Channel.ID == "" {
		return nil
	}
	if f, ok := ev.Fact.(timeline.RoleGiven); ok && (f.Role == timeline.Commander || f.Role == timeline.Comms) || matters(ev.Fact) {
		return []timeline.Effect{timeline.Keep(announcement)}
	}
	return nil
}

// matters reports whether a fact matters to those outside.
func matters(f timeline.Fact) bool {
	switch f.(type) {
	case timeline.ChannelOpened, timeline.Titled, timeline.SeverityChanged, timeline.Updated, timeline.Linked, timeline.RoleLeft,
		timeline.Identified, timeline.Mitigated, timeline.Resolved, timeline.Closed, timeline.Cancelled, timeline.Merged, timeline.Reopened:
		return true
	}
	return false
}

// Deliver posts or edits the announcement.
func (a Announcer) Deliver(ctx context.Context, inc timeline.Incident, e timeline.Effect) ([]timeline.Fact, error) {
	if e.Do != announcement {
		return nil, unknownOrder(e)
	}
	channel, err := a.Chat.ChannelNamed(ctx, a.Channel)
	if err != nil {
		return nil, err
	}
	return keepPost(ctx, a.Chat, inc, e, post{timeline.AnnouncementPost, channel.ID, a.message(inc)})
}

func (a Announcer) message(inc timeline.Incident) Message {
	t := a.Texts
	fields := Fields{
		{t.T("card.status"), statusWord(t, inc)},
		{t.T("card.room"), templates.Room(inc.Channel.ID, inc.Channel.Name)},
	}
	for _, h := range t.Held(inc) {
		if h.Role != timeline.Scribe {
			fields = append(fields, Field{h.Title(), holderWord(t, inc, h)})
		}
	}
	if due := t.NextUpdate(inc); !due.IsZero() {
		fields = append(fields, Field{t.T("card.next update"), templates.When(due)})
	}
	parts := []Part{headline(t, inc), fields}
	if u := inc.LastUpdate; u.Text != "" {
		parts = append(parts, Paragraph{t.T("card.last update outside", templates.When(u.At), u.Text) + canText(t, u.Updated)})
	}
	for _, l := range inc.Links {
		parts = append(parts, Small{linkTo(t, l)})
	}
	text := t.Announcement(inc)
	if a.Mentions != nil && !inc.Drill {
		if whom := a.Mentions(inc.Severity); whom != "" {
			text = templates.Everybody(whom) + " " + text
			parts = append(parts, Paragraph{templates.Everybody(whom)})
		}
	}
	if inc.Open() {
		parts = append(parts, Buttons{{Label: t.T("button.follow"), Command: "follow " + inc.ID.String()}})
	}
	return Message{Text: text, Parts: parts}
}

// Executive keeps a card for those who lead, in a channel of their own: few
// words, no buttons, edited in place.
type Executive struct {
	Chat    Chat
	Texts   templates.Texts
	Channel string            // by name; empty for none
	Worst   timeline.Severity // only what is at least as bad is shown
}

// Name is "executive".
func (Executive) Name() string { return "executive" }

// Urgency is that of announcements.
func (Executive) Urgency() timeline.Urgency { return timeline.Announce }

// React keeps the card current of what was ever bad enough.
func (x Executive) React(inc timeline.Incident, ev timeline.Event) []timeline.Effect {
	_, shown := inc.Post(timeline.ExecutivePost)
	if x.Channel == "" || inc.Private || inc.Channel.ID == "" || !matters(ev.Fact) || inc.Severity > x.Worst && !shown {
		return nil
	}
	return []timeline.Effect{timeline.Keep(announcement)}
}

// Deliver posts or edits the card.
func (x Executive) Deliver(ctx context.Context, inc timeline.Incident, e timeline.Effect) ([]timeline.Fact, error) {
	if e.Do != announcement {
		return nil, unknownOrder(e)
	}
	channel, err := x.Chat.ChannelNamed(ctx, x.Channel)
	if err != nil {
		return nil, err
	}
	text := x.Texts.Executive(inc)
	_, rest, _ := strings.Cut(text, "\n") // the heading says the first line
	m := Message{Text: text, Parts: []Part{headline(x.Texts, inc), Fields{{x.Texts.T("card.status"), statusWord(x.Texts, inc)}}, Paragraph{rest}}}
	return keepPost(ctx, x.Chat, inc, e, post{timeline.ExecutivePost, channel.ID, m})
}

// Thread posts each update in the thread of the announcement, for whoever wants
// to be notified of it.
type Thread struct {
	Chat  Chat
	Texts templates.Texts
}

// Name is "thread".
func (Thread) Name() string { return "thread" }

// Urgency is that of announcements.
func (Thread) Urgency() timeline.Urgency { return timeline.Announce }

// React posts what is new.
func (Thread) React(inc timeline.Incident, ev timeline.Event) []timeline.Effect {
	f, ok := ev.Fact.(timeline.Updated)
	if _, announced := inc.Post(timeline.AnnouncementPost); !ok || f.Nothing || inc.Private || !announced {
		return nil
	}
	return []timeline.Effect{timeline.Do(tell, nil)}
}

// Deliver posts an update.
func (h Thread) Deliver(ctx context.Context, inc timeline.Incident, e timeline.Effect) ([]timeline.Fact, error) {
	root, ok := inc.Post(timeline.AnnouncementPost)
	if e.Do != tell {
		return nil, unknownOrder(e)
	}
	if !ok {
		return nil, nil
	}
	was := inc.At(e.Seq)
	m, _ := Spoken(h.Texts, was, was.Events[len(was.Events)-1])
	m.Thread = root.Message.TS
	return nil, PostOnce(ctx, h.Chat, root.Message.Channel, m, e)
}
