package evidence

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"muster/chat"
	"muster/impact"
	"muster/templates"
	"muster/timeline"
)

// How much of a judgement is shown at once.
const (
	shownWhole = 3    // changes with all that is known of them
	worthWhole = 0.02 // how likely those have to be, but for the first
	shownLines = 8    // changes with a line each
)

// About is how messages of evidence are written: for which incident, and as people
// there read times.
type About struct {
	Texts    templates.Texts
	Incident timeline.Incident // the zero Incident outside of any
	Zone     *time.Location
}

// Listed is the first answer: what changed, by whom, and how long before.
func (a About) Listed(r Listing, judging bool) chat.Message {
	t := a.Texts
	m := a.begin(r.looking(nil, a.Texts), len(r.Changes))
	for i, c := range r.Changes {
		if i == shownLines {
			m.say(chat.Small{Text: t.T("changes.more", len(r.Changes)-i)})
			break
		}
		m.say(chat.Paragraph{Text: "• " + a.line(listed(c), r.Began)})
	}
	a.sources(m, r.looking(nil, a.Texts))
	if judging {
		m.say(chat.Small{Text: t.T("changes.judging")})
	}
	return m.message()
}

// Judged is the answer with the judgement, and with what people said of it since.
func (a About) Judged(f timeline.ChangesJudged, at time.Time) chat.Message {
	t := a.Texts
	m := a.begin(f.Looking, len(f.Suspects)+f.More)
	m.say(chat.Paragraph{Text: a.verdict(f)})
	var others []timeline.Suspect
	for i, s := range f.Suspects {
		switch {
		case s.Rank > 0 && (i == 0 || i < shownWhole && s.Share >= worthWhole):
			a.whole(m, s, at, s.Key == f.Named)
		case i < shownLines:
			others = append(others, s)
			m.say(chat.Small{Text: place(s) + a.line(s, at) + a.chance(s) + a.shortly(s)})
		}
	}
	if buttons := a.others(others); len(buttons) > 0 {
		m.say(buttons)
	}
	if more := len(f.Suspects) + f.More - shownLines; more > 0 {
		m.say(chat.Small{Text: t.T("changes.more", more)})
	}
	if f.Asked > 0 {
		m.say(chat.Small{Text: t.T("changes.record", f.Right, f.Asked)})
	}
	a.sources(m, f.Looking)
	if len(f.Unused) > 0 {
		m.say(chat.Small{Text: t.T("changes.unused", chat.Clip(strings.Join(f.Unused, " "), 400))})
	}
	return m.message()
}

// writing is a message while it is written: as it looks, and all of it in words.
type writing struct {
	parts []chat.Part
	words []string
}

func (w *writing) say(p chat.Part) {
	w.parts = append(w.parts, p)
	switch p := p.(type) {
	case chat.Heading:
		w.words = append(w.words, p.Text)
	case chat.Paragraph:
		w.words = append(w.words, p.Text)
	case chat.Small:
		w.words = append(w.words, p.Text)
	}
}

func (w *writing) message() chat.Message {
	return chat.Message{Text: strings.Join(w.words, "\n"), Parts: w.parts}
}

func (a About) begin(k timeline.Looking, n int) *writing {
	t, w := a.Texts, &writing{}
	where := cmp.Or(k.Service, t.T("changes.everywhere"))
	if a.Incident.ID != timeline.House {
		w.say(chat.Heading{Text: t.T("changes.title", a.Incident.ID)})
	} else {
		w.say(chat.Heading{Text: t.T("changes.title here", where)})
	}
	if n == 0 {
		w.say(chat.Paragraph{Text: t.T("changes.none", where, t.SpanSoon(k.Began.Sub(k.From)))})
	}
	return w
}

// verdict is the answer in a sentence.
func (a About) verdict(f timeline.ChangesJudged) string {
	t := a.Texts
	if m, ok := a.Incident.KnownCause(); ok {
		return t.T("changes.known", m.What, t.PersonOr(m.By))
	}
	if s, ok := f.First(); ok {
		return t.T("changes.named", s.Name(), percent(s.Share))
	}
	if len(f.Suspects) == 0 {
		return t.T("changes.none judged")
	}
	return t.T("changes.not named", percent(f.None))
}

// percent is a share of 1; what is next to nothing is not said to be nothing.
func percent(share float64) string {
	if share < 0.005 {
		return "< 1 %"
	}
	return fmt.Sprintf("%.0f %%", 100*share)
}

// line is a change in a line: what, by whom, when, and how long before.
func (a About) line(s timeline.Suspect, at time.Time) string {
	t := a.Texts
	name := s.Name()
	if s.URL != "" {
		name = templates.Link(s.URL, name)
	}
	text := t.T("changes.line", name, t.T("change."+s.Kind), templates.When(s.At), a.distance(s.At, at))
	if s.Author != "" {
		text += t.T("changes.by", s.Author)
	}
	if s.Title != "" && s.Version != "" {
		text += ": " + chat.Clip(s.Title, 120)
	}
	switch s.State {
	case "failed", "rolled_back", "started":
		text += " " + t.T("change.state."+s.State)
	}
	return text
}

// distance is how long before a time something was, or after it.
func (a About) distance(at, from time.Time) string {
	if at.After(from) {
		return a.Texts.T("changes.after", a.Texts.SpanSoon(at.Sub(from)))
	}
	return a.Texts.T("changes.before", a.Texts.SpanSoon(from.Sub(at)))
}

// place is what a change's line begins with: its rank, where it has one.
func place(s timeline.Suspect) string {
	if s.Rank == 0 {
		return "• "
	}
	return fmt.Sprintf("%d. ", s.Rank)
}

// shortly is the one reason that is given of a change with a line: what somebody
// knows of it, why it was not judged, or what speaks against it.
func (a About) shortly(s timeline.Suspect) string {
	mark, marked := a.Incident.MarkOf(s.Key)
	switch n := len(s.Why); {
	case marked && mark.Not:
		return ". " + a.Texts.T("changes.marked not", a.Texts.PersonOr(mark.By))
	case marked:
		return ". " + a.Texts.T("changes.marked", a.Texts.PersonOr(mark.By))
	case n > 1 && s.Verdict == string(impact.NotJudged):
		return ". " + s.Why[0]
	case n > 1:
		return ". " + s.Why[n-2] // the last says whom to ask
	}
	return ""
}

// othersMost is how many changes with a line each have a button.
const othersMost = 4

// others are the buttons of changes with a line each: somebody may know better.
func (a About) others(all []timeline.Suspect) (buttons chat.Buttons) {
	if a.Incident.ID == timeline.House {
		return nil
	}
	for _, s := range all[:min(len(all), othersMost)] {
		buttons = append(buttons, chat.Button{Label: a.Texts.T("button.is cause", labelOf(s)), Command: fmt.Sprintf("cause %s %s", a.Incident.ID, quoted(s.Key))})
	}
	return buttons
}

func (a About) chance(s timeline.Suspect) string {
	if s.Rank == 0 {
		return ""
	}
	return " " + a.Texts.T("changes.chance", a.Texts.T("verdict."+s.Verdict), percent(s.Share))
}

// whole is a change with why it was judged so, and what can be done about it.
func (a About) whole(w *writing, s timeline.Suspect, at time.Time, named bool) {
	t := a.Texts
	lines := []string{fmt.Sprintf("%d. %s%s", s.Rank, a.line(s, at), a.chance(s))}
	if mark, ok := a.Incident.MarkOf(s.Key); ok {
		key := "changes.marked"
		if mark.Not {
			key = "changes.marked not"
		}
		lines = append(lines, "• "+t.T(key, t.PersonOr(mark.By)))
	}
	for _, why := range s.Why {
		lines = append(lines, "• "+why)
	}
	if s.Rollback != "" && named {
		lines = append(lines, "• "+t.T("changes.roll back", s.Rollback))
	}
	w.say(chat.Paragraph{Text: strings.Join(lines, "\n")})
	if a.Incident.ID != timeline.House {
		w.say(a.buttons(s, named))
	}
}

// labelOf is a suspect in the label of a button: of a long name the version stays.
func labelOf(s timeline.Suspect) string {
	if s.Version != "" {
		return strings.TrimSpace(chat.Clip(s.Service, 40) + " " + chat.Clip(s.Version, 18))
	}
	return chat.Clip(s.Name(), 60)
}

// buttons are what can be done about a change. Their labels say of which.
func (a About) buttons(s timeline.Suspect, named bool) chat.Buttons {
	t, id, name := a.Texts, a.Incident.ID.String(), labelOf(s)
	var all chat.Buttons
	if s.Author != "" {
		all = append(all, chat.Button{Label: t.T("button.ask author", chat.Clip(s.Author, 30)), Command: fmt.Sprintf("ask-author %s %s", id, quoted(s.Key))})
	}
	if s.SLI != "" {
		all = append(all, chat.Button{Label: t.T("button.show metric", chat.Clip(s.SLI, 40)), Command: fmt.Sprintf("metrics %s %s", id, s.SLI)})
	}
	return append(all,
		chat.Button{Label: t.T("button.is cause", name), Command: fmt.Sprintf("cause %s %s", id, quoted(s.Key)), Primary: named},
		chat.Button{Label: t.T("button.not cause", name), Command: fmt.Sprintf("not-cause %s %s", id, quoted(s.Key))},
	)
}

// quoted writes a key so that it is one word of a command.
func quoted(key string) string { return strings.ReplaceAll(key, "\x00", "|") }

// Unquoted is a key as it was before it was made a word of a command.
func Unquoted(word string) string { return strings.Replace(word, "|", "\x00", 1) }

// sources tells who answered and how fresh that is, and who did not: nothing
// found is not nobody asked.
func (a About) sources(w *writing, k timeline.Looking) {
	t := a.Texts
	if len(k.Asked) > 0 {
		w.say(chat.Small{Text: t.T("changes.asked", t.List(k.Asked), t.SpanSoon(k.Began.Sub(k.From)))})
	}
	if len(k.Silent) > 0 {
		w.say(chat.Small{Text: t.T("changes.silent", chat.Clip(strings.Join(k.Silent, "; "), 600))})
	}
}
