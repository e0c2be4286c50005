package main_test

import (
	"fmt"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"muster/workspace"
)

// BenchmarkAcknowledge types 200 commands a second into ten incidents, over the
// real protocol and onto the real disk, and measures how long each takes from
// the keyboard to the answer. Run it with -benchtime 2000x or more.
func BenchmarkAcknowledge(b *testing.B) {
	s := onStage(b)
	const incidents, each = 10, 5 * time.Millisecond // 200 a second
	for n := range incidents {
		if _, err := s.town.Say("ana", "general", fmt.Sprintf("/incident declare sev4 number %d", n)); err != nil {
			b.Fatal(err)
		}
	}
	if err := s.rest(); err != nil {
		b.Fatal(err)
	}
	var mu sync.Mutex
	var took []time.Duration
	var all sync.WaitGroup
	tick := time.NewTicker(each)
	defer tick.Stop()
	b.ResetTimer()
	for n := range b.N {
		<-tick.C
		all.Go(func() {
			began := time.Now()
			_, err := s.town.Say(people[n%len(people)], "general", fmt.Sprintf("/incident note INC-%d number %d", n%incidents+1, n))
			mu.Lock()
			defer mu.Unlock()
			if took = append(took, time.Since(began)); err != nil {
				b.Error(err)
			}
		})
	}
	all.Wait()
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "ms-median")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "ms-p99")
	b.ReportMetric(float64(took[len(took)-1].Microseconds())/1000, "ms-worst")
}

// BenchmarkEvents has people put tags on messages of ten incidents, a thousand
// a second, and measures how long each event takes until it is acknowledged,
// which is after it is on the disk. Run it with -benchtime 10000x or more.
func BenchmarkEvents(b *testing.B) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	s, err := furnish(b.TempDir(), listener, workspace.Options{NoLimits: true})
	if err != nil {
		b.Fatal(err)
	}
	defer s.close()
	if err := s.start(); err != nil {
		b.Fatal(err)
	}
	spots := spotsIn(b, s, 10)
	before := len(s.town.Calls(0))
	tick := time.NewTicker(10 * time.Millisecond) // ten at a time: a finer one is not kept
	defer tick.Stop()
	b.ResetTimer()
	for n := range b.N {
		if n%10 == 0 {
			<-tick.C
		}
		at, round := spots[n%len(spots)], n/len(spots)
		do := s.town.React
		if round/len(taggingEmoji)%2 == 1 {
			do = s.town.Unreact
		}
		if err := do("ana", at.room, at.ts, of(taggingEmoji, round)); err != nil {
			b.Fatal(err)
		}
	}
	if err := s.town.Settled(b.Context()); err != nil {
		b.Fatal(err)
	}
	b.StopTimer()
	took := acknowledgements(s.town.Calls(before))
	if len(took) < b.N {
		b.Fatalf("%d of %d events were acknowledged", len(took), b.N)
	}
	slices.Sort(took)
	b.ReportMetric(float64(len(took))/b.Elapsed().Seconds(), "events/s")
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "ms-median")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "ms-p99")
}

// spotsIn declares incidents, and returns a message in the room of each.
func spotsIn(b *testing.B, s *stage, incidents int) (spots []spot) {
	for n := range incidents {
		if _, err := s.town.Say("ana", "incidents", fmt.Sprintf("/incident declare sev4 number %d", n)); err != nil {
			b.Fatal(err)
		}
	}
	for owed := 1; owed > 0; time.Sleep(100 * time.Millisecond) {
		var err error
		if owed, err = s.bot.Store.Owed(b.Context(), s.town.Now()); err != nil {
			b.Fatal(err)
		}
	}
	for _, room := range s.town.Channels() {
		if !strings.HasPrefix(room, "inc-") {
			continue
		}
		said, err := s.town.Say("ana", room, "the pool is exhausted")
		if err != nil {
			b.Fatal(err)
		}
		spots = append(spots, spot{room, said.TS, "ana"})
	}
	return spots
}

// acknowledgements is how long each envelope took.
func acknowledgements(calls []workspace.Call) (took []time.Duration) {
	sent := map[any]time.Time{}
	for _, c := range calls {
		switch id := c.Data["envelope_id"]; c.Kind {
		case "envelope":
			sent[id] = c.At
		case "ack":
			took = append(took, c.At.Sub(sent[id]))
		}
	}
	return took
}
