package timeline

import (
	"fmt"
	"strings"
)

// Severity says how bad it is: 1 is the worst.
type Severity int

// The severities, worst first.
const (
	Sev1 Severity = 1 + iota
	Sev2
	Sev3
	Sev4
)

// Severities lists every severity, worst first.
var Severities = []Severity{Sev1, Sev2, Sev3, Sev4}

// ParseSeverity reads "sev1", "SEV-1" or "1".
func ParseSeverity(s string) (Severity, error) {
	digit := strings.TrimPrefix(strings.TrimPrefix(strings.ToLower(s), "sev"), "-")
	for _, sev := range Severities {
		if digit == fmt.Sprint(int(sev)) {
			return sev, nil
		}
	}
	return 0, fmt.Errorf("%q is no severity; they run from sev1 (the worst) to sev4", s)
}

func (s Severity) String() string { return fmt.Sprintf("sev%d", int(s)) }

// MarshalText writes "sev1".
func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (s *Severity) UnmarshalText(text []byte) (err error) {
	*s, err = ParseSeverity(string(text))
	return err
}

// Status says how far an incident has come.
type Status string

// The statuses, in the order an incident goes through them. The last two end it
// as what it was not.
const (
	IsDeclared    Status = "declared" // and nobody has taken charge
	Investigating Status = "investigating"
	IsIdentified  Status = "identified" // the cause is known
	IsMitigated   Status = "mitigated"  // customers no longer suffer
	IsResolved    Status = "resolved"   // it is over
	IsClosed      Status = "closed"     // and nothing is left to do
	IsCancelled   Status = "cancelled"  // it was no incident
	IsMerged      Status = "merged"     // it was the same as another
)

// Statuses lists every status, in the order an incident goes through them.
var Statuses = []Status{IsDeclared, Investigating, IsIdentified, IsMitigated, IsResolved, IsClosed, IsCancelled, IsMerged}

// IsOver reports whether an incident of that status is not open any more.
func (s Status) IsOver() bool {
	return s == IsResolved || s == IsClosed || s == IsCancelled || s == IsMerged
}

// Role is a part that one person plays in an incident.
type Role string

// The roles, in the order in which the card names them.
const (
	Commander Role = "commander"
	Comms     Role = "comms"
	Scribe    Role = "scribe"
)

// Roles lists every role, in the order in which the card names them.
var Roles = []Role{Commander, Comms, Scribe}

func (r Role) String() string {
	if r == Comms {
		return "comms lead"
	}
	return string(r)
}

// Verb is the command that gives the role.
func (r Role) Verb() string {
	if r == Commander {
		return "lead"
	}
	return string(r)
}

// Tag says why a message was put on the timeline.
type Tag string

// The tags, in the order in which they are explained to people.
const (
	KeyEvent     Tag = "key event"
	Finding      Tag = "finding"
	ActionTaken  Tag = "action taken"
	CauseTag     Tag = "cause"
	StatusUpdate Tag = "status update"
	FollowUp     Tag = "follow-up"
)

// Tags lists every tag, in the order in which they are explained to people.
var Tags = []Tag{KeyEvent, Finding, ActionTaken, CauseTag, StatusUpdate, FollowUp}
