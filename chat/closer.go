package chat

import (
	"context"
	"errors"
	"time"

	"muster/timeline"
)

// Closer archives the channel of an incident that is over: soon where it was
// no incident, and after some days otherwise, unless someone says keep.
type Closer struct {
	Chat  Chat
	After time.Duration // after the end; 0 for never
	Now   func() time.Time
}

// Name is "closer".
func (Closer) Name() string { return "closer" }

// Urgency is that of what nobody waits for.
func (Closer) Urgency() timeline.Urgency { return timeline.Cosmetic }

const archive = "archive"

// shortly is how long a channel stays open that is not needed, so that everybody
// in it can read why.
const shortly = time.Minute

// meetingRests is how long a channel stays open after the meeting, for what
// comes of it.
const meetingRests = 24 * time.Hour

// React archives what is over, in time. What was archived although it goes on
// again, as after doubt, gets another channel by Room.
func (c Closer) React(inc timeline.Incident, ev timeline.Event) []timeline.Effect {
	switch ev.Fact.(type) {
	case timeline.Cancelled, timeline.Merged, timeline.Resolved, timeline.Closed, timeline.Reopened, timeline.ArchiveKept, timeline.MeetingSet, timeline.MeetingCalledOff:
	default:
		return nil
	}
	at := archiveAt(inc, c.After)
	if at.IsZero() {
		return nil // what is owed by now finds that there is nothing to do
	}
	e := timeline.Keep(archive)
	e.NotUntil = at
	return []timeline.Effect{e}
}

// archiveAt is when a channel is to be archived; zero where it is not: shortly
// after it turned out to be none, or to be another's, and else so long after the
// end, and a day after the meeting about it at the soonest.
func archiveAt(inc timeline.Incident, after time.Duration) time.Time {
	switch {
	case inc.Open() || inc.Channel.ID == "" || inc.KeepChannel:
		return time.Time{}
	case inc.Status == timeline.IsCancelled || inc.Status == timeline.IsMerged:
		return inc.Closed.Add(shortly)
	case after == 0:
		return time.Time{}
	}
	at := inc.Resolved
	if inc.Closed.After(at) {
		at = inc.Closed
	}
	at = at.Add(after)
	if m, ok := inc.Meeting(); ok && m.End().Add(meetingRests).After(at) {
		return m.End().Add(meetingRests)
	}
	return at
}

// Deliver archives the channels, unless there is reason by now to leave them.
// After doubt they may be archived although there is: then that is what came of
// it.
func (c Closer) Deliver(ctx context.Context, inc timeline.Incident, e timeline.Effect) ([]timeline.Fact, error) {
	if e.Do != archive {
		return nil, unknownOrder(e)
	}
	at := archiveAt(inc, c.After)
	if at.IsZero() {
		return c.archivedAllTheSame(ctx, inc, e)
	}
	if wait := at.Sub(c.Now()); wait > 0 {
		return nil, timeline.Later(errors.New("it is archived later by now"), wait)
	}
	if inc.Side.ID != "" {
		if err := c.Chat.Archive(ctx, inc.Side.ID); err != nil {
			return nil, err
		}
	}
	if err := c.Chat.Archive(ctx, inc.Channel.ID); err != nil {
		return nil, err
	}
	return []timeline.Fact{timeline.Archived{Channel: inc.Channel}}, nil
}

// archivedAllTheSame looks whether an earlier try in doubt has archived a channel
// that is needed by now.
func (c Closer) archivedAllTheSame(ctx context.Context, inc timeline.Incident, e timeline.Effect) ([]timeline.Fact, error) {
	if !e.Doubt || inc.Channel.ID == "" {
		return nil, nil
	}
	is, err := c.Chat.IsArchived(ctx, inc.Channel.ID)
	if err != nil || !is {
		return nil, err
	}
	return []timeline.Fact{timeline.Archived{Channel: inc.Channel}}, nil
}
