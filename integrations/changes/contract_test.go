package changes_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"muster/integrations/changes"
	"muster/integrations/changes/changestest"
)

func TestTheBookKeepsThePromisesOfASource(t *testing.T) {
	changestest.Run(t, func(t testing.TB) changestest.Stand {
		b, now := bookOf(t)
		return changestest.Stand{Source: b, Now: noon, Add: func(title string, at time.Time) {
			*now = noon.Add(time.Minute)
			if _, err := b.Put(t.Context(), changes.Change{Source: "ci", ID: title, Kind: changes.Deploy, Title: title, Started: at}); err != nil {
				t.Fatal(err)
			}
		}}
	})
}

// told is a source that tells some changes, and an error with them.
type told []changes.Change

func (told) Name() string { return "told" }
func (t told) Between(context.Context, time.Time, time.Time) ([]changes.Change, error) {
	return t, errors.New("and no more")
}

func TestWhatSourcesTellIsTidied(t *testing.T) {
	long := changes.Change{Source: "x", ID: "1", Title: "a\nhunter2\x00" + strings.Repeat("x", 400), URL: "javascript:x", Labels: map[string]string{"a": "hunter2"}}
	s := changes.Tidy{Source: told{long}, Clean: func(text string) string { return strings.ReplaceAll(text, "hunter2", "[secret]") }}
	all, err := s.Between(t.Context(), noon, noon)
	if err == nil || len(all) != 1 || !strings.HasPrefix(all[0].Title, "a [secret]x") || len([]rune(all[0].Title)) != 300 || all[0].URL != "" || all[0].Labels["a"] != "[secret]" || all[0].ID != "1" {
		t.Errorf("%+v, %v", all, err)
	}
}
