package evidence

import (
	"cmp"
	"context"
	"fmt"
	"sync"
	"time"

	"muster/impact"
	"muster/integrations/metrics"
	"muster/timeline"
)

// measured is one SLI with what was measured.
type measured struct {
	SLI
	series impact.Series
	parts  []metrics.Series // as they came, for pictures; those of the bad and of all by turns where counted
	last   time.Time        // of the newest sample
	source string
	notes  []string
}

// parallel is how many queries are asked at once.
const parallel = 6

// Measure asks for SLIs from one time up to another, a sample each step.
func (l Library) measure(ctx context.Context, slis []SLI, from, to time.Time, step time.Duration) (all []measured, silent []Silent) {
	all = make([]measured, len(slis))
	errs := make([]error, len(slis))
	turn := make(chan bool, parallel)
	var done sync.WaitGroup
	for n, s := range slis {
		done.Go(func() {
			select {
			case turn <- true:
				defer func() { <-turn }()
				all[n], errs[n] = l.one(ctx, s, from, to, step)
			case <-ctx.Done():
				errs[n] = ctx.Err()
			}
		})
	}
	done.Wait()
	var found []measured
	for n, s := range slis {
		if errs[n] != nil {
			silent = append(silent, Silent{s.Title(), l.clean(sentence(errs[n]))})
			continue
		}
		found = append(found, all[n])
	}
	return found, silent
}

func (l Library) one(ctx context.Context, s SLI, from, to time.Time, step time.Duration) (measured, error) {
	m := measured{SLI: s}
	source, ok := l.Measures[s.Source]
	if !ok {
		return m, timeline.Refusal(fmt.Errorf("%s is not configured", cmp.Or(s.Source, "its source")))
	}
	m.source = source.Name()
	var answers []metrics.Answer
	for _, q := range s.Queries {
		a, err := source.Range(ctx, metrics.Query{Text: q, From: from, To: to, Step: step})
		if err != nil {
			return m, err
		}
		for _, w := range a.Warnings {
			m.notes = append(m.notes, l.clean(w))
		}
		if a.Cut > 0 {
			m.notes = append(m.notes, fmt.Sprintf("%d more series were left out", a.Cut))
		}
		for i, part := range a.Series {
			if n := len(part.Points); n > 0 && part.Points[n-1].At.After(m.last) {
				m.last = part.Points[n-1].At
			}
			a.Series[i].Labels = l.cleaned(part.Labels)
		}
		answers = append(answers, a)
	}
	if s.Counted && len(answers) == 2 {
		m.series, m.parts = counted(s, answers[0], answers[1])
	} else {
		m.series, m.parts = valued(s, answers[0]), answers[0].Series
	}
	return m, nil
}
