package pagerduty_test

import (
	"testing"
	"time"

	"muster/integrations/pager"
	"muster/integrations/pager/pagertest"
)

// service is an account as the suites of the port want it.
func (a account) service(t testing.TB, route pager.Route) pagertest.Service {
	must := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	return pagertest.Service{
		Route: route, Other: a.events, Account: a.rest, Now: a.Now, Email: "bo@demo.example",
		Later: func(d time.Duration) { a.Advance(d); a.later(d) },
		Open: func() (n int) {
			for _, p := range a.Pages() {
				if p.Status != "resolved" {
					n++
				}
			}
			return n
		},
		Answer:  func(m pager.Made) string { must(a.AnswerPageAs("bo", m.ID)); return "Bo Lindqvist" },
		Further: func(m pager.Made) { must(a.EscalatePageAs("bo", m.ID)) },
		End:     func(m pager.Made) { must(a.ResolvePageAs("bo", m.ID)) },
		Jot:     func(m pager.Made, text string) { must(a.NotePage("bo", m.ID, text)) },
	}
}

func TestRoutesKeepTheirPromises(t *testing.T) {
	for name := range open(t).routes() {
		t.Run(name, func(t *testing.T) {
			pagertest.RunRoute(t, func(tb testing.TB) pagertest.Service {
				a := open(tb)
				return a.service(tb, a.routes()[name])
			})
		})
	}
}

func TestTheAccountKeepsItsPromises(t *testing.T) {
	pagertest.RunAccount(t, func(tb testing.TB) pagertest.Service {
		a := open(tb)
		return a.service(tb, a.rest)
	})
}
