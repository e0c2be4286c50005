package templates

import (
	"strings"

	"muster/timeline"
)

// Understanding tells the share of people who understand the root cause, before
// the meeting and after it; empty where nobody was asked.
func (t Texts) Understanding(inc timeline.Incident) string {
	u := inc.Understanding()
	asked := len(inc.AskedToUnderstand(false))
	askedAfter := len(inc.AskedToUnderstand(true))
	switch before, after := len(u.Before) >= timeline.AnswersLeast, len(u.After) >= timeline.AnswersLeast; {
	case before && after:
		return t.T("understanding.both", yeses(u.Before), len(u.Before), asked, yeses(u.After), len(u.After))
	case before:
		return t.T("understanding.before", yeses(u.Before), len(u.Before), asked)
	case after:
		return t.T("understanding.after", yeses(u.After), len(u.After), askedAfter)
	case asked+askedAfter > 0:
		return t.T("understanding.few", max(asked, askedAfter), timeline.AnswersLeast)
	}
	return ""
}

// yeses is how many have said yes.
func yeses(said map[string]bool) (n int) {
	for _, yes := range said {
		if yes {
			n++
		}
	}
	return n
}

// Agenda is what the meeting about an incident goes through, and in which order.
func (t Texts) Agenda(inc timeline.Incident) string {
	return t.T("meeting.agenda", strings.TrimSuffix(" "+t.Understanding(inc), " "))
}

// MeetingTitle is what the meeting about an incident is called in a calendar. Others
// see calendars, so of a private incident it tells the number alone.
func (t Texts) MeetingTitle(inc timeline.Incident) string {
	if inc.Private {
		return t.T("meeting.private title", inc.ID)
	}
	return t.T("meeting.title", inc.ID, t.PlainTitle(inc))
}
