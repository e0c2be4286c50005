package templates

import (
	"cmp"
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

// PartsMost is how many parts a file may have that are not in the document.
const PartsMost = 200

// FromFile is the source of what was written in a file.
const FromFile = "file"

// headPart begins the key of the part with the title. The event that wrote a part
// last follows, by which it is known what a file was made of.
const headPart = "event-"

// Postmortem returns the write-up of an incident in Markdown. Parts that people
// wrote say what they wrote; the others follow the record, until it is published.
// Every tagged message stands in it once, unless people took it out, and no other
// message does.
func (t Texts) Postmortem(inc timeline.Incident) string {
	return document.Join(t.PostmortemParts(inc))
}

// PostmortemParts are the parts of the write-up, in the order in which they are read.
func (t Texts) PostmortemParts(inc timeline.Incident) []document.Part {
	parts := t.generated(basisOf(inc), inc)
	written := t.headFollows(inc, parts[0])
	parts[0].Key = headPart + strconv.Itoa(latest(written))
	return withWritten(parts, written)
}

// basisOf is the incident as far as its postmortem follows the record: to its approval,
// and on where the incident was taken up again since.
func basisOf(inc timeline.Incident) timeline.Incident {
	if d := inc.Draft(); d.Approved > 0 && !d.Outdated {
		return inc.At(d.Approved)
	}
	return inc
}

// headFollows returns what people wrote. Where they left below the title what Muster
// had written, how far it all is, that follows the record.
func (t Texts) headFollows(inc timeline.Incident, now document.Part) []timeline.WrittenPart {
	written := inc.Written()
	at := slices.IndexFunc(written, func(w timeline.WrittenPart) bool { return isHead(w.Part) })
	if at < 0 {
		return written
	}
	then := inc.At(written[at].Seq - 1)
	record := t.record(basisOf(then))
	record.Published = t.published(then)
	was := t.parts(basisOf(then), record)[0]
	if was.Text == "" {
		return written
	}
	written = slices.Clone(written)
	written[at].Text = strings.Replace(written[at].Text, was.Text, now.Text, 1)
	return written
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
	parts := t.parts(basis, record)
	headings := map[string]string{}
	for _, p := range withWritten(slices.Clone(parts), now.Written()) {
		headings[stable(p.Key)] = p.Heading
	}
	if record.Writers = t.writer(now).writers(headings); len(record.Writers) > 0 {
		parts = t.parts(basis, record)
	}
	return parts
}

// parts are those of a record. The first one has the title: where a team's own
// template has none, it is put above.
func (t Texts) parts(inc timeline.Incident, record postmortem) []document.Part {
	parts := document.Split(t.written(inc, record))
	title := document.Part{Level: 1, Heading: record.ID + ": " + oneLine(record.Title)}
	switch {
	case len(parts) == 0 || parts[0].Level > 1:
		parts = slices.Insert(parts, 0, title)
	case parts[0].Level == 0:
		title.Text = parts[0].Text
		parts[0] = title
	}
	parts[0].Key = headPart
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

// keyed gives a key of its own to each part: a team's own template need not.
func keyed(parts []document.Part) []document.Part {
	taken := map[string]bool{}
	for n := range parts {
		p := &parts[n]
		key := cmp.Or(p.Key, document.Slug(p.Heading), "part")
		if n > 0 && isHead(key) {
			key = "part-" + key
		}
		p.Key = freeKey(key, func(key string) bool { return taken[key] })
		taken[p.Key] = true
	}
	return parts
}

// freeKey is a key or, where it is taken, one like it that is not.
func freeKey(key string, taken func(string) bool) string {
	free := key
	for n := 2; taken(free); n++ {
		free = key + "-" + strconv.Itoa(n)
	}
	return free
}

// withWritten returns the parts with what people wrote in their places, and with
// the parts that people added. What a part says ends with it, whatever it is.
func withWritten(parts []document.Part, written []timeline.WrittenPart) []document.Part {
	for _, w := range written {
		text := document.Inner(w.Text)
		at := slices.IndexFunc(parts, func(p document.Part) bool { return isAt(p.Key, w.Part) })
		if at >= 0 {
			parts[at].Text, parts[at].Heading = text, cmp.Or(w.Heading, parts[at].Heading)
			continue
		}
		if w.Text == "" && w.Heading == "" {
			continue
		}
		at = slices.IndexFunc(parts, func(p document.Part) bool { return isAt(p.Key, w.After) })
		if at < 0 {
			at = len(parts) - 1
		}
		parts = slices.Insert(parts, at+1, document.Part{Key: w.Part, Level: levelAfter(parts, at), Heading: cmp.Or(w.Heading, w.Part), Text: text})
	}
	return parts
}

// levelAfter is the level of a part that people added: that of the next one, which
// would stand within it otherwise, and the second at the least.
func levelAfter(parts []document.Part, at int) int {
	if at+1 < len(parts) {
		return max(2, parts[at+1].Level)
	}
	return 2
}

// isAt reports whether a part is the one that another follows. The key of the first
// one changes with every event.
func isAt(key, after string) bool { return key == after || isHead(key) && isHead(after) }

// isHead reports whether a key is that of the part with the title.
func isHead(key string) bool {
	number, ok := strings.CutPrefix(key, headPart)
	return ok && strings.Trim(number, "0123456789") == ""
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
	if d.Approved == 0 || d.Outdated {
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
		if at := slices.IndexFunc(parts, func(p document.Part) bool { return isAt(p.Key, w.Part) }); at >= 0 {
			headings = append(headings, parts[at].Heading)
		}
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
	part, _ := inc.WrittenPart(key)
	return part.Text
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
