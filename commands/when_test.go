package commands

import (
	"context"
	"strconv"
	"strings"
	"testing"
	"time"

	"muster/templates"
	"muster/timeline"
)

// TestWhenAMeetingIs reads what people type, by their own clock. It is Thursday 26
// November 2026, 15:30 in Berlin.
func TestWhenAMeetingIs(t *testing.T) {
	for _, tt := range []struct {
		typed string
		want  string // in UTC, with the minutes; or what is said of it
	}{
		{"2026-11-27 14:00", "2026-11-27 13:00 0"},
		{"2026-11-27T14:00", "2026-11-27 13:00 0"},
		{"2026-11-27T14:00:00Z", "2026-11-27 14:00 0"},
		{"friday 14:00 @ana 60", "2026-11-27 13:00 60"},
		{"friday, 2pm", "2026-11-27 13:00 0"},
		{"friday at 2:30 PM for 30 minutes", "2026-11-27 13:30 30"},
		{"friday noon 1h", "2026-11-27 11:00 60"},
		{"friday 12am", "2026-11-26 23:00 0"},
		{"14:00 friday", "2026-11-27 13:00 0"},
		{"tomorrow 09:15 utc", "2026-11-27 09:15 0"},
		{"next tuesday 10:00 90 min", "2026-12-01 09:00 90"},
		{"in 2 weeks 10:00 20", "2026-12-10 09:00 20"},
		{"december 4 14:00 30", "2026-12-04 13:00 30"},
		{"14:00 december 4", "2026-12-04 13:00 0"},
		{"today 15:31", "2026-11-26 14:31 0"},
		{"friday 02:00", "2026-11-27 01:00 0"},
		{"friday 7:30", "2026-11-27 06:30 0"},
		{"friday 0:30", "2026-11-26 23:30 0"},
		{"2027-03-28 03:00", "2027-03-28 01:00 0"},

		{"today 15:30", "Thu 26 Nov 2026 at 15:30 is over"},
		{"today 9am", "Thu 26 Nov 2026 at 09:00 is over"},
		{"friday 2:00", "2:00 can be read in two ways: 02:00 or 14:00"},
		{"12/1 14:00", "12/1 can be read in two ways"},
		{"2027-03-28 02:30", "The clock does not show that time on Sun 28 Mar 2027"},
		{"2027-10-31 02:30", "02:30 can be read in two ways: 2027-10-31 00:30 UTC or 2027-10-31 01:30 UTC"},
		{"friday", "Say at what time"},
		{"friday 14", "Say at what time"},
		{"friday 14:00-15:00", "Say at what time"},
		{"14:00", "On which day, 14:00?"},
		{"friday 10:00 11:00", "There are two times, 10:00 and 11:00"},
		{"friday 24:00", "24:00 is no time of day"},
		{"friday 13pm", "13pm is no time of day"},
		{"friday 14:00 5", "5 is no length of a meeting"},
		{"friday 14:00 5h", "5h is no length of a meeting"},
		{"friday 27 14:00", `"friday 27" is no day that I can read`},
		{"", "Say at what time"},
	} {
		t.Run(tt.typed, func(t *testing.T) {
			now := time.Date(2026, 11, 26, 14, 30, 0, 0, time.UTC)
			c := Call{Desk: Desk{
				Journal: &timeline.Journal{Now: func() time.Time { return now }}, Texts: templates.New(),
				Zone: func(context.Context, string) (*time.Location, bool) { return zone(t, "Europe/Berlin"), true },
			}, Command: meeting}
			said := callingIn(strings.Replace(tt.typed, "@ana", "<@UANA>", 1))
			got := ""
			at, err := c.moment(context.Background(), timeline.Incident{}, said)
			minutes, wrong := c.length(said.minutes)
			switch {
			case err != nil:
				got = err.Error()
			case wrong != nil:
				got = wrong.Error()
			default:
				got = at.Format("2006-01-02 15:04 ") + strconv.Itoa(minutes)
			}
			if !strings.HasPrefix(got, tt.want) {
				t.Errorf("it is %s, want %s", got, tt.want)
			}
		})
	}
}
