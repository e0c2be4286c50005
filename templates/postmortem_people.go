package templates

import (
	"slices"
	"strings"

	"muster/timeline"
)

type role struct{ Name, Holder string }

// roles tells who held each role, one after the other.
func (w writer) roles() []role {
	var roles []role
	for _, p := range w.Parts() {
		r := p.Role
		var holders []string
		for _, ev := range w.inc.Events {
			if given, ok := ev.Fact.(timeline.RoleGiven); ok && given.Role == r {
				holders = append(holders, w.T("postmortem.held", w.who(given.To), w.at(ev.At)))
			}
		}
		if len(holders) == 0 && !slices.Contains(timeline.Roles, r) {
			continue
		}
		if len(holders) == 0 {
			holders = []string{w.T("postmortem.nobody")}
		}
		roles = append(roles, role{p.Name, strings.Join(holders, ", ")})
	}
	return roles
}

// people returns who took part, in the order in which they did.
func (w writer) people() (names []string) {
	for _, p := range w.inc.TookPart() {
		names = append(names, w.who(p))
	}
	return names
}

func (w writer) name(id string) string {
	if p := w.inc.Person(id); p.Name != "" {
		return p.Name
	}
	return id
}

func (w writer) who(p timeline.Person) string {
	if p.ID == "" {
		return "Muster"
	}
	if known := w.inc.Person(p.ID); known.Name != "" && (p.Name == "" || known.Name != known.ID) {
		p = known
	}
	if p.Name == "" {
		p.Name = p.ID
	}
	return inCell(markdown(p.Name))
}
