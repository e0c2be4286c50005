package chat

import (
	"muster/templates"
	"muster/timeline"
)

// changeSaid is [Spoken] for what people say and ask about changes.
func changeSaid(t templates.Texts, inc timeline.Incident, ev timeline.Event, by string) (Message, bool) {
	switch f := ev.Fact.(type) {
	case timeline.CauseMarked:
		if f.Not {
			return Say(t.T("said.cause marked not", by, f.What)), true
		}
		return Say(t.T("said.cause marked", by, f.What)), true
	case timeline.AuthorAsked:
		if f.Person.ID == "" || inc.Private && !inc.IsMember(f.Person.ID) {
			return Say(t.T("said.author asked unheard", f.Author, f.What, by)), true
		}
		return Say(t.T("said.author asked", templates.Person(f.Person.ID), f.What, by)), true
	}
	return Message{}, false
}
