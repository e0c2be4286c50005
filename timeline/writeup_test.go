package timeline_test

import (
	"slices"
	"testing"
	"time"

	"muster/timeline"
)

// partsOf are the parts that people have written, each with what it says.
func partsOf(inc timeline.Incident) (all []string) {
	for _, w := range inc.Written() {
		all = append(all, w.Part+": "+w.Text)
	}
	return all
}

func TestWhatPeopleWroteStaysWhereTheyBegan(t *testing.T) {
	write := func(part, text string) by { return by{"ANA", timeline.PartWritten{Part: part, Text: text}} }
	inc := told(write("summary", "a"), write("lucky", "b"), write("badly", "c"), write("lucky", "d"))
	want := []string{"summary: a", "lucky: d", "badly: c"}
	if got := partsOf(inc); !slices.Equal(got, want) {
		t.Errorf("written is %q, want %q", got, want)
	}
	if w := inc.Written()[1]; w.Seq != 4 || w.By.ID != "ANA" || w.At.Minute() != 3 {
		t.Errorf("the part that was written twice is by %+v", w)
	}
	later := func(seq int, f timeline.Fact) timeline.Incident {
		return inc.With(timeline.Event{Incident: 1, Seq: seq, Fact: f})
	}
	changed, released := later(5, timeline.PartWritten{Part: "summary", Text: "e"}), later(5, timeline.PartReleased{Part: "lucky"})
	again := released.With(timeline.Event{Incident: 1, Seq: 6, Fact: timeline.PartWritten{Part: "lucky", Text: "f"}})
	for _, tt := range []struct {
		what string
		inc  timeline.Incident
		want []string
	}{
		{"changed", changed, []string{"summary: e", "lucky: d", "badly: c"}},
		{"released", released, []string{"summary: a", "badly: c"}},
		{"written again", again, []string{"summary: a", "badly: c", "lucky: f"}},
		{"as it was", inc, want},
	} {
		if got := partsOf(tt.inc); !slices.Equal(got, tt.want) {
			t.Errorf("%s: written is %q, want %q", tt.what, got, tt.want)
		}
	}
}

func TestHowFarADraftHasCome(t *testing.T) {
	offered, returned, approved := by{"BO", timeline.DraftOffered{}}, by{"ANA", timeline.DraftReturned{Why: "thin"}}, by{"ANA", timeline.DraftApproved{}}
	at := func(minute int) time.Time { return time.Date(2026, 3, 12, 9, minute, 0, 0, time.UTC) }
	ana := timeline.Person{ID: "ANA"}
	for _, tt := range []struct {
		what  string
		facts []by
		want  timeline.Draft
	}{
		{"nothing is said", nil, timeline.Draft{}},
		{"offered", []by{offered}, timeline.Draft{Offered: 1}},
		{"returned", []by{offered, returned}, timeline.Draft{Why: "thin"}},
		{"offered again", []by{offered, returned, offered}, timeline.Draft{Offered: 3}},
		{"approved", []by{offered, approved}, timeline.Draft{Approved: 2, By: ana, At: at(1)}},
		{"a correction is offered", []by{approved, offered}, timeline.Draft{Approved: 1, By: ana, At: at(0), Offered: 2}},
		{"a correction is returned", []by{approved, offered, returned}, timeline.Draft{Approved: 1, By: ana, At: at(0), Why: "thin"}},
		{"a correction is approved", []by{approved, offered, approved}, timeline.Draft{Approved: 3, By: ana, At: at(2)}},
	} {
		if got := told(tt.facts...).Draft(); got != tt.want {
			t.Errorf("%s: %+v, want %+v", tt.what, got, tt.want)
		}
	}
}

func TestTheMeetingIsTheOneThatWasSetLast(t *testing.T) {
	set := func(minutes int) by { return by{"ANA", timeline.MeetingSet{Minutes: minutes}} }
	if _, ok := told(by{"ANA", timeline.Resolved{}}).Meeting(); ok {
		t.Error("a meeting is there that nobody has set")
	}
	inc := told(set(30), by{"BO", timeline.Noted{Text: "x"}}, set(45))
	m, ok := inc.Meeting()
	if last, times := inc.LastMeetingSet(); !ok || m.Minutes != 45 || last.Seq != 3 || times != 2 {
		t.Errorf("the meeting is %+v, set by event %d, %d times", m, last.Seq, times)
	}
	if was, _ := inc.At(2).Meeting(); was.Minutes != 30 {
		t.Errorf("before it was %+v", was)
	}
}
