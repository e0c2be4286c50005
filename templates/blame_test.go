package templates_test

import (
	"slices"
	"testing"

	"muster/templates"
	"muster/timeline"
)

func TestWhomACauseNames(t *testing.T) {
	var events []timeline.Event
	for n, p := range []timeline.Person{{ID: "UANA", Name: "Ana Ortiz"}, {ID: "UBO", Name: "Bo"}, {ID: "UGIL", Name: "Gil Ünal"}, {ID: "UWEI", Name: "王小伟"}} {
		events = append(events, timeline.Event{Incident: 1, Seq: n + 1, Fact: timeline.Introduced{Person: p}})
	}
	inc := timeline.Fold(1, events)
	for _, tt := range []struct {
		what, part, text string
		want             []string
	}{
		{"by the whole name", "how", "Ana Ortiz pressed the button.", []string{"Ana Ortiz"}},
		{"by the first name, once", "how", "Ana, and Ana again", []string{"Ana"}},
		{"by the last name", "summary", "as Ünal thought", []string{"Ünal"}},
		{"by a mention", "how", "It was <@UANA>.", []string{"Ana Ortiz"}},
		{"a part of a word is no name", "how", "Anagrams, banAna, AnaAna and 2Ana", nil},
		{"nor is one in small letters", "how", "ana was on call", nil},
		{"two letters stand for nobody", "how", "Bo", nil},
		{"where no spaces are between words", "how", "昨天王小伟重启了服务", []string{"王小伟"}},
		{"who did well may be named", "well", "Ana saw it at once.", nil},
	} {
		got := templates.New().Blamed(inc, []timeline.PartWritten{{Part: tt.part, Text: tt.text}})
		if !slices.Equal(got, tt.want) {
			t.Errorf("%s: %q names %q, want %q", tt.what, tt.text, got, tt.want)
		}
	}
}
