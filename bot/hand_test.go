package bot

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func openHand(t *testing.T, path string) *Hand {
	t.Helper()
	h, err := OpenHand(path)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// TestWhatIsInHandWhenTheProcessEndsIsCounted lets it end without a word.
func TestWhatIsInHandWhenTheProcessEndsIsCounted(t *testing.T) {
	path := filepath.Join(t.TempDir(), "hand")
	for n := range 4 {
		h := openHand(t, path)
		if ends := h.Begin("poison"); ends != n {
			t.Errorf("start %d: it is counted %d times", n, ends)
		}
		h.Begin("bystander")
		h.End("bystander")
	}
	h := openHand(t, path)
	if ends := h.Begin("bystander"); ends != 0 {
		t.Errorf("what was done in time is counted %d times", ends)
	}
	h.End("poison")
	if h = openHand(t, path); h.Begin("poison") != 0 {
		t.Error("what went well in the end is counted")
	}
}

func TestWhatFailsIsCounted(t *testing.T) {
	path := filepath.Join(t.TempDir(), "hand")
	for n := range 3 {
		h := openHand(t, path)
		h.Begin("bad")
		if ends := h.Fail("bad"); ends != n+1 {
			t.Errorf("failure %d is number %d", n+1, ends)
		}
	}
}

// TestTheFileStaysSmall takes many requests in hand.
func TestTheFileStaysSmall(t *testing.T) {
	path := filepath.Join(t.TempDir(), "hand")
	h := openHand(t, path)
	h.Begin("held all the time")
	seen := time.Date(2026, 3, 12, 9, 20, 0, 0, time.UTC)
	h.See(seen)
	for n := range 20_000 {
		key := fmt.Sprint("request ", n)
		h.Begin(key)
		h.End(key)
		if h.size > handMost+100 {
			t.Fatalf("%d bytes", h.size)
		}
	}
	h = openHand(t, path)
	if h.Begin("held all the time") != 1 || !h.Seen().Equal(seen) {
		t.Errorf("what it knew is forgotten: %v, seen %v", h.ends, h.Seen())
	}
}

func BenchmarkHand(b *testing.B) {
	h, err := OpenHand(filepath.Join(b.TempDir(), "hand"))
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		h.Begin("Ev0123456789")
		h.End("Ev0123456789")
	}
}

// TestAFrameIsCleanedAndStaysOne takes a secret out of a frame.
func TestAFrameIsCleanedAndStaysOne(t *testing.T) {
	frame := `{"payload":{"text":"password=\"hunter2hunter2\" and -----BEGIN PRIVATE KEY-----\nabc"},"n":[1,"xoxb-123456789012-123456789012-abcdefabcdefabcdefabcdef"]}`
	clean := cleanFrame([]byte(frame))
	if strings.Contains(clean, "hunter2") || strings.Contains(clean, "xoxb-1") || !json.Valid([]byte(clean)) {
		t.Errorf("it is kept as %s", clean)
	}
	if clean := cleanFrame([]byte(`{"text":`)); clean != `{"text":` {
		t.Errorf("what is no JSON is kept as %s", clean)
	}
}
