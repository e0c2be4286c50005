package cli

import (
	"context"
	"errors"
	"time"

	"muster/bot"
	"muster/chat"
	"muster/commands"
	"muster/evidence"
	"muster/review"
	"muster/templates"
	"muster/timeline"
)

// reviewEach is how often it is looked whether a review is due, and reviewLate how
// long after its time it is still posted.
const (
	reviewEach = time.Minute
	reviewLate = 3 * 24 * time.Hour
)

// reviewRounds looks whether the weekly review is to be posted. What is due follows
// from the clock and from what was posted, so that a restart changes nothing.
func (i *Instance) reviewRounds() []bot.Round {
	day, clock, ok := i.config.Review.When()
	if !ok {
		return nil
	}
	zone := teamZone(i.config)
	if zone == nil {
		zone = time.UTC
	}
	return []bot.Round{{Name: "review", Each: reviewEach, Do: func(ctx context.Context) error {
		due := lastTime(i.Journal.Now().In(zone), day, clock)
		if i.Journal.Now().Sub(due) > reviewLate {
			return nil
		}
		week := weekReviewed(due)
		house, err := i.Journal.Incident(ctx, timeline.House)
		if _, posted := house.Review(week.String()); err != nil || posted {
			return err
		}
		began, err := i.began(ctx)
		if err != nil || began.IsZero() || began.After(due) || !began.Before(week.Plus(1).Begins(zone)) {
			return err // there was nothing to look back at
		}
		err = i.Bot.Reviewer.Owe(ctx, week.String(), due.Add(reviewLate))
		if errors.Is(err, timeline.ErrRepeated) {
			return nil
		}
		return err
	}}}
}

// began is when the first incident was declared; zero where there is none.
func (i *Instance) began(ctx context.Context) (time.Time, error) {
	last, err := i.Store.Last(ctx)
	for id := timeline.House + 1; err == nil && id <= last; id++ {
		first, err := i.Journal.Incident(ctx, id)
		switch {
		case err == nil:
			return first.Declared, nil
		case !errors.Is(err, timeline.ErrUnknown) && !errors.Is(err, timeline.ErrBroken):
			return time.Time{}, err
		}
	}
	return time.Time{}, err
}

// lastTime is when the clocks of a time zone showed a time of a weekday last. One
// that the clocks leave out on a day is an hour later, or earlier.
func lastTime(now time.Time, day time.Weekday, clock time.Duration) time.Time {
	ago := (int(now.Weekday()) - int(day) + 7) % 7
	at := func(ago int) time.Time {
		return time.Date(now.Year(), now.Month(), now.Day()-ago, 0, int(clock.Minutes()), 0, 0, now.Location())
	}
	if due := at(ago); !due.After(now) {
		return due
	}
	return at(ago + 7)
}

// weekReviewed is the week that is looked back at: the one most of which is over.
func weekReviewed(at time.Time) review.Week {
	return review.WeekOf(at.AddDate(0, 0, -3).Add(-12 * time.Hour))
}

// reviewer posts the reviews that the desk makes.
func (i *Instance) reviewer(texts templates.Texts, desk commands.Desk) *chat.Reviewer {
	return &chat.Reviewer{
		Chat: i.Slack, Journal: i.Journal, Texts: texts, Channel: i.config.ReviewChannel(), Report: desk.Review,
		File:    func(r review.Report) string { return texts.Review(r, nil).Markdown },
		Picture: func(r review.Report) ([]byte, string, error) { return evidence.Weeks(texts, r) },
	}
}
