package pagertest

import (
	"testing"

	"muster/integrations/pager"
)

// RunRoute holds a route to its promises.
func RunRoute(t *testing.T, open Open) {
	run(t, open, []promise{
		{"a page is made once and ended once", testOnce},
		{"another key is another page", testAnotherKey},
		{"what there never was can be ended", testEndNothing},
	})
}

func testOnce(t *testing.T, open Open) {
	s := open(t)
	var first pager.Made
	for n := range 2 {
		made, err := s.Route.Page(t.Context(), Page)
		if err != nil {
			t.Fatal(err)
		}
		if n == 0 {
			first = made
		}
		if made.ID != first.ID || s.Open() != 1 {
			t.Errorf("try %d made %+v, first %+v; %d are open", n+1, made, first, s.Open())
		}
	}
	if found, ok, err := s.Route.Find(t.Context(), Page); err != nil || !ok || found.ID != first.ID {
		t.Errorf("Find: %+v, %v, %v", found, ok, err)
	}
	known := Page
	known.ID = first.ID
	for _, p := range []pager.Page{Page, Page, known} {
		if err := s.Route.Resolve(t.Context(), p); err != nil || s.Open() != 0 {
			t.Errorf("Resolve: %v; %d are open", err, s.Open())
		}
	}
}

func testAnotherKey(t *testing.T, open Open) {
	s := open(t)
	other := Page
	other.Key += "/2"
	for _, p := range []pager.Page{Page, other} {
		if _, err := s.Route.Page(t.Context(), p); err != nil {
			t.Fatal(err)
		}
	}
	if s.Open() != 2 {
		t.Errorf("%d are open", s.Open())
	}
}

func testEndNothing(t *testing.T, open Open) {
	s := open(t)
	if err := s.Route.Resolve(t.Context(), Page); err != nil {
		t.Error(err)
	}
}
