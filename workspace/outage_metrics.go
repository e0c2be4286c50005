package workspace

import (
	"math"
	"time"
)

// OutageEvidence has the workspace's PagerDuty know what was changed around the
// story of a day, and its Prometheus what was measured: the memory of every
// delivery instance fills from the rollout of the DNS cache on, until deliveries
// stall.
func (w *Workspace) OutageEvidence(day time.Time) error {
	day = day.UTC().Truncate(24 * time.Hour)
	for _, g := range w.outageGauges(day) {
		w.Measure(g)
	}
	for _, c := range outageChanges {
		at := day.Add(c.at)
		c.details["started_at"] = at.Format(time.RFC3339)
		if err := w.Change(c.service, c.summary, at, "https://ci.demo.example/"+c.path, c.details); err != nil {
			return err
		}
	}
	return nil
}

// outageChange is something that was changed at a time of the story's day.
type outageChange struct {
	at                     time.Duration
	service, summary, path string
	details                map[string]string
}

// clock is a time of day.
func clock(hours, minutes int) time.Duration {
	return time.Duration(hours)*time.Hour + time.Duration(minutes)*time.Minute
}

var outageChanges = []outageChange{
	{-clock(60, 10), "Event delivery", "Retry policy of two destinations", "delivery/408", map[string]string{"version": "v408", "previous_version": "v407", "actor": "chi@demo.example"}},
	{-clock(36, 30), "Event delivery", "Smaller batches", "delivery/409", map[string]string{"version": "v409", "previous_version": "v408", "actor": "bo@demo.example"}},
	{-clock(15, 20), "Event delivery", "Log less", "delivery/410", map[string]string{"version": "v410", "previous_version": "v409", "actor": "chi@demo.example"}},
	{clock(4, 40), "Event delivery", "DNS cache on all instances", "delivery/411", map[string]string{"version": "v411", "previous_version": "v410", "actor": "bo@demo.example", "rollback": "deployctl rollback delivery v410"}},
	{clock(8, 10), "Checkout", "Shorter address form", "checkout/88", map[string]string{"version": "v88", "previous_version": "v87", "actor": "dee@demo.example"}},
	{clock(9, 2), "Checkout", "Spring campaign to half of all shops", "flags/spring", map[string]string{"kind": "flag", "actor": "gus@demo.example"}},
}

// When what happens in the story.
const (
	leakBegins   = 4*time.Hour + 52*time.Minute // when the first instances run the DNS cache
	stallBegins  = 9*time.Hour + 13*time.Minute
	freshBegins  = 9*time.Hour + 58*time.Minute // new instances start, slowly
	freshDone    = 11*time.Hour + 29*time.Minute
	lockEnds     = 12*time.Hour + 8*time.Minute
	backlogGone  = 13 * time.Hour
	usualSeconds = 2.6
)

// between is how far a time is from one to another, 0 to 1.
func between(at, from, to time.Duration) float64 {
	return max(0, min(1, (at-from).Seconds()/(to-from).Seconds()))
}

func (w *Workspace) outageGauges(day time.Time) []Gauge {
	load := func(t time.Time) float64 {
		return 1 - 0.45*math.Cos(2*math.Pi*t.Sub(t.Truncate(24*time.Hour)).Hours()/24)
	}
	noise := func(name string, t time.Time, much float64) float64 { return 1 + much*(w.noise(name, t)-0.5) }
	gauge := func(name string, value func(time.Time, time.Duration) float64) Gauge {
		return Gauge{Name: name, Labels: map[string]string{"service": "delivery"}, At: func(t time.Time) (float64, bool) {
			return math.Round(value(t.UTC(), t.UTC().Sub(day))*1e4) / 1e4, true
		}}
	}
	return []Gauge{
		gauge("delivery_seconds_p95", func(t time.Time, at time.Duration) float64 {
			late := 420*between(at, stallBegins, stallBegins+18*time.Minute) + 1500*between(at, stallBegins+18*time.Minute, freshDone)
			if at > lockEnds {
				late *= 1 - between(at, lockEnds, lockEnds+22*time.Minute)
			}
			return (usualSeconds*load(t) + late) * noise("delivery seconds", t, 0.3)
		}),
		gauge("memory_used_ratio", func(t time.Time, at time.Duration) float64 {
			used := 0.38 + 0.05*load(t)
			if at >= leakBegins && at < freshDone {
				used += 0.52 * between(at, leakBegins, stallBegins) * (1 - between(at, freshBegins, freshDone))
			}
			return min(0.985, used*noise("memory", t, 0.03))
		}),
		gauge("events_received_per_minute", func(t time.Time, _ time.Duration) float64 {
			return 42000 * load(t) * noise("received", t, 0.08)
		}),
		gauge("events_delivered_per_minute", func(t time.Time, at time.Duration) float64 {
			share := 1.0
			switch {
			case at >= stallBegins && at < lockEnds:
				share = 1 - 0.8*between(at, stallBegins, stallBegins+12*time.Minute)
			case at >= lockEnds && at < backlogGone:
				share = 1.7
			}
			return 42000 * load(t) * share * noise("delivered", t, 0.08)
		}),
	}
}
