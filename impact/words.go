package impact

import "math"

// judgement is what is told of it all.
func (j *judge) judgement() Judgement {
	r := Judgement{At: j.at, Named: j.named, None: j.none}
	for _, s := range j.subjects {
		one := Judged{Change: *s.Change, Rank: s.rank, Verdict: s.verdict, Probability: s.share, Tail: 1}
		for i := range s.pairs {
			p := &s.pairs[i]
			if p.weight == 1 && p.known {
				one.Measured = true
				one.Tail = min(one.Tail, math.Pow(10, -max(p.level, p.slowly)))
			}
		}
		r.Changes = append(r.Changes, one)
	}
	return r
}
