package commands

import (
	"context"
	"regexp"
	"strconv"
	"strings"
	"time"

	"muster/chat"
	"muster/templates"
	"muster/timeline"
)

var note = Command{
	Name: "note", Args: "[INC-N] [HH:MM] TEXT", Example: "14:05 detected: the first alert",
	Help: "Puts a line on the timeline, at the time it happened (yours), without a word in the channel.",
	Run: func(ctx context.Context, c Call) (chat.Answer, error) {
		inc, rest, err := c.incident(ctx)
		if err != nil {
			return chat.Answer{}, err
		}
		if m := timeOfDay.FindString(rest); m != "" && !clock.MatchString(rest) {
			return chat.Answer{}, c.misused("%s is no time of day.", m)
		}
		at, rest := c.earlier(inc, rest)
		text, err := c.text(rest)
		if err != nil {
			return chat.Answer{}, err
		}
		_, err = c.Journal.Record(ctx, inc.ID, c.cause(), timeline.Noted{Text: text, At: at})
		if at.IsZero() {
			return reply("Noted on the timeline of %v.", inc.ID), err
		}
		return reply("Noted on the timeline of %v, at %s.", inc.ID, templates.When(at)), err
	},
}

// timeOfDay is what is meant as a time, and clock what is one.
var timeOfDay = regexp.MustCompile(`^[0-9]{1,2}:[0-9]{2}\b`)

var clock = regexp.MustCompile(`^([01]?[0-9]|2[0-3]):([0-5][0-9])\b`)

// ahead is how far a clock on the wall may be before ours.
const ahead = 10 * time.Minute

// earlier reads the time of day at the front of a note, in the time zone of
// its author: the latest such time that is not to come. Without one it is zero.
func (c Call) earlier(inc timeline.Incident, text string) (time.Time, string) {
	m := clock.FindStringSubmatch(text)
	if m == nil {
		return time.Time{}, text
	}
	zone, ok := inc.Zone(c.Request.By.ID)
	if !ok {
		zone = c.Texts.Zone
	}
	hour, _ := strconv.Atoi(m[1])
	minute, _ := strconv.Atoi(m[2])
	now := c.now().In(zone)
	at := time.Date(now.Year(), now.Month(), now.Day(), hour, minute, 0, 0, zone)
	if at.Sub(now) > ahead {
		at = at.AddDate(0, 0, -1)
	}
	return at.UTC(), strings.TrimSpace(text[len(m[0]):])
}
