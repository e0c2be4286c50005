package chat_test

import (
	"testing"

	"muster/chat"
	"muster/timeline"
)

// TestTheCardFollowsTheService sees to it that the room begins with what is
// known of the service, and that the card comes whatever became of that.
func TestTheCardFollowsTheService(t *testing.T) {
	d := chat.Directory{Has: func(service string) bool { return service == "checkout" }}
	room, board := chat.Room{Directory: d}, chat.Board{Directory: d}
	opened := timeline.ChannelOpened{Channel: timeline.Channel{ID: "C1"}}
	posted := timeline.Posted{What: timeline.ServicePost}
	failed := timeline.Undelivered{Effect: timeline.Effect{To: "room", Do: "tell-service"}}
	for _, tt := range []struct {
		service string
		fact    timeline.Fact
		room    string
		board   string
	}{
		{"checkout", opened, "tell-service", ""},
		{"checkout", posted, "", "card"},
		{"checkout", failed, "", "card"},
		{"elsewhere", opened, "", "card"},
		{"", opened, "", "card"},
	} {
		inc := timeline.Fold(1, []timeline.Event{
			{Seq: 1, Fact: timeline.Declared{Service: tt.service}}, {Seq: 2, Fact: opened}, {Seq: 3, Fact: tt.fact},
		})
		if got := orders(room.React(inc, inc.Events[2])); got != tt.room {
			t.Errorf("of %q, %v calls the room for %q, want %q", tt.service, tt.fact, got, tt.room)
		}
		if got := orders(board.React(inc, inc.Events[2])); got != tt.board {
			t.Errorf("of %q, %v calls the board for %q, want %q", tt.service, tt.fact, got, tt.board)
		}
	}
}

func orders(effects []timeline.Effect) (all string) {
	for _, e := range effects {
		all += e.Do
	}
	return all
}
