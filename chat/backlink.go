package chat

import (
	"context"

	"muster/templates"
	"muster/timeline"
)

// Backlink tells, under the message that an incident was declared from, where it
// goes on. Of private incidents it tells nothing.
type Backlink struct {
	Chat  Chat
	Texts templates.Texts
}

// Name is "backlink".
func (Backlink) Name() string { return "backlink" }

// Urgency is that of what nobody waits for.
func (Backlink) Urgency() timeline.Urgency { return timeline.Cosmetic }

const link = "link"

// React links back once there is a channel to link to.
func (Backlink) React(inc timeline.Incident, ev timeline.Event) []timeline.Effect {
	if _, ok := ev.Fact.(timeline.ChannelOpened); !ok || inc.Private || inc.Reopened {
		return nil
	}
	for _, early := range inc.Events {
		if early.Request != inc.Events[0].Request {
			break
		}
		if f, ok := early.Fact.(timeline.Tagged); ok && f.Message.Channel != inc.Channel.ID {
			return []timeline.Effect{timeline.Do(link, f.Message)}
		}
	}
	return nil
}

// Deliver replies to the message. Where the bot may not speak, or the message is
// gone, the incident's own link to it has to do.
func (b Backlink) Deliver(ctx context.Context, inc timeline.Incident, e timeline.Effect) ([]timeline.Fact, error) {
	var at timeline.Message
	if e.Do != link {
		return nil, unknownOrder(e)
	}
	if err := e.Read(&at); err != nil {
		return nil, err
	}
	m := Say(b.Texts.T("said.declared from", inc.ID, RoomOf(inc.Channel)))
	m.Thread = at.TS
	err := PostOnce(ctx, b.Chat, at.Channel, m, e)
	if timeline.IsRefusal(err) {
		return nil, nil
	}
	return nil, err
}
