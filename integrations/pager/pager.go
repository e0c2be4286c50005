// Package pager wakes people: the port to a paging service, and the followers
// that page when an incident calls for it, see to it that somebody answers, and
// keep both sides in step.
package pager

import (
	"context"
	"errors"
	"time"

	"muster/timeline"
)

// Page is what somebody is woken for.
type Page struct {
	Key      string // the same for every try
	Title    string // one line
	Details  string
	Incident string // "INC-4"
	Severity timeline.Severity
	Service  string // or an escalation policy, by name; empty for the usual service
	Email    string // of the person to be woken; empty for whoever is on call
	Link     string // to the incident's channel; empty while there is none
	ID       string // what the paging service knows it by; empty while that is not known
}

// Made is a page as the paging service knows it.
type Made struct {
	Ref string // what people call it: "#12"
	ID  string
	URL string
	To  []Responder

	Anybody bool // it woke whoever is on call, although it was for one person
}

// Responder is someone as the paging service knows them.
type Responder struct{ ID, Name, Email string }

// ErrNobody is a refusal because of whom a page is for: another route would
// wake somebody else.
var ErrNobody = errors.New("nobody was paged")

// Route is one way to page. Errors are marked as those of followers are.
type Route interface {
	// Name is what people call it.
	Name() string
	// Page pages, or finds the page that an earlier try has made. A page in
	// doubt is made again with the same key, and so made once.
	Page(ctx context.Context, p Page) (Made, error)
	// Find looks for a page that was made and is not over.
	Find(ctx context.Context, p Page) (Made, bool, error)
	// Resolve ends a page. That it is over already is no error.
	Resolve(ctx context.Context, p Page) error
}

// Learner is a route that looks up ahead what its pages need, so that a page is
// one call.
type Learner interface {
	// Learn looks it up anew. What was known before holds until then, and where
	// it fails.
	Learn(ctx context.Context) error
}

// Account is what a paging service tells of its pages, and what can be done
// about them there. Errors are marked as those of followers are.
type Account interface {
	// Name is what people call it: "PagerDuty".
	Name() string
	// Trace looks for a page that is not over by its key, by whichever route it went
	// out.
	Trace(ctx context.Context, key string) (Made, bool, error)
	// Look returns how a page stands, by its ID.
	Look(ctx context.Context, id string) (State, error)
	// Since returns what happened there from a time on, the oldest first.
	Since(ctx context.Context, at time.Time) ([]Happening, error)
	// OnCall returns who is on call now for a service or by an escalation policy,
	// or for the usual service where none is named; the first level first.
	OnCall(ctx context.Context, name string) ([]Shift, error)
	// Whole returns someone with the address, as far as it is to be had.
	Whole(ctx context.Context, r Responder) Responder
	// Woken returns everybody whom an alarm has woken, whether it is over or not.
	Woken(ctx context.Context, id string) ([]Responder, error)
	// Acknowledge takes a page on, on behalf of someone. That it was taken on
	// before is no error.
	Acknowledge(ctx context.Context, id, email string) error
	// Escalate wakes a level of the page's escalation policy, and returns who that
	// is. It is a refusal where there is no such level.
	Escalate(ctx context.Context, id string, level int) ([]Responder, error)
	// Attach makes an address the page's conference link.
	Attach(ctx context.Context, id, address string) error
	// Note adds a note to a page, unless the same text stands there.
	Note(ctx context.Context, id, text string) error
}

// Second is the level of an escalation policy that is woken where the first does
// not answer.
const Second = 2

// State is how a page stands.
type State struct {
	Answered time.Time // zero while nobody has acknowledged it
	By       Responder // who has
	To       []Responder
	Over     bool
}

// Shift is someone's time on call.
type Shift struct {
	Responder
	Level  int       // of the escalation policy, from 1
	Until  time.Time // zero where it has no end
	Policy string    // its name
}

// Happening is something that happened to a page, or to another alarm.
type Happening struct {
	ID    string // of what the paging service wrote down
	What  What
	At    time.Time
	Alarm Alarm
	By    Responder // the zero Responder where nobody did it
	To    []Responder
	Level int    // of the escalation policy; 0 where it is not known
	Text  string // of a note
}

// What is a kind of happening.
type What string

// The kinds.
const (
	Raised    What = "raised"
	Answered  What = "answered"
	Escalated What = "escalated"
	Lapsed    What = "lapsed" // the acknowledgement has run out
	Ended     What = "ended"
	Annotated What = "annotated"
)

// Alarm is an incident of the paging service's own, whoever made it.
type Alarm struct {
	ID, Ref, URL string
	Key          string // by which it was made, where that was by a person or a program like this one
	Title        string
	Service      string // by name
	Urgency      string // "high" or "low"
	Priority     string // "P1"; empty where it has none
}
