package config

import (
	"fmt"
	"strings"
	"time"
)

// Review says when and where the weekly review is posted by itself.
type Review struct {
	At      string `yaml:"at"`      // "Mon 10:00", by the team's clock; never where it is empty
	Channel string `yaml:"channel"` // by name; the announcement channel where it is empty
}

// weekdays are those that people write.
var weekdays = []string{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"}

// When is the weekday and the time of the day, since its midnight; not ok where
// the review is never posted by itself.
func (r Review) When() (day time.Weekday, clock time.Duration, ok bool) {
	word, rest, _ := strings.Cut(r.At, " ")
	at, err := time.Parse("15:04", rest)
	for n, name := range weekdays {
		if name == word && err == nil {
			return time.Weekday(n), time.Duration(at.Hour())*time.Hour + time.Duration(at.Minute())*time.Minute, true
		}
	}
	return 0, 0, false
}

// ReviewChannel is where reviews are posted, by name; empty for nowhere.
func (c Config) ReviewChannel() string {
	if c.Review.Channel != "" {
		return c.Review.Channel
	}
	return c.Slack.AnnounceChannel
}

func (c *Config) reviewProblems() []problem {
	c.Review.Channel = strings.TrimPrefix(c.Review.Channel, "#")
	if c.Review.At == "" {
		return nil
	}
	var found []problem
	if _, _, ok := c.Review.When(); !ok {
		found = append(found, problem{"review.at", fmt.Sprintf("%q is no time of the week; write a weekday and a time, such as Mon 10:00", c.Review.At)})
	}
	if c.ReviewChannel() == "" {
		found = append(found, problem{"review.channel", "without it and slack.announce_channel the review has nowhere to go; name a channel, or leave out review.at"})
	}
	return found
}
