package pager

import (
	"context"
	"errors"
	"regexp"
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
	// Ended is told of an alarm that is over and that no incident here has made. It
	// may be nil, and hears of one alarm again and again.
	Ended func(ctx context.Context, a Alarm) error
	// Seen is when Muster was last there before it was started; zero where that is
	// not known.
	Seen time.Time

	from  time.Time            // since when to ask
	heard map[string]time.Time // what was taken lately, by its ID, and when it happened
}

const (
	overlap  = 2 * time.Minute // that is asked for again: what happened is told late
	lookBack = 24 * time.Hour  // at the most, after a start
)

// Look asks what happened since the last time. Where nothing waits to be heard
// of, nobody is asked. What fails about one page keeps nobody from hearing of the
// others, and is asked for again.
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
	failed := w.complete(ctx, open)
	all, err := w.Account.Since(ctx, since)
	if err != nil {
		return errors.Join(failed, err)
	}
	for _, h := range all {
		if _, known := w.heard[h.ID]; known {
			continue
		}
		if err := w.Take(ctx, h); err != nil {
			failed = errors.Join(failed, err)
			continue
		}
		w.hear(h)
	}
	w.from = now.Add(-overlap)
	w.forget()
	return failed
}

// hear notes that something was taken, so that it need not be looked up again when
// it is told once more.
func (w *Watch) hear(h Happening) {
	if w.heard == nil {
		w.heard = map[string]time.Time{}
	}
	w.heard[h.ID] = h.At
}

// forget drops what is not asked for any more.
func (w *Watch) forget() {
	for id, at := range w.heard {
		if at.Before(w.from.Add(-overlap)) {
			delete(w.heard, id)
		}
	}
}

// since is from when on to ask, and whether any page is to be heard of.
func (w *Watch) since(open []timeline.Incident, now time.Time) (at time.Time, any bool) {
	first := now.Add(-overlap)
	if !w.Seen.IsZero() && w.Seen.Before(first) {
		first = w.Seen
	}
	for _, inc := range open {
		for _, p := range inc.Pages {
			if any = true; p.At.Before(first) {
				first = p.At
			}
		}
	}
	if !w.from.IsZero() {
		return w.from, any
	}
	if first = first.Add(-overlap); first.Before(now.Add(-lookBack)) {
		first = now.Add(-lookBack)
	}
	return first, any
}

// complete looks up what is not known of pages: their ID where they went out by
// another route, and whom they woke where an alarm was declared.
func (w *Watch) complete(ctx context.Context, open []timeline.Incident) (failed error) {
	for _, inc := range open {
		for _, p := range inc.Pages {
			if p.ID != "" && len(p.To) > 0 || p.Ended || p.Over || inc.Drill {
				continue
			}
			facts, err := w.more(ctx, inc, p)
			if err == nil && len(facts) > 0 {
				_, err = w.Journal.Record(ctx, inc.ID, timeline.Cause{}, facts...)
			}
			failed = errors.Join(failed, err)
		}
	}
	return failed
}

// more is what the paging service knows of a page besides.
func (w *Watch) more(ctx context.Context, inc timeline.Incident, p timeline.SentPage) ([]timeline.Fact, error) {
	known := p.Paged
	if p.ID == "" {
		made, ok, err := w.Account.Trace(ctx, keyOf(inc, p.For))
		if err != nil || !ok {
			return nil, err
		}
		known.Ref, known.ID, known.URL = made.Ref, made.ID, made.URL
		known.To, known.People = w.Who.all(ctx, made.To)
		return []timeline.Fact{known}, nil
	}
	now, err := w.Account.Look(ctx, p.ID)
	switch {
	case err != nil:
		return nil, err
	case now.Over:
		return []timeline.Fact{timeline.PageEnded{For: p.For}}, nil
	case len(now.To) == 0:
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
				if over, err := w.isOld(ctx, h); over || err != nil {
					return err
				}
				return w.write(ctx, inc.ID, p.For, h)
			}
		}
	}
	if h.What != Raised && h.What != Ended {
		return nil
	}
	if own, err := w.isOwn(ctx, h.Alarm); own || err != nil {
		return err
	}
	if h.What == Raised && w.Raised != nil {
		return w.raised(ctx, h)
	}
	if h.What == Ended && w.Ended != nil {
		return w.Ended(ctx, h.Alarm)
	}
	return nil
}

// isOld reports whether somebody has a page that an acknowledgement is told to have
// run out of: that was an earlier one.
func (w *Watch) isOld(ctx context.Context, h Happening) (bool, error) {
	if h.What != Lapsed {
		return false, nil
	}
	now, err := w.Account.Look(ctx, h.Alarm.ID)
	return now.Over || !now.Answered.IsZero(), err
}

// ownTitle is how the titles of pages begin that Muster has made.
var ownTitle = regexp.MustCompile(`^(INC-[0-9]+) sev[1-4]: `)

// isOwn reports whether Muster has made an alarm itself, or has declared it: it is
// never declared, and nobody is asked about it by itself. One that went out as an
// event has no key of its own, and is known by its title.
func (w *Watch) isOwn(ctx context.Context, a Alarm) (bool, error) {
	if strings.HasPrefix(a.Key, keyPrefix) {
		return true, nil
	}
	names := []string{timeline.AlarmSource + a.ID}
	if m := ownTitle.FindStringSubmatch(a.Title); m != nil {
		names = append(names, m[1])
	}
	for _, name := range names {
		if _, err := w.Journal.Named(ctx, name); !errors.Is(err, timeline.ErrUnknown) {
			return err == nil, err
		}
	}
	return false, nil
}

// raised passes on that there is an alarm, unless it is an old one that is over.
func (w *Watch) raised(ctx context.Context, h Happening) error {
	if w.Journal.Now().Sub(h.At) > overlap {
		if now, err := w.Account.Look(ctx, h.Alarm.ID); err != nil || now.Over {
			return err
		}
	}
	return w.Raised(ctx, h.Alarm)
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
		if !ok || !inc.Open() || p.Over {
			return nil, nil
		}
		switch h.What {
		case Answered:
			if p.Answered.IsZero() && !p.IsStale(h.At) {
				return []timeline.Fact{timeline.PageAnswered{For: seq, By: by, At: h.At}}, nil
			}
		case Escalated:
			return further(p, h, names, people), nil
		case Lapsed:
			if !p.Answered.IsZero() {
				return []timeline.Fact{timeline.PageLapsed{For: seq, At: h.At}}, nil
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

// further is what there is to write down of a page that reaches others now. The
// first to whom it goes are those whom it was for.
func further(p timeline.SentPage, h Happening, names []string, people []timeline.Person) []timeline.Fact {
	switch isNew := func(n string) bool { return !slices.Contains(p.To, n) }; {
	case len(p.To) == 0 && len(names) > 0:
		known := p.Paged
		known.To, known.People = names, people
		return []timeline.Fact{known}
	case slices.ContainsFunc(names, isNew):
		return []timeline.Fact{timeline.PageEscalated{For: p.For, Level: max(h.Level, Second), To: names, People: people, There: true, At: h.At}}
	}
	return nil
}

// noted is a note that somebody wrote there, unless it came from here or is on
// the timeline.
func noted(inc timeline.Incident, source string, by timeline.Person, h Happening) []timeline.Fact {
	h.Text = strings.TrimSpace(h.Text)
	if h.Text == "" || isPassedOn(inc, h.Text) {
		return nil
	}
	text := h.Text
	if by.ID == "" && by.Name != "" {
		text = by.Name + ": " + text
	}
	if slices.ContainsFunc(inc.Events, func(ev timeline.Event) bool {
		old, ok := ev.Fact.(timeline.Noted)
		same := old.Text == h.Text || old.Text == h.By.Name+": "+h.Text // who it is may not have been known then
		return ok && old.Source == source && same && old.At.Equal(h.At)
	}) {
		return nil
	}
	return []timeline.Fact{timeline.Noted{Text: text, At: h.At, Source: source}}
}

func isRepeated(err error) bool { return errors.Is(err, timeline.ErrRepeated) }
