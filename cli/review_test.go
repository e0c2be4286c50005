package cli

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"muster/config"
	"muster/review"
	"muster/timeline"
)

// kept is a bot that is put together and does not run, at a time of its own.
func kept(t *testing.T, path string, now *time.Time) *Instance {
	t.Helper()
	c, err := config.Load(path, config.Tolerate)
	if err != nil {
		t.Fatal(err)
	}
	i, err := Assemble(c, Outside{Now: func() time.Time { return *now }, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = i.Store.Close() })
	return i
}

var reviewer = timeline.Cause{By: timeline.Person{ID: "U1", Name: "Ana"}}

// declares an incident of these facts, and returns its number.
func (i *Instance) declares(t *testing.T, facts ...timeline.Fact) timeline.ID {
	t.Helper()
	inc, err := i.Journal.Declare(t.Context(), reviewer, func([]timeline.Incident) ([]timeline.Fact, error) { return facts, nil })
	if err != nil {
		t.Fatal(err)
	}
	return inc.ID
}

// TestTheReviewFollowsTheRecord writes to incidents after the first review: the next
// one says so, and reads nothing else anew.
func TestTheReviewFollowsTheRecord(t *testing.T) {
	path, _ := configFile(t)
	now := time.Date(2026, 3, 12, 9, 0, 0, 0, time.UTC)
	i := kept(t, path, &now)
	first := i.declares(t, timeline.Declared{Title: "checkout is down", Severity: timeline.Sev1})
	i.declares(t, timeline.Declared{Title: "the raise of somebody", Severity: timeline.Sev2, Private: true})
	told := func() review.Report {
		r, err := i.Review(t.Context(), nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	if r := told(); r.Week.String() != "2026-W11" || len(r.Incidents) != 1 || !r.Incidents[0].Open || r.Hidden != 1 || r.Now.Incidents != 2 {
		t.Errorf("it says %+v", r)
	}
	now = now.Add(time.Hour)
	if _, err := i.Journal.Record(t.Context(), first, reviewer, timeline.Resolved{Text: "rolled back"}); err != nil {
		t.Fatal(err)
	}
	third := i.declares(t, timeline.Declared{Title: "search is slow", Severity: timeline.Sev3})
	if r := told(); len(r.Incidents) != 2 || r.Incidents[0].EndedBy != "rolled back" || r.Incidents[1].ID != third || r.Now.Resolved.Median != time.Hour {
		t.Errorf("after a change it says %+v", r)
	}
	if left := i.ledger.Stale(); len(left) != 0 {
		t.Errorf("%v are still to be read", left)
	}
	for person, want := range map[string]int{"": 2, "U2": 2, "U1": 3} {
		if r, err := i.Bot.Desk.Review(t.Context(), "", person); err != nil || len(r.Incidents) != want {
			t.Errorf("%q sees %d incidents, %v", person, len(r.Incidents), err)
		}
	}
	if _, err := i.Bot.Desk.Review(t.Context(), "2026-W12", ""); err == nil || !strings.Contains(err.Error(), "2026-03-16") {
		t.Errorf("a week to come is refused with %v", err)
	}
}

// TestReviewsWhileWriting asks while others write.
func TestReviewsWhileWriting(t *testing.T) {
	path, _ := configFile(t)
	now := time.Date(2026, 3, 12, 9, 0, 0, 0, time.UTC)
	i := kept(t, path, &now)
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for range 5 {
				_, _ = i.Journal.Declare(t.Context(), reviewer, func([]timeline.Incident) ([]timeline.Fact, error) {
					return []timeline.Fact{timeline.Declared{Title: "down", Severity: timeline.Sev2}}, nil
				})
				if _, err := i.Review(t.Context(), nil, nil); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	if r, err := i.Review(t.Context(), nil, nil); err != nil || r.Now.Incidents != 20 {
		t.Errorf("of 20 incidents it has %d, %v", r.Now.Incidents, err)
	}
}

// TestMusterReview asks on the command line, and through the door of a bot.
func TestMusterReview(t *testing.T) {
	path, _ := configFile(t)
	life(t, path)
	does(t, "# Incident review 20", "review", "--config", path)
	does(t, "checkout is down", "review", "--config", path, "--format", "md")
	status, out, errs := run("review", "--config", path, "--format", "json")
	var report struct {
		Week      string `json:"week"`
		Incidents []struct {
			Title  string `json:"title"`
			Lasted int    `json:"lasted_s"`
		} `json:"incidents"`
		Now struct {
			Resolve struct {
				N      int  `json:"n"`
				Median *int `json:"median_s"`
				P90    *int `json:"p90_s"`
			} `json:"resolve"`
		} `json:"now"`
	}
	if err := json.Unmarshal([]byte(out), &report); err != nil || status != exitDone {
		t.Fatalf("it ends with %d: %s %v", status, errs, err)
	}
	if len(report.Incidents) != 1 || report.Now.Resolve.N != 1 || report.Now.Resolve.Median == nil || report.Now.Resolve.P90 != nil {
		t.Errorf("it says %s", out)
	}
	if status, _, errs := run("review", "--config", path, "--week", "2099-W01"); status != exitMisuse || strings.Count(errs, "\n") != 1 || !strings.Contains(errs, "2098-12-29") {
		t.Errorf("a week to come ends with %d: %s", status, errs)
	}
	i := kept(t, path, new(time.Now()))
	closeDoor, err := openDoor(i, i.config.StorePath())
	if err != nil {
		t.Fatal(err)
	}
	defer closeDoor()
	does(t, "checkout is down", "review", "--config", path)
}

// TestExportAsCSV holds the columns: names, order, and what a cell is.
func TestExportAsCSV(t *testing.T) {
	path, _ := configFile(t)
	now := time.Date(2026, 3, 12, 9, 0, 0, 0, time.UTC)
	i := kept(t, path, &now)
	at := func(minutes int) { now = time.Date(2026, 3, 12, 9, minutes, 0, 0, time.UTC) }
	id := i.declares(t, timeline.Declared{Title: "=HYPERLINK(\"http://x\"), \"quoted\"\nsecond line", Severity: timeline.Sev1, Service: "checkout"})
	for n, f := range []timeline.Fact{
		timeline.RoleGiven{Role: timeline.Commander, To: timeline.Person{ID: "U2", Name: "@ben"}}, timeline.Paged{For: 1, Route: "PagerDuty"},
		timeline.PageAnswered{For: 1, By: timeline.Person{ID: "U2"}}, timeline.Updated{Text: "we look"}, timeline.ActionAgreed{What: "x", DRI: timeline.Person{ID: "U2"}, Due: "2026-03-20"},
		timeline.Noted{Text: "detected by a customer", At: time.Date(2026, 3, 12, 8, 55, 0, 0, time.UTC)}, timeline.Mitigated{}, timeline.Resolved{Text: "-rolled back"},
	} {
		at(10 * (n + 1))
		if _, err := i.Journal.Record(t.Context(), id, reviewer, f); err != nil {
			t.Fatal(err)
		}
	}
	i.declares(t, timeline.Declared{Title: "the raise of somebody", Severity: timeline.Sev2, Private: true})
	i.declares(t, timeline.Declared{Title: "open", Severity: timeline.Sev4})
	if err := i.Store.Close(); err != nil {
		t.Fatal(err)
	}
	status, page, _ := run("export", "--config", path, "--format", "html")
	if status != exitDone || !strings.Contains(page, `id="inc-1-line-1"`) || !strings.Contains(page, `id="inc-3-line-1"`) || strings.Contains(page, "raise of somebody") || strings.Count(page, "</html>") != 1 {
		t.Errorf("as one page it ends with %d: %s", status, page)
	}
	status, out, errs := run("export", "--config", path, "--format", "csv")
	if status != exitDone || !strings.Contains(errs, "private incidents left out: 1") {
		t.Fatalf("it ends with %d: %s", status, errs)
	}
	rows, err := csv.NewReader(strings.NewReader(out)).ReadAll()
	if err != nil || len(rows) != 3 || !slices.Equal(rows[0], review.Columns) || strings.Count(out, "\r\n") != 4 {
		t.Fatalf("it is %q, %v", out, err)
	}
	const head = "incident,title,severity,status,service,private,drill,counts,source,declared_by,lead,declared_at,detected_at,paged_at,acknowledged_at,first_update_at,mitigated_at,ended_at,acknowledge_s,first_update_s,mitigate_s,resolve_s,reopened,pages,pages_noise,follow_ups,follow_ups_open,postmortem_at,merged_into,ended_by,cause\r\n"
	if !strings.HasPrefix(out, head) {
		t.Errorf("the columns are %v", rows[0])
	}
	want := []string{
		"INC-1", "'=HYPERLINK(\"http://x\"), \"quoted\"\nsecond line", "sev1", "resolved", "checkout", "false", "false", "true", "", "Ana", "'@ben",
		"2026-03-12T09:00:00Z", "2026-03-12T08:55:00Z", "2026-03-12T09:20:00Z", "2026-03-12T09:30:00Z", "2026-03-12T09:40:00Z", "2026-03-12T10:10:00Z", "2026-03-12T10:20:00Z",
		"600", "2400", "4200", "4800", "0", "1", "0", "1", "1", "", "", "'-rolled back", "",
	}
	if !slices.Equal(rows[1], want) {
		t.Errorf("the row is\n%q, want\n%q", rows[1], want)
	}
	for n, cell := range rows[2] {
		if strings.HasSuffix(review.Columns[n], "_s") && cell != "" {
			t.Errorf("%s of what is open is %q", review.Columns[n], cell)
		}
	}
	if status, out, _ := run("export", "--config", path, "--format", "csv", "--private"); status != exitDone || !strings.Contains(out, "the raise of somebody") {
		t.Errorf("with --private it ends with %d", status)
	}
}

// TestTheLedgerLeavesOutWhatIsBroken is asked of a record that can not be read.
func TestTheLedgerLeavesOutWhatIsBroken(t *testing.T) {
	path, store := configFile(t)
	now := time.Date(2026, 3, 12, 9, 0, 0, 0, time.UTC)
	i := kept(t, path, &now)
	i.declares(t, timeline.Declared{Title: "the first of them all", Severity: timeline.Sev1})
	i.declares(t, timeline.Declared{Title: "another", Severity: timeline.Sev1})
	if err := i.Store.Close(); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(store)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(store, bytes.ReplaceAll(text, []byte("the first of them all"), []byte("the third of them all")), 0o600); err != nil {
		t.Fatal(err)
	}
	again := kept(t, path, &now)
	r, err := again.Review(t.Context(), nil, nil)
	if err != nil || r.Unread != 1 || len(r.Incidents) != 1 {
		t.Errorf("it says %+v, %v", r, err)
	}
	if text := again.Bot.Desk.Texts.Review(r, nil).Markdown; !strings.Contains(text, fmt.Sprint("broken: ", 1)) {
		t.Errorf("it says %s", text)
	}
	if err := again.Store.Close(); err != nil {
		t.Fatal(err)
	}
	if status, out, errs := run("export", "--config", path); status == exitDone || !strings.Contains(out, "another") || !strings.Contains(errs, "INC-1") {
		t.Errorf("exporting ends with %d: %s\n%s", status, errs, out)
	}
}
