package commands

import (
	"context"
	"regexp"
	"strconv"
	"strings"
	"time"

	"muster/chat"
	"muster/policy"
	"muster/templates"
	"muster/timeline"
)

var note = Command{
	Act:  policy.Record,
	Name: "note", Args: "[INC-N] [HH:MM] TEXT", Example: "14:05 detected: the first alert",
	Run: func(ctx context.Context, c Call) (chat.Answer, error) {
		inc, rest, err := c.incident(ctx)
		if err != nil {
			return chat.Answer{}, err
		}
		at, rest, err := c.earlier(ctx, inc, rest)
		if err != nil {
			return chat.Answer{}, err
		}
		text, err := c.text(rest)
		if err != nil {
			return chat.Answer{}, err
		}
		_, err = c.Journal.Record(ctx, inc.ID, c.cause(), timeline.Noted{Text: text, At: at})
		if at.IsZero() {
			return c.tell("note.done", inc.ID), err
		}
		return c.tell("note.done at", inc.ID, templates.When(at)), err
	},
}

// timeOfDay is what is meant as a time, and clock what is one.
var (
	timeOfDay = regexp.MustCompile(`^[0-9]{1,2}:[0-9]{2}\S*`)
	clock     = regexp.MustCompile(`^([0-9]{1,2}):([0-5][0-9])(?:\s*(?i:(am|pm)))?(?:\s*(UTC|Z))?[:,]?(?:\s+|$)`)
)

// ahead is how far a clock on the wall may be before ours.
const ahead = 10 * time.Minute

// earlier reads the time of day at the front of a note, in the time zone of
// its author: the latest such time that is not to come. Without one it is zero.
func (c Call) earlier(ctx context.Context, inc timeline.Incident, text string) (time.Time, string, error) {
	on, rest, err := c.timeOfDay(ctx, inc, text)
	if err != nil || on == nil {
		return time.Time{}, rest, err
	}
	at := on(c.now())
	if at.Sub(c.now()) > ahead {
		at = at.AddDate(0, 0, -1)
	}
	return at.UTC(), rest, nil
}

// timeOfDay reads a time of day at the front of a text, in the time zone of its
// author. It returns which moment that is on the day of another moment, or nil
// where there is no such time.
func (c Call) timeOfDay(ctx context.Context, inc timeline.Incident, text string) (on func(time.Time) time.Time, rest string, err error) {
	meant := timeOfDay.FindString(text)
	if meant == "" {
		return nil, text, nil
	}
	m := clock.FindStringSubmatch(text)
	hour, ok := hourOf(m)
	if !ok {
		return nil, "", c.misused("note.no time", chat.Clip(meant, 20))
	}
	zone := time.UTC
	if m[4] == "" {
		zone = c.zone(ctx, inc)
	}
	minute, _ := strconv.Atoi(m[2])
	return func(day time.Time) time.Time {
		day = day.In(zone)
		return time.Date(day.Year(), day.Month(), day.Day(), hour, minute, 0, 0, zone)
	}, text[len(m[0]):], nil
}

// hourOf reads the hour of a time that was found, on a clock of 24 hours.
func hourOf(m []string) (hour int, ok bool) {
	if m == nil {
		return 0, false
	}
	hour, _ = strconv.Atoi(m[1])
	switch half := strings.ToLower(m[3]); {
	case half == "":
		return hour, hour < 24
	case hour < 1 || hour > 12:
		return 0, false
	case half == "pm":
		return hour%12 + 12, true
	default:
		return hour % 12, true
	}
}

// lookFor is how long a time zone is looked for that is not on record.
const lookFor = time.Second

// zone is the time zone of whoever asks.
func (c Call) zone(ctx context.Context, inc timeline.Incident) *time.Location {
	if zone, ok := inc.Zone(c.Request.By.ID); ok {
		return zone
	}
	if c.Zone != nil {
		ctx, cancel := context.WithTimeout(ctx, lookFor)
		defer cancel()
		if zone, ok := c.Zone(ctx, c.Request.By.ID); ok {
			return zone
		}
	}
	return c.Texts.Zone
}
