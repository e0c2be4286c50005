package impact

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"
)

// What a judgement takes at the most.
const (
	changesMost = 100_000
	slisMost    = 5_000
)

// Judge says of each change that began by then how it did, and how likely it is
// that it is the one. It refuses what is too much, and what has no time.
func Judge(in Input) (Judgement, error) {
	switch {
	case in.At.IsZero():
		return Judgement{}, errors.New("it is not said at what time to judge")
	case len(in.Changes) > changesMost:
		return Judgement{}, fmt.Errorf("there are %d changes; %d are judged at the most", len(in.Changes), changesMost)
	case len(in.SLIs) > slisMost:
		return Judgement{}, fmt.Errorf("there are %d SLIs; %d are looked at at the most", len(in.SLIs), slisMost)
	}
	j := newJudge(in)
	j.look()
	j.rank()
	return j.judgement(), nil
}

// judge is one judgement in the making.
type judge struct {
	at       time.Time
	metrics  []*metric
	calls    topology
	subjects []*subject
	timely   []*subject // in order of time
	services map[string][]*subject
	none     float64
	named    string
}

// metric is one SLI, made ready.
type metric struct {
	sli     *SLI
	series  Series  // in order, over all versions
	split   Series  // the same for each version; without versions where it is not split
	labels  []label // the versions
	spacing float64 // of its samples, in seconds
	lines   []*line // as it is, and relative to its siblings where it has some
}

// subject is one change that is judged.
type subject struct {
	*Change
	service  string // as it is compared
	age      time.Duration
	pairs    []pair
	sided    sided
	rollback rollback
	score    float64
	share    float64 // its probability
	rank     int
	place    int // in order of rank
	verdict  Verdict
	why      Finding // of a verdict that is none
}

// pair is what one SLI did after one change.
type pair struct {
	metric *metric
	line   *line
	bin    int
	weight float64
	found
	short   float64 // decades a minute before now
	before  float64 // decades of the quarter of an hour before the change
	onset   time.Time
	early   bool    // it was bad before the change
	late    float64 // minutes from the change to the onset
	near    float64 // how near to the change it began, 0 to 1, over all onsets that are likely
	slowly  float64 // decades by which it creeps since about the change
	ended   bool    // it is over by now
	lasted  float64 // minutes for which it was bad
	share   float64 // how much of what came after is there
	history float64 // minutes before the change
	worth   float64 // what it adds to the score
}

// newJudge makes all ready that is to be looked at. All is put in order first, so
// that the order in which it was listed changes nothing.
func newJudge(in Input) *judge {
	j := &judge{at: in.At, calls: newTopology(in.Calls), services: map[string][]*subject{}}
	j.measure(in.SLIs)
	j.change(in.Changes)
	j.coolAll()
	for _, m := range j.metrics {
		for _, l := range m.lines {
			l.prepare()
		}
	}
	for _, m := range j.metrics {
		if l, ok := j.relative(m); ok {
			m.lines = append(m.lines, l)
		}
	}
	return j
}

// measure takes the SLIs in.
func (j *judge) measure(slis []SLI) {
	var r room
	for i := range slis {
		m := &metric{sli: &slis[i], series: tidy(slis[i].Series, j.at)}
		m.splitUp()
		m.spacing = spacing(m.series.Times)
		if l, ok := newLine(m, j.at, &r); ok {
			m.lines = append(m.lines, l)
		}
		j.metrics = append(j.metrics, m)
	}
	slices.SortStableFunc(j.metrics, func(a, b *metric) int {
		return cmp.Or(cmp.Compare(a.sli.Name, b.sli.Name), cmp.Compare(a.sli.Service, b.sli.Service), cmp.Compare(a.sli.Kind, b.sli.Kind), cmp.Compare(a.sli.Bad, b.sli.Bad))
	})
}

// change takes the changes in that began by then. Of several with one ID, the
// earliest is the one.
func (j *judge) change(changes []Change) {
	for i := range changes {
		if c := &changes[i]; !c.Start.After(j.at) {
			j.timely = append(j.timely, &subject{Change: c, service: plain(c.Service), age: j.at.Sub(c.Start)})
		}
	}
	slices.SortStableFunc(j.timely, func(a, b *subject) int {
		return cmp.Or(a.Start.Compare(b.Start), cmp.Compare(a.ID, b.ID), cmp.Compare(a.service, b.service), cmp.Compare(a.Kind, b.Kind), a.End.Compare(b.End), cmp.Compare(a.Version, b.Version))
	})
	seen := map[string]bool{}
	j.timely = slices.DeleteFunc(j.timely, func(s *subject) bool {
		again := seen[s.ID]
		seen[s.ID] = true
		return again
	})
	for _, s := range j.timely {
		j.services[s.service] = append(j.services[s.service], s)
	}
	j.subjects = slices.Clone(j.timely)
}

// How long after a change, or after its rollout, it is looked at, in minutes.
const (
	lookFor     = 30.0
	rolloutMost = 90.0
	preFor      = 15.0
	farAge      = 6 * time.Hour // older changes are held against the SLIs of their own service and its callers only
)

// horizon is how many minutes after its start a change is looked at.
func (c *Change) horizon() float64 {
	rollout := 0.0
	if c.End.After(c.Start) {
		rollout = min(rolloutMost, c.End.Sub(c.Start).Minutes())
	}
	return lookFor + rollout
}

// bins is from which bin on and over how many a change is looked at.
func (l *line) bins(c *Change) (b, n int) {
	b = l.grid.after(c.Start)
	return b, min(l.grid.n-b, l.grid.steps(c.horizon()))
}

// look looks at every SLI after every change that it may tell of.
func (j *judge) look() {
	for _, m := range j.metrics {
		for _, l := range m.lines {
			looks := []int{l.grid.steps(preFor)}
			for _, s := range j.subjects {
				if _, n := l.bins(s.Change); n > 0 {
					looks = append(looks, n)
				}
			}
			l.ready(looks)
			l.slow = l.creeps()
		}
	}
	for _, s := range j.subjects {
		j.lookAt(s)
		s.sided = j.versions(s)
	}
}

func (j *judge) lookAt(s *subject) {
	for _, m := range j.metrics {
		w := j.calls.weightOf(s.Service, m.sli)
		if len(m.lines) == 0 || w < 1 && s.age > farAge && w < weightCallee {
			continue
		}
		p, ok := j.pair(s, m, w)
		if ok {
			s.pairs = append(s.pairs, p)
		}
	}
}

func (j *judge) pair(s *subject, m *metric, weight float64) (pair, bool) {
	p := pair{metric: m, weight: weight}
	for i, l := range m.lines {
		b, n := l.bins(s.Change)
		if b < 0 || n <= 0 {
			if i == 0 {
				return p, false
			}
			break
		}
		k := look{bins: n}
		f := l.after(b, k)
		if i > 0 {
			if f.known && p.known {
				p.level = (p.level + f.level) / 2
			}
			continue
		}
		p.line, p.bin, p.found = l, b, f
		if weight == 1 && f.level > barelyBad && n > 1 {
			a := k
			a.as, a.bins = n, n-l.grid.steps(1)
			p.short = l.after(b, a).level
		}
		p.share = l.grid.share(b, b+n)
		p.history = float64(b) * l.grid.step / 60
	}
	p.date(s)
	return p, true
}

// Levels from which on it is worth looking closer, in decades.
const (
	closerFrom = 0.6
	barelyBad  = 1.0
)

// date says when it began to be bad, and whether that was before the change.
func (p *pair) date(s *subject) {
	l := p.line
	if since := s.age.Minutes(); since >= slowLeast {
		p.slowly = l.slow.level * l.slow.closeness(p.bin)
	}
	if p.level < closerFrom {
		return
	}
	p.findOnset(s)
	whole := l.grid.bin(float64(s.Start.UnixMilli()) / 1000) // what began within a bin is not before it
	if q := l.grid.steps(preFor); whole-q > 0 {
		p.before = l.after(whole-q, look{bins: q}).level
	}
	recent := l.bad(l.grid.mean(l.grid.n-l.grid.steps(5), l.grid.n) - p.expected)
	p.ended = recent < 0.25*p.window.excess && p.window.to < l.grid.n-l.grid.steps(5)
}

// minutes is a time in minutes from one time to another.
func minutes(from, to time.Time) float64 { return to.Sub(from).Minutes() }

// half is what is left of something that halves each so many minutes.
func half(after, each float64) float64 { return math.Exp2(-after / each) }
