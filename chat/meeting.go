package chat

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"muster/calendar"
	"muster/templates"
	"muster/timeline"
)

// Meetings tells everybody of the meeting about an incident that is over: who
// should come, what it goes through, and the file for their calendars.
type Meetings struct {
	Chat    Chat
	Texts   templates.Texts
	Address func(channel string) string // of a channel, in the web
}

// Name is "meetings".
func (Meetings) Name() string { return "meetings" }

// Urgency is that of announcements.
func (Meetings) Urgency() timeline.Urgency { return timeline.Announce }

const (
	inviteAll    = "invite"
	shareMeeting = "share"
	callOff      = "call-off"
	tellGuest    = "tell-guest"
	spareGuest   = "spare-guest"
)

// React tells of each meeting that is set, of each move, and that it is called off:
// in the incident's channel, and where that is gone everybody by themselves. The file
// of a private incident goes into its channel or nowhere.
func (Meetings) React(inc timeline.Incident, ev timeline.Event) (effects []timeline.Effect) {
	set, isSet := ev.Fact.(timeline.MeetingSet)
	_, off := ev.Fact.(timeline.MeetingCalledOff)
	if !isSet && !off {
		return nil
	}
	was, _ := inc.At(ev.Seq - 1).Meeting()
	tell, about := inviteAll, set
	if off {
		tell, about = callOff, was
	}
	for _, place := range meetingPlaces(inc, about) {
		effects = append(effects, timeline.Do(tell, nil).OnObject(place))
		if place == inc.Channel.ID || !inc.Private {
			effects = append(effects, timeline.Do(shareMeeting, nil).OnObject(place))
		}
	}
	for _, id := range reachable(inc, []timeline.Person{set.Guest}) {
		effects = append(effects, timeline.Do(tellGuest, nil).OnObject(id))
	}
	for _, id := range reachable(inc, []timeline.Person{was.Guest}) {
		if id != set.Guest.ID {
			effects = append(effects, timeline.Do(spareGuest, nil).OnObject(id))
		}
	}
	return effects
}

// meetingPlaces is where a meeting is told of.
func meetingPlaces(inc timeline.Incident, set timeline.MeetingSet) []string {
	if inc.Channel.ID != "" {
		return []string{inc.Channel.ID}
	}
	all := reachable(inc, append(inc.TookPart(), set.Host))
	slices.Sort(all)
	return slices.Compact(all)
}

// Deliver tells of a meeting, unless it was set anew or called off since.
func (m Meetings) Deliver(ctx context.Context, inc timeline.Incident, e timeline.Effect) ([]timeline.Fact, error) {
	last, times := inc.LastMeetingSet()
	set, isSet := last.Fact.(timeline.MeetingSet)
	if last.Seq != e.Seq || isSet && inc.Open() {
		return nil, nil
	}
	was, before := inc.At(last.Seq - 1).Meeting()
	t, host := m.Texts, templates.Person(set.Host.ID)
	switch e.Do {
	case inviteAll:
		return nil, PostOnce(ctx, m.Chat, e.On, Say(m.invitation(inc, set, before)), e)
	case callOff:
		return nil, PostOnce(ctx, m.Chat, e.On, Say(t.T("meeting.off", inc.ID, inc.Title, templates.When(was.At), templates.Person(last.By.ID))), e)
	case shareMeeting:
		return nil, m.share(ctx, inc, e, times)
	case tellGuest:
		return nil, m.toGuest(ctx, inc, e, t.T("meeting.guest told", inc.ID, inc.Title, templates.When(set.At), set.Minutes, host, m.roomOf(inc)))
	case spareGuest:
		if !isSet {
			return nil, m.toGuest(ctx, inc, e, t.T("meeting.off", inc.ID, inc.Title, templates.When(was.At), templates.Person(last.By.ID)))
		}
		return nil, m.toGuest(ctx, inc, e, t.T("meeting.guest spared", inc.ID, host))
	}
	return nil, unknownOrder(e)
}

// toGuest says something to who is or was the guest, as far as they may hear of
// the incident.
func (m Meetings) toGuest(ctx context.Context, inc timeline.Incident, e timeline.Effect, text string) error {
	if len(reachable(inc, []timeline.Person{{ID: e.On}})) == 0 {
		return nil
	}
	return PostOnce(ctx, m.Chat, e.On, Say(text), e)
}

// invitation is what everybody is told: when, who should come, the agenda.
func (m Meetings) invitation(inc timeline.Incident, set timeline.MeetingSet, moved bool) string {
	t := m.Texts
	text := t.T("meeting.is", inc.ID, inc.Title, templates.When(set.At), set.Minutes, templates.Person(set.Host.ID))
	if moved {
		text = t.T("meeting.moved", inc.ID, inc.Title, templates.When(set.At), set.Minutes, templates.Person(set.Host.ID))
	}
	if come := m.called(inc, set); come != "" {
		text += "\n" + t.T("meeting.come", come)
	}
	if set.Guest.ID != "" {
		text += "\n" + t.T("meeting.guest", templates.Person(set.Guest.ID))
	}
	return text + "\n" + t.Agenda(inc) + "\n" + t.T("meeting.notes")
}

// calledMost is how many people one message calls.
const calledMost = 60

// called mentions who took part, apart from the host and the guest, who are named
// beside them.
func (m Meetings) called(inc timeline.Incident, set timeline.MeetingSet) string {
	var names []string
	more := 0
	for _, id := range reachable(inc, inc.TookPart()) {
		switch {
		case id == set.Host.ID || id == set.Guest.ID:
		case len(names) == calledMost:
			more++
		default:
			names = append(names, templates.Person(id))
		}
	}
	text := strings.Join(names, " ")
	if more > 0 {
		text += " " + m.Texts.T("meeting.more", more)
	}
	return text
}

// roomOf names the channel for somebody who is not in it; empty where it is gone.
func (m Meetings) roomOf(inc timeline.Incident) string {
	if inc.Channel.ID == "" {
		return ""
	}
	return " " + m.Texts.T("meeting.room", RoomOf(inc.Channel))
}

// share puts the file for calendars into a place, once.
func (m Meetings) share(ctx context.Context, inc timeline.Incident, e timeline.Effect, times int) error {
	comment := "meeting.file"
	if _, on := inc.Meeting(); !on {
		comment = "meeting.file off"
	}
	return shareOnce(ctx, m.Chat, e.On, File{
		Name: MeetingFile(inc), Title: fmt.Sprintf("%v meeting, %d", inc.ID, times),
		Comment: m.Texts.T(comment), Content: m.file(inc),
	}, e)
}

// MeetingFile is the name of the file by which a meeting gets into calendars.
func MeetingFile(inc timeline.Incident) string { return inc.ID.String() + "-meeting.ics" }

// file is the meeting for calendars. Where it was moved, it takes the place of the
// one before.
func (m Meetings) file(inc timeline.Incident) string {
	last, times := inc.LastMeetingSet()
	set, isSet := last.Fact.(timeline.MeetingSet)
	if !isSet {
		set, _ = inc.At(last.Seq - 1).Meeting()
	}
	a := calendar.Appointment{
		UID: fmt.Sprintf("%x-%v@muster", inc.Events[0].Sum[:8], inc.ID), Sequence: times - 1, Written: last.At.Truncate(time.Second), Begin: set.At, End: set.End(),
		Summary: m.Texts.MeetingTitle(inc), Description: m.Texts.Named(inc).Write(m.Texts.Agenda(inc)), Private: inc.Private, CalledOff: !isSet,
	}
	if m.Address != nil && inc.Channel.ID != "" {
		a.URL = m.Address(inc.Channel.ID)
	}
	if a.URL != "" {
		a.Description += "\n\n" + a.URL
	}
	return a.File()
}
