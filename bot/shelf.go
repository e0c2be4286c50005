package bot

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"muster/chat"
	"muster/templates"
	"muster/timeline"
)

// Shelf saves postmortems as files, for whoever wants them without the chat;
// those of private incidents it does not.
type Shelf struct {
	Dir   string // made where there is none
	Texts templates.Texts
}

// Name is "shelf".
func (Shelf) Name() string { return "shelf" }

// Urgency is that of tickets and announcements.
func (Shelf) Urgency() timeline.Urgency { return timeline.Announce }

const save = "save"

// React saves a postmortem when it is asked for and when it is shared.
func (Shelf) React(inc timeline.Incident, ev timeline.Event) []timeline.Effect {
	if inc.Private {
		return nil // it is for its members alone, in the channel
	}
	switch f := ev.Fact.(type) {
	case timeline.Asked:
		if f.For == timeline.Postmortem {
			return []timeline.Effect{timeline.Keep(save)}
		}
	case timeline.Linked:
		if f.What == timeline.Postmortem {
			return []timeline.Effect{timeline.Keep(save)}
		}
	}
	return nil
}

// Deliver writes the file as a whole: a reader sees the old one or the new.
func (s Shelf) Deliver(_ context.Context, inc timeline.Incident, e timeline.Effect) ([]timeline.Fact, error) {
	if e.Do != save {
		return nil, timeline.Refusal(fmt.Errorf("this version of Muster does not know how to %q", e.Do))
	}
	if err := os.MkdirAll(s.Dir, 0o750); err != nil {
		return nil, fmt.Errorf("save the postmortem: %w", err)
	}
	tmp, err := os.CreateTemp(s.Dir, ".new-*")
	if err != nil {
		return nil, fmt.Errorf("save the postmortem: %w", err)
	}
	defer os.Remove(tmp.Name())
	_, err = tmp.WriteString(s.Texts.Postmortem(inc))
	err = errors.Join(err, tmp.Chmod(0o640), tmp.Close())
	if err == nil {
		err = os.Rename(tmp.Name(), filepath.Join(s.Dir, chat.PostmortemFile(inc)))
	}
	if err != nil {
		return nil, fmt.Errorf("save the postmortem: %w", err)
	}
	return nil, nil
}
