package templates

import (
	"errors"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"muster/document"
	"muster/timeline"
)

// PeoplesParts are the parts of the postmortem that only people can write, by their
// keys, in the order in which they are read.
var PeoplesParts = []string{"summary", "impact", "how", WhysPart, "well", "badly", "lucky", "surprised"}

// WhysPart is the part that asks five times why.
const WhysPart = "whys"

// PartMost is how many characters a part may have that people wrote.
const PartMost = 20000

// FromFile is the source of what was written in a file.
const FromFile = "file"

// headPart begins the key of the part with the title. The event that wrote a part
// last follows, by which it is known what a file was made of.
const headPart = "event-"

// ownPart begins the keys of parts that people added.
const ownPart = "own-"

// Postmortem returns the write-up of an incident in Markdown. Parts that people
// wrote say what they wrote; the others follow the record, until it is published.
// Every tagged message stands in it once, unless people took it out, and no other
// message does.
func (t Texts) Postmortem(inc timeline.Incident) string {
	return document.Join(t.PostmortemParts(inc))
}

// PostmortemParts are the parts of the write-up, in the order in which they are read.
func (t Texts) PostmortemParts(inc timeline.Incident) []document.Part {
	basis := inc
	if d := inc.Draft(); d.Approved > 0 {
		basis = inc.At(d.Approved)
	}
	parts := t.generated(basis, inc)
	written := inc.Written()
	if len(parts) > 0 && parts[0].Level == 1 {
		parts[0].Key = headPart + strconv.Itoa(latest(written))
	}
	return withWritten(parts, written)
}

// latest is the event that wrote a part last; 0 where none did.
func latest(written []timeline.WrittenPart) (seq int) {
	for _, w := range written {
		seq = max(seq, w.Seq)
	}
	return seq
}

// generated are the parts as Muster writes them: of the basis, but for who wrote
// what, and whether it is published.
func (t Texts) generated(basis, now timeline.Incident) []document.Part {
	record := t.record(basis)
	record.Published = t.published(now)
	parts := document.Split(t.written(basis, record))
	headings := map[string]string{}
	for _, p := range withWritten(keyed(parts), now.Written()) {
		headings[p.Key] = p.Heading
	}
	if record.Writers = t.writer(now).writers(headings); len(record.Writers) > 0 {
		parts = document.Split(t.written(basis, record))
	}
	return keyed(parts)
}

// written is what the template of an incident's postmortem makes of its record: the
// team's own or, where that fails over this record, ours.
func (t Texts) written(inc timeline.Incident, record postmortem) string {
	var out limited
	if err := t.set.ExecuteTemplate(&out, t.postmortemTemplate(inc), record); err == nil || t.ours == nil {
		return out.String()
	}
	t.set = t.ours
	return t.render(postmortemName, record)
}

// limited is a text that must not become longer than writtenMost bytes.
type limited struct{ strings.Builder }

const writtenMost = 32 << 20

// Write implements [io.Writer].
func (l *limited) Write(text []byte) (int, error) {
	if l.Len()+len(text) > writtenMost {
		return 0, errors.New("it writes without end")
	}
	return l.Builder.Write(text)
}

// keyed gives a key to each part that has none: a team's own template need not.
func keyed(parts []document.Part) []document.Part {
	for n := range parts {
		if parts[n].Level > 0 && parts[n].Key == "" {
			parts[n].Key = document.Slug(parts[n].Heading)
		}
	}
	return parts
}

// withWritten returns the parts with what people wrote in their places, and with
// the parts that people added.
func withWritten(parts []document.Part, written []timeline.WrittenPart) []document.Part {
	for _, w := range written {
		at := slices.IndexFunc(parts, func(p document.Part) bool { return isAt(p.Key, w.Part) })
		if at >= 0 {
			parts[at].Text = w.Text
			if w.Heading != "" {
				parts[at].Heading = w.Heading
			}
			continue
		}
		if w.Text == "" && w.Heading == "" {
			continue
		}
		added := document.Part{Key: w.Part, Level: 2, Heading: w.Heading, Text: w.Text}
		if added.Heading == "" {
			added.Heading = w.Part
		}
		at = slices.IndexFunc(parts, func(p document.Part) bool { return isAt(p.Key, w.After) })
		if at < 0 {
			at = len(parts) - 1
		}
		parts = slices.Insert(parts, at+1, added)
	}
	return parts
}

// isAt reports whether a part is the one that another follows. The key of the first
// one changes with every event.
func isAt(key, after string) bool {
	return key == after || strings.HasPrefix(key, headPart) && strings.HasPrefix(after, headPart)
}

// postmortemTemplate is the template of an incident's postmortem: the team's own for
// its kind or its severity, else the usual one.
func (t Texts) postmortemTemplate(inc timeline.Incident) string {
	var kinds []string
	if inc.Drill {
		kinds = append(kinds, "drill")
	}
	if inc.Private {
		kinds = append(kinds, "private")
	}
	if inc.Service != "" {
		kinds = append(kinds, document.Slug(inc.Service))
	}
	for _, kind := range append(kinds, inc.Severity.String()) {
		if name := "postmortem." + kind + ".md.tmpl"; t.set.Lookup(name) != nil {
			return name
		}
	}
	return postmortemName
}

const postmortemName = "postmortem.md.tmpl"

// published tells when the postmortem was published and who approved it; nothing
// while it is a draft.
func (t Texts) published(inc timeline.Incident) string {
	d := inc.Draft()
	if d.Approved == 0 {
		return ""
	}
	w := t.writer(inc)
	return t.T("postmortem.published on", w.day(d.At), w.who(d.By))
}

// Unwritten returns the headings of the parts that only people can write, and that
// nobody has.
func (t Texts) Unwritten(inc timeline.Incident) (headings []string) {
	written := map[string]bool{}
	for _, p := range inc.Written() {
		written[p.Part] = strings.TrimSpace(p.Text) != ""
	}
	for _, p := range t.PostmortemParts(inc) {
		if slices.Contains(PeoplesParts, p.Key) && !written[p.Key] {
			headings = append(headings, p.Heading)
		}
	}
	return headings
}

// headingsMost is how many headings a sentence lists.
const headingsMost = 3

// StillToWrite says which parts only people can write, and nobody has; nothing where
// all are written.
func (t Texts) StillToWrite(inc timeline.Incident) string {
	open := t.Unwritten(inc)
	switch n := len(open); {
	case n == 0:
		return ""
	case n > headingsMost:
		return t.T("postmortem.still open more", t.Headings(open[:headingsMost]), n-headingsMost)
	}
	return t.T("postmortem.still open", t.Headings(open))
}

// Headings lists headings in a sentence, in quotes: some of them are questions.
func (t Texts) Headings(all []string) string {
	var quoted []string
	for _, heading := range all {
		quoted = append(quoted, t.T("postmortem.heading", heading))
	}
	return t.List(quoted)
}

// PartHeadings are the headings of parts that people wrote, in their order.
func (t Texts) PartHeadings(inc timeline.Incident, wrote []timeline.PartWritten) (headings []string) {
	parts := t.PostmortemParts(inc)
	for _, w := range wrote {
		p, _ := PartOf(parts, w.Part)
		headings = append(headings, p.Heading)
	}
	return headings
}

// PartOf returns a part of the postmortem by its key, and whether there is one.
func PartOf(parts []document.Part, key string) (document.Part, bool) {
	at := slices.IndexFunc(parts, func(p document.Part) bool { return p.Key == key })
	if at < 0 {
		return document.Part{}, false
	}
	return parts[at], true
}

// WrittenText is what people wrote in a part; empty where they wrote nothing.
func WrittenText(inc timeline.Incident, key string) string {
	for _, p := range inc.Written() {
		if p.Part == key {
			return p.Text
		}
	}
	return ""
}

// placeholder is a paragraph that says what is to be written in its place.
var placeholder = regexp.MustCompile(`(?m)^_[^_\n]+_$`)

// PartDraft is what somebody who writes a part begins with: what people wrote, else
// what Muster has without what is to be written in its place. The parts are those of
// the incident's postmortem, which take a while to make.
func PartDraft(inc timeline.Incident, parts []document.Part, key string) string {
	if text := WrittenText(inc, key); text != "" {
		return text
	}
	p, _ := PartOf(parts, key)
	return strings.TrimSpace(placeholder.ReplaceAllString(p.Text, ""))
}

// Edits returns what people changed in a file of the postmortem, as facts. What
// the record has said since in the same place is kept below it, so that nobody's
// words are lost. Parts that the file leaves out stay as they are. Clean makes a text
// fit to be kept, before anything is compared: what was taken in once is known again.
func (t Texts) Edits(inc timeline.Incident, file string, clean func(string) string) (edits []timeline.PartWritten) {
	now := t.PostmortemParts(inc)
	theirs := t.headed(document.Split(file))
	base := baseOf(inc, theirs)
	seen := map[string]bool{}
	after := ""
	for _, p := range theirs {
		edited := p.IsEdited()
		if p.Heading, p.Text = strings.Join(strings.Fields(clean(p.Heading)), " "), document.Closed(clean(p.Text)); p.Heading == "" {
			p.Heading = t.T("postmortem.from a file")
		}
		known, ok := matching(now, p, seen)
		if !ok {
			if p.Mark != "" && !edited {
				continue // it was taken out since, or is another incident's
			}
			if edit, ok := addition(p, after, seen, now); ok {
				edits, after = append(edits, edit), edit.Part
			}
			continue
		}
		seen[known.Key], after = true, known.Key
		if !edited || p.Sum() == known.Sum() {
			continue
		}
		edit := timeline.PartWritten{Part: stable(known.Key), Text: p.Text}
		if p.Heading != known.Heading {
			edit.Heading = p.Heading
		}
		if theirs, written := writtenPart(inc, edit.Part); written && p.Mark != known.Sum() {
			edit.Text = document.Both(WrittenText(base, edit.Part), theirs.Text, p.Text)
		}
		edits = append(edits, edit)
	}
	return edits
}

// headed gives what stands before the first heading of a file to the first part.
func (t Texts) headed(parts []document.Part) []document.Part {
	if len(parts) == 0 || parts[0].Level > 0 {
		return parts
	}
	if len(parts) == 1 {
		parts[0].Level, parts[0].Heading = 2, t.T("postmortem.from a file")
		return parts
	}
	parts[1].Text = strings.TrimSpace(parts[0].Text + "\n\n" + parts[1].Text)
	return parts[1:]
}

// stable is a key as facts have it: that of the first part changes with every event.
func stable(key string) string {
	if strings.HasPrefix(key, headPart) {
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
	for _, p := range file {
		if text, ok := strings.CutPrefix(p.Key, headPart); ok {
			if seq, err := strconv.Atoi(text); err == nil {
				return inc.At(min(seq, len(inc.Events)))
			}
		}
	}
	return inc.At(0)
}

// matching finds the part of the document that a part of a file is: by its mark or,
// where it has none, by its heading. One that people added is of the second level by
// now, whatever it was in their file.
func matching(now []document.Part, p document.Part, seen map[string]bool) (document.Part, bool) {
	for _, known := range now {
		same := known.Key == p.Key || strings.HasPrefix(known.Key, headPart) && strings.HasPrefix(p.Key, headPart)
		if p.Key == "" {
			own := strings.HasPrefix(known.Key, ownPart)
			same = known.Heading == p.Heading && (own || known.Level == p.Level && p.Level > 0)
		}
		if same && !seen[known.Key] {
			return known, true
		}
	}
	return document.Part{}, false
}

// addition is a part that people added to a file.
func addition(p document.Part, after string, seen map[string]bool, now []document.Part) (timeline.PartWritten, bool) {
	if p.Heading == "" && p.Text == "" {
		return timeline.PartWritten{}, false
	}
	taken := func(key string) bool {
		return seen[key] || slices.ContainsFunc(now, func(o document.Part) bool { return o.Key == key })
	}
	key := ownPart + document.Slug(p.Heading)
	for n := 2; taken(key); n++ {
		key = ownPart + document.Slug(p.Heading) + "-" + strconv.Itoa(n)
	}
	seen[key] = true
	return timeline.PartWritten{Part: key, Heading: p.Heading, Text: p.Text, After: stable(after)}, true
}
