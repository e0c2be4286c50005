package commands

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"muster/chat"
	"muster/policy"
	"muster/templates"
	"muster/timeline"
)

// meeting sets when people talk about an incident that is over. To set it again
// moves it, and "off" calls it off.
var meeting = Command{
	Act:     policy.Record,
	Numbers: true,
	Name:    "meeting", Args: "[INC-N] WHEN [@host] [@guest] [MINUTES] | off", Example: "friday 14:00 @ana 45",
	Inputs: []string{"day", "time", "host", "guest", "minutes"},
	Run:    runMeeting,
}

func runMeeting(ctx context.Context, c Call) (chat.Answer, error) {
	inc, rest, err := c.incident(ctx)
	if err == nil && isOff(rest) {
		return c.callMeetingOff(ctx, inc)
	}
	if err == nil {
		err = c.mayBeMetAbout(inc)
	}
	if err != nil {
		return chat.Answer{}, err
	}
	if _, filled := c.Request.What.(chat.Submitted); rest == "" && !filled {
		if c.Request.Trigger == "" {
			return chat.Answer{}, c.misused("meeting.no time")
		}
		form, err := c.meetingForm(ctx, inc)
		return chat.Ask(form), err
	}
	set, err := c.meetingSaid(ctx, inc, rest)
	if err != nil {
		return chat.Answer{}, err
	}
	same := false
	_, err = c.Journal.Decide(ctx, inc.ID, c.cause(), func(inc timeline.Incident) ([]timeline.Fact, error) {
		was, ok := inc.Meeting()
		if same = ok && isSame(was, set); same {
			return nil, nil
		}
		return []timeline.Fact{set}, c.mayBeMetAbout(inc)
	})
	if err != nil {
		return chat.Answer{}, err
	}
	return c.meetingAnswer(inc, set, same), nil
}

// isOff reports whether somebody wants a meeting called off.
func isOff(typed string) bool {
	return slices.Contains([]string{"off", "cancel", "call off"}, strings.ToLower(strings.Join(strings.Fields(typed), " ")))
}

// callMeetingOff tells everybody that it does not take place.
func (c Call) callMeetingOff(ctx context.Context, inc timeline.Incident) (chat.Answer, error) {
	there := false
	_, err := c.Journal.Decide(ctx, inc.ID, c.cause(), func(inc timeline.Incident) ([]timeline.Fact, error) {
		set, ok := inc.Meeting()
		if there = ok && c.now().Before(set.End()); !there {
			return nil, nil
		}
		return []timeline.Fact{timeline.MeetingCalledOff{}}, nil
	})
	if err == nil && !there {
		return c.tell("meeting.not set", inc.ID), nil
	}
	return c.tell("meeting.called off", inc.ID), err
}

// isSame reports whether two meetings are the same in all that people hear of.
func isSame(a, b timeline.MeetingSet) bool {
	return a.At.Equal(b.At) && a.Minutes == b.Minutes && a.Host.ID == b.Host.ID && a.Guest.ID == b.Guest.ID
}

// meetingAnswer echoes what was understood.
func (c Call) meetingAnswer(inc timeline.Incident, set timeline.MeetingSet, same bool) chat.Answer {
	text := c.Texts.T("meeting.set", inc.ID, templates.When(set.At), set.Minutes, templates.Person(set.Host.ID))
	switch {
	case same:
		return c.tell("meeting.same", inc.ID, templates.When(set.At))
	case set.Guest.ID != "":
		text += " " + c.Texts.T("meeting.with guest", templates.Person(set.Guest.ID))
	case !inc.Private:
		text += " " + c.Texts.T("meeting.no guest")
	}
	return chat.Reply(chat.Say(text))
}

// mayBeMetAbout refuses a meeting about what is not over, or was no incident of
// its own.
func (c Call) mayBeMetAbout(inc timeline.Incident) error {
	switch {
	case inc.Open():
		return c.sorry("meeting.early", inc.ID, c.Slash)
	case inc.Status == timeline.IsMerged:
		return c.sorry("meeting.merged", inc.ID, inc.MergedInto, c.Slash)
	case inc.Status == timeline.IsCancelled:
		return c.sorry("meeting.cancelled", inc.ID, c.Slash)
	}
	return nil
}

// meetingSaid reads a meeting: when, who leads it, who comes as a guest, how long.
// What is not said stays as it was, and at first is as is usual.
func (c Call) meetingSaid(ctx context.Context, inc timeline.Incident, args string) (set timeline.MeetingSet, err error) {
	said := callingIn(args)
	was, moved := inc.Meeting()
	if set.At, err = c.moment(ctx, inc, said); err != nil {
		return set, err
	}
	if set.Minutes, err = c.length(said.minutes); err != nil {
		return set, err
	}
	set.Minutes = cmp.Or(set.Minutes, was.Minutes, minutesUsual)
	if len(said.people) > 2 {
		return set, c.wrong("host", "meeting.many people")
	}
	form, filled := c.Request.What.(chat.Submitted)
	var host, guest string
	if people := append(said.people, "", ""); filled {
		host, guest = form.Values["host"], form.Values["guest"]
	} else {
		host, guest = people[0], people[1]
	}
	if set.Host, err = c.hostSaid(ctx, inc, host, was.Host); err != nil {
		return set, beside("host", err)
	}
	switch {
	case guest != "":
		set.Guest, err = c.guestSaid(ctx, inc, guest, set.Host)
		return set, beside("guest", err)
	case !filled && moved && was.Guest.ID != set.Host.ID:
		set.Guest = was.Guest
	case !filled && !moved:
		set.Guest, err = c.guestProposed(ctx, inc, set.Host)
	}
	return set, err
}

// hostSaid is who leads the meeting: whoever is named, who did before, or who led
// the incident; else whoever asks.
func (c Call) hostSaid(ctx context.Context, inc timeline.Incident, named string, was timeline.Person) (timeline.Person, error) {
	if named != "" {
		p, err := c.answering(ctx, inc, named)
		return timeline.Person{ID: p.ID}, err
	}
	return timeline.Person{ID: c.usualHost(ctx, inc, was)}, nil
}

func (c Call) usualHost(ctx context.Context, inc timeline.Incident, was timeline.Person) string {
	for _, id := range []string{was.ID, inc.Holder(timeline.Commander).ID} {
		if _, local := timeline.IsLocal(id); id != "" && !local && inc.IsOpenTo(id) && c.standingOf(ctx, id) != policy.Gone {
			return id
		}
	}
	return c.Request.By.ID
}

// guestSaid is somebody who may hear of the incident and did not take part.
func (c Call) guestSaid(ctx context.Context, inc timeline.Incident, named string, host timeline.Person) (timeline.Person, error) {
	p, err := c.answering(ctx, inc, named)
	if err == nil && (p.ID == host.ID || tookPart(inc, p.ID)) {
		err = c.sorry("meeting.guest took part", templates.Person(p.ID), inc.ID)
	}
	return timeline.Person{ID: p.ID}, err
}

func tookPart(inc timeline.Incident, id string) bool {
	return slices.ContainsFunc(inc.TookPart(), func(p timeline.Person) bool { return p.ID == id })
}

// Where a guest is looked for.
const (
	guestLook = 50 // how many of the latest incidents
	guestsAsk = 10 // about how many people it is asked who they are
)

// guestProposed is who led another incident of late, and did not take part in this
// one; nobody where there is none. Of a private incident nobody else hears, and
// nobody hears who led one.
func (c Call) guestProposed(ctx context.Context, inc timeline.Incident, host timeline.Person) (timeline.Person, error) {
	if inc.Private {
		return timeline.Person{}, nil
	}
	all, err := c.Journal.Latest(ctx, guestLook)
	if err != nil {
		return timeline.Person{}, err
	}
	looked := map[string]bool{"": true, host.ID: true}
	for _, other := range all {
		led := other.Holder(timeline.Commander).ID
		if other.ID == inc.ID || other.Private || other.Drill || looked[led] || len(looked) > guestsAsk {
			continue
		}
		if looked[led] = true; tookPart(inc, led) {
			continue
		}
		if slices.Contains([]policy.Standing{policy.Member, policy.Responder, policy.Admin}, c.standingOf(ctx, led)) {
			return timeline.Person{ID: led}, nil
		}
	}
	return timeline.Person{}, nil
}

// meetingDays is how many working days ahead the form begins: the causes are fresh,
// and people can prepare.
const meetingDays = 2

// meetingForm asks for what meeting takes, with the meeting as it stands.
func (c Call) meetingForm(ctx context.Context, inc timeline.Incident) (chat.Form, error) {
	t, zone := c.Texts, c.zone(ctx, inc)
	day, clock := businessDays(dayOf(c.now().In(zone)), meetingDays).Format(time.DateOnly), ""
	set, ok := inc.Meeting()
	if ok {
		day, clock = set.At.In(zone).Format(time.DateOnly), set.At.In(zone).Format("15:04")
	}
	set.Host.ID = c.usualHost(ctx, inc, set.Host)
	var err error
	if !ok {
		set.Guest, err = c.guestProposed(ctx, inc, set.Host)
	}
	set.Minutes = cmp.Or(set.Minutes, minutesUsual)
	guest := chat.Input{Name: "guest", Label: t.T("meeting.form.guest"), Hint: t.T("meeting.form.guest hint"), Value: set.Guest.ID, Person: true, Optional: true}
	return chat.Form{
		Command: fmt.Sprintf("meeting %v", inc.ID), Instead: fmt.Sprintf("meeting %v", inc.ID), Title: t.T("meeting.form.title", inc.ID), Submit: t.T("meeting.form.submit"),
		Fields: []chat.Input{
			{Name: "day", Label: t.T("meeting.form.day"), Value: day, Day: true},
			{Name: "time", Label: t.T("meeting.form.time"), Hint: t.T("meeting.form.time hint"), Value: clock, Max: 20},
			{Name: "host", Label: t.T("meeting.form.host"), Value: set.Host.ID, Person: true},
			guest,
			{Name: "minutes", Label: t.T("meeting.form.minutes"), Value: strconv.Itoa(set.Minutes), Max: 3},
		},
	}, err
}
