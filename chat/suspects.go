package chat

import (
	"muster/templates"
	"muster/timeline"
)

// changeSaid is [Spoken] for what people say and ask about changes.
func changeSaid(t templates.Texts, ev timeline.Event, by string) (Message, bool) {
	switch f := ev.Fact.(type) {
	case timeline.CauseMarked:
		if f.Not {
			return Say(t.T("said.cause marked not", by, f.What)), true
		}
		return Say(t.T("said.cause marked", by, f.What)), true
	case timeline.AuthorAsked:
		return Say(t.T("said.author asked", t.PersonOr(namedOr(f.Person, f.Author)), f.What, by)), true
	}
	return Message{}, false
}

// namedOr is a person, or a name where it is not known who that is here.
func namedOr(p timeline.Person, name string) timeline.Person {
	if p.ID == "" {
		return timeline.Person{Name: name}
	}
	return p
}
