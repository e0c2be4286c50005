package impact

import (
	"math"
	"slices"
	"strings"
)

// What a change of one service has to do with the metrics of another.
const (
	weightHop       = 0.6  // for each call between a service that calls it, and it
	weightCallee    = 0.25 // of a service that it calls: it may send it bad calls
	weightUnrelated = 0.03
	weightUnknown   = 0.3 // where it is not known who calls whom
)

// topology is how many calls lie between two services.
type topology struct {
	known bool
	hops  map[[2]string]int // from caller to callee

	direct map[string][]string // whom each service calls itself
}

func newTopology(calls []Call) topology {
	callees := map[string][]string{}
	t := topology{known: len(calls) > 0, hops: map[[2]string]int{}, direct: callees}
	for _, c := range calls {
		if caller, callee := plain(c.Caller), plain(c.Callee); !slices.Contains(callees[caller], callee) {
			callees[caller] = append(callees[caller], callee)
		}
	}
	for caller := range callees {
		slices.Sort(callees[caller])
	}
	for caller := range callees {
		reached := map[string]bool{caller: true}
		for hop, level := 1, callees[caller]; len(level) > 0; hop++ {
			var next []string
			for _, s := range level {
				if !reached[s] {
					reached[s] = true
					t.hops[[2]string{caller, s}] = hop
					next = append(next, callees[s]...)
				}
			}
			level = next
		}
	}
	return t
}

// plain is the name of a service as it is compared.
func plain(service string) string { return strings.ToLower(strings.TrimSpace(service)) }

// weight is how much a metric of a service tells of a change of another.
func (t topology) weight(changed, measured string) float64 {
	changed, measured = plain(changed), plain(measured)
	if changed == measured {
		return 1
	}
	if n, ok := t.hops[[2]string{measured, changed}]; ok {
		return math.Pow(weightHop, float64(n))
	}
	if _, ok := t.hops[[2]string{changed, measured}]; ok {
		return weightCallee
	}
	if !t.known || changed == "" || measured == "" {
		return weightUnknown
	}
	return weightUnrelated
}

// weightOf is how much an SLI tells of a change of a service. Failures go up from
// whom is called to the caller; demand goes the other way.
func (t topology) weightOf(changed string, sli *SLI) float64 {
	if sli.Kind == Throughput {
		return t.weight(sli.Service, changed)
	}
	return t.weight(changed, sli.Service)
}

// calls reports whether one service calls another, by others or not.
func (t topology) calls(caller, callee string) bool {
	_, ok := t.hops[[2]string{plain(caller), plain(callee)}]
	return ok
}
