package chat

import (
	"context"
	"regexp"

	"muster/timeline"
)

// Names writes down who took part, so that a timeline can be read for ever
// without the chat.
type Names struct{ Chat Chat }

// Name is "names".
func (Names) Name() string { return "names" }

// Urgency is that of what nobody waits for.
func (Names) Urgency() timeline.Urgency { return timeline.Cosmetic }

const introduce = "introduce"

// React asks for the name of everybody that an event names for the first time.
func (Names) React(inc timeline.Incident, ev timeline.Event) []timeline.Effect {
	if inc.ID == timeline.House {
		return nil
	}
	var effects []timeline.Effect
	seen := map[string]bool{"": true}
	for _, id := range named(ev) {
		if !seen[id] && !inc.Knows(id) {
			effects = append(effects, timeline.Do(introduce, nil).OnObject(id))
		}
		seen[id] = true
	}
	return effects
}

var mention = regexp.MustCompile(`<@([A-Z0-9]+)>`)

// named returns the people that an event names, by ID.
func named(ev timeline.Event) []string {
	ids := []string{ev.By.ID}
	var text string
	switch f := ev.Fact.(type) {
	case timeline.RoleGiven:
		ids = append(ids, f.To.ID)
	case timeline.Joined:
		ids = append(ids, f.Person.ID)
	case timeline.Captured:
		ids, text = append(ids, f.Author.ID), f.Text
	case timeline.Edited:
		text = f.Text
	case timeline.Declared:
		text = f.Title
	case timeline.Noted:
		text = f.Text
	case timeline.Updated:
		text = f.Text
	case timeline.Mitigated:
		text = f.Text
	case timeline.Resolved:
		text = f.Text
	case timeline.Reopened:
		text = f.Reason
	}
	for _, m := range mention.FindAllStringSubmatch(text, -1) {
		ids = append(ids, m[1])
	}
	return ids
}

// Deliver looks a name up. Who can not be looked up keeps the ID for a name.
func (n Names) Deliver(ctx context.Context, inc timeline.Incident, e timeline.Effect) ([]timeline.Fact, error) {
	if e.Do != introduce {
		return nil, unknownOrder(e)
	}
	if inc.Knows(e.On) {
		return nil, nil
	}
	p, err := n.Chat.Person(ctx, e.On)
	if timeline.IsRefusal(err) {
		p, err = timeline.Person{ID: e.On, Name: e.On}, nil
	}
	if err != nil {
		return nil, err
	}
	return []timeline.Fact{timeline.Introduced{Person: p}}, nil
}
