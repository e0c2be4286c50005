package changes_test

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"muster/integrations/changes"
	"muster/timeline"
	"muster/timeline/bolt"
)

var noon = time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)

// bookOf is an empty book whose clock stands at noon, until it is moved.
func bookOf(t testing.TB) (b *changes.Book, now *time.Time) {
	t.Helper()
	s, err := bolt.Open(filepath.Join(t.TempDir(), "muster.db"), bolt.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	at := noon
	return &changes.Book{
		Records: s, Now: func() time.Time { return at }, Keep: 30 * 24 * time.Hour,
		Services: changes.Services{"checkout": {"checkout-api", "shop/checkout"}, "search": nil},
		Clean:    func(text string) string { return strings.ReplaceAll(text, "hunter2", "[secret]") },
	}, &at
}

// deploy is a change that began a while before noon.
func deploy(id string, before time.Duration) changes.Change {
	return changes.Change{Source: "ci", ID: id, Kind: changes.Deploy, Service: "checkout", Title: "Deploy 4.2", Started: noon.Add(-before)}
}

func put(t *testing.T, b *changes.Book, told ...changes.Change) []changes.Outcome {
	t.Helper()
	outcomes, err := b.Put(t.Context(), told...)
	if err != nil {
		t.Fatalf("Put: %v", err)
	}
	return outcomes
}

func between(t *testing.T, b *changes.Book) []changes.Change {
	t.Helper()
	all, err := b.Between(t.Context(), noon.AddDate(-1, 0, 0), noon.AddDate(1, 0, 0))
	if err != nil {
		t.Fatalf("Between: %v", err)
	}
	return all
}

func TestAChangeIsKeptOnce(t *testing.T) {
	b, now := bookOf(t)
	if got := put(t, b, deploy("1", time.Minute))[0]; got.Status != changes.New || got.Late() || len(got.Warnings) > 0 || !got.Received.Equal(noon) {
		t.Errorf("at first: %+v", got)
	}
	*now = now.Add(time.Minute)
	if got := put(t, b, deploy("1", time.Minute))[0]; got.Status != changes.Known || !got.Received.Equal(noon) {
		t.Errorf("again: %+v", got)
	}
	other := deploy("1", time.Minute)
	other.Source = "another"
	if got := put(t, b, other, other); got[0].Status != changes.New || got[1].Status != changes.Known {
		t.Errorf("of another source, twice at once: %v, %v", got[0].Status, got[1].Status)
	}
	if all := between(t, b); len(all) != 2 {
		t.Errorf("kept: %+v", all)
	}
}

func TestWhatIsToldWithoutTimesIsKeptOnce(t *testing.T) {
	b, now := bookOf(t)
	told := changes.Change{Source: "ci", ID: "1", Kind: changes.Deploy, State: changes.Succeeded}
	first := put(t, b, told)[0]
	*now = now.Add(time.Minute)
	if got := put(t, b, told)[0]; got.Status != changes.Known || !got.Started.Equal(noon) || !got.Finished.Equal(noon) {
		t.Errorf("told again a minute later: %+v, at first %+v", got, first)
	}
}

// TestStartedAndFinishedMeet tells of one deploy in three calls, in every order.
func TestStartedAndFinishedMeet(t *testing.T) {
	started := deploy("1", 10*time.Minute)
	started.State, started.Version, started.Labels = changes.Running, "4.2", map[string]string{"team": "a"}
	finished := changes.Change{
		Source: "ci", ID: "1", Kind: changes.Deploy, State: changes.Succeeded, Finished: noon.Add(-2 * time.Minute),
		Author: "ana", URL: "https://ci.example/1", Labels: map[string]string{"region": "eu"},
	}
	back := changes.Change{Source: "ci", ID: "1", Kind: changes.Deploy, State: changes.RolledBack, Finished: noon.Add(-time.Minute)}
	want := changes.Change{
		Source: "ci", ID: "1", Kind: changes.Deploy, Service: "checkout", Title: "Deploy 4.2", Version: "4.2", Author: "ana", URL: "https://ci.example/1",
		State: changes.RolledBack, Started: noon.Add(-10 * time.Minute), Finished: noon.Add(-time.Minute), Received: noon,
		Labels: map[string]string{"team": "a", "region": "eu"},
	}
	all := []changes.Change{started, finished, back}
	for _, order := range [][]int{{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}} {
		b, _ := bookOf(t)
		for n, which := range order {
			got := put(t, b, all[which])[0]
			if status := map[bool]changes.Status{true: changes.New, false: changes.Merged}[n == 0]; got.Status != status {
				t.Errorf("%v: call %d is %s, want %s", order, n, got.Status, status)
			}
		}
		for _, which := range order {
			if got := put(t, b, all[which])[0]; got.Status != changes.Known {
				t.Errorf("%v: told again, %d is %s", order, which, got.Status)
			}
		}
		if diff := cmp.Diff([]changes.Change{want}, between(t, b)); diff != "" {
			t.Errorf("%v (-want +got):\n%s", order, diff)
		}
	}
}

func TestTimesThatAreOdd(t *testing.T) {
	for _, tt := range []struct {
		what    string
		started time.Time
		ended   time.Time
		want    time.Time // when it began, as it is kept
		late    bool
		refused string
	}{
		{"an hour ago", noon.Add(-time.Hour), time.Time{}, noon.Add(-time.Hour), false, ""},
		{"more than an hour ago", noon.Add(-61 * time.Minute), time.Time{}, noon.Add(-61 * time.Minute), true, ""},
		{"no time", time.Time{}, time.Time{}, noon, false, ""},
		{"no beginning", time.Time{}, noon.Add(-time.Minute), noon.Add(-time.Minute), false, ""},
		{"five minutes ahead", noon.Add(5 * time.Minute), time.Time{}, noon, false, ""},
		{"more than five minutes ahead", noon.Add(5*time.Minute + time.Second), time.Time{}, noon, false, "started_at is 5m1s ahead of Muster's clock, which shows 2026-03-04T12:00:00Z"},
		{"an end that is ahead", noon, noon.Add(time.Hour), noon, false, "finished_at is 1h0m0s ahead"},
		{"an end before the beginning", noon, noon.Add(-time.Minute), noon, false, "finished_at is before started_at"},
		{"29 days ago", noon.AddDate(0, 0, -29), time.Time{}, noon.AddDate(0, 0, -29), true, ""},
		{"31 days ago", noon.AddDate(0, 0, -31), time.Time{}, noon, false, "It began 31 days ago, and changes are kept for 30 days"},
		{"the year 1", time.Unix(-62135596700, 0), time.Time{}, noon, false, "It began "},
		{"the year 9999", time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC), time.Time{}, noon, false, "ahead of Muster's clock"},
	} {
		b, _ := bookOf(t)
		c := deploy("1", 0)
		c.Started, c.Finished = tt.started, tt.ended
		got, err := b.Put(t.Context(), c)
		var refused changes.Refused
		if (tt.refused != "") != errors.As(err, &refused) || err != nil && !strings.Contains(err.Error(), tt.refused) {
			t.Errorf("%s: %v, want %q", tt.what, err, tt.refused)
		}
		if err != nil {
			continue
		}
		if !got[0].Started.Equal(tt.want) || got[0].Late() != tt.late || tt.late != strings.Contains(strings.Join(got[0].Warnings, " "), "marked as late") {
			t.Errorf("%s: %+v", tt.what, got[0])
		}
		if all := between(t, b); len(all) != 1 || all[0].Late() != tt.late {
			t.Errorf("%s: kept %+v", tt.what, all)
		}
	}
}

func TestAnUnknownServiceIsKeptAndTold(t *testing.T) {
	for name, want := range map[string]string{
		"checkout": "", "Checkout-API": "", "shop/checkout": "", "": "",
		"chekout":      `no service "chekout"; the change is kept under that name. It may be checkout; where it is, add the name to services.checkout.changes.`,
		"search-index": "It may be search;",
		"billing":      "Add it to the directory, or to services.NAME.changes",
	} {
		b, _ := bookOf(t)
		c := deploy("1", 0)
		c.Service = name
		got := put(t, b, c)[0]
		if told := strings.Join(got.Warnings, " "); !strings.Contains(told, want) || want == "" && told != "" || got.Service != name {
			t.Errorf("%q: %q, want %q; kept as %q", name, told, want, got.Service)
		}
	}
}

func TestNothingIsKeptWhereOneIsRefused(t *testing.T) {
	b, _ := bookOf(t)
	wrong := deploy("2", -time.Hour)
	_, err := b.Put(t.Context(), deploy("1", 0), wrong)
	var refused changes.Refused
	if !errors.As(err, &refused) || refused.Index != 1 {
		t.Errorf("Put: %v", err)
	}
	if all := between(t, b); len(all) > 0 {
		t.Errorf("kept: %+v", all)
	}
}

func TestWhatIsRefused(t *testing.T) {
	b, _ := bookOf(t)
	for want, change := range map[string]func(*changes.Change){
		"It has no id":                        func(c *changes.Change) { c.ID = " " },
		"The id has 201 characters":           func(c *changes.Change) { c.ID = strings.Repeat("é", 201) },
		"characters that can not be shown":    func(c *changes.Change) { c.ID = "a\x00b" },
		`"dploy" is no kind of change`:        func(c *changes.Change) { c.Kind = "dploy" },
		`"done" is no status; write started,`: func(c *changes.Change) { c.State = "done" },
	} {
		c := deploy("1", 0)
		change(&c)
		if _, err := b.Put(t.Context(), c); !errors.As(err, &changes.Refused{}) || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
	if _, err := b.Put(t.Context(), make([]changes.Change, 101)...); err == nil || !strings.Contains(err.Error(), "101 changes, and 100") {
		t.Errorf("101 at once: %v", err)
	}
}

func TestTextsAreBoundedAndClean(t *testing.T) {
	b, _ := bookOf(t)
	c := deploy("the password is hunter2", 0)
	c.Title = "Deploy\r\n\x1b[31m hunter2 \u202e" + strings.Repeat("x", 400)
	c.Service, c.Version, c.Author = strings.Repeat("s", 150), strings.Repeat("v", 300), "ana\n"
	c.URL, c.Rollback = "javascript:alert(1)", strings.Repeat("r", 2000)
	c.Labels = map[string]string{"hunter2": "a\x00b", "long": strings.Repeat("l", 500)}
	for n := range 30 {
		c.Labels[fmt.Sprintf("z%02d", n)] = "x"
	}
	got := put(t, b, c)[0]
	if !strings.HasPrefix(got.ID, "sha256-") || !strings.HasPrefix(got.Title, "Deploy [31m [secret] x") || len([]rune(got.Title)) != 300 {
		t.Errorf("id %q, title %q", got.ID, got.Title)
	}
	if len([]rune(got.Service)) != 100 || len([]rune(got.Version)) != 200 || got.Author != "ana" || got.URL != "" || got.Rollback != "" {
		t.Errorf("%+v", got.Change)
	}
	if len(got.Labels) != 20 || got.Labels["[secret]"] != "ab" || len([]rune(got.Labels["long"])) != 200 {
		t.Errorf("labels: %v", got.Labels)
	}
	for _, want := range []string{"The title has more than 300", "The service has", "The version has", "The url is left out", "The rollback is left out", "32 labels"} {
		if !strings.Contains(strings.Join(got.Warnings, " "), want) {
			t.Errorf("it does not warn of %q: %q", want, got.Warnings)
		}
	}
	for address, want := range map[string]string{
		"https://u:p@ci.example/1?a=b": "https://ci.example/1?a=b", "ftp://ci.example": "", "//ci.example": "", "https://": "", "https://ci.example/" + strings.Repeat("x", 2000): "",
	} {
		c := deploy("url "+address[:min(20, len(address))], 0)
		c.URL = address
		if got := put(t, b, c)[0]; got.URL != want || (want == "") != (len(got.Warnings) > 0) {
			t.Errorf("%s becomes %q, %q", address, got.URL, got.Warnings)
		}
	}
}

func TestOldChangesAreForgotten(t *testing.T) {
	b, now := bookOf(t)
	put(t, b, deploy("1", 0), deploy("2", 29*24*time.Hour))
	*now = now.AddDate(0, 0, 2)
	if err := b.Forget(t.Context()); err != nil {
		t.Fatal(err)
	}
	if all := between(t, b); len(all) != 1 || all[0].ID != "1" {
		t.Errorf("kept: %+v", all)
	}
}

func TestAFailingStoreIsTold(t *testing.T) {
	b, _ := bookOf(t)
	if s, ok := b.Records.(*bolt.Store); ok {
		s.Close()
	}
	if _, err := b.Put(t.Context(), deploy("1", 0)); !errors.Is(err, timeline.ErrFailed) {
		t.Errorf("Put: %v", err)
	}
	if all, err := b.Between(t.Context(), noon, noon.Add(time.Hour)); err == nil {
		t.Errorf("Between: %v without an error", all)
	}
}
