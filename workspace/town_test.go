package workspace_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"muster/workspace"
)

// TestScenesOutsideTheChat plays what people do on the phone and at the tracker.
func TestScenesOutsideTheChat(t *testing.T) {
	j := openTrackers(t)
	j.file("")
	player := workspace.Player{Workspace: j.Workspace, Rest: func(context.Context) error { return nil }}
	ack := workspace.Scene{At: "09:00", As: "bo", Do: "ack"}
	if err := player.Play(t.Context(), []workspace.Scene{ack}); err == nil {
		t.Error("a page was acknowledged that there is not")
	}
	ack.Maybe = true
	if err := player.Play(t.Context(), []workspace.Scene{ack}); err != nil {
		t.Error(err)
	}
	if _, err := j.Alarm("Checkout", "orders fail", "", ""); err != nil {
		t.Fatal(err)
	}
	if err := player.Play(t.Context(), []workspace.Scene{ack, {At: "09:01", As: "chi", Do: "move", On: "OPS-1", Text: "Done"}}); err != nil {
		t.Fatal(err)
	}
	if p, i := j.Pages()[0], j.Issues()[0]; p.AcknowledgedBy != "bo" || i.Status != "Done" {
		t.Errorf("the page is %+v, the issue %+v", p, i)
	}
}

// TestLinksLeadPeopleToThePage follows links with a browser, and with a program.
func TestLinksLeadPeopleToThePage(t *testing.T) {
	j := openTrackers(t)
	follow := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	for _, tt := range []struct {
		path, accept, to string
		status           int
	}{
		{"/pagerduty/incidents/Q1", "text/html,*/*", "/#phone/Q1", 302},
		{"/pagerduty/incidents/Q1", "application/json", "", 401},
		{"/jira/browse/OPS-1", "text/html,*/*", "/#tracker/OPS-1", 302},
		{"/jira-dc/browse/OPS-1", "text/html,*/*", "/#tracker/OPS-1", 302},
		{"/jira/browse/OPS-1", "application/json", "", 404},
	} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, j.url+tt.path, strings.NewReader(""))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Accept", tt.accept)
		answer, err := follow.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		if got := answer.Header.Get("Location"); got != tt.to || answer.StatusCode != tt.status {
			t.Errorf("%s as %s: %d %s, want %d %s", tt.path, tt.accept, answer.StatusCode, got, tt.status, tt.to)
		}
	}
}
