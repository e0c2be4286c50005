package commands

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"muster/chat"
	"muster/policy"
	"muster/templates"
	"muster/timeline"
	"muster/timeline/bolt"
)

// newsdesk is a desk with a public status page, and an incident of these facts.
func newsdesk(t *testing.T, facts ...timeline.Fact) Desk {
	t.Helper()
	store, err := bolt.Open(filepath.Join(t.TempDir(), "muster.db"), bolt.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	journal := &timeline.Journal{Store: store, Now: time.Now}
	_, err = journal.Declare(t.Context(), timeline.Cause{By: timeline.Person{ID: "U1"}}, func([]timeline.Incident) ([]timeline.Fact, error) { return facts, nil })
	if err != nil {
		t.Fatal(err)
	}
	return Desk{Journal: journal, Texts: templates.New(), Slash: "/incident", All: All, StatusPage: true,
		Services: []string{"checkout", "mail"}, Components: map[string][]string{"checkout": {"Checkout"}},
		Standing: func(context.Context, string) policy.Standing { return policy.Responder }}
}

func press(t *testing.T, d Desk, line string) (chat.Answer, error) {
	t.Helper()
	return d.Do(t.Context(), chat.Request{By: timeline.Person{ID: "U1"}, What: chat.Pressed{Command: line}}, line)
}

func TestWhatIsNeverPublic(t *testing.T) {
	for name, declared := range map[string]timeline.Declared{
		"is private":     {Title: "x", Severity: timeline.Sev1, Private: true},
		"is an exercise": {Title: "x", Severity: timeline.Sev1, Drill: true},
	} {
		d := newsdesk(t, declared, timeline.Updated{Text: "words"})
		for _, line := range []string{"publish INC-1", "publish INC-1 2", "publish INC-1 words", "reword INC-1 2"} {
			_, err := press(t, d, line)
			var why Sorry
			if !errors.As(err, &why) || !strings.Contains(why.Text, name) {
				t.Errorf("%s, of one that %s: %v", line, name, err)
			}
		}
		inc, err := d.Journal.Incident(t.Context(), 1)
		if _, seq := inc.LastPublishAsked(); err != nil || seq > 0 {
			t.Errorf("it was asked to publish one that %s", name)
		}
	}
}

// TestWhatWasShownIsPublished changes the incident between the look and the press.
func TestWhatWasShownIsPublished(t *testing.T) {
	d := newsdesk(t, timeline.Declared{Title: "orders fail", Severity: timeline.Sev1, Service: "Checkout"}, timeline.Updated{Text: "Orders fail."}, timeline.SeverityChanged{From: timeline.Sev1, To: timeline.Sev3})
	if _, err := press(t, d, "publish INC-1 2"); err != nil {
		t.Fatal(err)
	}
	inc, err := d.Journal.Incident(t.Context(), 1)
	asked, _ := inc.LastPublishAsked()
	if err != nil || asked.Text != "Orders fail." || asked.As != "major_outage" || strings.Join(asked.Components, ",") != "Checkout" || asked.Title != "orders fail" {
		t.Errorf("it is %+v, %v", asked, err)
	}
	if _, err := press(t, d, "publish INC-1 2"); err == nil || !strings.Contains(err.Error(), "already") {
		t.Errorf("a second press: %v", err)
	}
}

// TestTheLastWordsWithoutAForm publishes where no form can be opened.
func TestTheLastWordsWithoutAForm(t *testing.T) {
	d := newsdesk(t, timeline.Declared{Title: "orders fail", Severity: timeline.Sev1})
	if _, err := press(t, d, "publish INC-1"); err == nil || !strings.Contains(err.Error(), "Nothing has been said yet") {
		t.Errorf("with no words: %v", err)
	}
	for _, line := range []string{"publish INC-1 0", "publish INC-1 1", "publish INC-1 -3"} {
		if _, err := press(t, d, line); err == nil || !strings.Contains(err.Error(), "says nothing that could be public") {
			t.Errorf("%s: %v", line, err)
		}
	}
	if _, err := press(t, d, "update INC-1 Orders fail."); err != nil {
		t.Fatal(err)
	}
	if answer, err := press(t, d, "publish INC-1"); err != nil || !strings.Contains(answer.Message.Text, "investigating") {
		t.Errorf("%+v, %v", answer, err)
	}
}
