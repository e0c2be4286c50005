package atlassian_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"muster/integrations/statuspage"
	"muster/integrations/statuspage/atlassian"
	"muster/timeline"
	"muster/torture"
	"muster/workspace"
)

// open returns a status page of its own.
func open(t *testing.T, change func(*atlassian.Options)) (*workspace.Workspace, *atlassian.Page) {
	t.Helper()
	w, url := torture.Town(t)
	page, token := w.StatuspageToken()
	o := atlassian.Options{APIURL: url + "/statuspage", Token: token, Page: page}
	if change != nil {
		change(&o)
	}
	return w, atlassian.New(o)
}

var notice = statuspage.Notice{
	Key: "muster-0123", Mark: "7", Title: "Orders fail", Text: "We look into it.",
	State: "investigating", Components: []string{"checkout", "Login"}, As: "partial_outage",
}

func TestAnIncidentFromBeginningToEnd(t *testing.T) {
	w, p := open(t, nil)
	if _, ok, err := p.Find(t.Context(), notice); ok || err != nil {
		t.Fatalf("Find before: %v, %v", ok, err)
	}
	made, err := p.Create(t.Context(), notice)
	if err != nil || made.State != "investigating" || made.Mark != "7" || !strings.HasSuffix(made.URL, "/status#"+made.Ref) {
		t.Fatalf("Create: %+v, %v", made, err)
	}
	if found, ok, err := p.Find(t.Context(), notice); err != nil || !ok || found.Ref != made.Ref {
		t.Errorf("Find by key: %+v, %v, %v", found, ok, err)
	}
	end := notice
	end.Ref, end.Mark, end.State, end.As, end.Text = made.Ref, "9", "resolved", "operational", "It is over."
	if updated, err := p.Update(t.Context(), end); err != nil || updated.Mark != "9" || updated.Ref != made.Ref {
		t.Errorf("Update: %+v, %v", updated, err)
	}
	if found, ok, err := p.Find(t.Context(), end); err != nil || !ok || found.Mark != "9" || found.State != "resolved" {
		t.Errorf("Find by ref: %+v, %v, %v", found, ok, err)
	}
	seen := w.PublicPage()
	if len(seen.Incidents) != 1 || len(seen.Incidents[0].Updates) != 2 || seen.Incidents[0].Impact != "major" || len(seen.Incidents[0].Components) != 2 {
		t.Errorf("customers see %+v", seen)
	}
	for _, c := range seen.Components {
		if c.Status != "operational" {
			t.Errorf("%s is %s in the end", c.Name, c.Status)
		}
	}
	w.TakeDown(made.Ref)
	if _, ok, err := p.Find(t.Context(), end); ok || err != nil {
		t.Errorf("Find after it was taken down: %v, %v", ok, err)
	}
	if _, err := p.Update(t.Context(), end); !errors.Is(err, statuspage.ErrGone) || !timeline.IsRefusal(err) {
		t.Errorf("Update after it was taken down: %v", err)
	}
}

func TestUnknownComponentsAreLeftOut(t *testing.T) {
	w, p := open(t, nil)
	odd := notice
	odd.Components = []string{"Checkout", "Mail"}
	made, err := p.Create(t.Context(), odd)
	if err != nil || strings.Join(made.LeftOut, ",") != "Mail" || len(w.PublicPage().Incidents[0].Components) != 1 {
		t.Errorf("%+v, %v", made, err)
	}
}

func TestWhatFailsIsJudged(t *testing.T) {
	for kind, doubt := range map[string]bool{"500": true, "503": true, "after_effect_500": true, "drop": true, "after_effect_drop": true, "429": false} {
		t.Run(kind, func(t *testing.T) {
			w, p := open(t, nil)
			if err := w.Break(workspace.Fault{Method: "statuspage.incidents.create", Kind: kind}); err != nil {
				t.Fatal(err)
			}
			_, err := p.Create(t.Context(), notice)
			_, later := timeline.After(err)
			if err == nil || timeline.IsDoubtful(err) != doubt || timeline.IsRefusal(err) || later == doubt {
				t.Errorf("it is judged as doubt %v, refusal %v, later %v (%v)", timeline.IsDoubtful(err), timeline.IsRefusal(err), later, err)
			}
			if strings.Contains(err.Error(), "http://") {
				t.Errorf("people read an address: %v", err)
			}
		})
	}
}

// TestItsOlderWordForPause answers as Statuspage did, and may: 420.
func TestItsOlderWordForPause(t *testing.T) {
	calls := 0
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) {
		calls++
		rw.Header().Set("Retry-After", "60")
		rw.WriteHeader(420)
	}))
	t.Cleanup(server.Close)
	p := atlassian.New(atlassian.Options{APIURL: server.URL, Token: "t", Page: "p"})
	for range 2 {
		_, _, err := p.Find(t.Context(), notice)
		if after, ok := timeline.After(err); !ok || after.Seconds() < 50 {
			t.Errorf("it is to wait %v, %v (%v)", after, ok, err)
		}
	}
	if calls != 1 {
		t.Errorf("%d calls were made", calls)
	}
}

func TestRefusalsSayWhatToDo(t *testing.T) {
	for want, change := range map[string]func(*atlassian.Options){
		"make a new API key": func(o *atlassian.Options) { o.Token = "wrong" },
		"Record not found":   func(o *atlassian.Options) { o.Page = "none" },
	} {
		w, p := open(t, change)
		_, err := p.Create(t.Context(), notice)
		if !timeline.IsRefusal(err) || !strings.Contains(err.Error(), want) || len(w.PublicPage().Incidents) > 0 {
			t.Errorf("%v, want a refusal with %q", err, want)
		}
	}
	_, p := open(t, nil)
	odd := notice
	odd.Title, odd.State = " ", "broken"
	if _, err := p.Create(t.Context(), odd); !timeline.IsRefusal(err) || !strings.Contains(err.Error(), "Name can't be blank") || !strings.Contains(err.Error(), "Status is invalid") {
		t.Errorf("it refuses with %v", err)
	}
}

func TestCheck(t *testing.T) {
	_, p := open(t, nil)
	if err := p.Check(t.Context(), []string{"Checkout", "search"}); err != nil {
		t.Error(err)
	}
	if err := p.Check(t.Context(), []string{"Checkout", "Mail"}); err == nil || !strings.Contains(err.Error(), `["Mail"]`) {
		t.Errorf("with a component that there is not: %v", err)
	}
	_, p = open(t, func(o *atlassian.Options) { o.Page = "none" })
	if err := p.Check(t.Context(), nil); err == nil || !strings.Contains(err.Error(), "statuspage.page") {
		t.Errorf("with a page that there is not: %v", err)
	}
	_, p = open(t, func(o *atlassian.Options) { o.Token = "none" })
	if err := p.Check(t.Context(), nil); err == nil || !strings.Contains(err.Error(), "statuspage.token") {
		t.Errorf("with a wrong token: %v", err)
	}
}
