package templates

import (
	"fmt"
	"strings"
	"time"
)

// Day writes a day, "2026-11-27", with its weekday: "Fri 27 Nov 2026".
func (t Texts) Day(day string) string {
	at, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return day
	}
	return t.day("date", at)
}

// LongDay writes a day in full: "Friday, 27 November 2026".
func (t Texts) LongDay(at time.Time) string { return t.day("date.long", at) }

func (t Texts) day(key string, at time.Time) string {
	return t.T(key+".day", t.nth(key+".weekdays", int(at.Weekday())), at.Day(), t.nth(key+".months", int(at.Month())-1), at.Year())
}

// nth is a word of a text that lists words.
func (t Texts) nth(key string, n int) string { return strings.Fields(t.T(key))[n] }

// sameLength reports that a text which lists words has too few of them, or too
// many.
func sameLength(key, ours, theirs string) error {
	if !strings.HasPrefix(key, "date.") || !strings.HasSuffix(key, "s") {
		return nil
	}
	if want, got := len(strings.Fields(ours)), len(strings.Fields(theirs)); got != want {
		return fmt.Errorf("it has %d words, and needs %d: %q", got, want, ours)
	}
	return nil
}

// Span writes a length of time as people say it, to the minute.
func (t Texts) Span(d time.Duration) string {
	d = d.Round(time.Minute)
	days, d := d/(24*time.Hour), d%(24*time.Hour)
	hours, minutes := d/time.Hour, d%time.Hour/time.Minute
	var parts []string
	for _, p := range []struct {
		n    time.Duration
		unit string
	}{{days, "days"}, {hours, "hours"}, {minutes, "minutes"}} {
		if p.n > 0 {
			parts = append(parts, t.T("span."+p.unit, int(p.n)))
		}
	}
	if len(parts) == 0 {
		return t.T("span.minutes", 0)
	}
	return strings.Join(parts, " ")
}
