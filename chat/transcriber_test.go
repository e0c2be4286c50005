package chat_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"muster/chat"
	"muster/templates"
	"muster/timeline"
)

// slowRoom is a channel that takes long to read.
type slowRoom struct {
	chat.Chat
	standing []chat.Standing
	takes    time.Duration
	read     int
	err      error
	shared   []chat.File
	to       string
}

func (r *slowRoom) Whole(context.Context, string) ([]chat.Standing, bool, error) {
	r.read++
	time.Sleep(r.takes)
	return r.standing, true, r.err
}

func (r *slowRoom) Share(_ context.Context, to string, f chat.File) (string, error) {
	r.to, r.shared = to, append(r.shared, f)
	return "https://x", nil
}

func (r *slowRoom) Person(_ context.Context, id string) (timeline.Person, string, error) {
	return timeline.Person{ID: id, Name: "Name of " + id}, "", nil
}

func at(ts, thread, text string) chat.Standing {
	return chat.Standing{
		Message: timeline.Message{Channel: "C1", TS: ts}, Thread: thread,
		Said: chat.Said{Author: timeline.Person{ID: "U1"}, Text: text, At: time.Date(2026, 3, 12, 9, 20, 0, 0, time.UTC)},
	}
}

// asksFor is an incident of which someone wants the transcript, and the effect
// of that.
func asksFor(t *testing.T, f timeline.Follower) (timeline.Incident, timeline.Effect) {
	t.Helper()
	inc := timeline.Fold(1, nil)
	inc = inc.With(timeline.Event{Incident: 1, Seq: 1, Fact: timeline.Declared{Title: "x", Severity: timeline.Sev1, Private: true}, By: timeline.Person{ID: "U1"}})
	inc = inc.With(timeline.Event{Incident: 1, Seq: 2, Fact: timeline.ChannelOpened{Channel: timeline.Channel{ID: "C1", Name: "inc-1"}}})
	inc = inc.With(timeline.Event{Incident: 1, Seq: 3, Fact: timeline.Asked{For: timeline.Transcript}, By: timeline.Person{ID: "U1"}})
	effects := f.React(inc, inc.Events[2])
	if len(effects) != 1 {
		t.Fatalf("%d effects", len(effects))
	}
	effects[0].Incident, effects[0].Seq = 1, 3
	return inc, effects[0]
}

func TestAChannelThatTakesLongIsReadOnBetweenTries(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		room := &slowRoom{takes: 4 * time.Minute, standing: []chat.Standing{at("1.0", "", "one")}}
		f := chat.NewTranscriber(room, templates.New())
		inc, e := asksFor(t, f)
		for tries := 1; ; tries++ {
			ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
			_, err := f.Deliver(ctx, inc, e)
			cancel()
			if err == nil {
				break
			}
			if after, ok := timeline.After(err); !ok || tries > 20 {
				t.Fatalf("try %d: %v", tries, err)
			} else {
				time.Sleep(after)
			}
		}
		if room.read != 1 || len(room.shared) != 1 || room.to != "U1" {
			t.Errorf("it was read %d times and shared %d times, with %s", room.read, len(room.shared), room.to)
		}
	})
}

func TestAReadingThatFailsIsBegunAnew(t *testing.T) {
	room := &slowRoom{err: errors.New("away")}
	f := chat.NewTranscriber(room, templates.New())
	inc, e := asksFor(t, f)
	if _, err := f.Deliver(t.Context(), inc, e); err == nil {
		t.Fatal("it did not fail")
	}
	room.err = nil
	if _, err := f.Deliver(t.Context(), inc, e); err != nil || room.read != 2 {
		t.Errorf("%v, after %d readings", err, room.read)
	}
}

func TestWhoLeftAPrivateIncidentGetsNothing(t *testing.T) {
	room := &slowRoom{}
	f := chat.NewTranscriber(room, templates.New())
	inc, e := asksFor(t, f)
	inc = inc.With(timeline.Event{Incident: 1, Seq: 4, Fact: timeline.Left{Person: timeline.Person{ID: "U1"}}})
	if _, err := f.Deliver(t.Context(), inc, e); err != nil || len(room.shared) > 0 {
		t.Errorf("%v, shared %d", err, len(room.shared))
	}
}

func TestATranscriptTellsEachMessageOnceAndInOrder(t *testing.T) {
	room := &slowRoom{standing: []chat.Standing{
		at("5.0", "", "last"), at("1.0", "1.0", "first"), at("3.0", "1.0", "a reply"), at("3.0", "1.0", "a reply"),
		at("4.0", "2.0", "to what was deleted"), at("2.5", "1.0", "an earlier\nreply of <@U2>"),
	}}
	f := chat.NewTranscriber(room, templates.New())
	inc, e := asksFor(t, f)
	if _, err := f.Deliver(t.Context(), inc, e); err != nil {
		t.Fatal(err)
	}
	_, got, _ := strings.Cut(room.shared[0].Content, "==\n\n")
	want := `[09:20:00] Name of U1: first
    [09:20:00] Name of U1: an earlier
        reply of @Name of U2
    [09:20:00] Name of U1: a reply
(a message that was deleted)
    [09:20:00] Name of U1: to what was deleted
[09:20:00] Name of U1: last
`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
