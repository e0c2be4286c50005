package chat

import (
	"context"
	"fmt"

	"muster/templates"
	"muster/timeline"
)

// Alarms offers, where the team of a service sits, to declare an alarm of the
// paging service as an incident. It is owed its effects by whoever hears of one.
type Alarms struct {
	Chat  Chat
	Texts templates.Texts
}

// Alarm is an alarm that may be an incident.
type Alarm struct {
	ID, Ref, URL string
	Title        string
	Service      string            // of the directory; empty where it has none
	Severity     timeline.Severity `json:",omitzero"` // that is offered
	Channel      string            // where to offer it, by name
}

// Name is "alarms".
func (Alarms) Name() string { return "alarms" }

// Urgency is that of the channel.
func (Alarms) Urgency() timeline.Urgency { return timeline.Room }

const offerAlarm = "offer"

// Offer is the order to offer to declare an alarm.
func (Alarms) Offer(a Alarm) timeline.Effect { return timeline.Do(offerAlarm, a).OnObject(a.ID) }

// React does nothing: what is offered is owed as it is heard of.
func (Alarms) React(timeline.Incident, timeline.Event) []timeline.Effect { return nil }

// Deliver offers it, in the channel.
func (o Alarms) Deliver(ctx context.Context, _ timeline.Incident, e timeline.Effect) ([]timeline.Fact, error) {
	var a Alarm
	if e.Do != offerAlarm {
		return nil, unknownOrder(e)
	}
	if err := e.Read(&a); err != nil {
		return nil, err
	}
	channel, err := o.Chat.ChannelNamed(ctx, a.Channel)
	if err != nil {
		return nil, err
	}
	m := Say(o.Texts.T("alarm.offer", templates.Link(a.URL, "PagerDuty "+a.Ref), a.Title)).With(
		Button{Label: o.Texts.T("button.declare alarm", o.Texts.Severity(a.Severity)), Command: a.Command(), Primary: true},
	)
	return nil, PostOnce(ctx, o.Chat, channel.ID, m, e)
}

// Command is what declares an alarm.
func (a Alarm) Command() string {
	return fmt.Sprintf("declare-alarm %s %s sev%d %s | %s | %s", a.ID, a.Ref, a.Severity, a.URL, a.Service, Clip(a.Title, alarmTitleMost))
}

// alarmTitleMost is how many characters of the title of an alarm are kept.
const alarmTitleMost = 150
