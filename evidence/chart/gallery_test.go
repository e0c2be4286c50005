package chart_test

import (
	"bytes"
	"flag"
	"fmt"
	"image"
	"image/png"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"muster/evidence/chart"
)

var update = flag.Bool("update", false, "write the pictures as they are drawn")

// night is when the stories of the gallery begin, in Berlin.
var (
	berlin = place("Europe/Berlin")
	night  = time.Date(2026, 11, 20, 1, 10, 0, 0, berlin)
)

func place(name string) *time.Location {
	zone, err := time.LoadLocation(name)
	if err != nil {
		panic(err)
	}
	return zone
}

// story is a line that is usual, rises at one time and falls back at another.
type story struct {
	from           time.Time
	step           time.Duration
	samples        int
	usual, peak    float64
	rises, recover time.Duration
	seed           uint64
}

func (s story) points() []chart.Point {
	dice := rand.New(rand.NewPCG(s.seed, 7))
	points := make([]chart.Point, s.samples)
	for i := range points {
		after := time.Duration(i) * s.step
		up := 1 / (1 + math.Exp(-float64(after-s.rises)/float64(3*time.Minute)))
		down := 1 / (1 + math.Exp(-float64(after-s.recover)/float64(4*time.Minute)))
		level := s.usual * (1 + 0.08*math.Sin(float64(i)/40))
		value := level*(1+0.12*dice.NormFloat64()) + (s.peak-level)*(up-down)*(1+0.06*dice.NormFloat64())
		points[i] = chart.Point{At: s.from.Add(after), Value: math.Max(value, 0)}
	}
	return points
}

// band is what is usual for the story.
func (s story) band() []chart.Range {
	var band []chart.Range
	for i := range s.samples {
		level := s.usual * (1 + 0.08*math.Sin(float64(i)/40))
		band = append(band, chart.Range{At: s.from.Add(time.Duration(i) * s.step), Low: level * 0.65, High: level * 1.4})
	}
	return band
}

func twoHours(usual, peak float64, seed uint64) story {
	return story{from: night, step: 30 * time.Second, samples: 241, usual: usual, peak: peak, rises: 26 * time.Minute, recover: 88 * time.Minute, seed: seed}
}

func at(minutes int) time.Time { return night.Add(time.Duration(minutes) * time.Minute) }

// gallery is every kind of picture.
var gallery = []struct {
	name    string
	picture func() chart.Picture
}{
	{"latency", latency},
	{"stacked", stacked},
	{"versions", versions},
	{"gap", gap},
	{"nothing", nothing},
	{"midnight", midnight},
	{"week", week},
	{"long", long},
	{"two", two},
	{"crowd", crowd},
	{"edge", edge},
	{"fall", fall},
	{"words", words},
}

func latency() chart.Picture {
	s := twoHours(0.31, 1.9, 1)
	return chart.Picture{
		Title: "checkout — latency", Subtitle: "20 Nov 2026, 01:10–03:10 CET", Zone: berlin, From: at(0), To: at(120),
		Panels: []chart.Panel{{Name: "p99 of requests", Unit: "s", Lines: []chart.Line{{Name: "p99 of requests", Points: s.points()}}, Band: s.band(), Note: "Prometheus, last sample 12 s ago"}},
		Marks:  []chart.Mark{{At: at(4), Label: "flag: new-basket 10 %"}, {At: at(22), Label: "deploy checkout v2.14.3", Strong: true}, {At: at(83), Label: "rollback to v2.14.2"}},
		Span:   chart.Span{From: at(29), To: at(95)},
	}
}

func stacked() chart.Picture {
	rows := []struct {
		name, unit  string
		usual, peak float64
	}{{"Errors", "ratio", 0.004, 0.094}, {"p99 latency", "s", 0.31, 1.9}, {"Requests", "/min", 19100, 7400}, {"Memory", "B", 1.3e9, 2.9e9}}
	p := chart.Picture{
		Title: "checkout — errors, latency, traffic and memory", Subtitle: "20 Nov 2026, 01:10–03:10 CET", Zone: berlin, From: at(0), To: at(120),
		Span: chart.Span{From: at(29)},
	}
	for i, r := range rows {
		s := twoHours(r.usual, r.peak, uint64(i))
		p.Panels = append(p.Panels, chart.Panel{Name: r.name, Unit: r.unit, Lines: []chart.Line{{Name: r.name, Points: s.points()}}, Band: s.band()})
	}
	p.Panels[3].Note = "Prometheus, last sample 12 s ago"
	for i := range 12 {
		p.Marks = append(p.Marks, chart.Mark{At: at(14).Add(time.Duration(i) * 103 * time.Second), Label: fmt.Sprintf("deploy %s v1.%d.0", []string{"checkout", "cart", "payments", "search"}[i%4], 20+i), Strong: i == 6})
	}
	return p
}

func versions() chart.Picture {
	p := latency()
	p.Title, p.Panels[0].Name, p.Panels[0].Band = "checkout — latency by version", "p99 by version", nil
	p.Panels[0].Lines = nil
	for i := range 10 {
		s := twoHours(0.2+0.05*float64(i), 0.4+0.3*float64(i%5), uint64(i))
		p.Panels[0].Lines = append(p.Panels[0].Lines, chart.Line{Name: fmt.Sprintf("v2.14.%d", i), Points: s.points()})
	}
	return p
}

func gap() chart.Picture {
	p := latency()
	points := p.Panels[0].Lines[0].Points
	p.Title = "checkout — latency, with holes"
	p.Panels[0].Lines[0].Points = append(append(append([]chart.Point{}, points[:80]...), points[104]), points[130:200]...)
	return p
}

func nothing() chart.Picture {
	p := latency()
	p.Panels = append(p.Panels, chart.Panel{Name: "Errors", Unit: "ratio", Note: "Prometheus answered, with no series for this query"})
	p.Panels[0].Lines[0].Points = nil
	p.Panels[0].Band = nil
	return p
}

func midnight() chart.Picture {
	from := time.Date(2026, 11, 19, 21, 40, 0, 0, berlin)
	s := story{from: from, step: time.Minute, samples: 300, usual: 0.012, peak: 0.31, rises: 95 * time.Minute, recover: 220 * time.Minute, seed: 5}
	return chart.Picture{
		Title: "search — errors", Subtitle: "19 Nov 2026, 21:40 – 20 Nov 2026, 02:40 CET", Zone: berlin, From: from, To: from.Add(5 * time.Hour),
		Panels: []chart.Panel{{Name: "Errors", Unit: "ratio", Lines: []chart.Line{{Points: s.points()}}, Band: s.band()}},
		Marks:  []chart.Mark{{At: from.Add(91 * time.Minute), Label: "config: pool size 200 → 20", Strong: true}, {At: from.Add(295 * time.Minute), Label: "deploy search v81"}},
		Span:   chart.Span{From: from.Add(104 * time.Minute), To: from.Add(228 * time.Minute)},
	}
}

func week() chart.Picture {
	from := time.Date(2026, 10, 22, 9, 0, 0, 0, berlin) // the clocks go back within it
	dice := rand.New(rand.NewPCG(3, 3))
	var points []chart.Point
	var band []chart.Range
	for i := range 7 * 288 {
		t := from.Add(time.Duration(i) * 5 * time.Minute)
		level := 12000 + 9000*math.Sin(float64(t.Hour()*60+t.Minute()-480)/1440*2*math.Pi)
		value := level * (1 + 0.04*dice.NormFloat64())
		if i > 1200 && i < 1290 {
			value *= 0.25
		}
		points, band = append(points, chart.Point{At: t, Value: value}), append(band, chart.Range{At: t, Low: level * 0.8, High: level * 1.2})
	}
	return chart.Picture{
		Title: "shop — orders of a week", Subtitle: "22–29 Oct 2026", Zone: berlin, From: from, To: from.Add(7 * 24 * time.Hour),
		Panels: []chart.Panel{{Name: "Orders", Unit: "/min", Lines: []chart.Line{{Name: "orders", Points: points}}, Band: band}},
		Span:   chart.Span{From: from.Add(100 * time.Hour), To: from.Add(107 * time.Hour)},
	}
}

func long() chart.Picture {
	p := latency()
	p.Title = "checkout-api-gateway-eu-central-1-production — latency of all requests that are not health checks, by customer tier"
	p.Subtitle = "From Friday, 20 November 2026, 01:10 until Friday, 20 November 2026, 03:10, Central European Time, as measured at the edge"
	p.Panels[0].Name = "99th percentile of the duration of requests to POST /api/v2/baskets/{id}/checkout"
	p.Panels[0].Note = "Prometheus at prometheus-eu-central-1.monitoring.svc.cluster.local, last sample 12 s ago, the query was cut at 8 series"
	p.Panels[0].Lines[0].Name = "customers of the tier enterprise-plus in Europe"
	p.Panels[0].Lines = append(p.Panels[0].Lines, chart.Line{Name: "customers of the tier standard, in Europe and everywhere else as well, trials included", Points: twoHours(0.2, 0.6, 4).points()})
	p.Marks[1].Label = "deploy checkout-api-gateway-eu-central-1 v2.14.3-rc1+build.20261120.0131 by release-train (rolling)"
	p.Marks[2].Label = "rollback of checkout-api-gateway-eu-central-1 to v2.14.2"
	p.Marks = append(p.Marks, chart.Mark{At: at(118), Label: "flag: תשלום חדש is off 🚀 in 東京都 ✅"})
	return p
}

func two() chart.Picture {
	p := latency()
	p.Title = "checkout — errors and latency"
	s := twoHours(0.004, 0.094, 9)
	p.Panels[0].Name, p.Panels[0].Lines[0].Name = "Latency", "p99"
	p.Panels[0].Lines = append(p.Panels[0].Lines, chart.Line{Name: "p50", Points: twoHours(0.11, 0.4, 8).points()})
	p.Panels = append([]chart.Panel{{Name: "Errors", Unit: "ratio", Lines: []chart.Line{{Points: s.points()}}, Band: s.band()}}, p.Panels...)
	return p
}

func crowd() chart.Picture {
	p := latency()
	p.Title, p.Marks = "checkout — a hundred changes", nil
	for i := range 100 {
		p.Marks = append(p.Marks, chart.Mark{At: at(0).Add(time.Duration(i*i) * 700 * time.Millisecond), Label: fmt.Sprintf("change %d", i), Strong: i%33 == 1})
	}
	return p
}

// edge has all of its changes at its end, and midnight with them.
func edge() chart.Picture {
	points := []chart.Point{{At: at(-180), Value: 5e6}, {At: at(-120), Value: 5e6}, {At: at(-70), Value: 5e6}}
	return chart.Picture{
		Title: "checkout — traffic until midnight", Zone: berlin, From: at(-190), To: at(-68),
		Panels: []chart.Panel{{Name: "Sent", Unit: "B/s", Lines: []chart.Line{{Points: points}}}},
		Marks:  []chart.Mark{{At: at(-70), Label: "deploy checkout-api-gateway v2.14.3 to all regions", Strong: true}, {At: at(-74), Label: "flag: new-basket 10 %"}, {At: at(-90), Label: "config: pool size"}},
		Span:   chart.Span{From: at(-69)},
	}
}

// fall has a fall where it is not known what is usual, and lines that end early.
func fall() chart.Picture {
	return chart.Picture{
		Title: "billing — success and balances", Zone: berlin, From: at(0), To: at(30),
		Panels: []chart.Panel{
			{Name: "Success", Unit: "%", Lines: []chart.Line{{Points: minutely(99.2, 99.4, 99.1, 97.2, 97.9, 99.3, 99.2, 99.3)}}},
			{Name: "Balance", Lines: []chart.Line{{Name: "one", Points: minutely(-5000, -4800, -5200, -9000, -8800, -8700)}, {Name: "two", Points: minutely(-3000, -3100, -3200)}, {Name: "three", Points: minutely(-1, -2000, -300)}}},
		},
	}
}

func words() chart.Picture {
	p := latency()
	p.Title, p.Subtitle = "Kasse — Wartezeit", "20.11.2026, 01:10–03:10 Uhr"
	p.Words = chart.Words{Usual: "üblich", Incident: "Vorfall", NoSamples: "keine Messwerte", Changes: "+%d Änderungen", LeftOut: "%d weitere Linien fehlen", Day: func(t time.Time) string { return t.Format("02.01.") }}
	p.Span.To = time.Time{}
	return p
}

// TestGallery holds each kind of picture to the one that was looked at and found
// good. Machines differ in the last bit of a colour.
func TestGallery(t *testing.T) {
	for _, g := range gallery {
		t.Run(g.name, func(t *testing.T) {
			got, err := g.picture().PNG()
			if err != nil {
				t.Fatal(err)
			}
			path := filepath.Join("testdata", g.name+".png")
			if *update {
				if err := os.WriteFile(path, got, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if off := unlike(t, got, want); off > 0.0005 {
				t.Errorf("%.2f %% of the pixels are not those of %s; look at what is drawn now with -update", off*100, path)
			}
		})
	}
}

// unlike is the part of the pixels that can be seen to differ.
func unlike(t *testing.T, a, b []byte) float64 {
	t.Helper()
	x, y := opened(t, a), opened(t, b)
	if x.Bounds() != y.Bounds() {
		return 1
	}
	off := 0
	for i := 0; i < len(x.Pix); i += 4 {
		for j := range 3 {
			if d := int(x.Pix[i+j]) - int(y.Pix[i+j]); d > 24 || d < -24 {
				off++
				break
			}
		}
	}
	return float64(off) / float64(len(x.Pix)/4)
}

func opened(t *testing.T, picture []byte) *image.RGBA {
	t.Helper()
	read, err := png.Decode(bytes.NewReader(picture))
	if err != nil {
		t.Fatal(err)
	}
	rgba, ok := read.(*image.RGBA)
	if !ok {
		t.Fatalf("the picture is %T: it should have no transparency", read)
	}
	return rgba
}
