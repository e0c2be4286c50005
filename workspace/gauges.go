package workspace

import (
	"hash/fnv"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Gauge is a series of the metrics that the workspace keeps: a function of time.
type Gauge struct {
	Name   string
	Labels map[string]string
	From   time.Time // there are no samples before; the zero time for as long as is asked for
	// At is its value at a time, if it has one then. It gives the same for the
	// same time, and calls nothing of the workspace.
	At func(time.Time) (float64, bool)
}

// Measure adds a series, in place of the one of the same name and labels. It has
// samples up to the workspace's time.
func (w *Workspace) Measure(g Gauge) {
	g.Labels = maps.Clone(g.Labels)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.measure(g)
}

func (w *Workspace) measure(g Gauge) {
	same := slices.IndexFunc(w.gauges, func(other Gauge) bool { return other.Name == g.Name && maps.Equal(other.Labels, g.Labels) })
	if same >= 0 {
		w.gauges[same] = g
		return
	}
	w.gauges = append(w.gauges, g)
}

// labels are all that it has, its name among them.
func (g Gauge) labels() map[string]string {
	all := maps.Clone(g.Labels)
	if all == nil {
		all = map[string]string{}
	}
	if g.Name != "" {
		all["__name__"] = g.Name
	}
	return all
}

// until is the gauge as it is known at a time.
func (g Gauge) until(now time.Time) Gauge {
	at := g.At
	g.At = func(t time.Time) (float64, bool) {
		if t.After(now) {
			return 0, false
		}
		return at(t)
	}
	return g
}

func (g Gauge) at(t time.Time) (float64, bool) {
	if t.Before(g.From) {
		return 0, false
	}
	return g.At(t)
}

// usualGauges are those of the service checkout on days on which nothing
// happens: more by day than by night, and never quite the same.
func (w *Workspace) usualGauges() {
	requests := func(t time.Time) float64 {
		return 900 * (1 - 0.5*math.Cos(2*math.Pi*t.UTC().Sub(t.UTC().Truncate(24*time.Hour)).Hours()/24)) * (0.95 + 0.1*w.noise("requests", t))
	}
	for name, at := range map[string]func(time.Time) float64{
		"requests_per_minute": requests,
		"errors_per_minute":   func(t time.Time) float64 { return requests(t) * 0.004 * w.noise("errors", t) },
		"latency_p95_seconds": func(t time.Time) float64 { return 0.16 + requests(t)/20000 + 0.03*w.noise("latency", t) },
		"saturation_ratio":    func(t time.Time) float64 { return 0.1 + requests(t)/3500 + 0.04*w.noise("saturation", t) },
	} {
		w.measure(Gauge{Name: name, Labels: map[string]string{"service": "checkout"}, At: func(t time.Time) (float64, bool) {
			return math.Round(at(t)*1e4) / 1e4, true
		}})
	}
	slices.SortFunc(w.gauges, func(a, b Gauge) int { return strings.Compare(a.Name, b.Name) })
}

// noise is a number from 0 to 1 that wanders with time, the same for the same
// seed.
func (w *Workspace) noise(purpose string, t time.Time) float64 {
	minute := t.Truncate(time.Minute)
	share := t.Sub(minute).Seconds() / 60
	return w.noiseAt(purpose, minute)*(1-share) + w.noiseAt(purpose, minute.Add(time.Minute))*share
}

func (w *Workspace) noiseAt(purpose string, minute time.Time) float64 {
	h := fnv.New64a()
	h.Write([]byte(purpose + strconv.FormatUint(w.o.Seed, 10) + " " + strconv.FormatInt(minute.Unix(), 10)))
	return float64(mixed(h.Sum64())>>11) / (1 << 53)
}

// mixed spreads a sum over all of its bits: those of texts that differ little
// differ little.
func mixed(n uint64) uint64 {
	n = (n ^ n>>30) * 0xbf58476d1ce4e5b9
	n = (n ^ n>>27) * 0x94d049bb133111eb
	return n ^ n>>31
}
