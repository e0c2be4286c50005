// Package documentstest says what every place must do that postmortems are
// published in, whatever the vendor.
package documentstest

import (
	"strings"
	"testing"
	"time"

	"muster/document"
	"muster/integrations/documents"
	"muster/timeline"
)

// Place is a target under test, with what people see and do there.
type Place struct {
	Target    documents.Target
	Texts     func() []string            // what stands there of the incident, a text for each document
	Changes   func() int                 // how often anything was changed
	Writes    []string                   // the calls that change something, the first time, by the names of their faults
	Break     func(method, fault string) // of the next such call
	Pass      func(time.Duration)        // lets time go by
	Refuse    func() (mend string)       // has it refuse whatever is published, which can be mended so
	Elsewhere func() (refused bool)      // somebody else has put something in the same place before; nil where that can not be
}

// Open makes a place of its own.
type Open func(testing.TB) Place

// First is what is published, and Second its correction, when the place has told
// where the first stands.
var First = documents.Publication{
	Incident: 12, Key: "muster-0123456789abcdef", Seq: 40, Name: "INC-12-postmortem.md", Channel: "C1", By: "Ana Ortiz",
	Document: document.Document{
		Title: "INC-12: checkout is down", Language: "en", Markdown: "# INC-12: checkout is down\n\nThe pool was full.\n\n![errors](files/INC-12/errors.png)\n",
		Pictures: map[string]document.Picture{"files/INC-12/errors.png": {Kind: "image/png", Content: []byte("\x89PNG a picture")}},
	},
}

// Second is the correction of what was published as a ref.
func Second(ref string) documents.Publication {
	p := First
	p.Ref, p.Seq = ref, 44
	p.Document.Markdown = strings.Replace(p.Document.Markdown, "The pool was full.", "The pool was empty.", 1)
	return p
}

type promise struct {
	name string
	hold func(*testing.T, Place)
}

// Run holds a target to its promises.
func Run(t *testing.T, open Open) {
	for _, p := range []promise{
		{"what is published can be read there", testPublish},
		{"a correction takes its place", testCorrect},
		{"what is there already is left alone", testUnchanged},
		{"what is there is found without its ref", testFound},
		{"whoever has too much to do is left alone", testLater},
		{"what it refuses is told with a way out", testRefused},
		{"what is somebody else's is not written over", testElsewhere},
	} {
		t.Run(p.name, func(t *testing.T) { p.hold(t, open(t)) })
	}
	for _, fault := range []string{"500", "503", "drop", "after_effect_500", "after_effect_drop"} {
		for n, method := range open(t).Writes {
			t.Run(fault+" of "+method, func(t *testing.T) { testFault(t, open(t), n, fault) })
		}
	}
}

// published publishes what must work.
func (p Place) published(t *testing.T, what documents.Publication) documents.Published {
	t.Helper()
	made, err := p.Target.Publish(t.Context(), what)
	if err != nil || made.Ref == "" || made.URL == "" {
		t.Fatalf("Publish: %+v, %v", made, err)
	}
	p.stands(t, what)
	return made
}

// stands holds that what was published stands there, and nothing else.
func (p Place) stands(t *testing.T, what documents.Publication) {
	t.Helper()
	want := "The pool was full."
	if strings.Contains(what.Document.Markdown, "empty") {
		want = "The pool was empty."
	}
	if texts := p.Texts(); len(texts) != 1 || !strings.Contains(texts[0], want) {
		t.Fatalf("%d documents stand there, want one with %q: %q", len(texts), want, texts)
	}
}

func testPublish(t *testing.T, p Place) {
	if p.Target.Name() == "" {
		t.Error("it has no name")
	}
	p.published(t, First)
}

func testCorrect(t *testing.T, p Place) {
	first := p.published(t, First)
	second := p.published(t, Second(first.Ref))
	if second.URL != first.URL {
		t.Errorf("it stands at %s, and stood at %s", second.URL, first.URL)
	}
	p.published(t, First) // as after a store was restored, and published again
}

func testUnchanged(t *testing.T, p Place) {
	first := p.published(t, First)
	changes := p.Changes()
	again := First
	again.Ref, again.Seq = first.Ref, 44
	if second := p.published(t, again); second != first || p.Changes() != changes {
		t.Errorf("%+v, then %+v, with %d changes", first, second, p.Changes()-changes)
	}
}

func testFound(t *testing.T, p Place) {
	first := p.published(t, First)
	changes := p.Changes()
	if second := p.published(t, First); second != first || p.Changes() != changes {
		t.Errorf("%+v, then %+v, with %d changes", first, second, p.Changes()-changes)
	}
}

func testFault(t *testing.T, p Place, n int, fault string) {
	p.Break(p.Writes[n], fault)
	_, err := p.Target.Publish(t.Context(), First)
	switch {
	case err == nil:
		t.Errorf("it is well in spite of %s", fault)
	case timeline.IsRefusal(err):
		t.Errorf("it is given up for good: %v", err)
	case !timeline.IsDoubtful(err):
		t.Errorf("it is no doubt: %v", err)
	}
	first := p.published(t, First)
	p.published(t, Second(first.Ref))
}

func testLater(t *testing.T, p Place) {
	p.Break(p.Writes[0], "429")
	_, err := p.Target.Publish(t.Context(), First)
	wait, ok := timeline.After(err)
	if !ok || wait <= 0 || timeline.IsRefusal(err) {
		t.Errorf("it is to wait %v, %v: %v", wait, ok, err)
	}
	p.Pass(wait)
	p.published(t, First)
}

func testRefused(t *testing.T, p Place) {
	mend := p.Refuse()
	_, err := p.Target.Publish(t.Context(), First)
	if !timeline.IsRefusal(err) || !strings.Contains(err.Error(), mend) || len(p.Texts()) > 0 {
		t.Errorf("%v, want a refusal with %q", err, mend)
	}
}

func testElsewhere(t *testing.T, p Place) {
	if p.Elsewhere == nil {
		t.Skip("nobody else can be in its way")
	}
	refuses := p.Elsewhere()
	_, err := p.Target.Publish(t.Context(), First)
	if refuses != timeline.IsRefusal(err) || refuses && !strings.Contains(err.Error(), "or drop this") {
		t.Errorf("%v", err)
	}
}
