package pager

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"muster/timeline"
)

// Watch writes down what people do to pages in the paging service: that they
// acknowledge, escalate, resolve or note something. It asks from time to time,
// or is told; either way each thing is written down once.
type Watch struct {
	Account Account
	Journal *timeline.Journal
	Who     Who
	Clean   func(string) string // makes a text from outside fit to be kept
	// Raised is told of an alarm that no incident here has made. It may be nil,
	// and hears of one alarm again and again.
	Raised func(ctx context.Context, a Alarm) error
	// Ended is told of an alarm that is over and that no incident here has made, and
	// whom it has woken. It may be nil, and hears of one alarm again and again.
	Ended func(ctx context.Context, a Alarm, woke []timeline.Person) error

	from time.Time // since when to ask
}

const (
	overlap  = 2 * time.Minute // that is asked for again: what happened is told late
	lookBack = 24 * time.Hour  // at the most, after a start
)

// Look asks what happened since the last time. Where nothing waits to be heard
// of, nobody is asked.
func (w *Watch) Look(ctx context.Context) error {
	now := w.Journal.Now()
	open, err := w.Journal.Open(ctx)
	if err != nil {
		return err
	}
	since, any := w.since(open, now)
	if !any && w.Raised == nil && w.Ended == nil {
		w.from = time.Time{}
		return nil
	}
	if err := w.complete(ctx, open); err != nil {
		return err
	}
	all, err := w.Account.Since(ctx, since)
	if err != nil {
		return err
	}
	for _, h := range all {
		if err := w.Take(ctx, h); err != nil {
			return err
		}
	}
	w.from = now.Add(-overlap)
	return nil
}

// since is from when on to ask, and whether any page is to be heard of.
func (w *Watch) since(open []timeline.Incident, now time.Time) (at time.Time, any bool) {
	first := now.Add(-overlap)
	for _, inc := range open {
		for _, p := range inc.Pages {
			if any = true; p.At.Before(first) {
				first = p.At
			}
		}
	}
	if w.from.IsZero() {
		return latest(first.Add(-overlap), now.Add(-lookBack)), any
	}
	return w.from, any
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// complete looks up what is not known of pages: their ID where they went out by
// another route, and whom they woke where an alarm was declared.
func (w *Watch) complete(ctx context.Context, open []timeline.Incident) error {
	for _, inc := range open {
		for _, p := range inc.Pages {
			if p.ID != "" && len(p.To) > 0 || p.Ended || inc.Drill {
				continue
			}
			facts, err := w.more(ctx, inc, p)
			if err == nil && len(facts) > 0 {
				_, err = w.Journal.Record(ctx, inc.ID, timeline.Cause{}, facts...)
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// more is what the paging service knows of a page besides.
func (w *Watch) more(ctx context.Context, inc timeline.Incident, p timeline.SentPage) ([]timeline.Fact, error) {
	known := p.Paged
	if p.ID == "" {
		made, ok, err := w.Account.Find(ctx, Page{Key: keyOf(inc, p.For)})
		if err != nil || !ok {
			return nil, err
		}
		known.Ref, known.ID, known.URL = made.Ref, made.ID, made.URL
		known.To, known.People = w.Who.all(ctx, made.To)
		return []timeline.Fact{known}, nil
	}
	now, err := w.Account.Look(ctx, p.ID)
	if err != nil {
		return nil, err
	}
	if len(now.To) == 0 {
		return nil, nil
	}
	known.To, known.People = w.Who.all(ctx, now.To)
	facts := []timeline.Fact{known}
	if !now.Answered.IsZero() && p.Answered.IsZero() {
		facts = append(facts, timeline.PageAnswered{For: p.For, By: w.Who.person(ctx, now.By), At: now.Answered})
	}
	return facts, nil
}

// Take writes down what happened. What is known already, and what concerns no
// open incident, changes nothing.
func (w *Watch) Take(ctx context.Context, h Happening) error {
	open, err := w.Journal.Open(ctx)
	if err != nil {
		return err
	}
	for _, inc := range open {
		for _, p := range inc.Pages {
			if p.ID == h.Alarm.ID && p.ID != "" {
				return w.write(ctx, inc.ID, p.For, h)
			}
		}
	}
	switch {
	case h.What == Raised && w.Raised != nil:
		return w.Raised(ctx, h.Alarm)
	case h.What == Ended && w.Ended != nil:
		return w.ended(ctx, h.Alarm)
	}
	return nil
}

// ended passes on that an alarm is over, unless it is the page of an incident.
func (w *Watch) ended(ctx context.Context, a Alarm) error {
	if _, err := w.Journal.Named(ctx, timeline.AlarmSource+a.ID); !errors.Is(err, timeline.ErrUnknown) {
		return err
	}
	if strings.HasPrefix(a.Key, keyPrefix) {
		return nil
	}
	all, err := w.Account.Woken(ctx, a.ID)
	if err != nil {
		return err
	}
	_, woke := w.Who.all(ctx, all)
	return w.Ended(ctx, a, woke)
}

func (w *Watch) write(ctx context.Context, id timeline.ID, seq int, h Happening) error {
	by := w.Who.person(ctx, h.By)
	names, people := w.Who.all(ctx, h.To)
	var cause timeline.Cause
	if by.ID != "" {
		cause.By = by
	}
	_, err := w.Journal.Decide(ctx, id, cause, func(inc timeline.Incident) ([]timeline.Fact, error) {
		p, ok := inc.PageFor(seq)
		if !ok || !inc.Open() {
			return nil, nil
		}
		switch h.What {
		case Answered:
			if p.Answered.IsZero() {
				return []timeline.Fact{timeline.PageAnswered{For: seq, By: by, At: h.At}}, nil
			}
		case Escalated:
			if further := slices.ContainsFunc(names, func(n string) bool { return !slices.Contains(p.To, n) }); further {
				return []timeline.Fact{timeline.PageEscalated{For: seq, Level: h.Level, To: names, People: people, There: true}}, nil
			}
		case Ended:
			if !p.Ended {
				return []timeline.Fact{timeline.PageEnded{For: seq, By: by}}, nil
			}
		case Annotated:
			h.Text = w.Clean(h.Text)
			return noted(inc, w.Account.Name(), by, h), nil
		}
		return nil, nil
	})
	return err
}

func isRepeated(err error) bool { return errors.Is(err, timeline.ErrRepeated) }

// noted is a note that somebody wrote there, unless it came from here or is on
// the timeline.
func noted(inc timeline.Incident, source string, by timeline.Person, h Happening) []timeline.Fact {
	text := strings.TrimSpace(h.Text)
	if text == "" || isOwn(inc, text) {
		return nil
	}
	if by.ID == "" && by.Name != "" {
		text = by.Name + ": " + text
	}
	fact := timeline.Noted{Text: text, At: h.At, Source: source}
	if slices.ContainsFunc(inc.Events, func(ev timeline.Event) bool {
		old, ok := ev.Fact.(timeline.Noted)
		return ok && old.Source == source && old.Text == text && old.At.Sub(h.At).Abs() < overlap
	}) {
		return nil
	}
	return []timeline.Fact{fact}
}
