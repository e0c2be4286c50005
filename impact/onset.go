package impact

import (
	"math"
	"slices"
	"time"
)

// onsetBack is how many minutes before a change an onset is looked for.
const onsetBack = 20

// findOnset says when it began to be bad, how near to the change, and whether that
// was before it. No onset is certain: each counts by how well it explains what
// was seen.
func (p *pair) findOnset(s *subject) {
	l, g := p.line, &p.line.grid
	from, to := max(0, p.bin-g.steps(onsetBack)), min(p.window.to, g.n)
	if to <= from || p.window.excess <= 0 {
		p.onset, p.near = s.Start, s.closeness(0)
		return
	}
	gain, best := p.gains(from, to)
	before, since := math.Inf(-1), math.Inf(-1)
	for i, v := range gain {
		if minutes(s.Start, g.at(from+i)) < -p.slack() {
			before = max(before, v)
		} else {
			since = max(since, v)
		}
	}
	p.near = p.nearness(s, from, gain, since) * math.Exp(min(0, since-before))
	p.early = before > since+earlyFrom
	p.onset = l.began(best, p.found, p.metric)
	p.late = minutes(s.Start, p.onset)
	if !p.early && p.late < 0 {
		p.onset, p.late = s.Start, 0
	}
	p.lasted = l.lasts(best, p.found)
}

// gains is how well it explains what was seen that it was bad from each bin on, as
// a logarithm, and the bin that does best.
func (p *pair) gains(from, to int) (gain []float64, best int) {
	gain = make([]float64, to-from)
	best = to - 1
	sum := 0.0
	for i := to - 1; i >= from; i-- {
		sum += p.line.gain(i, p.found)
		if gain[i-from] = sum; sum >= gain[best-from] { // what is missing may have been bad
			best = i
		}
	}
	return gain, best
}

// nearness is how near to a change it began, over all onsets since.
func (p *pair) nearness(s *subject, from int, gain []float64, since float64) float64 {
	g := &p.line.grid
	near, all := 0.0, 0.0
	hidden := true // all since the change is missing, so it may have begun with it
	for i, v := range gain {
		late := minutes(s.Start, g.at(from+i))
		if late < -p.slack() {
			continue
		}
		if hidden = hidden && (late < 0 || g.missing(from+i-1)); hidden {
			late = 0
		}
		weight := math.Exp(v - since)
		all += weight
		near += weight * s.closeness(late)
	}
	return near / max(all, 1e-12)
}

// slack is by how many minutes an onset may seem to be before what caused it.
func (p *pair) slack() float64 { return onsetSlack * p.line.grid.step / 60 }

// earlyFrom is how much likelier an onset before a change has to be than one
// after it, as a logarithm.
const earlyFrom = 2.0

// lasts is for how many minutes it was bad from a bin on, with all that came in
// between.
func (l *line) lasts(from int, r found) float64 {
	sum, most, end := 0.0, 0.0, from
	for i := from; i < l.grid.n; i++ {
		if sum += l.gain(i, r); sum > most {
			most, end = sum, i+1
		}
	}
	return float64(end-from) * l.grid.step / 60
}

// onsetSlack is by how many bins an onset may seem to be before what caused it.
const onsetSlack = 1.5

// gain is how much likelier a bin is if it is bad already than if it is not, as
// a logarithm. Bins follow each other, so each tells half of what it seems to.
func (l *line) gain(i int, r found) float64 {
	v := l.grid.value[i]
	if v != v {
		return 0
	}
	if l.grid.bad != nil {
		usual := max(r.expected, 1e-9)
		worse := usual + r.window.excess
		return (l.grid.bad[i]*math.Log(worse/usual) - (worse-usual)*l.grid.total[i]) / l.base.spread / 2
	}
	spread := max(l.grid.typic*0.886, l.least)
	one := (l.bad(v-r.expected) - r.window.excess/2) * r.window.excess / (spread * spread) / 2
	return max(-gainMost, min(gainMost, one))
}

// gainMost is how much one bin may tell.
const gainMost = 3

// began is the time of an onset, as near as the samples tell: about its bin the
// first sample that is more than half of the way up.
func (l *line) began(bin int, r found, m *metric) time.Time {
	rough, s := l.grid.at(bin), &m.series
	if s.Counts() || l.grid.step > minute || m.spacing > 0.6*minute {
		return rough
	}
	step := time.Duration(l.grid.step) * time.Second
	a, _ := slices.BinarySearch(s.Times, rough.Add(-step).UnixMilli())
	b, _ := slices.BinarySearch(s.Times, rough.Add(2*step).UnixMilli())
	half, sum, most, at := r.window.excess/2, 0.0, 0.0, -1
	for i := b - 1; i >= a; i-- {
		if sum += l.bad(s.Values[i]-r.expected) - half; sum > most {
			most, at = sum, i
		}
	}
	if at < 0 {
		return rough
	}
	return time.UnixMilli(s.Times[at]).UTC()
}
