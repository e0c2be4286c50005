package scenario

import (
	"fmt"
	"muster/impact"
	"os"
	"strconv"
	"sync"
	"testing"
	"time"
)

func TestTune(t *testing.T) {
	from, _ := strconv.Atoi(os.Getenv("FROM"))
	to, _ := strconv.Atoi(os.Getenv("TO"))
	if to == 0 {
		t.Skip()
	}
	type agg struct{ n, top1, top3 int }
	res := map[Class]*agg{}
	for _, c := range Classes {
		res[c] = &agg{}
	}
	var mu sync.Mutex
	var wg sync.WaitGroup
	sem := make(chan bool, 2)
	harmless, bad, culprits, caught := 0, 0, 0, 0
	named, right, none, unnamed := 0, 0, 0, 0
	var el time.Duration
	for s := from; s < to; s++ {
		wg.Add(1)
		sem <- true
		go func() {
			defer wg.Done()
			defer func() { <-sem }()
			in, tr := Make(uint64(s))
			b := time.Now()
			j, err := impact.Judge(in)
			d := time.Since(b)
			if err != nil {
				t.Error(err)
			}
			mu.Lock()
			defer mu.Unlock()
			el += d
			a := res[tr.Class]
			a.n++
			for i, c := range j.Changes {
				if c.ID == tr.Culprit {
					culprits++
					if c.Verdict == impact.Unhealthy {
						caught++
					}
					if i == 0 {
						a.top1++
					}
					if i < 3 {
						a.top3++
					}
					if i > 0 && os.Getenv("V") != "" {
						fmt.Printf("seed %d %s culprit %s rank %d score? p=%.2f top=%s %s p=%.2f late %v\n", s, tr.Class, c.ID, i+1, c.Probability, j.Changes[0].ID, j.Changes[0].Service, j.Changes[0].Probability, tr.Onset.Sub(c.Start))
					}
				} else if c.Kind == impact.Deploy && c.Start.Before(tr.Onset.Add(-35*time.Minute)) {
					harmless++
					if c.Verdict == impact.Unhealthy {
						bad++
						if os.Getenv("V") == "h" {
							fmt.Printf("seed %d harmless %s %s %v tail %.5f\n", s, c.ID, c.Service, c.Start, c.Tail)
						}
					}
				}
			}
			if tr.Class == None {
				none++
				if j.Named == "" {
					unnamed++
				}
			}
			if j.Named != "" {
				named++
				if j.Named == tr.Culprit {
					right++
				}
			}
			if os.Getenv("P") != "" {
				for i, c := range j.Changes {
					if i < 12 {
						fmt.Printf("P %d %v %.4f\n", s, c.ID == tr.Culprit, c.Probability)
					}
				}
				fmt.Printf("N %d %v %.4f\n", s, tr.Class == None, j.None)
			}
		}()
	}
	wg.Wait()
	T1, T3, N := 0, 0, 0
	for _, c := range Classes {
		a := res[c]
		if c != None {
			T1 += a.top1
			T3 += a.top3
			N += a.n
		}
		t.Logf("%-18s n=%3d top1 %.2f top3 %.2f", c, a.n, float64(a.top1)/float64(max(1, a.n)), float64(a.top3)/float64(max(1, a.n)))
	}
	t.Logf("ALL top1 %.3f top3 %.3f", float64(T1)/float64(N), float64(T3)/float64(N))
	t.Logf("harmless %d unhealthy %.4f  recall %.3f", harmless, float64(bad)/float64(harmless), float64(caught)/float64(culprits))
	t.Logf("named share %.2f right %.3f  none unnamed %.3f", float64(named)/float64(to-from), float64(right)/float64(max(1, named)), float64(unnamed)/float64(max(1, none)))
	t.Logf("judge %v each", el/time.Duration(to-from))
}
