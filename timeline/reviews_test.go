package timeline_test

import (
	"testing"
	"time"

	"muster/timeline"
)

func TestADecisionIsATaggedMessageInTheThreadOfAReview(t *testing.T) {
	root := timeline.Message{Channel: "C1", TS: "1.0"}
	in, beside := timeline.Message{Channel: "C1", TS: "1.5"}, timeline.Message{Channel: "C1", TS: "1.6"}
	at := time.Date(2026, 3, 16, 10, 0, 0, 0, time.UTC)
	house := timeline.Fold(timeline.House, nil)
	after := func(facts ...timeline.Fact) timeline.Incident {
		for _, f := range facts {
			house = house.With(timeline.Event{Seq: len(house.Events) + 1, At: at, By: timeline.Person{ID: "U1"}, Fact: f})
		}
		return house
	}
	if after().IsReviewed("C1") {
		t.Error("there is a review before there is one")
	}
	before := after(timeline.ReviewPosted{Week: "2026-W11", Message: root})
	after(
		timeline.Tagged{Message: in, Tag: timeline.Finding, Emoji: "mag", When: "1"}, timeline.Captured{Message: in, Text: "buy one", At: at, Thread: root.TS},
		timeline.Tagged{Message: beside, Tag: timeline.Finding, Emoji: "mag", When: "1"}, timeline.Captured{Message: beside, Text: "lunch", At: at},
		timeline.ReviewPosted{Week: "2026-W12", Message: timeline.Message{Channel: "C1", TS: "2.0"}},
	)
	if _, ok := house.Review("2026-W12"); !ok || !house.IsReviewed("C1") || house.IsReviewed("C2") || len(before.Reviews()) != 1 {
		t.Errorf("reviews are %v, and before %v", house.Reviews(), before.Reviews())
	}
	if f, ok := house.ReviewAt(root); !ok || f.Week != "2026-W11" {
		t.Errorf("the thread is that of %v", f)
	}
	if _, ok := house.Decision(beside); ok || len(house.Decisions()) != 1 {
		t.Errorf("decided is %v", house.Decisions())
	}
	if d, ok := house.Decision(in); !ok || d.Done || d.Week != "2026-W11" || d.Text != "buy one" {
		t.Errorf("the decision is %+v", d)
	}
	if d, _ := after(timeline.DecisionDone{Message: in}).Decision(in); !d.Done || !d.DoneAt.Equal(at) {
		t.Errorf("when it is done, it is %+v", d)
	}
	if d, _ := after(timeline.DecisionReopened{Message: in}).Decision(in); d.Done {
		t.Errorf("when it is not done after all, it is %+v", d)
	}
	after(timeline.Untagged{Message: in, Tag: timeline.Finding, Emoji: "mag", When: "2"})
	if d, ok := house.Decision(in); ok {
		t.Errorf("without a tag it is %+v", d)
	}
}
