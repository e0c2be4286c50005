package commands

import (
	"strings"
	"time"
)

// A day of the calendar is its midnight in UTC, whatever zone it is meant in:
// there is a midnight every day there, and all days have 24 hours. In Havana the
// clock goes from 23:59 to 1:00 on one night of the year, and what Go has for that
// midnight is still the day before.

const (
	weekdayNames = "sunmontuewedthufrisat"
	monthNames   = "janfebmaraprmayjunjulaugsepoctnovdec"
)

// dayOf is the day that a clock shows.
func dayOf(clock time.Time) time.Time {
	return time.Date(clock.Year(), clock.Month(), clock.Day(), 0, 0, 0, 0, time.UTC)
}

// calendarDay is zero for a day that the calendar does not have, such as 31
// February.
func calendarDay(year int, month time.Month, day int) time.Time {
	at := time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
	if at.Month() != month || at.Day() != day {
		return time.Time{}
	}
	return at
}

// comingDay is the first such day from today on. There is a 29 February within
// eight years of any day.
func comingDay(today time.Time, month time.Month, day int) time.Time {
	for year := today.Year(); year <= today.Year()+8; year++ {
		if at := calendarDay(year, month, day); !at.IsZero() && !at.Before(today) {
			return at
		}
	}
	return time.Time{}
}

// comingNth is the first day from today on with that number in its month. A 31st
// is never more than two months away.
func comingNth(today time.Time, n int) time.Time {
	for ahead := range 62 {
		if at := today.AddDate(0, 0, ahead); at.Day() == n {
			return at
		}
	}
	return time.Time{}
}

// inMonths is the same day some months on, or the last one of that month.
func inMonths(today time.Time, n int) time.Time {
	last := endOfMonth(today, n)
	return last.AddDate(0, 0, min(today.Day(), last.Day())-last.Day())
}

// endOfMonth is the last day of the month some months on.
func endOfMonth(today time.Time, n int) time.Time {
	return time.Date(today.Year(), today.Month()+time.Month(n)+1, 0, 0, 0, 0, 0, time.UTC)
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

// weekdayFrom is the first such weekday from a day on.
func weekdayFrom(day time.Time, wanted time.Weekday) time.Time {
	return day.AddDate(0, 0, (int(wanted)-int(day.Weekday())+7)%7)
}

// nextMonday is when the next week begins.
func nextMonday(today time.Time) time.Time {
	return weekdayFrom(today.AddDate(0, 0, 1), time.Monday)
}

// after is a day some units of time on, which are known by how they begin.
func after(today time.Time, n int, unit string) time.Time {
	switch {
	case strings.HasSuffix(unit, "day") && unit != "day", unit == "bd": // business days, workdays
		return businessDays(today, n)
	case unit[0] == 'w':
		return today.AddDate(0, 0, 7*n)
	case unit[0] == 'f':
		return today.AddDate(0, 0, 14*n)
	case unit[0] == 'm':
		return inMonths(today, n)
	case unit[0] == 'q':
		return inMonths(today, 3*n)
	case unit[0] == 'y':
		return inMonths(today, 12*n)
	}
	return today.AddDate(0, 0, n)
}

// endOf is the last day of a time, or of the next such. At the weekend, the
// week that ends is the next one already.
func endOf(today time.Time, unit string, next bool) time.Time {
	after := 0
	if next {
		after = 1
	}
	switch unit {
	case "week":
		if next {
			today = nextMonday(today)
		}
		return weekdayFrom(today, time.Friday)
	case "month":
		return endOfMonth(today, after)
	case "quarter":
		return endOfMonth(today, 2-int(today.Month()-1)%3+3*after)
	case "year":
		return endOfMonth(today, 12-int(today.Month())+12*after)
	}
	return today.AddDate(0, 0, after)
}

// inYear is a day of a year; where that is not told, the next such day.
func inYear(today time.Time, year string, month time.Month, day string) time.Time {
	if year == "" {
		return comingDay(today, month, atoi(day))
	}
	return calendarDay(atoi(year), month, atoi(day))
}

func weekdayOf(name string) time.Weekday {
	return time.Weekday(strings.Index(weekdayNames, name[:3]) / 3)
}

func monthOf(name string) time.Month {
	return time.Month(strings.Index(monthNames, name[:3])/3 + 1)
}
