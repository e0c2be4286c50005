package documents_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"muster/document"
	"muster/integrations/documents"
	"muster/timeline"
)

// shelf is a target that takes everything.
type shelf struct{ taken []documents.Publication }

func (*shelf) Name() string { return "Shelf" }

func (s *shelf) Publish(_ context.Context, p documents.Publication) (documents.Published, error) {
	s.taken = append(s.taken, p)
	return documents.Published{Ref: "7", URL: "https://shelf.example/7"}, nil
}

var ana = timeline.Person{ID: "UANA", Name: "Ana Ortiz"}

// story is an incident with some facts, in whose channel they happened.
func story(declared timeline.Declared, facts ...timeline.Fact) timeline.Incident {
	inc := timeline.Fold(12, nil)
	for _, f := range append([]timeline.Fact{declared, timeline.ChannelOpened{Channel: timeline.Channel{ID: "C1", Name: "inc-12"}}}, facts...) {
		inc = inc.With(timeline.Event{Incident: 12, Seq: len(inc.Events) + 1, At: time.Date(2026, 3, 12, 9, 20, 0, 0, time.UTC), By: ana, Fact: f})
	}
	return inc
}

// written is a document that tells how many events it is of.
func written(inc timeline.Incident) document.Document {
	return document.Document{Title: inc.Title, Markdown: strings.Repeat("x", len(inc.Events))}
}

func TestWhatIsApprovedIsPublished(t *testing.T) {
	s := &shelf{}
	f := documents.Follower{Target: s, Lane: "documents-shelf", Document: written}
	inc := story(timeline.Declared{Title: "checkout is down"}, timeline.Resolved{}, timeline.DraftApproved{}, timeline.Noted{Text: "later"})
	effects := f.React(inc.At(4), inc.Events[3])
	if len(effects) != 1 || len(f.React(inc, inc.Events[4])) != 0 {
		t.Fatalf("%+v", effects)
	}
	facts, err := f.Deliver(t.Context(), inc, effects[0])
	if err != nil || len(facts) != 1 || facts[0] != (timeline.Linked{What: "postmortem in Shelf", Ref: "7", URL: "https://shelf.example/7"}) {
		t.Errorf("%+v, %v", facts, err)
	}
	if p := s.taken[0]; p.Document.Markdown != "xxxx" || p.Ref != "" || p.By != "Ana Ortiz" || p.Seq != 4 || p.Name != "INC-12-postmortem.md" || p.Channel != "C1" {
		t.Errorf("as of the approval: %+v", p)
	}
	inc = story(timeline.Declared{Title: "checkout is down"}, timeline.DraftApproved{}, facts[0], timeline.DraftApproved{})
	if _, err := f.Deliver(t.Context(), inc, effects[0]); err != nil || s.taken[1].Ref != "7" || s.taken[1].Seq != 5 || s.taken[1].Key != s.taken[0].Key {
		t.Errorf("of two approvals: %+v, %v", s.taken[1], err)
	}
}

func TestWhatStaysInside(t *testing.T) {
	for _, tt := range []struct {
		declared        timeline.Declared
		outside, inside int
	}{
		{timeline.Declared{}, 1, 1}, {timeline.Declared{Private: true}, 0, 1}, {timeline.Declared{Drill: true}, 0, 1},
	} {
		s := &shelf{}
		inc := story(tt.declared, timeline.DraftApproved{})
		for inside, want := range map[bool]int{false: tt.outside, true: tt.inside} {
			f := documents.Follower{Target: s, Lane: "x", Inside: inside, Document: written}
			effects := f.React(inc, inc.Events[2])
			if len(effects) != want {
				t.Errorf("%+v, inside %v: %d effects", tt.declared, inside, len(effects))
			}
			_, err := f.Deliver(t.Context(), inc, timeline.Keep("publish"))
			if (err == nil) != (want == 1) || err != nil && !timeline.IsRefusal(err) {
				t.Errorf("%+v, inside %v: %v", tt.declared, inside, err)
			}
		}
	}
}

func TestPicturesArePlaced(t *testing.T) {
	picture := document.Picture{Kind: "image/png", Content: []byte("a")}
	d := document.Document{
		Markdown: "![a](files/a.png) ![b](files/b%20c.png \"b\") ![a](<files/a.png>) [other](files/a.pngx) files/a.png",
		Pictures: map[string]document.Picture{"files/a.png": picture, "files/b%20c.png": {Kind: "image/x-odd", Content: []byte("b")}},
	}
	placed := documents.Placed(d, "INC-1/")
	want := "![a](INC-1/ca978112ca1bbdca.png) ![b](INC-1/3e23e8160039594a.image \"b\") ![a](<INC-1/ca978112ca1bbdca.png>) [other](files/a.pngx) files/a.png"
	if placed.Markdown != want || len(placed.Pictures) != 2 || string(placed.Pictures["INC-1/ca978112ca1bbdca.png"].Content) != "a" {
		t.Errorf("%s\n%+v", placed.Markdown, placed.Pictures)
	}
	other := d
	other.Pictures = map[string]document.Picture{"files/a.png": {Kind: "image/png", Content: []byte("c")}, "files/b%20c.png": picture}
	if documents.Mark(d) != documents.Mark(d) || documents.Mark(d) == documents.Mark(other) {
		t.Error("two documents with other pictures have the same mark")
	}
}
