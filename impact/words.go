package impact

import (
	"cmp"
	"math"
	"slices"
	"time"
)

// Quantity is a number that a finding tells, with its unit.
type Quantity struct {
	Value float64
	Unit  string // "ms"; "ratio" for a share of 1; empty for a plain number
}

// Count is a number of things that a finding tells.
type Count float64

// judgement is what is told of it all.
func (j *judge) judgement() Judgement {
	r := Judgement{At: j.at, Named: j.named, None: j.none, Unused: j.unused()}
	for _, s := range j.subjects {
		one := Judged{Change: *s.Change, Rank: s.rank, Verdict: s.verdict, Probability: s.share, Tail: 1}
		for i := range s.pairs {
			p := &s.pairs[i]
			if p.weight == 1 && p.known {
				one.Measured = true
				one.Tail = min(one.Tail, math.Pow(10, -max(p.level, p.slowly)))
			}
		}
		one.Worst, one.Findings = j.tell(s)
		r.Changes = append(r.Changes, one)
	}
	return r
}

// tell says why a change was judged as it was.
func (j *judge) tell(s *subject) (*Seen, []Finding) {
	var all []Finding
	if s.verdict == NotJudged {
		all = append(all, s.why)
	}
	p := s.telling()
	if p == nil {
		return nil, append(append(all, s.sided.findings...), s.person())
	}
	seen := p.seen(s)
	all = append(all, p.told(seen), p.when(s), p.rare())
	all = append(all, s.sided.findings...)
	all = append(all, s.others(p)...)
	if s.rollback.recovered || s.rollback.failed {
		all = append(all, s.takenBack())
	}
	if f, ok := j.together(s); ok {
		all = append(all, f)
	}
	return &seen, append(all, s.against(p), s.person())
}

// telling is the SLI that tells the most of a change: what counted the most, and
// where nothing did, what moved the most of its own service.
func (s *subject) telling() *pair {
	var best *pair
	value := func(p *pair) float64 {
		v := max(p.level, p.slowly)
		if p.worth >= worthTelling {
			v += p.worth * 1000
		}
		if p.weight < 1 {
			v -= 500 // of another service, and so only where it counted
		}
		return v
	}
	for i := range s.pairs {
		p := &s.pairs[i]
		if (p.known || p.crude) && (p.weight == 1 || p.worth > 0) && (best == nil || value(p) > value(best)) {
			best = p
		}
	}
	return best
}

// worthTelling is what an SLI has to add to a score, to be told before others that
// moved more.
const worthTelling = 0.3

// seen is what an SLI did, as it is measured.
func (p *pair) seen(s *subject) Seen {
	l, g := p.line, &p.line.grid
	w := p.window
	if p.creeping() {
		w = window{max(0, g.n-g.steps(10)), g.n, 0}
	}
	r := Seen{
		SLI: p.metric.sli.Name, Service: p.metric.sli.Service, Onset: p.onset, From: g.at(w.from), To: g.at(min(w.to, g.n)),
		Value: finiteOr(g.plain(g.mean(w.from, w.to)), g.plain(p.expected)), Expected: finiteOr(g.plain(p.expected), 0), Tail: math.Pow(10, -max(p.level, p.slowly)), Moments: p.moments, Worse: p.worse,
	}
	if p.creeping() {
		r.Onset, r.Expected = l.bendAt(), g.plain(g.mean(w.from, w.to)-l.slow.rise)
		r.Moments, r.Worse = l.slow.moments, l.slow.worse
	}
	if g.bad != nil {
		if p.level < barelyBad {
			w.from, w.to = max(0, p.bin), min(g.n, p.bin+g.steps(s.horizon()))
		}
		a, b := max(0, min(w.from, g.n)), max(0, min(w.to, g.n))
		r.BadCount, r.Total = g.sumBad[b]-g.sumBad[a], g.sumAll[b]-g.sumAll[a]
		r.Normal = p.expected * r.Total
		r.Value = r.BadCount / max(1, r.Total)
	}
	r.Low, r.High = l.usual(p.bin)
	return r
}

// finiteOr is a number, or another where it is none.
func finiteOr(v, other float64) float64 {
	if v != v || math.IsInf(v, 0) {
		return other
	}
	return v
}

// creeping reports whether it creeps rather than jumps.
func (p *pair) creeping() bool {
	return p.line.slow.wrong != nil && p.slowly > levelFloor && p.slowly >= p.level*p.near
}

// usual is the range of nine of ten values of the day before a bin.
func (l *line) usual(b int) (low, high float64) {
	g := &l.grid
	from := max(0, b-g.steps(24*60))
	stride := max(1, (b-from)/200)
	var values []float64
	for i := from; i < min(b, g.n); i += stride {
		if v := g.value[i]; v == v {
			values = append(values, v)
		}
	}
	slices.Sort(values)
	return g.plain(sorted(values, 0.05)), g.plain(sorted(values, 0.95))
}

// told is what was seen, with units and counts, and what was expected.
func (p *pair) told(seen Seen) Finding {
	unit := p.metric.sli.Unit
	if p.metric.sli.Kind == Ratio && unit == "" {
		unit = "ratio"
	}
	q := func(v float64) Quantity { return Quantity{v, unit} }
	switch {
	case p.creeping():
		return Finding{"impact.creeps", []any{seen.SLI, q(seen.Value), q(seen.Expected), q(seen.Low), q(seen.High)}}
	case p.line.grid.bad != nil:
		return Finding{"impact.counted", []any{seen.SLI, q(seen.Value), q(seen.Expected), Count(math.Round(seen.BadCount)), Count(math.Round(seen.Total)), Count(math.Round(seen.Normal))}}
	default:
		return Finding{"impact.measured", []any{seen.SLI, q(seen.Value), q(seen.Expected), q(seen.Low), q(seen.High), Count(p.window.to - p.window.from)}}
	}
}

// when is when it began, against when the change did.
func (p *pair) when(s *subject) Finding {
	onset := p.onset
	if p.creeping() {
		onset = p.line.bendAt()
	}
	switch late := onset.Sub(s.Start); {
	case !s.noted(p):
		return Finding{"impact.never began", []any{s.Start}}
	case late.Abs() <= time.Second:
		return Finding{"impact.began with", []any{onset, s.Start}}
	case late < 0:
		return Finding{"impact.began before", []any{onset, -late, s.Start}}
	default:
		return Finding{"impact.began after", []any{onset, late, s.Start}}
	}
}

// noted reports whether there is anything about an SLI that began at all: what a
// healthy change shows at its worst of several SLIs is as usual, up to one in a
// hundred.
func (s *subject) noted(p *pair) bool {
	if s.verdict == Healthy && p.level < notedFrom && !p.creeping() {
		return false
	}
	return p.level >= barelyBad || p.creeping()
}

// notedFrom are the decades from which on it is said when something began, though it
// is healthy.
const notedFrom = 2.0

// rare is how often harmless moments look as bad, in plain counts.
func (p *pair) rare() Finding {
	moments, worse := p.moments, p.worse
	if p.creeping() {
		moments, worse = p.line.slow.moments, p.line.slow.worse
	}
	switch {
	case moments == 0:
		return Finding{"impact.rarity unknown", nil}
	case worse == 0:
		return Finding{"impact.rarity none", []any{Count(moments)}}
	case 2*worse >= moments:
		return Finding{"impact.rarity usual", []any{Count(worse), Count(moments)}}
	default:
		return Finding{"impact.rarity", []any{Count(worse), Count(moments)}}
	}
}

// others is what the services that call the changed one did.
func (s *subject) others(telling *pair) (all []Finding) {
	said := map[string]bool{telling.metric.sli.Service: true}
	for i := range s.pairs {
		p := &s.pairs[i]
		name := p.metric.sli.Service
		if p.weight < 1 && p.worth > 0.3 && !p.early && !said[name] && len(all) < othersMost {
			said[name] = true
			all = append(all, Finding{"impact.others", []any{name, p.metric.sli.Name, max(0, p.onset.Sub(s.Start))}})
		}
	}
	return all
}

// othersMost is how many other services are told.
const othersMost = 2

func (s *subject) takenBack() Finding {
	if s.rollback.recovered {
		return Finding{"impact.taken back", []any{s.rollback.at}}
	}
	return Finding{"impact.taken back in vain", []any{s.rollback.at}}
}

// together tells which other changes began in the same minute, which time can not
// tell apart.
func (j *judge) together(s *subject) (Finding, bool) {
	first, _ := slices.BinarySearchFunc(j.timely, s.Start.Add(-time.Minute), func(o *subject, t time.Time) int { return o.Start.Compare(t) })
	var others []*subject
	alone := s.moved()
	for _, o := range j.timely[first:] {
		if o.Start.Sub(s.Start) >= time.Minute {
			break
		}
		if o == s || s.Start.Sub(o.Start) >= time.Minute {
			continue
		}
		alone = alone && !o.moved()
		others = append(others, o)
	}
	slices.SortFunc(others, func(a, b *subject) int { return a.place - b.place })
	var ids []string
	for _, o := range others[:min(togetherMost, len(others))] {
		ids = append(ids, cmp.Or(o.Name, o.ID))
	}
	switch {
	case len(ids) == 0:
		return Finding{}, false
	case alone:
		return Finding{"impact.together alone", []any{ids}}, true
	default:
		return Finding{"impact.together", []any{ids}}, true
	}
}

// togetherMost is how many changes of the same minute are told.
const togetherMost = 4

// moved reports whether the changed service itself moved.
func (s *subject) moved() bool {
	return slices.ContainsFunc(s.pairs, func(p pair) bool {
		return p.weight == 1 && !p.early && (p.level >= sharedFrom && p.near > 0.3 || p.slowly >= sharedFrom)
	})
}

// against is the one fact that speaks against a change the most.
func (s *subject) against(telling *pair) Finding {
	name := telling.metric.sli.Name
	switch {
	case telling.early && telling.level >= barelyBad:
		return Finding{"impact.against before", []any{name}}
	case s.rollback.failed:
		return Finding{"impact.against rollback", []any{s.rollback.at}}
	case !s.noted(telling) && (s.verdict == Healthy || s.verdict == NotJudged):
		return Finding{"impact.against usual", []any{name}}
	case s.shared():
		return Finding{"impact.against shared", nil}
	case s.passedOn() < 1:
		return Finding{"impact.against callee", []any{s.Service}}
	case telling.weight < 1 && s.measured():
		return Finding{"impact.against quiet", []any{s.Service}}
	case telling.weight < 1:
		return Finding{"impact.against elsewhere", []any{telling.metric.sli.Service, s.Service}}
	case telling.level >= barelyBad && telling.near < 0.3 && !telling.creeping():
		return Finding{"impact.against late", []any{max(0, telling.onset.Sub(s.Start))}}
	case telling.level >= barelyBad && telling.ended && !s.rollback.recovered:
		return Finding{"impact.against over", []any{time.Duration(telling.lasted * float64(time.Minute))}}
	case telling.level >= barelyBad && telling.before >= barelyBad:
		return Finding{"impact.against restless", []any{name}}
	}
	return Finding{"impact.against nothing", nil}
}

func (s *subject) measured() bool {
	return slices.ContainsFunc(s.pairs, func(p pair) bool { return p.weight == 1 && p.known })
}

// person is whom to ask.
func (s *subject) person() Finding {
	if s.Author == "" {
		return Finding{"impact.nobody", nil}
	}
	return Finding{"impact.person", []any{s.Author}}
}

// unused tells what could not be made use of.
func (j *judge) unused() (all []Finding) {
	if !j.calls.known {
		all = append(all, Finding{"impact.unused calls", nil})
	}
	split, short, shortest := false, 0, math.Inf(1)
	measured := map[string]bool{}
	for _, m := range j.metrics {
		split = split || m.split.Version != nil
		if len(m.lines) == 0 {
			all = append(all, Finding{"impact.unused empty", []any{m.sli.Name}})
			continue
		}
		measured[plain(m.sli.Service)] = true
		g := &m.lines[0].grid
		if whole := float64(g.n) * g.step / 60; whole < historyLeast {
			short, shortest = short+1, min(shortest, whole)
		}
	}
	if short > 0 {
		all = append(all, Finding{"impact.unused history", []any{Count(short), Count(len(j.metrics)), time.Duration(shortest * float64(time.Minute))}})
	}
	if !split {
		all = append(all, Finding{"impact.unused versions", nil})
	}
	told := map[string]bool{}
	for _, s := range j.subjects {
		if name := plain(s.Service); !measured[name] && !told[name] {
			told[name] = true
			all = append(all, Finding{"impact.unused service", []any{s.Service}})
		}
	}
	return all
}
