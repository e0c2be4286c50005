package statuspage

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"muster/timeline"
)

// Follower publishes what people have asked for, and nothing else. Its lane
// keeps the order.
type Follower struct {
	Page Page
	Now  func() time.Time
}

// Name is "statuspage".
func (Follower) Name() string { return "statuspage" }

// Urgency is that of announcements.
func (Follower) Urgency() timeline.Urgency { return timeline.Announce }

const publish = "publish"

// React publishes what is asked for.
func (Follower) React(_ timeline.Incident, ev timeline.Event) []timeline.Effect {
	if _, ok := ev.Fact.(timeline.PublishAsked); ok {
		return []timeline.Effect{timeline.Do(publish, nil)}
	}
	return nil
}

const (
	// doneWithin is how long a call that was given up here may still take effect
	// there.
	doneWithin = 30 * time.Second
	// insistFor is how long it is tried before the channel is told: customers
	// wait for it.
	insistFor = 15 * time.Minute
	// triesLeast is how often it is tried at the least, should the clock jump.
	triesLeast = 15
)

// Deliver publishes a notice, or finds that an earlier try has.
func (f Follower) Deliver(ctx context.Context, inc timeline.Incident, e timeline.Effect) ([]timeline.Fact, error) {
	asked, ok := inc.PublishAskedBy(e.Seq)
	if !ok || e.Do != publish {
		return nil, timeline.Refusal(fmt.Errorf("this version of Muster does not know how to %q event %d", e.Do, e.Seq))
	}
	if inc.Private || inc.Drill {
		return nil, timeline.Refusal(errors.New("this incident is not for the public"))
	}
	if inc.Page.For > e.Seq {
		return nil, nil // the page says something newer by now
	}
	made, err := f.publish(ctx, notice(inc, e.Seq, asked), e)
	if err != nil {
		return nil, f.patient(e, err)
	}
	return []timeline.Fact{timeline.Published{For: e.Seq, Ref: made.Ref, URL: made.URL, State: made.State, LeftOut: made.LeftOut}}, nil
}

func notice(inc timeline.Incident, seq int, asked timeline.PublishAsked) Notice {
	sum := sha256.Sum256(fmt.Appendf(nil, "%v/%d", inc.ID, inc.Declared.UnixNano()))
	return Notice{
		Key: "muster-" + hex.EncodeToString(sum[:8]), Mark: fmt.Sprintf("%d-%x", seq, inc.Events[seq-1].Sum[:4]), Ref: inc.Page.Ref,
		Title: asked.Title, Text: asked.Text, State: asked.State, Components: asked.Components, As: asked.As,
	}
}

// publish looks first, always: nothing tells for certain that no earlier try,
// nor the one before a backup was restored, has put the incident on the page.
func (f Follower) publish(ctx context.Context, n Notice, e timeline.Effect) (Public, error) {
	found, ok, err := f.Page.Find(ctx, n)
	if err == nil && !ok && n.Ref != "" {
		n.Ref = "" // somebody has taken it off the page
		found, ok, err = f.Page.Find(ctx, n)
	}
	if err != nil {
		return Public{}, notDone(err)
	}
	if ok && found.Mark == n.Mark {
		return found, nil
	}
	if wait := doneWithin - f.Now().Sub(e.Doubted); e.Doubt && !e.Doubted.IsZero() && wait > 0 {
		return Public{}, timeline.Later(errors.New("the status page may have taken it, and does not show it yet"), wait)
	}
	if !ok {
		return f.Page.Create(ctx, n)
	}
	n.Ref = found.Ref
	return f.Page.Update(ctx, n)
}

// notDone is [timeline.NotDone] in the words of the look that failed.
func notDone(err error) error {
	if !timeline.IsDoubtful(err) {
		return err
	}
	return errors.New(err.Error())
}

// patient gives up in time what does not work, so that the channel is told.
func (f Follower) patient(e timeline.Effect, err error) error {
	since := e.Since
	if e.Renewed.After(since) {
		since = e.Renewed
	}
	if tried := f.Now().Sub(since); !timeline.IsRefusal(err) && e.Tries >= triesLeast && tried > insistFor {
		look := ""
		if e.Doubt || timeline.IsDoubtful(err) {
			look = " (look at the page: it may be there)"
		}
		return timeline.Refusal(fmt.Errorf("it was tried for %d minutes%s; the last time: %v", int(tried.Minutes()), look, err))
	}
	return err
}
