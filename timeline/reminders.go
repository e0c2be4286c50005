package timeline

import (
	"fmt"
	"time"
)

// Reminded tells that people were asked to do something that was due.
type Reminded struct {
	Of string `json:"of"` // one of UpdateDue, RoleOpen and a role, …
}

// Snoozed tells that someone does not want to be asked again before a time.
type Snoozed struct {
	Of    string    `json:"of"`
	Until time.Time `json:"until"`
}

// What people are reminded of. RoleOpen is followed by the role.
const (
	UpdateDue   = "update"
	RoleOpen    = "role "
	EndDue      = "end"      // mitigated for long, and never resolved
	ArchiveDue  = "archive"  // the channel is about to be archived
	SurveyDue   = "survey"   // how was it run?
	HandoverDue = "handover" // offered for long, and not accepted
	PageDue     = "page "    // how good was it? The event that called for it and the person follow
)

// FollowUpDue names one follow-up of which one person is reminded.
func FollowUpDue(seq int, person string) string {
	return fmt.Sprintf("%s%d %s", followUpDue, seq, person)
}

// AdviceDue names what the author of one line is told of it, once for ever.
func AdviceDue(line int) string { return fmt.Sprintf("%s%d", adviceDue, line) }

const (
	followUpDue = "follow-up "
	adviceDue   = "line "
)

func (Reminded) kind() string { return "reminded" }
func (Snoozed) kind() string  { return "snoozed" }

func (f Reminded) String() string { return "reminded of " + f.Of }
func (f Snoozed) String() string  { return "snoozed " + f.Of }

// reminder is what is known of one thing that people are reminded of.
type reminder struct {
	of      string
	last    time.Time // when they were last asked
	times   int
	snoozed time.Time // until when they are not to be asked
}

func (inc Incident) reminder(of string) reminder {
	for _, r := range inc.reminders {
		if r.of == of {
			return r
		}
	}
	return reminder{of: of}
}

// RemindedOf returns when people were last asked to do something, and how often.
func (inc Incident) RemindedOf(of string) (last time.Time, times int) {
	r := inc.reminder(of)
	return r.last, r.times
}

// SnoozedUntil returns until when nobody is to be asked; zero where somebody may
// be.
func (inc Incident) SnoozedUntil(of string) time.Time { return inc.reminder(of).snoozed }

func (inc Incident) withReminder(of string, how func(*reminder)) Incident {
	r := inc.reminder(of)
	how(&r)
	inc.reminders = append(without(inc.reminders, func(o reminder) bool { return o.of == of }), r)
	return inc
}

// forgetting returns the incident as one of which nobody was ever reminded of
// something, as after it was done.
func (inc Incident) forgetting(of string) Incident {
	inc.reminders = without(inc.reminders, func(o reminder) bool { return o.of == of })
	return inc
}
