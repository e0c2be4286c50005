// Package review is what a team learns from its incidents once a week: timelines
// in, figures out. It is pure: it reads no clock and calls nobody. What each figure
// means is told in docs/metrics.md.
package review

import (
	"time"

	"muster/timeline"
)

// Report is what a team decides, and what it looks back at, once a week, in the
// order in which it is read.
type Report struct {
	Week   Week
	From   time.Time // the week's first moment in the team's time zone, and the first after it
	To     time.Time
	At     time.Time // as of when it is: what is owed was owed then
	Zone   string
	SoFar  bool // the week was not over then
	Quiet  bool // no incident, no page, nothing to decide
	Hidden int  // private incidents of the week that count, and that whoever reads it may not see
	Unseen int  // follow-ups of such incidents that are overdue
	Unread int  // incidents whose record is broken, so that they are missing

	// What is to be decided now.
	Overdue   []Owed  // by who answers for them, the oldest first
	Unwritten []Brief // over for [UnwrittenAfter] days of work, and their postmortem is not published
	Worn      []Load  // people who carry more than is good for them

	Decided []Decision // what earlier reviews decided: the last one, and what is still to be done

	Incidents []Brief // declared in the week, or open in it; the most severe first
	LeftOut   LeftOut
	Now       Figures // the week
	Before    Figures // the four weeks before it
	Pages     Pages
	Repeats   []Repeat
	Pick      *Pick // the one to talk about; nil where there is none
	Thanks    []Thanks

	Weeks []Bar // up to this one, the oldest first
}

// Brief is an incident in a few words.
type Brief struct {
	ID       timeline.ID
	Title    string
	Severity timeline.Severity
	Status   timeline.Status
	Service  string
	Private  bool
	Declared time.Time
	Lasted   time.Duration // from the declaration to the last end; to the report's time where it is open
	Open     bool
	Ended    time.Time // its last end; zero where it is open
	Reopened int       // how often
	EndedBy  string    // what ended it, as it was said; empty where nothing was
	Cause    string    // as people marked it
	Lead     timeline.Person
}

// Owed is a follow-up that is overdue.
type Owed struct {
	Incident timeline.ID
	Title    string // of the incident
	Private  bool
	Action   timeline.Action
	Days     int // for how many days it has been
}

// Load is what one person has carried.
type Load struct {
	Person timeline.Person
	Roles  int     // taken in the four weeks up to the week's end
	Weeks  int     // in how many of them
	Pages  int     // that reached them
	Nights int     // of these, at night
	Share  float64 // of all pages at night, from 0 to 1
}

// Decision is what a review decided.
type Decision struct {
	timeline.Decision
	Last bool // by the latest review, and not by an earlier one
}

// LeftOut is what does not count, of what was declared in the week.
type LeftOut struct{ Drills, Merged, Cancelled int }

// Figures are those of some weeks.
type Figures struct {
	Weeks      int
	Incidents  int
	BySeverity map[timeline.Severity]int
	Ack        Spread // from the page to somebody's yes
	FirstWord  Spread // from the declaration to the first update
	Mitigated  Spread // from the declaration to the last time that it was mitigated, or resolved at once
	Resolved   Spread // from the declaration to the last end
	Reopened   int
}

// Spread is how long something took: never a mean.
type Spread struct {
	N      int // how many it stands on
	Median time.Duration
	P90    time.Duration // within which nine of ten were; zero where N is below [FewestForP90]
}

// Pages are those of the week.
type Pages struct {
	Sent     int
	Before   float64 // in an average week of the four before
	AtNight  int
	Alarms   int // of the paging service, that became no incident and were judged
	Judged   int // of pages and alarms
	Noise    int
	ByPerson []Load  // the most first; of the week alone, with pages and nights alone
	Noisiest []Alert // that people call noise, the most first
}

// Alert is an alert that pages people.
type Alert struct {
	Title   string
	Service string
	Pages   int
	Noise   int // of them, judged as noise
}

// Repeat is what comes again.
type Repeat struct {
	What      string // the service, or the cause as it was marked
	IsCause   bool
	Times     int // within Days
	Days      int
	Incidents []timeline.ID // the latest last
	Late      []Owed        // follow-ups of the earlier ones that are overdue
}

// Pick is the incident to talk about, and why that one.
type Pick struct {
	Brief
	Why []Reason
}

// Reason is why an incident is worth talking about.
type Reason string

// The reasons, the strongest first.
const (
	Repeated Reason = "repeated" // it came again
	Worst    Reason = "worst"    // none was more severe, and it was sev1 or sev2
	Longest  Reason = "longest"
	Returned Reason = "reopened"
	Asked    Reason = "asked"    // people want the cause explained
	Surprise Reason = "surprise" // a person noticed before any machine, where machines do declare incidents
)

// Thanks is for who carried the week.
type Thanks struct {
	Person timeline.Person
	Roles  int // that they held
	Nights int // pages that they answered at night
	Done   int // follow-ups that they finished
}

// Bar is one week at a glance.
type Bar struct {
	Week       Week
	BySeverity map[timeline.Severity]int
	Open       int // follow-ups that were still to be done when it ended
	Overdue    int // of these
}
