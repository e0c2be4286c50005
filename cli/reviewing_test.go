package cli

import (
	"testing"
	"time"

	"muster/config"
)

func TestLastTime(t *testing.T) {
	for _, tt := range []struct{ name, zone, at, now, want string }{
		{"to the minute", "UTC", "Mon 10:00", "2026-03-16T10:00:00Z", "2026-03-16T10:00:00Z"},
		{"a second before", "UTC", "Mon 10:00", "2026-03-16T09:59:59Z", "2026-03-09T10:00:00Z"},
		{"on a Sunday", "UTC", "Mon 10:00", "2026-03-22T23:00:00Z", "2026-03-16T10:00:00Z"},
		{"the day is the team's", "Pacific/Auckland", "Mon 10:00", "2026-03-15T21:30:00Z", "2026-03-15T21:00:00Z"},
		{"the clocks went forward on Sunday", "Europe/Berlin", "Mon 10:00", "2026-03-30T08:00:00Z", "2026-03-30T08:00:00Z"},
		{"and were not yet there the week before", "Europe/Berlin", "Mon 10:00", "2026-03-30T07:59:00Z", "2026-03-23T09:00:00Z"},
		{"the clocks went back on Sunday", "Europe/Berlin", "Mon 10:00", "2026-10-26T08:59:00Z", "2026-10-19T08:00:00Z"},
		{"and here they are", "Europe/Berlin", "Mon 10:00", "2026-10-26T09:00:00Z", "2026-10-26T09:00:00Z"},
		{"no such time that day", "Europe/Berlin", "Sun 02:30", "2026-03-29T12:00:00Z", "2026-03-29T01:30:00Z"},
		{"over the end of the year", "UTC", "Fri 16:00", "2027-01-01T15:00:00Z", "2026-12-25T16:00:00Z"},
	} {
		zone, err := time.LoadLocation(tt.zone)
		if err != nil {
			t.Fatal(err)
		}
		now, _ := time.Parse(time.RFC3339, tt.now)
		day, clock, ok := config.Review{At: tt.at}.When()
		if got := lastTime(now.In(zone), day, clock).UTC().Format(time.RFC3339); got != tt.want || !ok {
			t.Errorf("%s: at %s the last %s was %s, want %s", tt.name, tt.now, tt.at, got, tt.want)
		}
	}
}

func TestWeekReviewedIsTheOneThatIsMostlyOver(t *testing.T) {
	for at, want := range map[string]string{
		"2026-11-16T10:00:00Z": "2026-W46", // Monday
		"2026-11-18T16:00:00Z": "2026-W46",
		"2026-11-20T16:00:00Z": "2026-W47", // Friday
		"2026-11-22T18:00:00Z": "2026-W47",
		"2027-01-04T10:00:00Z": "2026-W53",
	} {
		moment, _ := time.Parse(time.RFC3339, at)
		if got := weekReviewed(moment).String(); got != want {
			t.Errorf("at %s the week %s is reviewed, want %s", at, got, want)
		}
	}
}
