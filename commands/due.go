package commands

import (
	"errors"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"muster/chat"
	"muster/templates"
)

// A phrase is one way of writing a day. Its day is zero where the calendar does
// not have it.
type phrase struct {
	like *regexp.Regexp
	day  func(today time.Time, m []string) time.Time
}

// What stands in more than one phrase.
const (
	aCount   = `(?:([1-9]\d{0,2}) ?|(an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve) )`
	aUnit    = `(?:(bd|d|w|m|y)|((?:(?:business|working|work|week) ?)?day|week|wk|fortnight|month|mo|quarter|year|yr)s?)`
	aWeekday = `(monday|tuesday|wednesday|thursday|friday|saturday|sunday|mon|tues?|weds?|thu(?:rs?)?|fri|sat|sun)`
	aMonth   = `(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sep(?:t(?:ember)?)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)`
)

// phrases is what a due date may look like, once it is tidy. A week begins on
// Monday and ends, as work goes, on Friday.
var phrases = []phrase{
	like(`(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})`, func(_ time.Time, m []string) time.Time { // 2026-12-01
		return calendarDay(atoi(m[1]), time.Month(atoi(m[2])), atoi(m[3]))
	}),
	like(`(?:(?:with)?in )?`+aCount+aUnit+`(?:'? time| from (?:now|today))?`, func(today time.Time, m []string) time.Time { // in 2 weeks, 10bd
		return after(today, number(m[1]+m[2]), m[3]+m[4])
	}),
	like(aWeekday, func(today time.Time, m []string) time.Time { // friday: never today
		return weekdayFrom(today.AddDate(0, 0, 1), weekdayOf(m[1]))
	}),
	like(`this `+aWeekday, func(today time.Time, m []string) time.Time { // this friday: today, on a Friday
		return weekdayFrom(today, weekdayOf(m[1]))
	}),
	like(`next `+aWeekday+`|`+aWeekday+` (?:of )?next week|next week (?:on )?`+aWeekday, func(today time.Time, m []string) time.Time {
		return weekdayFrom(nextMonday(today), weekdayOf(m[1]+m[2]+m[3]))
	}),
	like(`end of (?:the |this |(next ))?(day|week|month|quarter|year)`, func(today time.Time, m []string) time.Time {
		return endOf(today, m[2], m[1] != "")
	}),
	like(`end of `+aMonth+`(?: (\d{4}))?`, func(today time.Time, m []string) time.Time { // end of march
		if m[2] != "" {
			return endOfMonth(calendarDay(atoi(m[2]), monthOf(m[1]), 1), 0)
		}
		return endOfMonth(today, (int(monthOf(m[1])-today.Month())+12)%12)
	}),
	like(`(\d{1,2})(?:st|nd|rd|th|\.)?[ -]?(?:of )?`+aMonth+`\.?(?:[ -](\d{4}))?`, func(today time.Time, m []string) time.Time { // 1st of december
		return inYear(today, m[3], monthOf(m[2]), m[1])
	}),
	like(aMonth+`\.?[ -]?(?:the )?(\d{1,2})(?:st|nd|rd|th)?(?: (\d{4}))?`, func(today time.Time, m []string) time.Time { // dec 1 2026
		return inYear(today, m[3], monthOf(m[1]), m[2])
	}),
	like(`(\d{1,2})(?:st|nd|rd|th)`, func(today time.Time, m []string) time.Time { // the 15th
		return comingNth(today, atoi(m[1]))
	}),
}

// shorthand is what some phrases are short for.
var shorthand = map[string]string{
	"today": "end of day", "tonight": "end of day", "eod": "end of day", "cob": "end of day", "tomorrow": "1d", "tmrw": "1d", "day after tomorrow": "2d",
	"eow": "end of week", "eom": "end of month", "eoq": "end of quarter", "eoy": "end of year", "month end": "end of month",
	"this week": "end of week", "this month": "end of month", "this quarter": "end of quarter", "this year": "end of year",
	"next week": "1w", "next month": "1m", "next business day": "1bd", "next working day": "1bd", "next workday": "1bd",
}

var (
	leadIn      = regexp.MustCompile(`^(?:(?:due|by|on|at|until|the|eod|cob|end of day) )+`)
	ambiguous   = regexp.MustCompile(`^(?:` + aWeekday + ` )?(\d{1,2}) ?[-/.] ?(\d{1,2})(?: ?[-/.] ?(\d{4}|\d{2}))?$`)
	withWeekday = regexp.MustCompile(`^` + aWeekday + ` (?:the )?(.*\d.*)$`)
)

func like(pattern string, day func(time.Time, []string) time.Time) phrase {
	return phrase{regexp.MustCompile(`^(?:` + pattern + `)$`), day}
}

// readDue reads a due date. Today is any moment of the day on which it is read,
// in its reader's time zone. The result is a day of the calendar, from today to
// two years on. An error says what to write.
func readDue(t templates.Texts, typed string, today time.Time) (time.Time, error) {
	today = dayOf(today)
	text := strings.Join(strings.Fields(strings.ToLower(strings.ReplaceAll(typed, ",", " "))), " ")
	text = strings.TrimSuffix(leadIn.ReplaceAllString(strings.TrimRight(text, ".! "), ""), " eod")
	if m := ambiguous.FindStringSubmatch(text); m != nil {
		return time.Time{}, choice(t, text, readings(today, m[2], m[3], m[4]), today)
	}
	day, ok := dayNamed(text, today)
	if m := withWeekday.FindStringSubmatch(text); !ok && m != nil {
		day, ok = dayNamed(m[2], today)
		if ok && dueError(t, text, day, today) == nil && day.Weekday() != weekdayOf(m[1]) {
			return time.Time{}, errors.New(t.T("due.other weekday", text, t.Day(day.Format(time.DateOnly))))
		}
	}
	if !ok {
		return time.Time{}, errors.New(t.T("due.no day", chat.Clip(strings.Join(strings.Fields(typed), " "), 40), today.AddDate(0, 0, 7).Format(time.DateOnly)))
	}
	if err := dueError(t, text, day, today); err != nil {
		return time.Time{}, err
	}
	return day, nil
}

func dayNamed(text string, today time.Time) (day time.Time, ok bool) {
	if text == "yesterday" {
		return today.AddDate(0, 0, -1), true
	}
	if long, ok := shorthand[text]; ok {
		text = long
	}
	for _, p := range phrases {
		if m := p.like.FindStringSubmatch(text); m != nil {
			return p.day(today, m), true
		}
	}
	return time.Time{}, false
}

// dueError tells why nothing can be due on a day.
func dueError(t templates.Texts, text string, day, today time.Time) error {
	switch {
	case day.IsZero():
		return errors.New(t.T("due.not there", text))
	case day.Before(today):
		return errors.New(t.T("due.over", t.Day(day.Format(time.DateOnly))))
	case day.After(inMonths(today, 24)):
		return errors.New(t.T("due.far", t.Day(day.Format(time.DateOnly))))
	}
	return nil
}

// readings are the days that "12/1" may stand for: month first, day first and,
// as in 26-12-01, year first.
func readings(today time.Time, a, b, c string) []time.Time {
	year := c
	if len(c) == 2 {
		year = "20" + c
	}
	days := []time.Time{inYear(today, year, time.Month(atoi(a)), b), inYear(today, year, time.Month(atoi(b)), a)}
	if len(a) == 2 && len(c) == 2 {
		days = append(days, inYear(today, "20"+a, time.Month(atoi(b)), c))
	}
	slices.SortFunc(days, time.Time.Compare)
	return days
}

// choice offers the days that something may be due on; where there is none, it
// tells why.
func choice(t templates.Texts, text string, days []time.Time, today time.Time) error {
	why := dueError(t, text, time.Time{}, today)
	var offered []any
	for _, day := range days {
		iso := any(day.Format(time.DateOnly))
		switch err := dueError(t, text, day, today); {
		case err == nil && (len(offered) == 0 || offered[0] != iso):
			offered = append(offered, iso)
		case !day.IsZero():
			why = err
		}
	}
	switch len(offered) {
	case 0:
		return why
	case 1:
		return errors.New(t.T("due.one way", text, offered[0]))
	}
	return errors.New(t.T("due.two ways", text, offered[0], offered[1]))
}

// number reads digits, or a word; "a" and "an" are one.
func number(text string) int {
	for i, word := range strings.Fields("one two three four five six seven eight nine ten eleven twelve") {
		if text == word {
			return i + 1
		}
	}
	return max(atoi(text), 1)
}

func atoi(digits string) int {
	n, _ := strconv.Atoi(digits) // a pattern has seen to it that they are digits
	return n
}
