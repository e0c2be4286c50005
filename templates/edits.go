package templates

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"muster/document"
	"muster/timeline"
)

// Edits returns what people changed in a file of the postmortem, as facts. What
// others have written since in the same place is kept below it, so that nobody's
// words are lost. Parts that the file leaves out stay as they are. Clean makes a text
// fit to be kept, before anything is compared: what was taken in once is known again.
func (t Texts) Edits(inc timeline.Incident, file string, clean func(string) string) (edits []timeline.PartWritten) {
	parts := t.headed(document.Split(file))
	e := editing{
		now: t.PostmortemParts(inc), base: t.PostmortemParts(baseOf(inc, parts)), seen: map[string]bool{}, edited: map[string]bool{},
		titles: sync.OnceValue(func() []string { return t.titles(inc) }),
	}
	after := ""
	for _, p := range parts {
		isEdited := p.IsEdited()
		p.Heading, p.Text = oneLine(clean(p.Heading)), document.Inner(clean(p.Text))
		if p.Heading == "" && p.Key == "" && p.Text != "" {
			p.Heading = t.T("postmortem.from a file")
		}
		edit, isNew := e.edit(inc, p, isEdited, after)
		if isNew {
			edits = append(edits, edit)
		}
		after = cmp.Or(edit.Part, after)
	}
	return edits
}

// editing is a file of the postmortem that is compared with the record.
type editing struct {
	now    []document.Part // what the document says
	base   []document.Part // what it said when the file was made of it, as far as is known
	titles func() []string // that it has had; to find them costs a document each
	seen   map[string]bool // the parts that the file has had so far
	edited map[string]bool // and those of them that somebody has edited
}

// titles are the headings that the document has had as the incident was renamed: a
// file tells who wrote last before it was made, and not when that was.
func (t Texts) titles(inc timeline.Incident) (all []string) {
	for _, ev := range inc.Events {
		if _, ok := ev.Fact.(timeline.Titled); ok {
			all = append(all, t.PostmortemParts(inc.At(ev.Seq - 1))[0].Heading)
		}
	}
	return all
}

// edit is what a part of the file tells, and whether that is new. It follows the
// part with the key after.
func (e editing) edit(inc timeline.Incident, p document.Part, isEdited bool, after string) (edit timeline.PartWritten, isNew bool) {
	known, ok := e.matching(p)
	if !ok {
		switch {
		case p.Mark != "" && !isEdited && !e.isKnown(p.Key):
			return edit, false // it was taken out since, or is another incident's
		case p.Heading == "" || e.says(p, isEdited):
			return edit, false // it is there twice, and says nothing of its own
		}
		return e.addition(p, after), true
	}
	e.seen[known.Key], e.edited[known.Key] = true, isEdited
	edit = timeline.PartWritten{Part: stable(known.Key)}
	if !isEdited || p.Sum() == known.Sum() {
		return edit, false
	}
	now := known
	edit.Heading, now.Text = e.heading(p, known), e.text(inc, p, known)
	now.Heading, edit.Text = cmp.Or(edit.Heading, known.Heading), now.Text
	return edit, now.Sum() != known.Sum()
}

// heading is what somebody called a part; empty where they left it as it was.
func (e editing) heading(p, known document.Part) string {
	if p.Heading == known.Heading || p.Heading == e.was(known).Heading || isHead(known.Key) && slices.Contains(e.titles(), p.Heading) {
		return ""
	}
	return p.Heading
}

// text is what a part says that somebody has edited: theirs, with what others wrote
// since.
func (e editing) text(inc timeline.Incident, p, known document.Part) string {
	was, text := e.was(known), p.Text
	theirs, isWritten := writtenPart(inc, stable(known.Key))
	isWritten = isWritten && p.Mark != known.Sum()
	switch {
	case isJust(p, known.Heading), isJust(p, was.Heading):
		text = known.Text
	case isWritten:
		text = document.Inner(document.Both(was.Text, known.Text, p.Text))
	}
	if isWritten && theirs.Heading != "" && theirs.Heading != was.Heading && e.heading(p, known) != "" {
		text += "\n\n" + theirs.Heading // both called it otherwise
	}
	return text
}

// isJust reports whether somebody has called a part otherwise, and changed no more.
func isJust(p document.Part, heading string) bool {
	return p.Mark == document.Part{Heading: heading, Text: p.Text}.Sum()
}

// was is a part as it was when the file was made, as far as is known.
func (e editing) was(known document.Part) document.Part {
	at := slices.IndexFunc(e.base, func(p document.Part) bool { return isAt(p.Key, known.Key) })
	if at < 0 {
		return document.Part{}
	}
	return e.base[at]
}

// matching finds the part of the document that a part of a file is: by its mark or,
// where it has none, by its heading. One that people added is known by its heading
// too, so that a file can be taken twice; but not by that of another part which the
// file has twice.
func (e editing) matching(p document.Part) (document.Part, bool) {
	for _, known := range e.now {
		if p.Key != "" && isAt(known.Key, p.Key) && !e.seen[known.Key] {
			return known, true
		}
	}
	for _, known := range e.now {
		same := p.Key == "" && known.Level == p.Level || strings.HasPrefix(known.Key, ownPart) && !e.isKnown(p.Key)
		if same && known.Heading == p.Heading && !e.seen[known.Key] {
			return known, true
		}
	}
	return document.Part{}, false
}

// isKnown reports whether the document has a part of a key.
func (e editing) isKnown(key string) bool {
	return slices.ContainsFunc(e.now, func(p document.Part) bool { return isAt(p.Key, key) })
}

// says reports whether the document goes on saying what a part does that is there
// twice, as it is or as it was when the file was made.
func (e editing) says(p document.Part, isEdited bool) bool {
	return slices.ContainsFunc(e.now, func(o document.Part) bool {
		return !e.edited[o.Key] && (o.Sum() == p.Sum() || !isEdited && isAt(o.Key, p.Key))
	})
}

// ownPart begins the key of a part that people added.
const ownPart = "own-"

// addition is a part that people added to a file.
func (e editing) addition(p document.Part, after string) timeline.PartWritten {
	key := freeKey(ownPart+document.Slug(p.Heading), func(key string) bool { return e.seen[key] || e.isKnown(key) })
	e.seen[key] = true
	return timeline.PartWritten{Part: key, Heading: p.Heading, Text: p.Text, After: stable(after)}
}

// headed gives what stands before the first heading of a file to the first part, and
// a heading to each that has neither one nor a mark.
func (t Texts) headed(parts []document.Part) []document.Part {
	if len(parts) > 1 && parts[0].Level == 0 {
		parts[1].Text = strings.TrimSpace(parts[0].Text + "\n\n" + parts[1].Text)
		parts = parts[1:]
	}
	for n := range parts {
		if parts[n].Heading == "" && parts[n].Key == "" && parts[n].Text != "" {
			parts[n].Level, parts[n].Heading = 2, t.T("postmortem.from a file")
		}
	}
	return parts
}

// stable is a key as facts have it: that of the first part changes with every event.
func stable(key string) string {
	if isHead(key) {
		return headPart
	}
	return key
}

func writtenPart(inc timeline.Incident, key string) (timeline.WrittenPart, bool) {
	all := inc.Written()
	at := slices.IndexFunc(all, func(w timeline.WrittenPart) bool { return w.Part == key })
	if at < 0 {
		return timeline.WrittenPart{}, false
	}
	return all[at], true
}

// baseOf is the incident as the file was written from it; as it was at its beginning
// where the file does not say.
func baseOf(inc timeline.Incident, file []document.Part) timeline.Incident {
	seq := 1
	for _, p := range file {
		if isHead(p.Key) {
			seq, _ = strconv.Atoi(strings.TrimPrefix(p.Key, headPart))
			break
		}
	}
	return inc.At(min(max(seq, 1), len(inc.Events)))
}
