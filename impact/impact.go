// Package impact says which change did it, and how sure that is. It judges
// changes by what services' metrics did after them, compared with what the same
// metrics do when nothing was changed. It is pure: the same input gives the same
// judgement, and nothing is read but the input.
//
// What it does and how well is told in docs/impact.md.
package impact

import (
	"math"
	"time"
)

// Kind is a kind of change.
type Kind string

// The kinds of changes.
const (
	Deploy   Kind = "deploy"
	Flag     Kind = "flag"
	Config   Kind = "config"
	Infra    Kind = "infra"
	Rollback Kind = "rollback"
)

// Change is something that was changed in production.
type Change struct {
	ID       string
	Name     string // as people call it; the ID where it is empty
	Kind     Kind
	Service  string
	Start    time.Time
	End      time.Time // when the rollout was complete; zero where that is not known
	Version  string
	Previous string // the version before
	Author   string
	URL      string
}

// Measure is a kind of SLI.
type Measure string

// The kinds of SLIs.
const (
	Ratio      Measure = "ratio" // of requests that fail, 0 to 1, or counts
	Latency    Measure = "latency"
	Throughput Measure = "throughput"
	Saturation Measure = "saturation"
	Other      Measure = "other"
)

// Direction is where a metric goes when it goes badly.
type Direction string

// The directions.
const (
	Up   Direction = "up"
	Down Direction = "down"
	Both Direction = "both"
)

// SLI is one metric of one service.
type SLI struct {
	Name    string
	Service string
	Kind    Measure
	Bad     Direction
	Unit    string // for words: "ms"; empty where it is not known
	Series  Series
}

// Series is what was measured: either values, or counts of bad and of all
// requests for each sample. All slices that are there are equally long.
type Series struct {
	Times   []int64   // Unix milliseconds
	Values  []float64 // nil where there are counts
	Bad     []float64
	Total   []float64
	Version []string // that each sample is of; nil where it is not split by versions
}

// Counts reports whether it is counts.
func (s Series) Counts() bool { return s.Total != nil }

// Call is one service calling another.
type Call struct{ Caller, Callee string }

// Input is what a judgement stands on.
type Input struct {
	At      time.Time // nothing after it counts
	Changes []Change
	SLIs    []SLI
	Calls   []Call // none where it is not known who calls whom
}

// Verdict is how a change did.
type Verdict string

// The verdicts.
const (
	Unhealthy Verdict = "unhealthy"
	Ailing    Verdict = "ailing"
	Healthy   Verdict = "healthy"
	NotJudged Verdict = "not judged"
)

// Judgement is what is known of all changes together.
type Judgement struct {
	At      time.Time
	Named   string   // the ID of the change that did it, as far as that can be said; empty for none
	None    float64  // how likely it is that none of them did
	Changes []Judged // the likeliest first
	Unused  []Finding
}

// Judged is one change as it was judged.
type Judged struct {
	Change
	Rank        int // from 1; equals share one
	Verdict     Verdict
	Probability float64 // that it did it
	// Tail is how often a harmless moment looks as bad as this change's worst SLI;
	// 1 where it is not judged, see Judged.Measured.
	Tail     float64
	Measured bool      // whether Tail stands on anything
	Worst    *Seen     // what moved the most after it; nil where nothing was to be seen
	Findings []Finding // why, the most telling first
}

// Seen is what one SLI did after one change.
type Seen struct {
	SLI      string
	Service  string
	Onset    time.Time // when it began
	From, To time.Time // the window in which it is worst
	Value    float64   // what was seen there: a mean, or a share of requests
	Expected float64   // what was to be expected there
	Low      float64   // the usual range
	High     float64
	BadCount float64 // of counts: how many were bad, of how many, and how many to expect
	Total    float64
	Normal   float64
	Tail     float64 // how often a harmless moment looks as bad
	Moments  int     // harmless moments that it was compared with
	Worse    int     // how many of them look as bad
}

// Finding is one thing to say. The words for its key are the reader's.
type Finding struct {
	Key  string // of a text
	Args []any  // that it is filled with: strings, lists of them, [Quantity], [Count],
	// [time.Time] and [time.Duration]
}

// nan is a missing sample.
var nan = math.NaN()
