// Package pagertest says what every route and every account of a paging service
// must do, whatever the vendor.
package pagertest

import (
	"testing"
	"time"

	"muster/integrations/pager"
	"muster/timeline"
)

// Service is a paging service under test, with what people do there.
type Service struct {
	Route   pager.Route
	Other   pager.Route                     // by which the same account pages as well
	Account pager.Account                   // nil where the route tells nothing
	Now     func() time.Time                // of the service
	Later   func(time.Duration)             // lets time go by there
	Open    func() int                      // how many pages there are that are not over
	Answer  func(made pager.Made) string    // somebody acknowledges; the name
	Further func(made pager.Made)           // somebody escalates it
	End     func(made pager.Made)           // somebody resolves it
	Jot     func(made pager.Made, s string) // somebody notes something
	Email   string                          // of somebody who may acknowledge
}

// Open makes a service of its own.
type Open func(testing.TB) Service

// promise is one thing that is to hold.
type promise struct {
	name string
	hold func(*testing.T, Open)
}

func run(t *testing.T, open Open, all []promise) {
	for _, p := range all {
		t.Run(p.name, func(t *testing.T) { p.hold(t, open) })
	}
}

// Page is what is paged for.
var Page = pager.Page{Key: "muster/INC-1/1/1", Title: "INC-1 sev1: checkout is down", Incident: "INC-1", Severity: timeline.Sev1, Link: "https://chat.example/C1"}
