package chat

import (
	"context"

	"muster/templates"
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
	people, text := named(ev)
	for _, id := range templates.People(text) {
		people = append(people, timeline.Person{ID: id})
	}
	for _, p := range people {
		if !seen[p.ID] && p.Name == "" && !inc.Knows(p.ID) {
			effects = append(effects, timeline.Do(introduce, nil).OnObject(p.ID))
		}
		seen[p.ID] = true
	}
	return effects
}

// named returns the people that an event is about, and its text, which may
// mention more.
func named(ev timeline.Event) (people []timeline.Person, text string) {
	people = []timeline.Person{ev.By}
	switch f := ev.Fact.(type) {
	case timeline.RoleGiven:
		people = append(people, f.To)
	case timeline.Joined:
		people = append(people, f.Person)
	case timeline.Captured:
		people = append(people, f.Author)
	case timeline.PageAsked:
		people = append(people, f.Person)
	case timeline.Paged:
		people = append(people, f.People...)
	case timeline.PageEscalated:
		people = append(people, f.People...)
	case timeline.PageAnswered:
		people = append(people, f.By)
	case timeline.PageEnded:
		people = append(people, f.By)
	case timeline.ActionAgreed:
		people = append(people, f.DRI)
	case timeline.ActionProposed:
		people = append(people, f.To)
	case timeline.ActionChanged:
		people = append(people, f.To)
	case timeline.HandoverOffered:
		people = append(people, f.To)
	case timeline.AccessGranted:
		people = append(people, f.To)
	case timeline.TaskSet:
		people = append(people, f.For)
	case timeline.TaskTaken:
		people = append(people, f.By)
	case timeline.MeetingSet:
		people = append(people, f.Host, f.Guest)
	}
	return people, timeline.TextOf(ev.Fact)
}

// Deliver looks a name up. Who can not be looked up keeps the ID for a name.
func (n Names) Deliver(ctx context.Context, inc timeline.Incident, e timeline.Effect) ([]timeline.Fact, error) {
	if e.Do != introduce {
		return nil, unknownOrder(e)
	}
	if inc.Knows(e.On) {
		return nil, nil
	}
	p, zone, err := n.Chat.Person(ctx, e.On)
	if timeline.IsRefusal(err) {
		p, err = timeline.Person{ID: e.On, Name: e.On}, nil
	}
	if err != nil {
		return nil, err
	}
	return []timeline.Fact{timeline.Introduced{Person: p, Zone: zone}}, nil
}
