package main_test

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"
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
