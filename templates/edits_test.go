package templates_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"muster/document"
	"muster/templates"
	"muster/timeline"
)

// desk is an incident that people work on, and the files that they have of its
// postmortem.
type desk struct {
	texts     templates.Texts
	all       []told
	sentences int
}

func (d *desk) incident() timeline.Incident { return incident(d.all...) }

func (d *desk) file() string { return d.texts.Postmortem(d.incident()) }

// sentence is one that nobody has written yet.
func (d *desk) sentence() string {
	d.sentences++
	return fmt.Sprintf("Sentence%dEnds.", d.sentences)
}

var sentenceIn = regexp.MustCompile(`Sentence[0-9]+Ends\.`)

func sentences(text string) []string { return sentenceIn.FindAllString(text, -1) }

// take records what is new in a file.
func (d *desk) take(file string) (edits []timeline.PartWritten) {
	edits = d.texts.Edits(d.incident(), file, asItIs)
	for _, edit := range edits {
		d.all = append(d.all, told{time.Hour, "UBO", edit})
	}
	return edits
}

// someSaid are texts as they are said in a chat, the hostile among them.
var someSaid = rapid.OneOf(
	rapid.SampledFrom([]string{"", "the pool is full", "# Cause", "## Summary <!-- summary 3fa9c1d2 -->", "a\n## b", "```\n# x", "~~~", "a | b", "<!-- summary 3fa9c1d2 -->", "שלום", "*a* _b_ `c`", "<b>x</b>", "_To be written_", "- [ ] x\n\n# y"}),
	rapid.StringMatching("[a-z #`~|<>!\n-]{0,20}"),
)

// someFacts are a few things that happen, one after the other.
func someFacts(t *rapid.T, n int) (all []told) {
	for range n {
		text, by := someSaid.Draw(t, "said"), rapid.SampledFrom([]string{"UANA", "UBO", ""}).Draw(t, "by")
		m := timeline.Message{Channel: "C1", TS: rapid.SampledFrom([]string{"1.1", "1.2", "1.3"}).Draw(t, "message")}
		facts := [][]timeline.Fact{
			{timeline.Noted{Text: text}},
			{timeline.Resolved{Text: text}},
			{timeline.Reopened{Reason: text}},
			{timeline.Titled{To: strings.Join(strings.Fields(text), " ")}},
			{timeline.SeverityChanged{From: timeline.Sev1, To: timeline.Sev2}},
			{timeline.Introduced{Person: timeline.Person{ID: "UANA", Name: text}}},
			{timeline.Tagged{Message: m, Tag: rapid.SampledFrom(timeline.Tags).Draw(t, "tag"), Emoji: "x", When: "1"}, timeline.Captured{Message: m, Author: timeline.Person{ID: "UBO"}, Text: text, At: noon}},
			{timeline.ActionAgreed{What: text, DRI: timeline.Person{ID: "UBO"}, Due: "2026-04-01"}},
			{timeline.CauseMarked{What: text, Not: by == ""}},
			{timeline.Drawn{Title: text, Words: text}},
			{timeline.RoleGiven{Role: timeline.Commander, To: timeline.Person{ID: "UBO"}}},
			{timeline.DraftApproved{}},
		}
		for _, f := range rapid.SampledFrom(facts).Draw(t, "fact") {
			all = append(all, told{time.Duration(len(all)) * time.Minute, by, f})
		}
	}
	return all
}

// someEdits is a file as somebody leaves it who got it from the desk.
func (d *desk) someEdits(t *rapid.T, file string) string {
	for range rapid.IntRange(0, 5).Draw(t, "edits") {
		file = d.someEdit(t, file)
	}
	return file
}

func (d *desk) someEdit(t *rapid.T, file string) string {
	lines := strings.Split(file, "\n")
	at := rapid.IntRange(0, len(lines)-1).Draw(t, "line")
	switch rapid.SampledFrom([]string{"insert", "append", "delete", "heading", "word", "fence", "strip", "windows", "reorder", "double", "call", "insert", "append"}).Draw(t, "edit") {
	case "insert":
		lines = slices.Insert(lines, at, d.sentence())
	case "append":
		lines[at] += " " + d.sentence()
	case "delete":
		lines = slices.Delete(lines, at, at+1)
	case "heading":
		lines = slices.Insert(lines, at, strings.Repeat("#", rapid.IntRange(1, 4).Draw(t, "level"))+" "+d.sentence(), "", d.sentence())
	case "word":
		lines[at] = strings.Replace(lines[at], "a", d.sentence(), 1)
	case "call":
		lines[at] = headingIn.ReplaceAllString(lines[at], "$1"+d.sentence()+" ")
	case "fence":
		lines = slices.Insert(lines, at, "```", d.sentence())
	case "strip":
		return markIn.ReplaceAllString(file, "")
	case "windows":
		return strings.ReplaceAll(strings.ReplaceAll(file, "\r\n", "\n"), "\n", "\r\n")
	case "reorder":
		parts := chunks(file)
		n := rapid.IntRange(0, len(parts)-1).Draw(t, "part")
		parts = append(parts[n:], parts[:n]...)
		return strings.Join(parts, "\n")
	case "double":
		parts := chunks(file)
		n := rapid.IntRange(0, len(parts)-1).Draw(t, "part")
		return strings.Join(slices.Insert(parts, n, parts[n]), "\n")
	}
	return strings.Join(lines, "\n")
}

var markIn = regexp.MustCompile(` <!-- [^ ]+ [0-9a-f]{8} -->`)

var headingIn = regexp.MustCompile(`^(#{1,3} )`)

// chunks are the parts of a file as they stand in it.
func chunks(file string) (all []string) {
	for n, line := range strings.Split(file, "\n") {
		if n == 0 || strings.HasPrefix(line, "#") {
			all = append(all, line)
			continue
		}
		all[len(all)-1] += "\n" + line
	}
	return all
}

// holds fails unless a document has each of some sentences.
func holds(t *rapid.T, what, doc string, want []string) {
	t.Helper()
	for _, s := range want {
		if !strings.Contains(doc, s) {
			t.Fatalf("%s: %q is lost in\n%s", what, s, doc)
		}
	}
}

// ourParts are the keys of all parts that the document can have of itself.
var ourParts = strings.Fields("summary impact figures roles durations timeline changes causes how whys findings learned well badly lucky surprised follow-ups understanding notes about")

// settled fails unless a document is what it is made of, and says nothing new to
// the incident that it was made of.
func (d *desk) settled(t *rapid.T, what string) {
	t.Helper()
	inc := d.incident()
	parts := d.texts.PostmortemParts(inc)
	doc := document.Join(parts)
	got := document.Split(doc)
	if len(got) != len(parts) {
		t.Fatalf("%s: %d parts became %d:\n%s", what, len(parts), len(got), doc)
	}
	keys := map[string]bool{}
	for n, p := range got {
		if !slices.Contains(ourParts, p.Key) && !strings.HasPrefix(p.Key, "own-") && !strings.HasPrefix(p.Key, "event-") {
			t.Fatalf("%s: what was said has become a part, %q:\n%s", what, p.Heading, doc)
		}
		if p.Key != parts[n].Key || p.Sum() != parts[n].Sum() || p.IsEdited() || keys[p.Key] {
			t.Fatalf("%s: %+v became %+v:\n%s", what, parts[n], p, doc)
		}
		keys[p.Key] = true
	}
	if edits := d.texts.Edits(inc, doc, asItIs); len(edits) > 0 {
		t.Fatalf("%s: nobody has edited it, and it has %+v:\n%s", what, edits, doc)
	}
}

// kept are the sentences that neither of two people took out, who did not know of
// each other.
func kept(base, first, second []string) (all []string) {
	for _, s := range append(first, second...) {
		if !slices.Contains(base, s) || slices.Contains(first, s) && slices.Contains(second, s) {
			all = append(all, s)
		}
	}
	return all
}

func newDesk(t *rapid.T) *desk {
	texts := templates.New()
	texts.Zone = time.UTC
	d := &desk{texts: texts, all: []told{declared, channel}}
	d.happens(t)
	return d
}

func (d *desk) happens(t *rapid.T) {
	d.all = append(d.all, someFacts(t, rapid.IntRange(0, 5).Draw(t, "facts"))...)
}

// TestNoSentenceIsLost has people edit files of a postmortem, some at the same time,
// while the record goes on. Whatever they do to a file, what they wrote stands in
// the document until one who has read it takes it out.
func TestNoSentenceIsLost(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := newDesk(t)
		d.settled(t, "at first")
		for range rapid.IntRange(1, 3).Draw(t, "rounds") {
			base := d.file()
			first, second := d.someEdits(t, base), d.someEdits(t, base)
			d.happens(t)
			d.take(first)
			d.settled(t, "after the first")
			holds(t, "the first", d.file(), sentences(first))
			d.happens(t)
			d.take(second)
			d.settled(t, "after the second")
			d.happens(t)
			d.settled(t, "at last")
			holds(t, "both", d.file(), kept(sentences(base), sentences(first), sentences(second)))
		}
	})
}

// TestAFileThatIsTakenTwiceSaysNothingNew holds that who hands a file in again
// changes nothing.
func TestAFileThatIsTakenTwiceSaysNothingNew(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := newDesk(t)
		file := d.someEdits(t, d.file())
		d.take(file)
		once := d.file()
		d.take(file)
		if again := d.file(); len(document.Split(again)) != len(document.Split(once)) {
			t.Fatalf("taken twice, the file\n%s\nmade of\n%s\nthis:\n%s", file, once, again)
		}
	})
}

// TestWhatNobodyEditedFollowsTheRecord edits one part of a file that is old by the
// time it is taken: no other part is anybody's.
func TestWhatNobodyEditedFollowsTheRecord(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := newDesk(t)
		parts := d.texts.PostmortemParts(d.incident())
		n := rapid.IntRange(0, len(parts)-1).Draw(t, "part")
		sentence := d.sentence()
		file := chunksJoined(parts, n, sentence)
		d.happens(t)
		edits := d.take(file)
		if len(edits) != 1 || !strings.Contains(edits[0].Text, sentence) || edits[0].Heading != "" {
			t.Fatalf("%q was edited, and these are taken: %+v", parts[n].Key, edits)
		}
		before := d.incident()
		d.all = append(d.all, told{0, "", timeline.Noted{Text: "told after everything"}}, told{0, "", timeline.Resolved{Text: "over after everything"}})
		now := d.texts.PostmortemParts(d.incident())
		if d.incident().Draft().Approved == 0 && parts[n].Key != "timeline" && !strings.Contains(document.Join(now), "told after everything") {
			t.Fatalf("the timeline follows the record no longer, after an edit of %q:\n%s", parts[n].Key, document.Join(now))
		}
		if len(d.incident().Written()) != len(before.Written()) {
			t.Fatal("the record has written a part")
		}
	})
}

// chunksJoined is the file of some parts in which one has a sentence more.
func chunksJoined(parts []document.Part, n int, sentence string) string {
	all := chunks(document.Join(parts))
	all[n] = strings.TrimRight(all[n], "\n") + "\n\n" + sentence + "\n"
	return strings.Join(all, "\n")
}

// TestHowATeamsOwnTemplateMayBe holds that files lose nothing where a team's own
// template gives its parts no keys, the same heading twice, or no title.
func TestHowATeamsOwnTemplateMayBe(t *testing.T) {
	for _, own := range []string{
		"## Notes\n\none\n\n## Notes\n\ntwo {{.Severity}}\n", "{{.Title}} is a word before all headings\n\n## Event log\n\nx\n\n### 🔥\n\ny\n\n## Event 5\n\nz\n", "no heading at all", "# {{.Title}}\n\n# {{.ID}}\n", "",
	} {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "postmortem.md.tmpl"), []byte(own), 0o600); err != nil {
			t.Fatal(err)
		}
		texts, err := templates.New().From(dir)
		if err != nil {
			t.Fatalf("%q: %v", own, err)
		}
		rapid.Check(t, func(t *rapid.T) {
			d := &desk{texts: texts, all: []told{declared, channel}}
			d.take(d.someEdits(t, d.file()))
			d.all = append(d.all, told{0, "U1", timeline.SeverityChanged{From: timeline.Sev1, To: timeline.Sev2}})
			file := d.someEdits(t, d.file())
			d.take(file)
			holds(t, "own", d.file(), sentences(file))
			if edits := d.texts.Edits(d.incident(), d.file(), asItIs); len(edits) > 0 {
				t.Fatalf("nobody has edited it, and it has %+v:\n%s", edits, d.file())
			}
		})
	}
}

// TestAPartThatIsThereTwiceIsNoOther holds that a part that a file has twice is not
// taken for one that people added under the same heading.
func TestAPartThatIsThereTwiceIsNoOther(t *testing.T) {
	d := &desk{texts: templates.New(), all: []told{declared, channel}}
	d.take("Sentence1Ends.\n" + d.file()[:strings.Index(d.file(), "\n")] + "\n" + d.file())
	if n := strings.Count(d.file(), "# INC-7: "); n != 2 {
		t.Fatalf("the title is there %d times:\n%s", n, d.file())
	}
	file := d.file()[:strings.Index(d.file(), "\n")] + "\n" + d.file()
	d.take(file)
	if !strings.Contains(d.file(), "Sentence1Ends.") {
		t.Errorf("it is lost in\n%s", d.file())
	}
}

// TestAPartKeepsWhatItIsCalled writes a part again that somebody called otherwise,
// and one of their own.
func TestAPartKeepsWhatItIsCalled(t *testing.T) {
	d := &desk{texts: templates.New(), all: []told{declared, channel}}
	d.take(strings.Replace(d.file(), "## Impact <", "## Who suffered <", 1) + "\n## Ours\n\nfirst\n")
	again := strings.Replace(strings.Replace(d.file(), "_To be written: who", "All of them, and who", 1), "first", "second", 1)
	d.take(again)
	for _, want := range []string{"## Who suffered <!-- impact ", "All of them, and who", "## Ours <!-- own-ours ", "second"} {
		if !strings.Contains(d.file(), want) {
			t.Errorf("%q is not in\n%s", want, d.file())
		}
	}
}

// asItIs changes nothing about a text.
func asItIs(text string) string { return text }
