// Package calendar writes an appointment as a file that calendars take, as RFC
// 5545 has it. It is pure, and knows nothing of ours.
package calendar

import (
	"fmt"
	"net/url"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Appointment is something at a time.
type Appointment struct {
	UID         string    // by which a calendar knows it again; it never changes
	Sequence    int       // how often it was changed: a higher one takes the place of a lower
	Written     time.Time // when it was set or changed
	Begin, End  time.Time
	Summary     string
	Description string
	URL         string // where it is about; empty for nowhere
	CalledOff   bool   // it does not take place
	Private     bool   // a calendar that others see shows only that there is something
}

// File returns the appointment as a file of its own, named .ics. It invites nobody
// by e-mail: it has neither an organizer nor attendees.
func (a Appointment) File() string {
	class := "PUBLIC"
	if a.Private {
		class = "PRIVATE"
	}
	status, busy := "CONFIRMED", "OPAQUE"
	if a.CalledOff {
		status, busy = "CANCELLED", "TRANSPARENT"
	}
	lines := []string{
		"BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Muster//Meetings//EN", "CALSCALE:GREGORIAN", "METHOD:PUBLISH",
		"BEGIN:VEVENT", "UID:" + text(a.UID), fmt.Sprintf("SEQUENCE:%d", a.Sequence), "DTSTAMP:" + moment(a.Written), "DTSTART:" + moment(a.Begin), "DTEND:" + moment(a.End),
		"SUMMARY:" + text(a.Summary), "DESCRIPTION:" + text(a.Description), "CLASS:" + class, "STATUS:" + status, "TRANSP:" + busy,
	}
	if address, ok := address(a.URL); ok {
		lines = append(lines, "URL:"+address)
	}
	lines = append(lines, "END:VEVENT", "END:VCALENDAR")
	var out strings.Builder
	for _, line := range lines {
		out.WriteString(folded(line) + "\r\n")
	}
	return out.String()
}

// moment writes a time in UTC, to the second.
func moment(t time.Time) string { return t.UTC().Format("20060102T150405Z") }

// address writes a URL, where it is one.
func address(typed string) (string, bool) {
	u, err := url.Parse(typed)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return "", false
	}
	return u.String(), true
}

var escapes = strings.NewReplacer(`\`, `\\`, ";", `\;`, ",", `\,`, "\n", `\n`)

// text writes a value of the kind TEXT. Line ends of any kind are line feeds, and
// control characters, which it can not hold, are left out.
func text(s string) string {
	s = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(strings.ToValidUTF8(s, "�"))
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' && r != '\t' {
			return -1
		}
		return r
	}, s)
	return escapes.Replace(s)
}

// lineMost is how many octets a line may have, without its end.
const lineMost = 75

// folded breaks a line that is too long into several, each but the first with a
// space in front. No character is cut in two.
func folded(line string) string {
	var out strings.Builder
	octets := 0
	for _, r := range line {
		n := utf8.RuneLen(r)
		if octets+n > lineMost {
			out.WriteString("\r\n ")
			octets = 1
		}
		out.WriteRune(r)
		octets += n
	}
	return out.String()
}
