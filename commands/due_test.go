package commands

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"muster/templates"
)

// TestDue reads days on a Friday, 20 November 2026.
func TestDue(t *testing.T) {
	today := time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC)
	for text, want := range map[string]string{
		"today": "2026-11-20", "EOD": "2026-11-20", "tomorrow": "2026-11-21", "by tomorrow": "2026-11-21",
		"2026-12-01": "2026-12-01", "2028-02-29": "2028-02-29",
		"friday": "2026-11-27", "Fri": "2026-11-27", "monday": "2026-11-23", "next monday": "2026-11-23", "next friday": "2026-11-27",
		"saturday": "2026-11-21", "next saturday": "2026-11-28", "on wed": "2026-11-25", "by thursday": "2026-11-26", "tues": "2026-11-24", "sun": "2026-11-22",
		"in 3 days": "2026-11-23", "10 days": "2026-11-30", "2w": "2026-12-04", "in 2 weeks": "2026-12-04", "1 week": "2026-11-27",
		"in a month": "", "in 1 month": "2026-12-20", "3 months": "2027-02-20", "2m": "2027-01-20", "next month": "2026-12-20", "next week": "2026-11-27",
		"5 business days": "2026-11-27", "in 1 business day": "2026-11-23", "3 workdays": "2026-11-25", "2bd": "2026-11-24",
		"end of week": "2026-11-20", "eow": "2026-11-20", "end of month": "2026-11-30", "eom": "2026-11-30", "end of the month": "2026-11-30",
		"1 dec": "2026-12-01", "dec 1": "2026-12-01", "December 1st": "2026-12-01", "3rd january": "2027-01-03", "20 nov": "2026-11-20", "19 nov": "2027-11-19",
		"Jan 5, 2027": "2027-01-05", "5 jan 2027": "2027-01-05", "29 feb 2028": "2028-02-29",
		// What is refused, in words.
		"12/1": "", "1.12.": "", "01/12/2026": "", "31 feb": "", "29 feb": "", "2026-02-30": "", "2026-13-01": "", "yesterday": "", "soon": "", "asap": "",
		"2026-11-19": "", "2030-01-01": "", "0000-00-00": "", "friday the 13th": "", "in two weeks": "", "": "", "999 months": "",
	} {
		got, err := readDue(templates.Texts{}, text, today)
		switch {
		case want == "" && err == nil:
			t.Errorf("%q is read as %s", text, got.Format(time.DateOnly))
		case want == "" && len(err.Error()) < 10:
			t.Errorf("%q is refused with %q", text, err)
		case want != "" && (err != nil || got.Format(time.DateOnly) != want):
			t.Errorf("%q: %s, %v, want %s", text, got.Format(time.DateOnly), err, want)
		}
	}
}

// TestDueIsNeverOver reads all kinds of texts on all kinds of days.
func TestDueIsNeverOver(t *testing.T) {
	zones := []*time.Location{time.UTC, zone(t, "America/New_York"), zone(t, "Pacific/Auckland")}
	rapid.Check(t, func(t *rapid.T) {
		in := rapid.SampledFrom(zones).Draw(t, "zone")
		today := time.Date(rapid.IntRange(2024, 2040).Draw(t, "year"), 1, rapid.IntRange(1, 366).Draw(t, "day"), 0, 0, 0, 0, in)
		text := rapid.SampledFrom([]string{"today", "tomorrow", "monday", "next sunday", "friday", "eow", "eom", "in 3 days", "2w", "5 bd", "1 month", "12 months", "29 feb", "31 dec", "1 jan"}).Draw(t, "text")
		day, err := readDue(templates.Texts{}, text, today)
		if err != nil {
			if text != "29 feb" {
				t.Fatalf("%q on %s: %v", text, today.Format(time.DateOnly), err)
			}
			return
		}
		if day.Before(today) || day.Hour() != 0 || day.Location() != in {
			t.Fatalf("%q on %v is %v", text, today, day)
		}
		again, err := readDue(templates.Texts{}, day.Format(time.DateOnly), today)
		if err != nil || !again.Equal(day) {
			t.Fatalf("%v written out is read as %v, %v", day, again, err)
		}
		for name, wanted := range map[string]time.Weekday{"monday": time.Monday, "next sunday": time.Sunday, "friday": time.Friday} {
			if text == name && day.Weekday() != wanted {
				t.Fatalf("%q on %v is a %v", text, today, day.Weekday())
			}
		}
	})
}

func zone(t *testing.T, name string) *time.Location {
	t.Helper()
	in, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return in
}

func FuzzDue(f *testing.F) {
	for _, text := range []string{"friday", "in 2 weeks", "12/1", "31 feb", "2026-12-01"} {
		f.Add(text)
	}
	today := time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, text string) {
		day, err := readDue(templates.Texts{}, text, today)
		if err == nil && (day.Before(today) || day.After(today.AddDate(0, 0, dueMost))) {
			t.Errorf("%q is read as %v", text, day)
		}
		if err != nil && strings.TrimSpace(err.Error()) == "" {
			t.Errorf("%q is refused without a word", text)
		}
	})
}
