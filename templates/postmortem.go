package templates

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"
	"time"

	"muster/timeline"
)

// postmortem is what postmortem.md.tmpl tells, each text in Markdown already.
type postmortem struct {
	ID, Title, Severity, Meaning string
	Status                       string
	Ending                       string // what was said at the end
	Roles                        []role
	Milestones                   []milestone
	Lines                        []line
	Causes, Findings, Actions    []line
	FollowUps                    []line
	Agreed                       []action
	People                       []string
	Observed, Asserted           int
	Hidden                       string // how many lines are; empty for none
	Zone                         string

	agreedOn string // what stands under a message that a follow-up came from
}

type role struct{ Name, Holder string }

// milestone is a moment that durations are measured to.
type milestone struct{ Name, At, After, How string }

// line is a line of the document's timeline.
type line struct {
	N       int
	At      string
	Who     string
	What    string
	Text    string
	URL     string
	Former  []string
	Origin  []string // who captured it, who amended it, when it was recorded
	Images  []image
	Deleted bool
	Count   int
}

// image is one that is kept.
type image struct{ Name, Path string }

// Postmortem returns the write-up of an incident in Markdown. Every tagged
// message stands in it once, and no other message does.
func (t Texts) Postmortem(inc timeline.Incident) string {
	return t.render("postmortem.md.tmpl", t.document(inc)) + "\n"
}

// document is what the postmortem tells.
func (t Texts) document(inc timeline.Incident) postmortem {
	w := writer{Texts: t, inc: inc}
	w.md, w.days = t.Markdown(w.name), w.severalDays()
	return w.postmortem()
}

type writer struct {
	Texts
	inc  timeline.Incident
	md   Dialect
	days bool // whether the timeline goes over midnight
}

func (w writer) postmortem() postmortem {
	doc := postmortem{
		ID: w.inc.ID.String(), Title: w.md.Write(w.inc.Title), Severity: w.Severity(w.inc.Severity),
		Meaning: w.Meaning(w.inc.Severity), Status: w.Status(w.inc.Status),
		Zone: w.Zone.String(), Roles: w.roles(), Milestones: w.milestones(), People: w.people(), Agreed: w.agreed(),
		agreedOn: w.T("postmortem.agreed"),
	}
	for _, l := range w.inc.Lines() {
		if _, ok := l.Fact.(timeline.Resolved); ok {
			doc.Ending = atLineStart(w.md.Write(l.Text)) // the last ending is the one that held
		}
		if _, ok := l.Fact.(timeline.Joined); ok {
			continue // who took part is told once, above
		}
		doc.add(w.line(l, len(doc.Lines)+1), l)
	}
	switch n := len(w.inc.HiddenLines()); n {
	case 0:
	case 1:
		doc.Hidden = w.T("postmortem.one hidden")
	default:
		doc.Hidden = w.T("postmortem.hidden", n)
	}
	return doc
}

// add files a line where it belongs. A follow-up is to be done, so its text
// stands among the follow-ups; every other text stands in the timeline, and
// what is filed under causes, findings and actions points there.
func (doc *postmortem) add(l line, from timeline.Line) {
	if from.By.ID == "" && !from.IsMessage() {
		doc.Observed++
	} else {
		doc.Asserted++
	}
	for _, tag := range from.Message.Tags() {
		if from.Text == "" {
			break // nothing is known that could be a cause
		}
		switch tag {
		case timeline.CauseTag:
			doc.Causes = append(doc.Causes, l)
		case timeline.Finding:
			doc.Findings = append(doc.Findings, l)
		case timeline.ActionTaken:
			doc.Actions = append(doc.Actions, l)
		case timeline.FollowUp:
			if doc.isAgreed(from.Message.Message, l.N) {
				l.Origin = append(l.Origin, doc.agreedOn)
				break
			}
			todo := l
			todo.Text = atLineStart(l.Text)
			doc.FollowUps = append(doc.FollowUps, todo)
			l.Text, l.Former = fmt.Sprintf("see follow-up %d", len(doc.FollowUps)), nil
		}
	}
	doc.Lines = append(doc.Lines, l)
}

// isAgreed reports whether a follow-up was agreed on that came from a message,
// and ties it to the message's line.
func (doc *postmortem) isAgreed(m timeline.Message, line int) bool {
	is := false
	for n := range doc.Agreed {
		if doc.Agreed[n].about == m {
			doc.Agreed[n].Line, is = line, true
		}
	}
	return is
}

func (w writer) line(l timeline.Line, n int) line {
	out := line{N: n, At: w.at(l.At), Who: w.who(l.By)}
	out.What, out.Text = What(l)
	out.Text = indent(w.md.Write(out.Text))
	for _, was := range l.Former {
		out.Former = append(out.Former, indent(w.md.Write(was)))
	}
	out.Origin = w.origin(l)
	if l.IsMessage() {
		if l.By.ID == "" {
			out.Who = "someone"
		}
		return w.message(out, l.Message)
	}
	if link, ok := l.Fact.(timeline.Linked); ok {
		out.URL = urlInMarkdown(link.URL)
	}
	return out
}

// sameTime is within which something is taken to be recorded when it happened.
const sameTime = time.Minute

// origin tells how a line came to be as it is, as far as that is not plain.
func (w writer) origin(l timeline.Line) []string {
	var all []string
	if len(l.CapturedBy) > 0 {
		var names []string
		for _, p := range l.CapturedBy {
			names = append(names, w.who(p))
		}
		all = append(all, w.T("postmortem.captured", strings.Join(names, ", ")))
	}
	if l.AmendedBy.ID != "" {
		all = append(all, w.T("postmortem.amended", w.who(l.AmendedBy)))
	}
	if !l.WasAt.Equal(l.At) {
		all = append(all, w.T("postmortem.moved", w.at(l.WasAt)))
	}
	if l.Recorded.Sub(l.WasAt).Abs() > sameTime {
		all = append(all, w.T("postmortem.recorded", w.at(l.Recorded)))
	}
	return all
}

func (w writer) message(out line, m timeline.TaggedMessage) line {
	for _, tag := range m.Tags() {
		out.Count = max(out.Count, m.Count(tag))
	}
	out.URL, out.Deleted = urlInMarkdown(m.URL), m.Deleted
	for _, k := range m.Kept {
		out.Images = append(out.Images, image{markdown(k.Name), urlInMarkdown(path.Join(w.Files, k.Path))})
	}
	return out
}

// What says what a line of a timeline is, and its text.
func What(l timeline.Line) (kind, text string) {
	if !l.IsMessage() {
		kind, text = what(l.Fact)
		return kind, cmp.Or(l.Text, text)
	}
	for _, tag := range l.Message.Tags() {
		kind = join(kind, string(tag))
	}
	switch m := l.Message; {
	case l.Text != "":
		return kind, l.Text
	case m.Deleted:
		return kind, "(it was deleted before it could be read)"
	case m.Captured():
		return kind, "(it has no text)"
	default:
		return kind, "(it could not be read so far)"
	}
}

func caughtUp(f timeline.CaughtUp) string {
	away := ""
	if f.To.Sub(f.From) >= time.Minute {
		away = fmt.Sprintf("Slack did not reach Muster from %s to %s; ", When(f.From), When(f.To))
	}
	return away + fmt.Sprintf("read back %d that had not arrived (tags, edits, deletions, arrivals); commands typed meanwhile did not arrive", f.Changes)
}

// what says what a fact is, and its text.
func what(f timeline.Fact) (kind, text string) {
	switch f := f.(type) {
	case timeline.Declared:
		return "declared", f.Severity.String() + ": " + f.Title
	case timeline.ChannelOpened:
		return "channel", "opened #" + f.Channel.Name
	case timeline.Joined:
		return "joined", ""
	case timeline.CaughtUp:
		return "caught up", caughtUp(f)
	case timeline.PageAsked:
		return "page", strings.TrimSpace("asked for " + PageAskedFor(f) + ". " + f.Text)
	case timeline.Paged:
		return "page", PagedWords(f)
	case timeline.ActionAgreed:
		return "follow-up", fmt.Sprintf("%s (%s, due %s)", f.What, Person(f.DRI.ID), Day(f.Due))
	case timeline.Ticketed:
		return "ticket", "filed " + Link(f.URL, f.Ref)
	case timeline.RoleGiven:
		return "role", fmt.Sprintf("%s is the %v", Person(f.To.ID), f.Role)
	case timeline.SeverityChanged:
		return "severity", fmt.Sprintf("changed from %v to %v", f.From, f.To)
	case timeline.Noted:
		return "note", timeline.TextOf(f)
	case timeline.Updated:
		return "update", timeline.TextOf(f)
	case timeline.Titled:
		return "renamed", f.To
	case timeline.Left:
		return "left", ""
	case timeline.RoleLeft:
		return "role", fmt.Sprintf("%s is no longer the %v", Person(f.Of.ID), f.Role)
	case timeline.HandoverOffered:
		return "handover", fmt.Sprintf("the role of the %v was offered to %s", f.Role, Person(f.To.ID))
	case timeline.HandoverDeclined:
		return "handover", fmt.Sprintf("%s did not take the role of the %v", Person(f.To.ID), f.Role)
	case timeline.Deactivated:
		return "account", fmt.Sprintf("that of %s was closed", Person(f.Person.ID))
	case timeline.Identified:
		return "identified", timeline.TextOf(f)
	case timeline.Closed:
		return "closed", timeline.TextOf(f)
	case timeline.Cancelled:
		return "cancelled", timeline.TextOf(f)
	case timeline.Merged:
		return "merged", strings.TrimSpace(fmt.Sprintf("into %v. %s", f.Into, f.Reason))
	case timeline.Absorbed:
		return "merged", fmt.Sprintf("%v was the same: %s", f.Other, f.Title)
	case timeline.Archived:
		return "channel", "archived #" + f.Channel.Name
	case timeline.SideOpened:
		return "channel", "opened #" + f.Channel.Name
	case timeline.AccessGranted:
		return "access", "let in " + Person(f.To.ID)
	case timeline.GlassBroken:
		return "access", "came in without being let in: " + f.Reason
	case timeline.Published:
		return "status page", "published as " + PublishedWords(f)
	case timeline.TaskSet:
		return "task", f.What
	case timeline.TaskTaken:
		return "task", fmt.Sprintf("%s took it on", Person(f.By.ID))
	case timeline.TaskDone:
		return "task", "it is done"
	case timeline.TaskDropped:
		return "task", "it need not be done"
	case timeline.Mitigated:
		return "mitigated", timeline.TextOf(f)
	case timeline.Resolved:
		return "resolved", timeline.TextOf(f)
	case timeline.Reopened:
		return "reopened", timeline.TextOf(f)
	case timeline.Linked:
		if f.What != timeline.Postmortem {
			return f.What, Link(f.URL, f.Ref)
		}
		return f.What, "written"
	default:
		return "", ""
	}
}

// roles tells who held each role, one after the other.
func (w writer) roles() []role {
	var roles []role
	for _, p := range w.Parts() {
		r := p.Role
		var holders []string
		for _, ev := range w.inc.Events {
			if given, ok := ev.Fact.(timeline.RoleGiven); ok && given.Role == r {
				holders = append(holders, w.who(given.To)+" from "+w.at(ev.At))
			}
		}
		if len(holders) == 0 && !slices.Contains(timeline.Roles, r) {
			continue
		}
		if len(holders) == 0 {
			holders = []string{"nobody"}
		}
		roles = append(roles, role{p.Name, strings.Join(holders, ", ")})
	}
	return roles
}

// milestones are the moments that durations are measured to, each end and each
// reopening among them.
func (w writer) milestones() []milestone {
	detected, noted := w.inc.Detected()
	how := "as noted"
	if !noted {
		how = "when it was declared; `" + w.Command + " note 09:12 detected: WHAT` would say better"
	}
	all := []milestone{{"Detected", w.moment(detected), "", how}}
	updated := false
	for _, l := range w.inc.AllLines() {
		name, ok := milestoneOf(l.Fact)
		if !ok || name == "First update" && updated {
			continue
		}
		updated = updated || name == "First update"
		how := "by command"
		if !l.At.Equal(l.WasAt) {
			how = w.T("postmortem.moved by", w.who(l.AmendedBy))
		}
		all = append(all, milestone{name, w.moment(l.At), Span(l.At.Sub(detected)), how})
	}
	return all
}

// milestoneOf names the milestone that a fact is, if it is one.
func milestoneOf(f timeline.Fact) (name string, ok bool) {
	switch f.(type) {
	case timeline.Declared:
		return "Declared", true
	case timeline.Updated:
		return "First update", true
	case timeline.Mitigated:
		return "Mitigated", true
	case timeline.Resolved:
		return "Resolved", true
	case timeline.Reopened:
		return "Reopened", true
	}
	return "", false
}

// people returns who took part, in the order in which they did.
func (w writer) people() []string {
	var names []string
	seen := map[string]bool{"": true}
	add := func(p timeline.Person) {
		if !seen[p.ID] {
			seen[p.ID] = true
			names = append(names, w.who(p))
		}
	}
	for _, l := range w.inc.Lines() {
		add(l.By)
		if given, ok := l.Fact.(timeline.RoleGiven); ok {
			add(given.To)
		}
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
	return strings.ReplaceAll(markdown(p.Name), "|", `\|`)
}

func (w writer) moment(t time.Time) string { return t.In(w.Zone).Format("2006-01-02 15:04 MST") }

// at writes the time of a line: with the day where the timeline has several.
func (w writer) at(t time.Time) string {
	if w.days {
		return t.In(w.Zone).Format("2006-01-02 15:04")
	}
	return t.In(w.Zone).Format("15:04")
}

func (w writer) severalDays() bool {
	lines := w.inc.Lines()
	if len(lines) == 0 {
		return false
	}
	day := func(l timeline.Line) string { return l.At.In(w.Zone).Format(time.DateOnly) }
	return day(lines[0]) != day(lines[len(lines)-1])
}

// Span writes a length of time as people say it, to the minute.
func Span(d time.Duration) string {
	d = d.Round(time.Minute)
	days, d := d/(24*time.Hour), d%(24*time.Hour)
	hours, minutes := d/time.Hour, d%time.Hour/time.Minute
	var parts []string
	for _, p := range []struct {
		n    time.Duration
		unit string
	}{{days, "d"}, {hours, "h"}, {minutes, "min"}} {
		if p.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", p.n, p.unit))
		}
	}
	if len(parts) == 0 {
		return "0 min"
	}
	return strings.Join(parts, " ")
}

func join(a, b string) string {
	if a == "" {
		return b
	}
	return a + ", " + b
}
