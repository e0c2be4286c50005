package bot

import (
	"context"
	"encoding/json"
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

// asideMost is how many frames are kept at the most, frameMost how many bytes
// one may have to be kept whole, and cutTo what is kept of a longer one.
const (
	asideMost = 200
	frameMost = 256 << 10
	cutTo     = 8 << 10
)

// ErrTooManyAside is where more is set aside than is kept.
var ErrTooManyAside = errors.New("more requests are set aside than are kept; take some up with `muster aside`")

// SetAside keeps a frame that can not be handled, on the disk and redacted.
func (i Intake) SetAside(ctx context.Context, key string, frame []byte, why string) error {
	_, err := i.Journal.Decide(ctx, timeline.House, timeline.Cause{}, func(house timeline.Incident) ([]timeline.Fact, error) {
		if len(house.Aside()) >= asideMost {
			return nil, ErrTooManyAside
		}
		return []timeline.Fact{timeline.SetAside{Key: key, Frame: cleanFrame(frame), Why: why}}, nil
	})
	if err == nil {
		i.End(key)
	}
	return err
}

// cleanFrame takes secrets out of each text of a frame, and leaves the frame one
// that can be handled. What is no JSON, or too long to keep, is kept for the eye.
func cleanFrame(frame []byte) string {
	var all any
	if len(frame) > frameMost || json.Unmarshal(frame, &all) != nil {
		return chat.Clean(string(frame[:min(len(frame), cutTo)]))
	}
	text, err := json.Marshal(cleaned(all))
	if err != nil {
		return "" // unreachable: it was JSON
	}
	return string(text)
}

func cleaned(value any) any {
	switch value := value.(type) {
	case string:
		return chat.Clean(value)
	case []any:
		for n := range value {
			value[n] = cleaned(value[n])
		}
	case map[string]any:
		for name := range value {
			value[name] = cleaned(value[name])
		}
	}
	return value
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
