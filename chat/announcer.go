package chat

import (
	"context"

	"muster/templates"
	"muster/timeline"
)

// Announcer tells everybody else of an incident, in one message that it keeps
// current in place.
type Announcer struct {
	Chat    Chat
	Texts   templates.Texts
	Channel string // by name, without the #; empty for no announcements
}

// Name is "announcer".
func (Announcer) Name() string { return "announcer" }

// Urgency is that of announcements.
func (Announcer) Urgency() timeline.Urgency { return timeline.Announce }

const announcement = "announcement"

// React announces an incident once it has a channel, and again whatever
// matters to those outside it.
func (a Announcer) React(inc timeline.Incident, ev timeline.Event) []timeline.Effect {
	if a.Channel == "" || inc.Channel.ID == "" {
		return nil
	}
	switch f := ev.Fact.(type) {
	case timeline.ChannelOpened, timeline.SeverityChanged, timeline.Updated, timeline.Linked,
		timeline.Mitigated, timeline.Resolved, timeline.Reopened:
	case timeline.RoleGiven:
		if f.Role == timeline.Scribe {
			return nil
		}
	default:
		return nil
	}
	return []timeline.Effect{timeline.Keep(announcement)}
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
	fields := Fields{
		{"Status", statusWord(inc)},
		{"Room", templates.Room(inc.Channel.ID, inc.Channel.Name)},
		{"Commander", holderWord(inc, timeline.Commander)},
		{"Comms lead", holderWord(inc, timeline.Comms)},
	}
	if due := a.Texts.NextUpdate(inc); !due.IsZero() {
		fields = append(fields, Field{"Next update due", templates.When(due)})
	}
	parts := []Part{headline(inc), fields}
	if u := inc.LastUpdate; u.Text != "" {
		parts = append(parts, Paragraph{"Last update, " + templates.When(u.At) + ": " + u.Text})
	}
	for _, l := range inc.Links {
		parts = append(parts, Small{templates.Link(l.URL, "The "+l.What)})
	}
	return Message{Text: a.Texts.Announcement(inc), Parts: parts}
}
