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
	Name: "note", Args: "[INC-N] [HH:MM] TEXT", Example: "14:05 the vendor was called, they see it too",
	Help: "Puts a line on the timeline, at the time it happened, without a word in the channel.",
	Run: func(ctx context.Context, c Call) (chat.Answer, error) {
		inc, rest, err := c.incident(ctx)
		if err != nil {
			return chat.Answer{}, err
		}
		at, rest := c.earlier(rest)
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

var clock = regexp.MustCompile(`^([01]?[0-9]|2[0-3]):([0-5][0-9])\b`)

// earlier reads the time of day at the front of a note: the latest such time
// that is not to come. Without one it is zero.
func (c Call) earlier(text string) (time.Time, string) {
	m := clock.FindStringSubmatch(text)
	if m == nil {
		return time.Time{}, text
	}
	hour, _ := strconv.Atoi(m[1])
	minute, _ := strconv.Atoi(m[2])
	now := c.now().In(c.Texts.Zone)
	at := time.Date(now.Year(), now.Month(), now.Day(), hour, minute, 0, 0, c.Texts.Zone)
	if at.After(now) {
		at = at.AddDate(0, 0, -1)
	}
	return at.UTC(), strings.TrimSpace(text[len(m[0]):])
}
