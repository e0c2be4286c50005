package timeline_test

import (
	"fmt"
	"path/filepath"
	"testing"

	"muster/timeline"
)

func declareOf(t testing.TB, j *timeline.Journal, service, source string) (timeline.Incident, error) {
	t.Helper()
	return j.Declare(ctx, timeline.Cause{}, func([]timeline.Incident) ([]timeline.Fact, error) {
		return []timeline.Fact{timeline.Declared{Title: "x", Severity: timeline.Sev2, Service: service, Source: source}}, nil
	})
}

func latest(t *testing.T, j *timeline.Journal, service string) string {
	t.Helper()
	all := ""
	for inc, err := range j.OfService(ctx, service) {
		if err != nil {
			t.Fatal(err)
		}
		all += inc.ID.String() + " "
	}
	return all
}

func TestTheIncidentsOfAService(t *testing.T) {
	path := filepath.Join(t.TempDir(), "db")
	j := newJournal(t, path)
	if got := latest(t, j, "checkout"); got != "" {
		t.Errorf("before there is any: %s", got)
	}
	want := ""
	for n := range 40 {
		service := []string{"checkout", "Checkout", "search", ""}[n%4]
		inc, err := declareOf(t, j, service, "")
		if err != nil {
			t.Fatal(err)
		}
		if n%4 < 2 {
			want = inc.ID.String() + " " + want
		}
		if got := latest(t, j, "CHECKOUT"); got != want {
			t.Fatalf("after %d: %s, want %s", n+1, got, want)
		}
	}
	again := &timeline.Journal{Store: j.Store, Now: j.Now} // that has read nothing
	if got := latest(t, again, "search"); got != "INC-39 INC-35 INC-31 INC-27 INC-23 INC-19 INC-15 INC-11 INC-7 INC-3 " {
		t.Errorf("search had %s", got)
	}
}

func TestAMachinesKeyIsOneIncidents(t *testing.T) {
	j := newJournal(t, filepath.Join(t.TempDir(), "db"))
	inc, err := declareOf(t, j, "", "http/a")
	if err != nil || inc.Source != "http/a" {
		t.Fatalf("%q, %v", inc.Source, err)
	}
	if _, err := declareOf(t, j, "", "http/a"); err == nil {
		t.Error("it can be declared twice")
	}
	if named, err := j.Named(ctx, "http/a"); err != nil || named.ID != inc.ID {
		t.Errorf("it leads to %v, %v", named.ID, err)
	}
}

// BenchmarkOfService must cost the same however many incidents there are.
func BenchmarkOfService(b *testing.B) {
	for _, n := range []int{10, 1000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			j := newJournal(b, filepath.Join(b.TempDir(), "db"))
			for range n {
				if _, err := declareOf(b, j, "checkout", ""); err != nil {
					b.Fatal(err)
				}
			}
			for b.Loop() {
				for range j.OfService(ctx, "checkout") {
					break
				}
			}
		})
	}
}
