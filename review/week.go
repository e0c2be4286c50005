package review

import (
	"fmt"
	"time"
)

// Week is a week by ISO 8601: it begins on a Monday, and the first of a year has
// its first Thursday.
type Week struct{ Year, Number int }

// String is the week as people type it: "2026-W47".
func (w Week) String() string { return fmt.Sprintf("%04d-W%02d", w.Year, w.Number) }

// WeekOf returns the week that a moment is in, by its own time zone.
func WeekOf(at time.Time) Week {
	year, number := at.ISOWeek()
	return Week{year, number}
}

// Begins returns the first moment of the week in a time zone.
func (w Week) Begins(zone *time.Location) time.Time {
	fourth := time.Date(w.Year, 1, 4, 0, 0, 0, 0, zone) // is always in the first week
	monday := (int(fourth.Weekday()) + 6) % 7
	return time.Date(w.Year, 1, 4-monday+7*(w.Number-1), 0, 0, 0, 0, zone)
}

// Plus returns the week so many weeks later.
func (w Week) Plus(n int) Week { return WeekOf(w.Begins(time.UTC).AddDate(0, 0, 7*n)) }

// Unfit is why a text names no week that can be reviewed, and what to write instead.
type Unfit struct{ Why string }

func (u Unfit) Error() string { return u.Why }

// ParseWeek reads a week: "2026-W47".
func ParseWeek(text string) (Week, error) {
	var w Week
	if _, err := fmt.Sscanf(text, "%4d-W%2d", &w.Year, &w.Number); err != nil || w.String() != text || WeekOf(w.Begins(time.UTC)) != w {
		return Week{}, Unfit{fmt.Sprintf("%q is no week; write it as 2026-W47", text)}
	}
	return w, nil
}
