package chat

import (
	"fmt"
	"strings"

	"muster/templates"
	"muster/timeline"
)

// saying returns what is said in the channel about an event, and whether
// anything is: what the card shows at once need not be said as well.
func saying(inc timeline.Incident, ev timeline.Event) (Message, bool) {
	by := "Muster"
	if ev.By.ID != "" {
		by = templates.Person(ev.By.ID)
	}
	switch f := ev.Fact.(type) {
	case timeline.RoleGiven:
		return Say(roleSaid(f, ev.By)), ev.Request != inc.Events[0].Request || ev.Request == ""
	case timeline.SeverityChanged:
		return Say(fmt.Sprintf("%s changed the severity from %v to %v: %s.", by, f.From, f.To, f.To.Meaning())), true
	case timeline.Updated:
		return Say(fmt.Sprintf("Update by %s: %s", by, f.Text)), true
	case timeline.Mitigated:
		return Say(ended("Mitigated", by, f.Text)), true
	case timeline.Resolved:
		return Say(ended("Resolved", by, f.Text)).With(
			Button{Label: "Write the postmortem", Command: "postmortem " + inc.ID.String(), Primary: true},
		), true
	case timeline.Reopened:
		return Say(fmt.Sprintf("Reopened by %s: %s", by, f.Reason)), true
	case timeline.Paged:
		return Say(templates.PagedWords(f) + ". Muster goes on trying to page them too."), f.InPlaceOf.ID != ""
	case timeline.ActionAgreed:
		return Say(fmt.Sprintf("Follow-up agreed on by %s: %s. %s answers for it; it is due %s.", by, f.What, templates.Person(f.DRI.ID), templates.Day(f.Due))), true
	case timeline.Ticketed:
		return Say(filed(inc, f)), true
	case timeline.Undelivered:
		return failure(inc.ID, ev.Seq, f), true
	}
	return Message{}, false
}

func roleSaid(f timeline.RoleGiven, by timeline.Person) string {
	to := templates.Person(f.To.ID)
	if f.To.ID == by.ID {
		return fmt.Sprintf("%s is the %v now.", to, f.Role)
	}
	return fmt.Sprintf("%s made %s the %v.", templates.Person(by.ID), to, f.Role)
}

// filed tells of a ticket, and of what it lacks.
func filed(inc timeline.Incident, f timeline.Ticketed) string {
	text := "Filed " + templates.Link(f.URL, f.Ref)
	for _, a := range inc.Actions {
		if a.Seq == f.For {
			text += ": " + a.What
		}
	}
	if len(f.LeftOut) > 0 {
		text += ". Left out, because the tracker does not take it: " + strings.Join(f.LeftOut, ", ")
	}
	return text + "."
}

func ended(how, by, text string) string {
	if text == "" {
		return fmt.Sprintf("%s by %s.", how, by)
	}
	return fmt.Sprintf("%s by %s: %s", how, by, text)
}

// failure tells what could not be done, why, and the two ways out.
func failure(id timeline.ID, seq int, f timeline.Undelivered) Message {
	text := fmt.Sprintf("Muster could not %s: %s", order(f.Effect), f.Why)
	return Say(text).With(waysOut(id, seq)...)
}

// waysOut is what can be done about a failure.
func waysOut(id timeline.ID, seq int) Buttons {
	return Buttons{
		{Label: "Try again", Command: fmt.Sprintf("retry %v %d", id, seq), Primary: true},
		{Label: "Leave it", Command: fmt.Sprintf("drop %v %d", id, seq)},
	}
}

// orders says in words what each effect of the followers here is to do.
var orders = map[string]string{
	"room/open-channel":      "open the channel",
	"room/say":               "post to the channel",
	"tracker/file":           "file a follow-up",
	"pager/page":             "page anybody",
	"pager/resolve":          "end the page",
	"pager-sweeper/withdraw": "see whether two pages went out for one",
	"board/card":             "keep the card current",
	"sign/pin":               "pin the card",
	"sign/topic":             "set the channel's topic",
	"people/invite":          "invite everybody",
	"people/tell-role":       "tell someone about their role",
	"people/tell-declarer":   "tell the declarer what went wrong",
	"announcer/announcement": "keep the announcement current",
	"scribe/capture":         "read a tagged message",
	"archivist/keep":         "keep an image of a tagged message",
	"writer/write-up":        "share the postmortem",
	"transcriber/transcribe": "send someone the transcript",
	"shelf/save":             "save the postmortem to its file",
	"replies/whisper":        "answer someone",
	"names/introduce":        "look up a name",
}

func order(e timeline.Effect) string {
	if words, ok := orders[e.To+"/"+e.Do]; ok {
		return words
	}
	return e.To + "/" + e.Do
}
