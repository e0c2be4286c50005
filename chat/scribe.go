package chat

import (
	"context"
	"errors"
	"slices"

	"muster/timeline"
)

// Scribe reads the messages that people tag. That a message is tagged is on
// the timeline before; what it says follows here.
type Scribe struct{ Chat Chat }

// Name is "scribe".
func (Scribe) Name() string { return "scribe" }

// Urgency is that of the card.
func (Scribe) Urgency() timeline.Urgency { return timeline.Board }

const capture = "capture"

// React orders a message to be read when it gets its first tag. A further tag
// changes nothing about what it says.
func (Scribe) React(inc timeline.Incident, ev timeline.Event) []timeline.Effect {
	f, ok := ev.Fact.(timeline.Tagged)
	if !ok || inc.ID == timeline.House { // decisions are read before they are known as such
		return nil
	}
	if m, _ := inc.Tagged(f.Message); m.Since != ev.Seq && !gaveUp(inc, f.Message) {
		return nil
	}
	return []timeline.Effect{timeline.Do(capture, f.Message).OnObject(f.Message.String()).Newest()}
}

// gaveUp reports whether reading a message failed before: a further tag is
// reason to try again.
func gaveUp(inc timeline.Incident, m timeline.Message) bool {
	return slices.ContainsFunc(inc.Failures, func(f timeline.Failure) bool {
		return f.Effect.Do == capture && f.Effect.On == m.String()
	})
}

// Deliver reads a message.
func (s Scribe) Deliver(ctx context.Context, inc timeline.Incident, e timeline.Effect) ([]timeline.Fact, error) {
	var at timeline.Message
	if e.Do != capture {
		return nil, unknownOrder(e)
	}
	if err := e.Read(&at); err != nil {
		return nil, err
	}
	known, _ := inc.Tagged(at)
	said, err := s.Chat.Read(ctx, at)
	switch {
	case errors.Is(err, ErrGone) && (known.Deleted || known.Captured() && at.Channel != inc.Channel.ID):
		return nil, nil // of a channel that it can not see, Slack says no more
	case errors.Is(err, ErrGone):
		return []timeline.Fact{timeline.Deleted{Message: at}}, nil
	case timeline.IsRefusal(err) && known.Captured():
		return nil, nil // its text came with the request; only its link is missing
	case err != nil:
		return nil, err
	}
	return []timeline.Fact{timeline.Captured{
		Message: at, Author: said.Author, Text: said.Text, At: said.At, URL: said.URL, Version: said.Version, Files: said.Files, Thread: said.Thread,
	}}, nil
}
