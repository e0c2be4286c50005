package chart

import (
	"image/color"
	"math"
	"strings"
	"testing"
	"time"
)

// TestContrast holds each colour of text to 4.5 to 1, on the ground, on the tint
// of the incident, and on the band within it.
func TestContrast(t *testing.T) {
	grounds := map[string]color.NRGBA{"the ground": ground, "the tint": over(ground, tint), "the band": over(ground, band), "the band in the tint": over(over(ground, tint), band)}
	texts := append([]color.NRGBA{ink, quiet, alarm, culprit}, lineInks[:]...)
	for name, behind := range grounds {
		for _, text := range texts {
			least := 4.5
			if strings.HasPrefix(name, "the band") {
				least = 3 // for lines: texts on it have an edge of the ground
			}
			if c := contrast(text, behind); c < least {
				t.Errorf("%v on %s has %.2f to 1", text, name, c)
			}
		}
	}
	if c := contrast(ground, culprit); c < 4.5 {
		t.Errorf("the likely cause has %.2f to 1", c)
	}
}

func over(a, b color.NRGBA) color.NRGBA {
	mix := func(x, y uint8) uint8 { return uint8((int(x)*(255-int(b.A)) + int(y)*int(b.A)) / 255) }
	return color.NRGBA{mix(a.R, b.R), mix(a.G, b.G), mix(a.B, b.B), 255}
}

func contrast(a, b color.NRGBA) float64 {
	x, y := light(a), light(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

func light(c color.NRGBA) float64 {
	part := func(v uint8) float64 {
		s := float64(v) / 255
		if s <= 0.04045 {
			return s / 12.92
		}
		return math.Pow((s+0.055)/1.055, 2.4)
	}
	return 0.2126*part(c.R) + 0.7152*part(c.G) + 0.0722*part(c.B)
}

func TestTicksOfValues(t *testing.T) {
	for _, c := range []struct {
		low, high float64
		unit      string
		want      string
	}{
		{0.2, 2.2, "s", "0, 1 s, 2 s"},
		{0.002, 0.094, "ratio", "0, 5 %, 10 %"},
		{0, 0.41, "s", "0, 200 ms, 400 ms"},
		{990, 1010, "", "0.99 k, 1.00 k, 1.01 k"},
		{-3, -1, "", "−3, −2, −1, 0"},
		{-40, 60, "", "−50, 0, 50"},
		{1e9, 3e9, "B", "0, 1 GiB, 2 GiB, 3 GiB"},
		{5, 5, "", "0, 2, 4, 6"},
		{0, 0, "", "0, 0.25, 0.50, 0.75, 1.00"},
		{1e-9, 4e-9, "", "0, 2e-9, 4e-9"},
	} {
		var texts []string
		for _, tick := range axisOf(c.low, c.high, c.unit).ticks {
			texts = append(texts, tick.text)
		}
		if got := strings.Join(texts, ", "); got != c.want {
			t.Errorf("from %v to %v %s: %s, want %s", c.low, c.high, c.unit, got, c.want)
		}
	}
}

// TestTicksOfValuesAreFew tries many ranges.
func TestTicksOfValuesAreFew(t *testing.T) {
	for _, unit := range []string{"", "s", "B", "ratio", "/min"} {
		for high := 1e-8; high < 1e13; high *= 1.37 {
			for _, low := range []float64{0, high * 0.5, high * 0.9, -high, -high * 0.1} {
				if n := len(axisOf(low, high, unit).ticks); n < 2 || n > 6 {
					t.Errorf("from %g to %g %s there are %d marks", low, high, unit, n)
				}
			}
		}
	}
}

func zoned(t *testing.T, name string) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

func TestTicksOfTime(t *testing.T) {
	for _, c := range []struct {
		zone, from string
		lasts      time.Duration
		want       string
	}{
		{"Europe/Berlin", "2026-11-20T01:10", 2 * time.Hour, "Fri 20 01:15, 01:30, 01:45, 02:00, 02:15, 02:30, 02:45, 03:00"},
		{"Europe/Berlin", "2026-11-19T22:00", 5 * time.Hour, "Thu 19 22:00, 23:00, Fri 20 00:00, 01:00, 02:00, 03:00"},
		{"Europe/Berlin", "2026-10-25T01:00", 4 * time.Hour, "Sun 25 01:00, 01:30, 02:00, 02:30, 02:00, 02:30, 03:00, 03:30, 04:00"},
		{"Europe/Berlin", "2026-03-29T00:00", 6 * time.Hour, "Sun 29 00:00, 01:00, 03:00, 04:00, 05:00, 06:00, 07:00"},
		{"Europe/Berlin", "2026-10-24T12:00", 48 * time.Hour, "Sat 24 12:00, 18:00, Sun 25 00:00, 06:00, 12:00, 18:00, Mon 26 00:00, 06:00"},
		{"Asia/Kathmandu", "2026-11-20T01:10", 2 * time.Hour, "Fri 20 01:15, 01:30, 01:45, 02:00, 02:15, 02:30, 02:45, 03:00"},
		{"Australia/Lord_Howe", "2026-04-05T00:00", 8 * time.Hour, "Sun 05 00:00, 01:00, 02:00, 03:00, 04:00, 05:00, 06:00, 07:00"},
		{"UTC", "2026-11-20T01:10", time.Minute, "Fri 20 01:10:00, 01:10:10, 01:10:20, 01:10:30, 01:10:40, 01:10:50, 01:11:00"},
		{"Europe/Berlin", "2026-10-22T09:00", 7 * 24 * time.Hour, "Fri 23, Sat 24, Sun 25, Mon 26, Tue 27, Wed 28, Thu 29"},
	} {
		zone := zoned(t, c.zone)
		from, err := time.ParseInLocation("2006-01-02T15:04", c.from, zone)
		if err != nil {
			t.Fatal(err)
		}
		var texts []string
		for _, m := range moments(from, from.Add(c.lasts), zone, 9) {
			text := m.text
			if m.day {
				text = strings.TrimSpace(m.at.Format("Mon 02 ") + text)
			}
			texts = append(texts, text)
		}
		if got := strings.Join(texts, ", "); got != c.want {
			t.Errorf("%s from %s for %s:\n%s, want\n%s", c.zone, c.from, c.lasts, got, c.want)
		}
	}
}

func TestZoneNames(t *testing.T) {
	summer := time.Date(2026, 10, 24, 12, 0, 0, 0, time.UTC)
	for name, want := range map[string]string{"Europe/Berlin": "CEST/CET", "UTC": "UTC", "Asia/Kathmandu": "UTC+05:45", "America/Sao_Paulo": "UTC-03:00"} {
		if got := zoneName(summer, summer.Add(48*time.Hour), zoned(t, name)); got != want {
			t.Errorf("%s is called %q, want %q", name, got, want)
		}
	}
}

// TestWritten holds texts to letters that there are.
func TestWritten(t *testing.T) {
	f, err := openFonts()
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{
		"deploy 🚀 v2":         "deploy v2",
		"👩‍🔧 at work ✅":       "at work",
		"東京都 is up":           "? is up",
		"a\nb\tc\x00d":        "a b c d",
		"שלום עולם is hello":  "םלוע םולש is hello",
		"cafe\u0301 → Zürich": "café → Zürich",
		"12\u202f345 %":       "12\u202f345 %",
		"\xffbroken":          "?broken",
		"Ω Ж ß ł":             "Ω Ж ß ł",
		"\u202eevil\u202c":    "evil",
		"":                    "",
	} {
		if got := f.written(text); got != want {
			t.Errorf("%q is written %q, want %q", text, got, want)
		}
	}
}

// TestLabelsDoNotTouch places labels in many ways and looks at each pair.
func TestLabelsDoNotTouch(t *testing.T) {
	f, err := openFonts()
	if err != nil {
		t.Fatal(err)
	}
	began := time.Date(2026, 11, 20, 1, 0, 0, 0, time.UTC)
	for n := range 60 {
		p := Picture{From: began, To: began.Add(2 * time.Hour), Span: Span{From: began.Add(time.Duration(n) * 2 * time.Minute)}}
		for i := range n % 23 {
			after := time.Duration((i*i*7919+n*104729)%7200) * time.Second
			p.Marks = append(p.Marks, Mark{began.Add(after), strings.Repeat("change ", 1+(i*n)%6), (i+n)%5 == 0})
		}
		frame := arranged(p.tidy(), f)
		labels := frame.plan.labels
		if len(frame.plan.lines)+len(frame.plan.ticks) != len(frame.Marks) {
			t.Errorf("of %d marks %d are drawn", len(frame.Marks), len(frame.plan.lines)+len(frame.plan.ticks))
		}
		for i, a := range labels {
			if low, high := a.extent(); low < margin || high > pictureWidth-margin {
				t.Errorf("%d: %q is outside of the picture", n, a.text)
			}
			for j, b := range labels {
				if i == j {
					continue
				}
				if a.row == b.row && touching(a, b) {
					t.Errorf("%d: %q touches %q", n, a.text, b.text)
				}
				if a.covers(b.x) && a.row < b.row {
					t.Errorf("%d: the pole of %q crosses %q", n, b.text, a.text)
				}
			}
		}
	}
}
