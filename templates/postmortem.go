package templates

import (
	"slices"
	"strings"
	"time"

	"muster/timeline"
)

// postmortem is what postmortem.md.tmpl tells, each text in Markdown already.
type postmortem struct {
	ID, Title, Severity, Meaning string
	Status                       string
	Drill                        bool   // it was an exercise
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

	Published  string    // when, and who approved it; empty while it is a draft
	Affected   string    // how long customers were; empty where that is not known
	Pictures   []drawn   // of metrics
	Judged     *judged   // what changed, as it was judged last; nil where it was not
	Marked     []opinion // what people said of changes
	Understood string    // how many understand the cause; empty where nobody was asked
	Notes      []line    // that were tagged where the postmortem is talked about
	Writers    []partOf  // who wrote which part
}

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
	Number  int // among the follow-ups; 0 where it is none
}

// image is one that is kept.
type image struct{ Name, Path string }

// record is what the postmortem of an incident tells.
func (t Texts) record(inc timeline.Incident) postmortem {
	return t.writer(inc).postmortem()
}

func (t Texts) writer(inc timeline.Incident) writer {
	w := writer{Texts: t, inc: inc}
	w.md, w.days = t.Markdown(w.name), w.severalDays()
	return w
}

// writer puts an incident into the words of its postmortem.
type writer struct {
	Texts
	inc  timeline.Incident
	md   Dialect
	days bool // whether the timeline goes over midnight
}

func (w writer) postmortem() postmortem {
	doc := postmortem{
		ID: w.inc.ID.String(), Title: w.md.Write(w.inc.Title), Severity: w.Severity(w.inc.Severity),
		Meaning: w.Meaning(w.inc.Severity), Status: w.Status(w.inc.Status), Drill: w.inc.Drill,
		Zone: w.Zone.String(), Roles: w.roles(), Milestones: w.milestones(), People: w.people(), Agreed: w.agreed(),
		Understood: w.Understanding(w.inc), Affected: w.affected(), Pictures: w.pictures(), Judged: w.judged(), Marked: w.marked(),
	}
	all := w.inc.Lines()
	for _, l := range all {
		if w.isTold(l, all) {
			continue
		}
		if w.isNote(l) {
			doc.Notes = append(doc.Notes, w.line(l, 0))
			continue
		}
		if _, ok := l.Fact.(timeline.Resolved); ok {
			doc.Ending = atLineStart(w.md.Write(l.Text)) // the last ending is the one that held
		}
		if _, ok := l.Fact.(timeline.Joined); ok {
			continue // who took part is told once, above
		}
		w.add(&doc, w.line(l, len(doc.Lines)+1), l)
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
func (w writer) add(doc *postmortem, l line, from timeline.Line) {
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
			l = w.todo(doc, l, from)
		}
	}
	doc.Lines = append(doc.Lines, l)
}

// todo files what is to be done among the follow-ups, unless it was agreed on and
// stands there, and returns the line as it is left in the timeline.
func (w writer) todo(doc *postmortem, l line, from timeline.Line) line {
	text := atLineStart(l.Text)
	for n := range doc.Agreed {
		a := &doc.Agreed[n]
		if a.about != from.Message.Message {
			continue
		}
		if a.Line = l.N; a.What == text {
			l.Text = w.T("postmortem.see", a.N)
		} else {
			l.Origin = append(l.Origin, w.T("postmortem.agreed"))
		}
		return l
	}
	todo := l
	todo.Text, todo.Number = text, doc.highest()+len(doc.FollowUps)+1
	doc.FollowUps = append(doc.FollowUps, todo)
	l.Text, l.Former = w.T("postmortem.see", todo.Number), nil
	return l
}

// highest is the highest number of a follow-up that was agreed on.
func (doc *postmortem) highest() (n int) {
	for _, a := range doc.Agreed {
		n = max(n, a.N)
	}
	return n
}

// isTold reports whether a line tells of a follow-up of which the message that it
// came from tells.
func (w writer) isTold(l timeline.Line, all []timeline.Line) bool {
	f, ok := l.Fact.(timeline.ActionAgreed)
	return ok && f.About.TS != "" && slices.ContainsFunc(all, func(o timeline.Line) bool { return o.IsMessage() && o.Message.Message == f.About })
}

func (w writer) line(l timeline.Line, n int) line {
	out := line{N: n, At: w.at(l.At), Who: w.who(l.By)}
	out.What, out.Text = w.What(l)
	out.Text = indent(w.md.Write(out.Text))
	for _, was := range l.Former {
		out.Former = append(out.Former, indent(w.md.Write(was)))
	}
	out.Origin = w.origin(l)
	if l.IsMessage() {
		if l.By.ID == "" {
			out.Who = w.T("person.someone")
		}
		return w.message(out, l.Message)
	}
	switch f := l.Fact.(type) {
	case timeline.Linked:
		out.URL = urlInMarkdown(f.URL)
	case timeline.Drawn:
		out.URL = urlInMarkdown(f.URL)
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
		out.Images = append(out.Images, image{markdown(k.Name), w.PictureAddress(k.Path)})
	}
	return out
}
