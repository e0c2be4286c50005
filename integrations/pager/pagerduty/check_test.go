package pagerduty_test

import (
	"strings"
	"testing"

	"muster/integrations/pager/pagerduty"
	"muster/torture"
)

// TestCheckFindsWhatIsAmiss looks for each thing that can be.
func TestCheckFindsWhatIsAmiss(t *testing.T) {
	all := pagerduty.Wanted{
		Services:   map[string]string{"services.checkout.pagerduty": "checkout"},
		People:     map[string]string{"pagerduty.manager": "eli@demo.example", "people.U1.pagerduty": ""},
		Priorities: []string{"P1"},
	}
	for name, tt := range map[string]struct {
		change func(*pagerduty.Wanted)
		from   string
		fails  string // what the failure says; empty for none
	}{
		"all is well": {},
		"the user":    {from: "nobody@demo.example", fails: `pagerduty.from: PagerDuty has no user "nobody@demo.example"`},
		"a service": {fails: `services.checkout.pagerduty: `, change: func(w *pagerduty.Wanted) {
			w.Services = map[string]string{"services.checkout.pagerduty": "nothing"}
		}},
		"a person": {fails: `people.U1.pagerduty: PagerDuty has no user "PNOBODY1"`, change: func(w *pagerduty.Wanted) {
			w.People = map[string]string{"people.U1.pagerduty": "PNOBODY1"}
		}},
		"a priority": {fails: `pagerduty.declare.priorities: PagerDuty has no priority "P9"; it has P1`, change: func(w *pagerduty.Wanted) {
			w.Priorities = []string{"P1", "P9"}
		}},
	} {
		t.Run(name, func(t *testing.T) {
			w, url := torture.Town(t)
			from := tt.from
			if from == "" {
				from = "ana@demo.example"
			}
			rest := pagerduty.New(pagerduty.Options{APIURL: url + "/pagerduty/", Token: w.PagerDutyToken(), From: from, Service: "checkout"})
			wanted := all
			if tt.change != nil {
				tt.change(&wanted)
			}
			var fails []string
			for _, f := range rest.Check(t.Context(), wanted) {
				if f.Err != nil {
					fails = append(fails, f.Err.Error())
				}
			}
			if (tt.fails == "") != (len(fails) == 0) || !strings.Contains(strings.Join(fails, "\n"), tt.fails) {
				t.Errorf("fails %q, want %q", fails, tt.fails)
			}
		})
	}
}
