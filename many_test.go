package main_test

import (
	"context"
	"fmt"
	"runtime"
	"testing"
	"time"

	"muster/chat"
	"muster/timeline"
	"muster/torture"
	"muster/workspace"
)

// What a bot with many open incidents may hold, the workspace that it works in
// included.
const (
	heapMost       = 128 << 20 // bytes
	goroutinesMost = 200
)

// tortureMany opens incidents and lets days go by over them: what is held must
// not grow with time.
func tortureMany(t *testing.T, _ time.Duration) string {
	incidents := 60
	if *torture.For > 0 {
		incidents = 500
	}
	var first, last held
	inBubble(t, workspace.Options{NoLimits: true}, func(t *testing.T, s *stage) {
		if err := s.start(); err != nil {
			t.Fatal(err)
		}
		for n := range incidents {
			for m, line := range []string{fmt.Sprintf("declare sev3 service%d is slow", n), fmt.Sprintf("note INC-%d it began at ten", n+1), fmt.Sprintf("update INC-%d we look into it", n+1)} {
				req := chat.Request{ID: fmt.Sprint("many ", n, m), By: timeline.LocalPerson("ana")}
				if _, err := s.bot.Bot.Desk.Do(context.Background(), req, line); err != nil {
					t.Fatal(err)
				}
			}
		}
		if took := s.drain(t, 4*time.Hour); took == 0 {
			t.Error("there was nothing to do")
		}
		time.Sleep(24 * time.Hour) // until people were reminded of all that is due
		first = holds()
		time.Sleep(48 * time.Hour)
		last = holds()
	})
	if last.heap > heapMost || last.goroutines > goroutinesMost {
		t.Errorf("%d open incidents hold %s", incidents, last)
	}
	if last.heap > first.heap+first.heap/10 || last.goroutines > first.goroutines+2 {
		t.Errorf("at first it holds %s, and after two days %s", first, last)
	}
	return fmt.Sprintf("%d open incidents: %s, with the workspace; after two days %s", incidents, first, last)
}

// held is what the process holds.
type held struct {
	heap       uint64 // bytes
	goroutines int
}

func (h held) String() string {
	return fmt.Sprintf("%d MiB of heap, %d goroutines", h.heap>>20, h.goroutines)
}

func holds() held {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return held{m.HeapInuse, runtime.NumGoroutine()}
}
