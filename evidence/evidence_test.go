package evidence

import (
	"context"
	"errors"
	"maps"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"muster/integrations/changes"
	"muster/integrations/metrics"
	"muster/timeline"
	_ "muster/torture" // its flag is given to every test binary at once
)

var noon = time.Date(2026, 3, 12, 12, 0, 0, 0, time.UTC)

// kept is a source that answers what it has, after so long.
type kept struct {
	name  string
	all   []changes.Change
	err   error
	after <-chan time.Time
}

func (k kept) Name() string { return k.name }

func (k kept) Between(ctx context.Context, from, to time.Time) ([]changes.Change, error) {
	if k.after != nil {
		select {
		case <-k.after:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	var within []changes.Change
	for _, c := range k.all {
		if !c.Started.Before(from) && c.Started.Before(to) {
			within = append(within, c)
		}
	}
	return within, k.err
}

func change(source, id, service, version string, before time.Duration) changes.Change {
	return changes.Change{Source: source, ID: id, Kind: changes.Deploy, Service: service, Version: version, Started: noon.Add(-before)}
}

func keys(all []changes.Change) (names []string) {
	for _, c := range all {
		names = append(names, c.Source+"/"+c.ID)
	}
	return names
}

func TestListing(t *testing.T) {
	book := kept{name: "book", all: []changes.Change{
		change("ci", "1", "Checkout-API", "v3", 10*time.Minute), change("ci", "2", "search", "v9", 90*time.Minute),
		change("ci", "3", "checkout", "v2", 5*time.Hour), change("ci", "4", "checkout", "v1", 3*24*time.Hour),
	}}
	github := kept{name: "GitHub", all: []changes.Change{change("github", "9", "checkout", "v3", 12*time.Minute)}} // the same deploy
	l := Library{Changes: []changes.Source{book, github}, Services: changes.Services{"checkout": {"checkout-api"}, "search": nil}}
	at := Question{At: noon, Began: noon}
	r := l.List(t.Context(), at)
	if diff := cmp.Diff([]string{"github/9", "ci/2", "ci/3"}, keys(r.Changes)); diff != "" {
		t.Error("few changes are looked for a day back, each once, the newest first:\n", diff)
	}
	if diff := cmp.Diff([]string{"ci/4"}, keys(r.earlier)); diff != "" {
		t.Error("the book's earlier ones come with it:\n", diff)
	}
	at.Of = "checkout"
	if diff := cmp.Diff([]string{"github/9", "ci/3"}, keys(l.List(t.Context(), at).Changes)); diff != "" {
		t.Error(diff)
	}
	at.Since = noon.Add(-time.Hour)
	if diff := cmp.Diff([]string{"github/9"}, keys(l.List(t.Context(), at).Changes)); diff != "" {
		t.Error(diff)
	}
}

func TestManyChangesAreLookedForTwoHoursBack(t *testing.T) {
	l := Library{Changes: []changes.Source{kept{name: "book", all: []changes.Change{
		change("ci", "1", "a", "v1", 10*time.Minute), change("ci", "2", "b", "v1", 20*time.Minute), change("ci", "3", "c", "v1", 30*time.Minute), change("ci", "4", "d", "v1", 3*time.Hour),
	}}}}
	r := l.List(t.Context(), Question{At: noon, Began: noon})
	if len(r.Changes) != 3 || !r.Since.Equal(noon.Add(-2*time.Hour)) || len(r.earlier) != 1 {
		t.Errorf("%d changes since %v, and %d earlier ones", len(r.Changes), r.Since, len(r.earlier))
	}
}

func TestWhoDoesNotAnswer(t *testing.T) {
	never := make(chan time.Time)
	l := Library{Changes: []changes.Source{
		kept{name: "book", all: []changes.Change{change("ci", "1", "a", "v1", time.Minute)}},
		kept{name: "half", all: []changes.Change{change("x", "2", "b", "v1", time.Minute)}, err: errors.New("one repository\nfailed")},
		kept{name: "slow", after: never},
	}}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	all, _, asked, silent := l.Changed(ctx, noon.Add(-time.Hour), noon)
	var words []string
	for _, s := range silent {
		words = append(words, s.String())
	}
	if got := strings.Join(words, "; "); !strings.Contains(got, "slow: no answer in time") {
		t.Errorf("%v, %v, %q", keys(all), asked, got)
	}
}

func TestParseWindow(t *testing.T) {
	for text, want := range map[string]time.Duration{"": 0, "30m": 30 * time.Minute, "2h": 2 * time.Hour, "1d": 24 * time.Hour, "1w": 7 * 24 * time.Hour, "5min": 5 * time.Minute} {
		if got, err := ParseWindow(text); err != nil || got != want {
			t.Errorf("%q is %v, %v; want %v", text, got, err, want)
		}
	}
	for _, text := range []string{"2", "h", "2x", "0h", "-1h", "4m", "8d", "1e9h", "99999999999999999999h", "2h3", "checkout"} {
		if d, err := ParseWindow(text); err == nil {
			t.Errorf("%q is %v", text, d)
		}
	}
}

func TestFind(t *testing.T) {
	l := Library{SLIs: []SLI{{Name: "orders"}, {Name: "errors", Service: "checkout"}, {Name: "errors", Service: "search"}, {Name: "p95", Service: "search"}}}
	for _, c := range []struct{ name, of, want string }{
		{"orders", "", "orders"}, {"ORDERS", "checkout", "orders"}, {"p95", "", "search p95"}, {"checkout errors", "", "checkout errors"}, {"search/errors", "checkout", "search errors"},
		{"errors", "checkout", "checkout errors"}, {"errors", "", "checkout errors,search errors"}, {"nothing", "", ""},
	} {
		var got []string
		for _, s := range l.Find(c.name, c.of) {
			got = append(got, s.Title())
		}
		if strings.Join(got, ",") != c.want {
			t.Errorf("%q of %q means %q, want %q", c.name, c.of, got, c.want)
		}
	}
}

func points(from time.Time, step time.Duration, values ...float64) (all []metrics.Point) {
	for i, v := range values {
		all = append(all, metrics.Point{At: from.Add(time.Duration(i) * step), Value: v})
	}
	return all
}

func TestCountsBecomeARatioOfEachVersion(t *testing.T) {
	s := SLI{Counted: true, Label: "version"}
	of := func(version string, values ...float64) metrics.Series {
		return metrics.Series{Labels: map[string]string{"version": version}, Points: points(noon, time.Minute, values...)}
	}
	r, parts := counted(s, metrics.Answer{Series: []metrics.Series{of("v2", 5, 6)}}, metrics.Answer{Series: []metrics.Series{of("v1", 100, 0), of("v2", 10, 12)}})
	if diff := cmp.Diff([]float64{0, 5, 0, 6}, r.Bad); diff != "" {
		t.Error("none is no series at all:\n", diff)
	}
	if diff := cmp.Diff([]string{"v1", "v2", "v1", "v2"}, r.Version); diff != "" {
		t.Error(diff)
	}
	if len(parts) != 2 || len(parts[0].Points) != 1 || parts[1].Points[1].Value != 0.5 {
		t.Errorf("a ratio of nothing is none: %v", parts)
	}
}

func TestBandIsThatOfTheSameTimeOfDay(t *testing.T) {
	var all []metrics.Point
	for at := noon.Add(-7 * 24 * time.Hour); at.Before(noon); at = at.Add(5 * time.Minute) {
		v := 100 + 50*math.Sin(2*math.Pi*float64(at.Hour()*60+at.Minute())/1440)
		all = append(all, metrics.Point{At: at, Value: v})
	}
	ranges := band([]metrics.Series{{Points: all}}, noon, noon.Add(25*time.Minute))
	if len(ranges) != 4 || !ranges[3].At.Equal(noon.Add(25*time.Minute)) {
		t.Fatalf("the band is not up to the edge: %v", ranges)
	}
	for _, r := range ranges {
		if r.Low < 70 || r.High > 130 || r.Low >= r.High {
			t.Errorf("at %s from %.0f to %.0f", r.At.Format("15:04"), r.Low, r.High)
		}
	}
	if band(nil, noon, noon) != nil || band([]metrics.Series{{Points: all[:3]}}, noon, noon) != nil {
		t.Error("there is a band of nothing")
	}
}

// shelf is records in memory, of one kind.
type shelf map[string]timeline.Record

func (s shelf) Merge(_ context.Context, _ string, keys []string, merge func(int, []byte) (timeline.Record, error)) error {
	for n, k := range keys {
		r, err := merge(n, s[k].Text)
		if err != nil {
			return err
		}
		s[k] = r
	}
	return nil
}

func (s shelf) Dated(context.Context, string, time.Time, time.Time, int) (all []timeline.Record, err error) {
	return slices.Collect(maps.Values(s)), nil
}

func (shelf) Forget(context.Context, string, time.Time) error { return nil }

func TestWhatPeopleSayCalibrates(t *testing.T) {
	m := Memory{Records: shelf{}, Now: func() time.Time { return noon }}
	named := timeline.ChangesJudged{Named: "a", None: 0.1, Suspects: []timeline.Suspect{{Key: "a", Rank: 1, Share: 0.9}}}
	for n, mark := range []timeline.CauseMarked{{Key: "a"}, {Key: "a", Not: true}, {Key: "b"}, {Key: "b", Not: true}} {
		inc := timeline.Fold(timeline.ID(n+1), []timeline.Event{{Incident: timeline.ID(n + 1), Seq: 1, Fact: named}, {Incident: timeline.ID(n + 1), Seq: 2, Fact: mark}})
		if err := m.keep(t.Context(), inc); err != nil {
			t.Fatal(err)
		}
	}
	got := m.calibrated(t.Context(), named) // of three answers one says that it was the one; that it was not b says nothing
	if s := got.Suspects[0].Share; got.Right != 1 || got.Asked != 3 || math.Abs(s-19.0/23) > 1e-9 || math.Abs(got.None-(1-19.0/23)) > 1e-9 {
		t.Errorf("%d of %d, %.3f, none %.3f", got.Right, got.Asked, s, got.None)
	}
}
