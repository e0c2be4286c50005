package templates

import "muster/timeline"

// Declarer names who or what declared an incident.
func (t Texts) Declarer(inc timeline.Incident) string {
	switch {
	case inc.DeclaredBy.ID != "":
		return Person(inc.DeclaredBy.ID)
	case inc.Source != "":
		return t.T("card.machine", inc.Source)
	default:
		return "Muster"
	}
}

// AsksForCommander asks for someone to take charge; empty where someone has.
func (t Texts) AsksForCommander(inc timeline.Incident) string {
	if !inc.Open() || inc.Status != timeline.IsDeclared || inc.Holder(timeline.Commander).ID != "" {
		return ""
	}
	return t.T("card.who leads", t.Command, inc.ID)
}
