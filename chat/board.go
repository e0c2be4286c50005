package chat

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"muster/templates"
	"muster/timeline"
)

// Board keeps the card in the incident's channel at the newest state. It is
// edited, and posted again only if someone deletes it.
type Board struct {
	Chat      Chat
	Texts     templates.Texts
	Directory Directory // what the room begins with, ahead of the card
	// Trying returns the effects of an incident that did not work at once and are
	// being tried again. It may be nil.
	Trying func(timeline.ID) []timeline.Effect
}

// Name is "board".
func (Board) Name() string { return "board" }

// Urgency is that of the card.
func (Board) Urgency() timeline.Urgency { return timeline.Board }

const card = "card"

// React keeps the card current once there is a channel.
func (b Board) React(inc timeline.Incident, ev timeline.Event) []timeline.Effect {
	if inc.Channel.ID == "" || b.waits(inc) {
		return nil
	}
	switch f := ev.Fact.(type) {
	case timeline.ChannelOpened:
		return []timeline.Effect{timeline.Keep(card)}
	case timeline.Posted:
		if f.What == timeline.ServicePost {
			return []timeline.Effect{timeline.Keep(card)}
		}
	case timeline.SeverityChanged, timeline.Titled, timeline.Identified, timeline.Mitigated, timeline.Resolved,
		timeline.Closed, timeline.Cancelled, timeline.Merged, timeline.Reopened,
		timeline.RoleGiven, timeline.RoleLeft, timeline.HandoverOffered, timeline.HandoverDeclined, timeline.Ticked,
		timeline.TaskSet, timeline.TaskTaken, timeline.TaskDone, timeline.TaskDropped, timeline.Published,
		timeline.Updated, timeline.Linked, timeline.Retried, timeline.Dropped, timeline.Delivered, timeline.SideOpened,
		timeline.Paged, timeline.PageEscalated, timeline.PageAnswered, timeline.PageLapsed, timeline.PageEnded:
		return []timeline.Effect{timeline.Keep(card)}
	case timeline.Introduced:
		if inTitle(inc, f.Person) {
			return []timeline.Effect{timeline.Keep(card)}
		}
	case timeline.Undelivered:
		if f.Effect.To != b.Name() {
			return []timeline.Effect{timeline.Keep(card)}
		}
	}
	return nil
}

// waits reports whether the card lets what is known of the service go ahead. It
// follows when that is posted, or was given up.
func (b Board) waits(inc timeline.Incident) bool {
	_, told := inc.Post(timeline.ServicePost)
	_, shown := inc.Post(timeline.CardPost)
	return b.Directory.introduces(inc) && !told && !shown && len(inc.Failures) == 0
}

// inTitle reports whether the title names someone: a heading and a topic can
// only do so once the name is known.
func inTitle(inc timeline.Incident, p timeline.Person) bool {
	return slices.Contains(templates.People(inc.Title), p.ID)
}

// Deliver brings the card to the newest state.
func (b Board) Deliver(ctx context.Context, inc timeline.Incident, e timeline.Effect) ([]timeline.Fact, error) {
	if e.Do != card {
		return nil, unknownOrder(e)
	}
	return keepPost(ctx, b.Chat, inc, e, post{timeline.CardPost, inc.Channel.ID, b.card(inc)})
}

func (b Board) card(inc timeline.Incident) Message {
	return Message{
		Text:  b.Texts.Card(inc) + b.trying(inc) + NotDone(b.Texts, inc),
		Parts: append([]Part{headline(b.Texts, inc), b.state(inc)}, b.rest(inc)...),
	}
}

func headline(t templates.Texts, inc timeline.Incident) Heading {
	text := fmt.Sprintf("%v · %s · %s", inc.ID, t.Severity(inc.Severity), t.PlainTitle(inc))
	if inc.Drill {
		text = t.T("card.drill", text)
	}
	return Heading{text}
}

func (b Board) state(inc timeline.Incident) Fields {
	t := b.Texts
	fields := Fields{{t.T("card.status"), statusWord(t, inc)}}
	for _, h := range t.Held(inc) {
		fields = append(fields, Field{h.Title(), holderWord(t, inc, h)})
	}
	fields = append(fields, Field{t.T("card.declared"), t.T("card.declared by", templates.When(inc.Declared), t.Declarer(inc))})
	if due := t.NextUpdate(inc); !due.IsZero() {
		fields = append(fields, Field{t.T("card.next update"), templates.When(due)})
	}
	if paged := t.Paged(inc); paged != "" {
		fields = append(fields, Field{t.T("card.paged"), paged})
	}
	if inc.Page.Ref != "" {
		fields = append(fields, Field{t.T("card.status page"), t.PublishedWords(inc.Page)})
	}
	return fields
}

func statusWord(t templates.Texts, inc timeline.Incident) string {
	if since := t.Since(inc); since != "" {
		return since
	}
	if inc.Status == timeline.IsDeclared {
		return t.T("card.nobody leads")
	}
	return templates.Capital(t.Status(inc.Status))
}

// holderWord names who holds a role, and who is to hold it next.
func holderWord(t templates.Texts, inc timeline.Incident, h templates.Held) string {
	text := t.T("card.nobody")
	if h.Holder.ID != "" {
		text = templates.Person(h.Holder.ID)
	}
	if inc.IsGone(h.Holder.ID) {
		text += " " + t.T("card.gone")
	}
	if offered, ok := inc.Offered(h.Role); ok {
		text += " " + t.T("card.offered", templates.Person(offered.To.ID))
	}
	return text
}

// trying tells what is still being done and did not work at once.
func (b Board) trying(inc timeline.Incident) string {
	text := ""
	if b.Trying == nil {
		return text
	}
	for _, e := range b.Trying(inc.ID) {
		text += "\n" + b.Texts.T("card.trying", Order(b.Texts, e), nth(b.Texts, e.Tries+1))
	}
	return text
}

// nth is a number in a row: "2nd".
func nth(t templates.Texts, n int) string {
	key := "card.nth"
	if tens := n % 100; tens < 11 || tens > 13 {
		switch n % 10 {
		case 1:
			key = "card.1st"
		case 2:
			key = "card.2nd"
		case 3:
			key = "card.3rd"
		}
	}
	return t.T(key, n)
}

// checklists shows, of each role that somebody holds, what is done and what is
// next.
func (b Board) checklists(inc timeline.Incident) (parts []Part) {
	var buttons Buttons
	for _, h := range b.Texts.Held(inc) {
		if h.Holder.ID == "" || len(h.Steps) == 0 {
			continue
		}
		var lines []string
		next := ""
		for _, step := range h.Steps {
			mark := "☐ "
			if inc.HasTicked(h.Role, step) {
				mark = "☑ "
			} else if next == "" {
				next = step
			}
			lines = append(lines, mark+step)
		}
		if next == "" {
			continue
		}
		parts = append(parts, Small{b.Texts.T("card.checklist", h.Title(), strings.Join(lines, " · "))})
		buttons = append(buttons, Button{Label: b.Texts.T("button.tick", next), Command: fmt.Sprintf("tick %v %s %s", inc.ID, h.Role, next)})
	}
	if len(buttons) > 0 {
		parts = append(parts, buttons)
	}
	return parts
}

func (b Board) rest(inc timeline.Incident) []Part {
	var parts []Part
	t := b.Texts
	if asks := t.AsksForCommander(inc); asks != "" {
		parts = append(parts, Paragraph{asks})
	}
	if u := inc.LastUpdate; u.Text != "" {
		text := t.T("card.last update", templates.When(u.At), templates.Person(u.By.ID), u.Text)
		parts = append(parts, Paragraph{text + canText(t, u.Updated)})
	}
	if tasks := t.Tasks(inc); tasks != "" {
		parts = append(parts, Paragraph{tasks})
	}
	for _, l := range inc.Links {
		parts = append(parts, Small{linkTo(t, l)})
	}
	if inc.Open() {
		parts = append(parts, b.checklists(inc)...)
	}
	if trying := strings.TrimSpace(b.trying(inc)); trying != "" {
		parts = append(parts, Small{trying})
	}
	for _, f := range inc.Failures[:min(len(inc.Failures), failuresMost)] {
		parts = append(parts, Paragraph{notDone(t, f)}, waysOut(t, inc.ID, f.Seq))
	}
	if buttons := b.buttons(inc); len(buttons) > 0 {
		parts = append(parts, buttons)
	}
	return parts
}

// canText is what an update says of actions and needs.
func canText(t templates.Texts, u timeline.Updated) (text string) {
	if u.Actions != "" {
		text += "\n" + t.T("said.actions", u.Actions)
	}
	if u.Needs != "" {
		text += "\n" + t.T("said.needs", u.Needs)
	}
	return text
}

// failuresMost is how many failures the card shows with buttons.
const failuresMost = 5

// NotDone tells what was given up, a line each; nothing where all is well.
func NotDone(t templates.Texts, inc timeline.Incident) string {
	text := ""
	for _, f := range inc.Failures {
		text += "\n" + notDone(t, f)
	}
	return text
}

func notDone(t templates.Texts, f timeline.Failure) string {
	return t.T("card.not done", Order(t, f.Effect), f.Why)
}

// linkTo is a link by what it leads to.
func linkTo(t templates.Texts, l timeline.Linked) string {
	if where, ok := timeline.PublishedIn(l.What); ok {
		return templates.Link(l.URL, t.T("publishing.card", t.PublishedIn(where)))
	}
	if key := "card.link." + l.What; t.Has(key) {
		return templates.Link(l.URL, t.T(key))
	}
	return templates.Link(l.URL, l.What)
}

func (b Board) buttons(inc timeline.Incident) Buttons {
	t, id := b.Texts, " "+inc.ID.String()
	if inc.Status == timeline.IsResolved || inc.Status == timeline.IsClosed {
		return Buttons{{Label: t.T("button.postmortem"), Command: timeline.Postmortem + id}}
	}
	if !inc.Open() {
		return nil
	}
	var buttons Buttons
	for _, r := range timeline.Roles {
		if inc.Holder(r).ID == "" {
			buttons = append(buttons, claim(t, inc, r))
		}
	}
	buttons = append(buttons, Button{Label: t.T("button.update"), Command: "update" + id, Primary: true})
	if slices.ContainsFunc(inc.Pages, func(p timeline.SentPage) bool { return p.Waits() && p.ID != "" }) {
		buttons = append(buttons, ackButton(t, inc))
	}
	if inc.Status != timeline.IsMitigated {
		buttons = append(buttons, Button{Label: t.T("button.mitigate"), Command: "mitigate" + id})
	}
	return append(buttons, Button{Label: t.T("button.resolve"), Command: "resolve" + id, Danger: true, Confirm: t.T("button.resolve confirm")})
}
