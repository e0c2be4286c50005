package bot

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"muster/timeline"
)

// Merger tells the incident that goes on of another that was the same.
type Merger struct{ Journal *timeline.Journal }

// Name is "merger".
func (Merger) Name() string { return "merger" }

// Urgency is that of the channel.
func (Merger) Urgency() timeline.Urgency { return timeline.Room }

const absorb = "absorb"

// React tells of what is merged.
func (Merger) React(_ timeline.Incident, ev timeline.Event) []timeline.Effect {
	if f, ok := ev.Fact.(timeline.Merged); ok {
		return []timeline.Effect{timeline.Do(absorb, f.Into)}
	}
	return nil
}

// Deliver writes it on the other's timeline, once: its key is the request's.
func (m Merger) Deliver(ctx context.Context, inc timeline.Incident, e timeline.Effect) ([]timeline.Fact, error) {
	var into timeline.ID
	if e.Do != absorb {
		return nil, timeline.Refusal(fmt.Errorf("this version of Muster does not know how to %q", e.Do))
	}
	if err := e.Read(&into); err != nil {
		return nil, err
	}
	absorbed := timeline.Absorbed{Other: inc.ID}
	if !inc.Private { // it may have had other members
		absorbed.Title, absorbed.People = inc.Title, inc.There()
		for _, task := range inc.OpenTasks() {
			absorbed.Tasks = append(absorbed.Tasks, task.What)
		}
	}
	_, err := m.Journal.Decide(ctx, into, timeline.Cause{Request: "effect " + e.Key()}, func(other timeline.Incident) ([]timeline.Fact, error) {
		if slices.ContainsFunc(other.Events, func(ev timeline.Event) bool {
			f, ok := ev.Fact.(timeline.Absorbed)
			return ok && f.Other == inc.ID
		}) {
			return nil, nil
		}
		facts := []timeline.Fact{absorbed}
		if inc.Severity < other.Severity { // it is as bad as the worse of the two
			facts = append(facts, timeline.SeverityChanged{From: other.Severity, To: inc.Severity})
		}
		return facts, nil
	})
	if errors.Is(err, timeline.ErrRepeated) {
		err = nil
	}
	return nil, err
}
