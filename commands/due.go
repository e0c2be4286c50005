package commands

import (
	"errors"
	"regexp"
	"strconv"
	"strings"
	"time"

	"muster/templates"
)

// What a due date may look like. It is read in lower case, with single spaces.
var (
	isoDay    = regexp.MustCompile(`^(\d{4})-(\d{2})-(\d{2})$`)
	inSpan    = regexp.MustCompile(`^(?:in )?(\d{1,3}) ?(business days?|workdays?|days?|weeks?|months?|bd|d|w|m)$`)
	weekday   = regexp.MustCompile(`^(?:(this|next|by|on) )?(monday|tuesday|wednesday|thursday|friday|saturday|sunday|mon|tues?|wed|thu(?:rs?)?|fri|sat|sun)$`)
	dayMonth  = regexp.MustCompile(`^(\d{1,2})(?:st|nd|rd|th)? (jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?(?: (\d{4}))?$`)
	monthDay  = regexp.MustCompile(`^(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.? (\d{1,2})(?:st|nd|rd|th)?(?:,? (\d{4}))?$`)
	ambiguous = regexp.MustCompile(`^(\d{1,4})[/.](\d{1,2})(?:[/.](\d{2,4}))?$`)
)

const (
	monthNames = "janfebmaraprmayjunjulaugsepoctnovdec"
	dueMost    = 2 * 366 // days from today
)

// readDue reads a due date, relative to today, which is midnight in its reader's
// time zone. The result is never before today. An error says what to write.
func readDue(t templates.Texts, text string, today time.Time) (time.Time, error) {
	text = strings.TrimPrefix(strings.Join(strings.Fields(strings.ToLower(text)), " "), "by ")
	if m := ambiguous.FindStringSubmatch(text); m != nil {
		return time.Time{}, errors.New(t.T("due.two ways", text, today.AddDate(0, 0, 7).Format(time.DateOnly)))
	}
	day, ok := namedDay(text, today)
	if !ok {
		return time.Time{}, errors.New(t.T("due.no day", text, today.AddDate(0, 0, 7).Format(time.DateOnly)))
	}
	switch {
	case day.IsZero():
		return day, errors.New(t.T("due.not there", text))
	case day.Before(today):
		return day, errors.New(t.T("due.over", t.Day(day.Format(time.DateOnly))))
	case day.After(today.AddDate(0, 0, dueMost)):
		return day, errors.New(t.T("due.far", t.Day(day.Format(time.DateOnly))))
	}
	return day, nil
}

// namedDay is the day that a text names; zero for one that the calendar does
// not have.
func namedDay(text string, today time.Time) (day time.Time, ok bool) {
	switch text {
	case "today", "eod", "end of day":
		return today, true
	case "tomorrow":
		return today.AddDate(0, 0, 1), true
	case "next week":
		return today.AddDate(0, 0, 7), true
	case "next month":
		return inMonths(today, 1), true
	case "eow", "end of week", "end of the week":
		return comingFriday(today), true
	case "eom", "end of month", "end of the month":
		return monthEnd(today), true
	}
	if m := isoDay.FindStringSubmatch(text); m != nil {
		day, err := time.ParseInLocation(time.DateOnly, text, today.Location())
		if err != nil {
			return time.Time{}, true
		}
		return day, true
	}
	if m := inSpan.FindStringSubmatch(text); m != nil {
		return spanFrom(today, atoi(m[1]), m[2]), true
	}
	if m := weekday.FindStringSubmatch(text); m != nil {
		return nextWeekday(today, m[2], m[1] == "next"), true
	}
	if m := dayMonth.FindStringSubmatch(text); m != nil {
		return dayOfMonth(today, m[1], m[2], m[3]), true
	}
	if m := monthDay.FindStringSubmatch(text); m != nil {
		return dayOfMonth(today, m[2], m[1], m[3]), true
	}
	return time.Time{}, false
}

func atoi(digits string) int {
	n, _ := strconv.Atoi(digits) // a pattern has seen to it that they are digits
	return n
}

// comingFriday is the end of the week: today on a Friday.
func comingFriday(today time.Time) time.Time {
	return today.AddDate(0, 0, (int(time.Friday)-int(today.Weekday())+7)%7)
}

func monthEnd(today time.Time) time.Time {
	return time.Date(today.Year(), today.Month()+1, 0, 0, 0, 0, 0, today.Location())
}

// inMonths is the same day some months on, or the last one of that month.
func inMonths(today time.Time, n int) time.Time {
	first := time.Date(today.Year(), today.Month()+time.Month(n), 1, 0, 0, 0, 0, today.Location())
	return first.AddDate(0, 0, min(today.Day(), monthEnd(first).Day())-1)
}

func spanFrom(today time.Time, n int, unit string) time.Time {
	switch unit[0] {
	case 'w':
		if strings.HasPrefix(unit, "workday") {
			return businessDays(today, n)
		}
		return today.AddDate(0, 0, 7*n)
	case 'm':
		return inMonths(today, n)
	case 'b':
		return businessDays(today, n)
	}
	return today.AddDate(0, 0, n)
}

// businessDays goes on by days that are no Saturday and no Sunday.
func businessDays(day time.Time, n int) time.Time {
	for n > 0 {
		day = day.AddDate(0, 0, 1)
		if day.Weekday() != time.Saturday && day.Weekday() != time.Sunday {
			n--
		}
	}
	return day
}

// nextWeekday is the first such day after today; with "next" the one of the
// week after this one, which begins on Monday.
func nextWeekday(today time.Time, name string, next bool) time.Time {
	wanted := (strings.Index("sunmontuewedthufrisat", name[:3]) / 3)
	ahead := (wanted-int(today.Weekday())+6)%7 + 1
	day := today.AddDate(0, 0, ahead)
	if monday := today.AddDate(0, 0, 7-(int(today.Weekday())+6)%7); next && day.Before(monday) {
		day = day.AddDate(0, 0, 7)
	}
	return day
}

// dayOfMonth is a day by its month: of this year or, if that is over, the next.
func dayOfMonth(today time.Time, day, month, year string) time.Time {
	m := time.Month(strings.Index(monthNames, month)/3 + 1)
	of := func(y int) time.Time {
		at := time.Date(y, m, atoi(day), 0, 0, 0, 0, today.Location())
		if at.Month() != m || at.Day() != atoi(day) {
			return time.Time{}
		}
		return at
	}
	if year != "" {
		return of(atoi(year))
	}
	for y := today.Year(); y <= today.Year()+1; y++ {
		if at := of(y); !at.IsZero() && !at.Before(today) {
			return at
		}
	}
	return time.Time{}
}
