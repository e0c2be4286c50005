package bot

import (
	"context"
	"errors"

	"muster/chat"
	"muster/timeline"
)

// Intake is what the chat asks of the bot about frames before they are
// requests. It implements the chat's port of that name.
type Intake struct {
	*Hand
	Journal *timeline.Journal
}

// asideMost is how many frames are kept at the most, and frameMost how many
// bytes of one.
const (
	asideMost = 200
	frameMost = 64 << 10
)

// ErrTooManyAside is where more is set aside than is kept.
var ErrTooManyAside = errors.New("more requests are set aside than are kept; take some up with `muster aside`")

// SetAside keeps a frame that can not be handled, on the disk and redacted.
func (i Intake) SetAside(ctx context.Context, key string, frame []byte, why string) error {
	_, err := i.Journal.Decide(ctx, timeline.House, timeline.Cause{}, func(house timeline.Incident) ([]timeline.Fact, error) {
		if len(house.Aside()) >= asideMost {
			return nil, ErrTooManyAside
		}
		text := chat.Clean(string(frame[:min(len(frame), frameMost)]))
		return []timeline.Fact{timeline.SetAside{Key: key, Frame: text, Why: why}}, nil
	})
	if err == nil {
		i.End(key)
	}
	return err
}

// Aside returns what is set aside.
func (i Intake) Aside(ctx context.Context) ([]timeline.SetAside, error) {
	house, err := i.Journal.Incident(ctx, timeline.House)
	return house.Aside(), err
}

// TakeUp notes that what was set aside is no more.
func (i Intake) TakeUp(ctx context.Context, key string, dropped bool) error {
	_, err := i.Journal.Record(ctx, timeline.House, timeline.Cause{}, timeline.TakenUp{Key: key, Dropped: dropped})
	return err
}
