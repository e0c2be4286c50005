package review

import "muster/timeline"

// Names are the names of all whom the report tells of, by their IDs, as far as
// they are known.
func (r Report) Names() map[string]string {
	names := map[string]string{}
	add := func(p timeline.Person) {
		if p.ID != "" && p.Name != "" {
			names[p.ID] = p.Name
		}
	}
	owed := func(all []Owed) {
		for _, o := range all {
			add(o.Action.DRI)
			add(o.Action.AgreedBy)
		}
	}
	owed(r.Overdue)
	for _, b := range append(append([]Brief{}, r.Incidents...), r.Unwritten...) {
		add(b.Lead)
	}
	for _, l := range append(append([]Load{}, r.Worn...), r.Pages.ByPerson...) {
		add(l.Person)
	}
	for _, d := range r.Decided {
		add(d.By)
	}
	for _, again := range r.Repeats {
		owed(again.Late)
	}
	for _, t := range r.Thanks {
		add(t.Person)
	}
	return names
}
