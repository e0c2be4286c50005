package commands

import (
	"cmp"
	"context"
	"regexp"
	"strconv"
	"strings"
	"time"

	"muster/chat"
	"muster/templates"
	"muster/timeline"
)

// calling is what somebody typed who sets a meeting: "friday 14:00 @ana 45".
type calling struct {
	day     string
	clocks  []string
	people  []string // mentions
	minutes string   // empty where none are said
}

var (
	isoTime    = regexp.MustCompile(`(?i)(\d)T(\d)`)
	spacedUnit = regexp.MustCompile(`(?i)(\d|m)\s+(am|pm|utc|min|mins|minutes?|h|hours?)\b`)
	clockWord  = regexp.MustCompile(`^(\d{1,2})(?::([0-5]\d)(?::00)?)?(am|pm)?(utc|z)?$`)
	lengthWord = regexp.MustCompile(`^(\d{1,3})(min|mins|minutes?|h|hours?)?$`)
)

// callingIn tells the words of a line apart. A number is a length where it comes
// last, behind a time or a person.
func callingIn(args string) (found calling) {
	text := spacedUnit.ReplaceAllString(isoTime.ReplaceAllString(strings.ReplaceAll(args, ",", " "), "$1 $2"), "$1$2")
	words := strings.Fields(text)
	var day []string
	numbered := false // the word before was a time or a person
	for n, word := range words {
		lower := strings.ToLower(word)
		after := numbered
		numbered = false
		switch length := lengthWord.FindStringSubmatch(lower); {
		case len(templates.People(word)) > 0 || strings.HasPrefix(word, "@"):
			found.people, numbered = append(found.people, word), true
		case isClock(lower):
			found.clocks, numbered = append(found.clocks, lower), true
		case length != nil && (length[2] != "" || after && n == len(words)-1):
			found.minutes = lower
		case lower == "at" || lower == "for":
			numbered = after
		default:
			day = append(day, lower)
		}
	}
	found.day = strings.Join(day, " ")
	return found
}

func isClock(word string) bool {
	m := clockWord.FindStringSubmatch(word)
	return word == "noon" || m != nil && m[2]+m[3] != ""
}

// moment reads when something is to be: a day and a time of it, by the clock of
// whoever asks. What may be read in two ways is refused, and so is what is over.
func (c Call) moment(ctx context.Context, inc timeline.Incident, said calling) (time.Time, error) {
	zone := c.zone(ctx, inc)
	switch {
	case len(said.clocks) == 0:
		return time.Time{}, c.wrong("time", "meeting.no time")
	case len(said.clocks) > 1:
		return time.Time{}, c.wrong("time", "meeting.two times", said.clocks[0], said.clocks[1])
	case said.day == "":
		return time.Time{}, c.wrong("day", "meeting.no day", said.clocks[0])
	}
	m := clockWord.FindStringSubmatch(strings.Replace(said.clocks[0], "noon", "12pm", 1))
	hour, ok := hourOf(m)
	minute, _ := strconv.Atoi(m[2]) // a whole hour has none
	switch {
	case !ok:
		return time.Time{}, c.wrong("time", "meeting.no clock", said.clocks[0])
	case m[3] == "" && len(m[1]) == 1 && hour > 0 && hour < earliest:
		return time.Time{}, c.wrong("time", "due.two ways", said.clocks[0], "0"+said.clocks[0], strconv.Itoa(hour+12)+":"+m[2])
	}
	if m[4] != "" {
		zone = time.UTC
	}
	now := c.now().In(zone)
	day, err := readDue(c.Texts, said.day, dayOf(now))
	if err != nil {
		return time.Time{}, c.wrongSo("day", err.Error())
	}
	at := time.Date(day.Year(), day.Month(), day.Day(), hour, minute, 0, 0, zone)
	if err := c.onTheClock(at, hour, minute); err != nil {
		return time.Time{}, err
	}
	if !at.After(now) {
		return time.Time{}, c.wrong("time", "meeting.over", c.dayAndTime(at))
	}
	return at.UTC(), nil
}

// earliest is the hour before which nobody means the morning who writes "2:00".
const earliest = 7

// onTheClock refuses a time that a clock does not show on its day, or shows twice,
// as where it is put forward or back.
func (c Call) onTheClock(at time.Time, hour, minute int) error {
	if at.Hour() != hour || at.Minute() != minute {
		return c.wrong("time", "meeting.no such time", c.Texts.Day(at.Format(time.DateOnly)))
	}
	const clock = "2006-01-02 15:04"
	for _, shift := range []time.Duration{-time.Hour, -30 * time.Minute, 30 * time.Minute, time.Hour} {
		if other := at.Add(shift); other.Format(clock) == at.Format(clock) {
			first, second := at.UTC(), other.UTC()
			if shift < 0 {
				first, second = second, first
			}
			return c.wrong("time", "due.two ways", at.Format("15:04"), first.Format(clock)+" UTC", second.Format(clock)+" UTC")
		}
	}
	return nil
}

// dayAndTime writes a moment by its own clock, for where a chat shows none of its
// own.
func (c Call) dayAndTime(at time.Time) string {
	return c.Texts.T("date.moment", c.Texts.Day(at.Format(time.DateOnly)), at.Format("15:04"))
}

// How long a meeting may be, in minutes.
const (
	minutesUsual = 45
	minutesLeast = 10
	minutesMost  = 240
)

// length reads how long a meeting is to be, in minutes; 0 where it is not said.
func (c Call) length(said string) (int, error) {
	m := lengthWord.FindStringSubmatch(said)
	if m == nil {
		return 0, nil
	}
	n, _ := strconv.Atoi(m[1]) // digits
	if strings.HasPrefix(cmp.Or(m[2], "m"), "h") {
		n *= 60
	}
	if n < minutesLeast || n > minutesMost {
		return 0, c.wrong("minutes", "meeting.length", chat.Clip(said, 20), minutesLeast, minutesMost)
	}
	return n, nil
}
