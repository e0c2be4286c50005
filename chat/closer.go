package chat

import (
	"context"
	"time"

	"muster/timeline"
)

// Closer archives the channel of an incident that is over: soon where it was
// no incident, and after some days otherwise, unless someone says keep.
type Closer struct {
	Chat  Chat
	After time.Duration // after the end; 0 for never
}

// Name is "closer".
func (Closer) Name() string { return "closer" }

// Urgency is that of what nobody waits for.
func (Closer) Urgency() timeline.Urgency { return timeline.Cosmetic }

const archive = "archive"

// shortly is how long a channel stays open that is not needed, so that everybody
// in it can read why.
const shortly = time.Minute

// React archives what is over, in time.
func (c Closer) React(inc timeline.Incident, ev timeline.Event) []timeline.Effect {
	if inc.Channel.ID == "" {
		return nil
	}
	switch ev.Fact.(type) {
	case timeline.Cancelled, timeline.Merged:
		return []timeline.Effect{c.order(ev.At.Add(shortly))}
	case timeline.Resolved, timeline.Closed, timeline.Reopened, timeline.ArchiveKept:
		if at := c.due(inc); !at.IsZero() {
			return []timeline.Effect{c.order(at)}
		}
	}
	return nil
}

func (c Closer) order(at time.Time) timeline.Effect {
	e := timeline.Keep(archive)
	e.NotUntil = at
	return e
}

// due is when a channel is to be archived; zero where it is not.
func (c Closer) due(inc timeline.Incident) time.Time {
	switch {
	case inc.Open() || inc.Channel.ID == "":
		return time.Time{}
	case inc.Status == timeline.IsCancelled || inc.Status == timeline.IsMerged:
		return inc.Closed.Add(shortly)
	case c.After == 0 || inc.KeepChannel:
		return time.Time{}
	case inc.Closed.After(inc.Resolved):
		return inc.Closed.Add(c.After)
	default:
		return inc.Resolved.Add(c.After)
	}
}

// Deliver archives the channel, unless there is reason by now to leave it.
func (c Closer) Deliver(ctx context.Context, inc timeline.Incident, e timeline.Effect) ([]timeline.Fact, error) {
	if e.Do != archive {
		return nil, unknownOrder(e)
	}
	if due := c.due(inc); due.IsZero() || due.After(e.NotUntil) {
		return nil, nil
	}
	if err := c.Chat.Archive(ctx, inc.Channel.ID); err != nil {
		return nil, err
	}
	return []timeline.Fact{timeline.Archived{Channel: inc.Channel}}, nil
}
