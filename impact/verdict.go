package impact

import (
	"cmp"
	"math"
	"slices"
	"time"
)

// How sure it has to be. A tail is how often a harmless moment looks as bad.
const (
	unhealthyTwice = 0.01  // now and a minute ago
	unhealthyOnce  = 0.001 // now
	ailingFrom     = 0.05
	sureAfter      = 30.0 // minutes; earlier looks have to be surer, as there are many of them: by the root of their share
	judgedAfter    = 15.0 // minutes, for healthy
	requestsLeast  = 40.0 // of a tenth that fails, four would be seen
)

// decide says how a change did, by the SLIs of its own service.
func (s *subject) decide() {
	var own []*pair
	for i := range s.pairs {
		if s.pairs[i].weight == 1 {
			own = append(own, &s.pairs[i])
		}
	}
	slices.SortStableFunc(own, func(a, b *pair) int { return cmp.Compare(b.level, a.level) })
	early, ailing := false, false
	shared := s.shared()
	for i, p := range own {
		if !p.known {
			continue
		}
		tail := math.Pow(10, -p.level) * float64(len(own)-i) // Holm
		sure := math.Sqrt(min(1, s.age.Minutes()/sureAfter))
		bad := tail < unhealthyOnce*sure || tail < unhealthyTwice*sure && math.Pow(10, -p.short)*float64(len(own)-i) < unhealthyTwice*sure
		switch effect := p.effect(); {
		case p.creeps(len(own)) && !shared:
			s.verdict = Unhealthy
			return
		case bad && effect >= 1 && p.history >= historyLeast && !p.early && !p.masked() && !p.brief() && !shared:
			s.verdict = Unhealthy
			return
		case bad && (p.early || p.brief() || shared) && effect >= 1:
			early = true
		case tail < ailingFrom*sure && effect >= 0.5 && p.history >= historyLeast && !p.early:
			ailing = true
		}
	}
	if ailing || early {
		s.verdict = Ailing
		return
	}
	s.verdict, s.why = s.calm(own)
}

// masked reports whether what is bad was bad before, as much.
func (p *pair) masked() bool { return p.before >= p.level-1 && p.before > 2 }

// briefly is how many minutes something may be bad that ends by itself.
const briefly = 8.0

// brief reports whether it was soon over by itself.
func (p *pair) brief() bool { return p.ended && p.lasted < briefly }

// creeps reports whether it creeps since the change, surely and far enough.
func (p *pair) creeps(of int) bool {
	return math.Pow(10, -p.slowly)*float64(of) < unhealthyTwice && p.history >= historyLeast && p.line.slowEffect() >= 1
}

// How many other services have to move with one, for it to be no change of one.
const (
	sharedLeast = 2
	sharedShare = 0.6
	sharedFrom  = 2.0 // decades
	sharedNear  = 4.0 // minutes
)

// shared reports whether most services moved together that do not call the
// changed one: then it is something else that they share.
func (s *subject) shared() bool {
	if s.Kind == Infra {
		return false
	}
	var own *pair
	for i := range s.pairs {
		if p := &s.pairs[i]; p.weight == 1 && (own == nil || p.level > own.level) {
			own = p
		}
	}
	if own == nil || own.level < sharedFrom {
		return false
	}
	moved, all := 0, 0
	for _, p := range s.pairs {
		if p.weight > weightUnknown || p.metric.sli.Kind != own.metric.sli.Kind || !p.known {
			continue
		}
		if all++; p.level >= sharedFrom && math.Abs(p.late-own.late) <= sharedNear {
			moved++
		}
	}
	return moved >= sharedLeast && float64(moved) >= sharedShare*float64(all)
}

// effect is how large what was seen is, in terms of what has to be cared about:
// from 1 on it is.
func (p *pair) effect() float64 {
	excess, usual := p.line.plainExcess(p.found)
	return p.line.matters(excess, usual)
}

// slowEffect is how large what has crept in is.
func (l *line) slowEffect() float64 {
	now := l.grid.mean(l.grid.n-l.grid.steps(10), l.grid.n)
	if l.slow.wrong == nil || now != now {
		return 0
	}
	usual := l.grid.plain(now - l.slow.rise)
	return l.matters(l.bad(l.grid.plain(now)-usual), math.Abs(usual))
}

// matters is how large an excess is, in terms of what has to be cared about.
func (l *line) matters(excess, usual float64) float64 {
	switch l.sli.Kind {
	case Ratio:
		if l.grid.bad == nil && usual > 0.9 { // of successes
			return excess / 0.001
		}
		return min(excess/0.001, excess/max(0.5*usual, 1e-12))
	case Latency, Saturation:
		return excess / max(0.15*usual, 1e-12)
	case Throughput:
		return excess / max(0.2*usual, 1e-12)
	default:
		return 1
	}
}

// plainExcess is how far something was from what was expected, and what that was,
// as it is measured.
func (l *line) plainExcess(r found) (excess, usual float64) {
	g := &l.grid
	if g.offset == 0 {
		return r.window.excess, math.Abs(r.expected)
	}
	usual = g.plain(r.expected)
	if l.sli.Bad == Down {
		return usual - g.plain(r.expected-r.window.excess), usual
	}
	return g.plain(r.expected+r.window.excess) - usual, usual
}

// calm is the verdict of a change after which nothing stands out, and why it is none.
func (s *subject) calm(own []*pair) (Verdict, Finding) {
	if len(own) == 0 {
		return NotJudged, Finding{"impact.no metrics", []any{s.Service}}
	}
	if s.age.Minutes() < judgedAfter {
		return NotJudged, Finding{"impact.too early", []any{s.age}}
	}
	why := noHistory(own[0])
	for _, p := range own {
		switch {
		case p.history < historyLeast || !p.known:
			why = noHistory(p)
		case p.share < 0.5:
			why = Finding{"impact.gaps", []any{p.metric.sli.Name, Quantity{1 - p.share, "ratio"}}}
		case p.line.grid.bad != nil && p.requests(s.Change) < requestsLeast:
			bad, all := p.counted(s.Change)
			why = Finding{"impact.too few", []any{Count(all), Count(bad)}}
		default:
			return Healthy, Finding{}
		}
	}
	return NotJudged, why
}

func noHistory(p *pair) Finding {
	return Finding{"impact.no history", []any{p.metric.sli.Name, time.Duration(p.history * float64(time.Minute))}}
}

func (p *pair) counted(c *Change) (bad, all float64) {
	g := &p.line.grid
	_, n := p.line.bins(c)
	a, b := max(0, min(p.bin, g.n)), max(0, min(p.bin+n, g.n))
	return g.sumBad[b] - g.sumBad[a], g.sumAll[b] - g.sumAll[a]
}

func (p *pair) requests(c *Change) float64 {
	_, all := p.counted(c)
	return all
}
