package impact

import (
	"cmp"
	"math"
	"slices"
	"time"
)

// How evidence becomes a score. The numbers were found on the tuning seeds of
// package scenario; docs/impact.md tells what each is worth.
const (
	levelCap   = 6.0  // decades that count at the most
	levelFloor = 0.6  // decades that are no evidence
	preWeight  = 0.7  // of what was bad before the change already
	endedShare = 0.35 // of what was bad after it, and is over
	endedHalf  = 60.0 // minutes in which that counts for half
	ageHalf    = 6 * 60.0

	quietShare  = 0.2  // of what others suffer, where the changed service itself shows nothing
	passedShare = 0.6  // of what a service suffers while one that it calls is bad, too
	passedSure  = 0.25 // of it while that one suffers more
	passedMore  = 1.25
	passedFrom  = 3.0 // decades from which on that one is bad
	ownLoud     = 2.0 // what it has to show for all of it to count

	recovered  = 1.0  // a rollback mended it
	recoveredX = 1.5  //
	notMended  = -3.0 // a rollback did not
)

// priorOf is what a kind of change is worth by itself.
var priorOf = map[Kind]float64{Deploy: 0, Flag: 0, Config: 0, Infra: 0, Rollback: -1}

// decay is how what begins later than a change counts for less, in minutes.
type decay struct{ soon, late float64 }

var (
	deployDecay = decay{6, 60}
	flagDecay   = decay{2, 30}
)

// closeness is 1 for what begins with the change, and less for what begins later.
func (c *Change) closeness(late float64) float64 {
	late = max(0, late)
	if c.End.After(c.Start) && late > 0 { // each step of a rollout is a beginning
		late = max(0, late-min(late, minutes(c.Start, c.End)))*0.7 + 0.3*late
	}
	d := deployDecay
	if c.Kind == Flag || c.Kind == Config {
		d = flagDecay
	}
	return 0.7*math.Exp(-late/d.soon) + 0.3*math.Exp(-late/d.late)
}

// rank scores all changes, and says how likely each is to have done it.
func (j *judge) rank() {
	for _, s := range j.subjects {
		j.rollbackOf(s)
		s.score = s.sumUp()
	}
	j.shares()
	slices.SortStableFunc(j.subjects, func(a, b *subject) int {
		return cmp.Or(cmp.Compare(b.score, a.score), b.Start.Compare(a.Start), cmp.Compare(a.ID, b.ID))
	})
	for i, s := range j.subjects {
		s.place, s.rank = i, i+1
		if i > 0 && math.Abs(s.score-j.subjects[i-1].score) < 1e-9 {
			s.rank = j.subjects[i-1].rank
		}
	}
	j.name()
	for _, s := range j.subjects {
		s.decide()
		if s.ID == j.named && s.verdict == Healthy {
			s.verdict = Ailing // only others suffer, and from it
		}
	}
}

// sumUp adds up what speaks for a change and against it.
func (s *subject) sumUp() float64 {
	score := priorOf[s.Kind]
	own, others, measured := 0.0, 0.0, false
	passed := s.passedOn()
	for i := range s.pairs {
		p := &s.pairs[i]
		p.worth = p.worthOf(s)
		if p.weight >= weightHop*weightHop && p.metric.sli.Kind != Throughput {
			p.worth *= passed
		}
		if p.weight == 1 {
			own += p.worth
			measured = measured || p.known
		} else {
			others += p.worth
		}
	}
	if measured { // others suffer from a change of a service that is well itself? hardly
		others *= quietShare + (1-quietShare)*min(1, own/ownLoud)
	}
	evidence := own + others
	if s.shared() {
		evidence *= passedShare
	}
	if s.rollback.recovered {
		evidence = evidence*recoveredX + recovered
	}
	if s.rollback.failed {
		score += notMended
	}
	return score + evidence + s.sided.score
}

// passedOn is how much counts of what the changed service and its callers suffer,
// where a service that it calls went bad with it: it may come from there, and
// surely so where that one suffers more.
func (s *subject) passedOn() float64 {
	share := 1.0
	for i := range s.pairs {
		callee := &s.pairs[i]
		if callee.weight != weightCallee || callee.metric.sli.Kind == Throughput || callee.level < passedFrom || callee.early || callee.ended {
			continue
		}
		share = min(share, passedShare)
		for k := range s.pairs {
			own := &s.pairs[k]
			if own.weight == 1 && own.metric.sli.Kind == callee.metric.sli.Kind && own.window.excess < callee.window.excess*passedMore {
				share = min(share, passedSure)
			}
		}
	}
	return share
}

// worthOf is what an SLI adds to the score of a change.
func (p *pair) worthOf(s *subject) float64 {
	fast := 0.0
	if !p.early {
		fast = max(0, min(p.level, levelCap)-preWeight*min(p.before, levelCap)-levelFloor) * p.near * half(max(0, minutes(p.onset, s.Start.Add(s.age))), ageHalf)
		if p.ended && !s.rollback.recovered {
			fast *= endedShare * half(max(0, s.age.Minutes()-p.late-p.lasted), endedHalf)
		}
		if p.crude {
			fast *= 0.8
		}
	}
	slowly := max(0, min(p.slowly, levelCap)-levelFloor)
	return p.weight * max(fast, slowly)
}

// How scores become probabilities, and from which on a change is named. They
// were fitted on the tuning seeds of package scenario.
const (
	steep     = 3.4
	noneScore = 0.25
	faint     = 0.01 // of what none of them has, for a change that nothing speaks for
	certain   = 0.97 // that what did it is among what is listed, at the most
	nameFrom  = 3.0  // of a score
	nameShare = 0.5  // of a probability
)

// shares makes probabilities of scores: over all changes, and none of them.
func (j *judge) shares() {
	most := noneScore
	for _, s := range j.subjects {
		most = max(most, s.score)
	}
	none := math.Exp(steep * (noneScore - most))
	sum := none
	for _, s := range j.subjects {
		s.share = max(0, math.Exp(steep*(s.score-most))-math.Exp(-steep*most)) + faint*none
		sum += s.share
	}
	for _, s := range j.subjects {
		s.share *= certain / sum
	}
	j.none = 1 - certain*(1-none/sum)
}

// name names the one that did it, where the score earns it.
func (j *judge) name() {
	if len(j.subjects) == 0 {
		return
	}
	first := j.subjects[0]
	if len(j.subjects) > 1 && j.subjects[1].rank == first.rank {
		return
	}
	if first.share >= nameShare && first.score >= nameFrom {
		j.named = first.ID
	}
}

// rollback is what taking a change back did.
type rollback struct {
	at        time.Time
	by        *Change
	recovered bool
	failed    bool
}

// How soon after a rollback it has to be better, and how long bad to be no help, in minutes.
const (
	recoverSoon = 5
	recoverLong = 10
)

// rollbackOf looks whether a change was taken back, and whether that helped.
func (j *judge) rollbackOf(s *subject) {
	if !j.findRollback(s) {
		return
	}
	for _, p := range s.pairs {
		if p.weight < 1 || p.level < 2 || p.early {
			continue
		}
		l := p.line
		at := l.grid.after(s.rollback.at)
		soon, long := l.grid.steps(recoverSoon), l.grid.steps(recoverLong)
		if after := l.bad(l.grid.mean(at+soon, at+2*soon) - p.expected); after == after && at+2*soon <= l.grid.n && p.window.from < at {
			if after < 0.35*p.window.excess {
				s.rollback.recovered = true
			} else if at+long+soon <= l.grid.n {
				s.rollback.failed = true
			}
		}
	}
	if s.rollback.recovered {
		s.rollback.failed = false
	}
}

// findRollback looks for the first rollback that takes a change back, and reports
// whether there is one.
func (j *judge) findRollback(s *subject) bool {
	if s.Kind == Rollback {
		return false
	}
	var next *subject // of the same service
	for _, o := range j.services[s.service] {
		if !o.Start.After(s.Start) {
			continue
		}
		if next == nil {
			next = o
		}
		if o.Kind == Rollback && o.takesBack(s, !next.Start.Before(o.Start)) {
			s.rollback.at, s.rollback.by = o.Start, o.Change
			return true
		}
	}
	return false
}

// takesBack reports whether one change takes another back: by what it says it goes
// back from or to, or as the next one of the service.
func (c *Change) takesBack(s *subject, next bool) bool {
	switch {
	case c.Previous != "" && s.Version != "":
		return version(c.Previous, c.Service) == version(s.Version, c.Service)
	case c.Version != "" && s.Previous != "":
		return version(c.Version, c.Service) == version(s.Previous, c.Service)
	}
	return next
}
