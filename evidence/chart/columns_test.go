package chart_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"muster/evidence/chart"
)

// tables is every kind of picture of counts.
var tables = []struct {
	name    string
	picture chart.Columns
}{
	{"columns", chart.Columns{
		Title: "Incidents and follow-ups by week", Subtitle: "2026-W36 – 2026-W47", Now: true,
		Names: []string{"W36", "W37", "W38", "W39", "W40", "W41", "W42", "W43", "W44", "W45", "W46", "W47"},
		Bars: chart.Counts{Name: "Incidents", Rows: []chart.Row{
			{Name: "sev1", Counts: []int{0, 1, 0, 0, 2, 0, 0, 1, 0, 0, 0, 1}}, {Name: "sev2", Counts: []int{2, 1, 3, 0, 1, 2, 1, 0, 2, 1, 3, 1}},
			{Name: "sev3", Counts: []int{3, 4, 2, 5, 1, 6, 2, 3, 4, 2, 1, 2}}, {Name: "sev4", Counts: []int{1, 0, 2, 1, 0, 3, 1, 0, 1, 4, 0, 0}},
		}},
		Lines: chart.Counts{Name: "Follow-ups", Rows: []chart.Row{
			{Name: "open", Counts: []int{4, 6, 7, 7, 9, 12, 11, 10, 8, 9, 9, 7}}, {Name: "overdue", Counts: []int{0, 1, 1, 2, 4, 5, 5, 4, 2, 2, 1, 2}},
		}},
	}},
	{"columns-few", chart.Columns{
		Title: "Vorfälle je Woche", Subtitle: "2026-W10 – 2026-W11", Names: []string{"W10", "W11"},
		Bars:  chart.Counts{Name: "Vorfälle", Rows: []chart.Row{{Name: "sev1", Counts: []int{0, 1}}}},
		Lines: chart.Counts{Name: "Folgemaßnahmen", Rows: []chart.Row{{Name: "offen", Counts: []int{0, 3}}, {Name: "überfällig", Counts: []int{0, 3}}}},
	}},
	{"columns-none", chart.Columns{}},
}

func TestPicturesOfCounts(t *testing.T) {
	for _, tt := range tables {
		drawn, err := tt.picture.PNG()
		if err != nil {
			t.Fatal(tt.name, err)
		}
		if again, _ := tt.picture.PNG(); !bytes.Equal(drawn, again) {
			t.Errorf("%s is not the same twice", tt.name)
		}
		path := filepath.Join("testdata", tt.name+".png")
		if *update {
			if err := os.WriteFile(path, drawn, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if off := unlike(t, drawn, want); off > 0.0005 {
			t.Errorf("%.2f %% of the pixels are not those of %s; look at what is drawn now with -update", off*100, path)
		}
	}
}

// TestAnyCountsCanBeDrawn draws what makes no sense.
func TestAnyCountsCanBeDrawn(t *testing.T) {
	for _, p := range []chart.Columns{
		{Names: []string{"one"}},
		{Names: make([]string, 60), Bars: chart.Counts{Rows: []chart.Row{{Counts: []int{-1, 1 << 40, 7}}}}},
		{Bars: chart.Counts{Rows: make([]chart.Row, 9)}, Lines: chart.Counts{Rows: make([]chart.Row, 9)}},
		{Title: "\x00\u202e<>", Names: []string{"\xff", ""}, Lines: chart.Counts{Name: "עברית", Rows: []chart.Row{{Counts: []int{3}}, {Counts: []int{3, 3}}, {Counts: []int{3, 3}}, {Counts: []int{3, 3}}}}},
	} {
		if _, err := p.PNG(); err != nil {
			t.Error(err)
		}
	}
}
