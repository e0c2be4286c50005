package templates

import (
	"fmt"
	"path"
	"slices"
	"strings"
	"time"

	"muster/timeline"
)

// judged is what changed before an incident, as it was judged last.
type judged struct {
	From, Began string // what was looked at
	Named       string // the change that stands out; empty for none
	Suspects    []suspect
	More        int    // that are left out
	None        string // how likely it is that it was none of them
	Silent      []string
}

type suspect struct{ Name, Kind, At, Share, Verdict, Why, URL string }

// opinion is what somebody said of a change.
type opinion struct {
	What, Who string
	Not       bool
}

// drawn is a picture of metrics.
type drawn struct{ Title, Words, Path, URL string }

// suspectsMost is how many changes the postmortem lists.
const suspectsMost = 5

func (w writer) judged() *judged {
	f, ok := w.inc.Judged()
	if !ok {
		return nil
	}
	near := func(t time.Time) string { return w.near(t, f.Looking.Began) }
	j := judged{From: near(f.Looking.From), Began: w.at(f.Looking.Began), None: percent(f.None), More: f.More}
	for n, s := range f.Suspects {
		if n == suspectsMost {
			j.More += len(f.Suspects) - n
			break
		}
		told := suspect{Name: inBrackets(w.cell(s.Name())), Kind: w.cell(s.Kind), At: near(s.At), Verdict: w.cell(s.Verdict), URL: urlInMarkdown(s.URL)}
		if s.Rank > 0 {
			told.Share = percent(s.Share)
		}
		if len(s.Why) > 0 {
			told.Why = w.cell(s.Why[0])
		}
		j.Suspects = append(j.Suspects, told)
	}
	if s, ok := f.First(); ok {
		j.Named = w.cell(s.Name())
	}
	for _, silent := range f.Looking.Silent {
		j.Silent = append(j.Silent, w.cell(silent))
	}
	return &j
}

func percent(share float64) string { return fmt.Sprintf("%.0f %%", 100*share) }

// cell is a text in a cell of a table.
func (w writer) cell(text string) string { return inCell(w.md.Write(oneLine(text))) }

// oneLine is a text without line breaks.
func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

// inCell keeps a Markdown text within a cell of a table.
func inCell(text string) string { return strings.ReplaceAll(text, "|", `\|`) }

// inBrackets keeps a Markdown text within square brackets.
func inBrackets(text string) string {
	return strings.NewReplacer("[", `\[`, "]", `\]`).Replace(text)
}

func (w writer) marked() (all []opinion) {
	for _, m := range w.inc.Marks() {
		all = append(all, opinion{w.md.Write(oneLine(m.What)), atLineStart(w.who(m.By)), m.Not})
	}
	return all
}

// pictures are those of metrics, each once however often it was drawn anew.
func (w writer) pictures() (all []drawn) {
	for _, ev := range w.inc.Events {
		f, ok := ev.Fact.(timeline.Drawn)
		if !ok {
			continue
		}
		now := drawn{atLineStart(inBrackets(w.md.Write(oneLine(f.Title)))), inBrackets(w.md.Write(oneLine(f.Words))), "", urlInMarkdown(f.URL)}
		if f.Path != "" {
			now.Path = w.PictureAddress(f.Path)
		}
		all = append(slices.DeleteFunc(all, func(d drawn) bool { return d.Title == now.Title }), now)
	}
	return all
}

// PictureAddress is how documents call a picture that is kept, by its path in the
// folder of files.
func (t Texts) PictureAddress(kept string) string { return urlInMarkdown(path.Join(t.Files, kept)) }

// affected tells how long customers suffered: from the detection until it was
// mitigated or, where it never was, resolved.
func (w writer) affected() string {
	from, _ := w.inc.Detected()
	to := w.inc.Mitigated
	if to.IsZero() {
		to = w.inc.Resolved
	}
	if to.IsZero() || to.Before(from) {
		return ""
	}
	return w.Span(to.Sub(from))
}

// isNote reports whether a line is a message from where the postmortem is talked
// about.
func (w writer) isNote(l timeline.Line) bool {
	home, ok := w.inc.Post(timeline.PostmortemPost)
	return ok && l.IsMessage() && l.Message.Thread == home.Message.TS && l.Message.Message.Channel == home.Message.Channel
}

// partOf tells who wrote a part of the document, and when last.
type partOf struct{ Part, Who, At string }

// writers tells who wrote which part. The headings are those of the document.
func (w writer) writers(headings map[string]string) (all []partOf) {
	for _, p := range w.inc.Written() {
		heading := headings[p.Part]
		if heading == "" || p.Text == "" {
			continue
		}
		var who []string
		for _, one := range append(slices.Clone(p.Before), p.By) {
			who = append(who, w.who(one))
		}
		all = append(all, partOf{atLineStart(heading), w.List(who), w.day(p.At)})
	}
	return all
}

func (w writer) day(at time.Time) string { return at.In(w.Zone).Format(time.DateOnly) }
