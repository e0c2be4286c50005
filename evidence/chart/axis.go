package chart

import (
	"math"
	"time"

	"muster/quantity"
)

// axis is the range of values that a panel shows, and its marks.
type axis struct {
	low, high float64
	ticks     []tick
}

type tick struct {
	value float64
	text  string
}

// axisOf chooses an axis for values between two: from zero where they come near
// it, with three to five round steps, all told in one scale.
func axisOf(low, high float64, unit string) axis {
	low, high = padded(low, high)
	in := quantity.ScaleOf(max(math.Abs(low), math.Abs(high)), unit)
	step := roundStep((high - low) / 4.4 / in.Size)
	first, last := fullSteps(low/in.Size, high/in.Size, step)
	if last-first < 2 {
		step = roundStep(step / 2)
		first, last = fullSteps(low/in.Size, high/in.Size, step)
	}
	a := axis{low: low, high: high}
	for i := first; i <= last && len(a.ticks) < 8; i++ {
		n := i * step
		text := in.Text(n, placesOf(step))
		if i == 0 {
			text = "0"
		}
		a.ticks = append(a.ticks, tick{n * in.Size, text})
	}
	return a
}

// fullSteps are the first and the last multiple of a step between two numbers.
func fullSteps(low, high, step float64) (first, last float64) {
	return math.Ceil(low/step - 1e-9), math.Floor(high/step + 1e-9)
}

// placesOf is how many decimals a step has.
func placesOf(step float64) int {
	places := max(0, -int(math.Floor(math.Log10(step)+1e-9)))
	if in := step * math.Pow(10, float64(places)); math.Abs(in-math.Round(in)) > 1e-6 {
		places++
	}
	return places
}

// headroom is how much of an axis is left free, for the name of what stands out.
const headroom = 0.22

// padded widens a range for the eye: down to zero where it begins near it, a
// little where it does not, and enough that there is a range at all.
func padded(low, high float64) (float64, float64) {
	switch {
	case low == 0 && high == 0:
		return 0, 1
	case low >= 0 && low < 0.6*high || low == high && low > 0:
		return 0, high * (1 + headroom)
	case high <= 0 && high > 0.6*low || low == high:
		return low * (1 + headroom), 0
	}
	pad := max((high-low)*headroom, max(math.Abs(low), math.Abs(high))*1e-4)
	return low - pad, high + pad
}

// roundStep is the round number (1, 2, 2.5 or 5 and noughts) that is next above.
func roundStep(n float64) float64 {
	n = max(n, 1e-300)
	ten := math.Pow(10, math.Floor(math.Log10(n)))
	for _, m := range []float64{1, 2, 2.5, 5} {
		if n <= m*ten*(1+1e-9) {
			return m * ten
		}
	}
	return 10 * ten
}

// moment is a mark of the axis of time.
type moment struct {
	at   time.Time
	text string
	day  bool // a new day begins by it, or with it the axis
}

// steps are those that an axis of time may have up to a day; longer ones are days,
// months and years.
var steps = []time.Duration{
	time.Second, 5 * time.Second, 10 * time.Second, 30 * time.Second,
	time.Minute, 2 * time.Minute, 5 * time.Minute, 10 * time.Minute, 15 * time.Minute, 30 * time.Minute,
	time.Hour, 2 * time.Hour, 3 * time.Hour, 6 * time.Hour, 12 * time.Hour,
}

// moments are the round times between two in a zone, by the clock on its wall, not
// more than there is room for.
func moments(from, to time.Time, zone *time.Location, most int) []moment {
	most = max(most, 2)
	for _, step := range steps {
		if to.Sub(from)/step <= time.Duration(most) {
			return clock(from, to, zone, step)
		}
	}
	for _, days := range []int{1, 2, 7, 14} {
		if to.Sub(from) <= time.Duration(most*days)*24*time.Hour {
			return calendar(from, to, zone, func(t time.Time) time.Time { return t.AddDate(0, 0, days) })
		}
	}
	months := 1
	for to.Sub(from)/(730*time.Hour)/time.Duration(months) > time.Duration(most) {
		months *= 2
	}
	return calendar(from, to, zone, func(t time.Time) time.Time { return t.AddDate(0, months, 1-t.Day()) })
}

// clock are the full steps of the clock on the wall. It looks at each quarter of an
// hour, because by those zones and their summer times differ.
func clock(from, to time.Time, zone *time.Location, step time.Duration) []moment {
	layout := "15:04"
	if step < time.Minute {
		layout = "15:04:05"
	}
	look := min(step, 15*time.Minute)
	var all []moment
	for t := onTheWall(from.Add(look-1), zone, look); !t.After(to); t = onTheWall(t.Add(look), zone, look) {
		if !onTheWall(t, zone, step).Equal(t) {
			continue
		}
		day := len(all) == 0 || all[len(all)-1].at.YearDay() != t.YearDay()
		all = append(all, moment{t, t.Format(layout), day})
	}
	return all
}

// onTheWall is the last full step of the clock on the wall up to a time.
func onTheWall(t time.Time, zone *time.Location, step time.Duration) time.Time {
	t = t.In(zone).Truncate(time.Second)
	midnight := time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute + time.Duration(t.Second())*time.Second
	return t.Add(-(midnight % step))
}

// calendar are midnights, told by their days alone.
func calendar(from, to time.Time, zone *time.Location, next func(time.Time) time.Time) []moment {
	y, m, d := from.In(zone).Date()
	t := time.Date(y, m, d, 0, 0, 0, 0, zone)
	if t.Before(from) {
		t = next(t)
	}
	var all []moment
	for ; !t.After(to) && len(all) < 100; t = next(t) {
		all = append(all, moment{t, "", true})
	}
	return all
}

// zoneName is what a clock is called between two times: "CET", "CEST/CET",
// "UTC+05:45".
func zoneName(from, to time.Time, zone *time.Location) string {
	a, b := abbreviation(from.In(zone)), abbreviation(to.In(zone))
	if a == b {
		return a
	}
	return a + "/" + b
}

func abbreviation(t time.Time) string {
	name, _ := t.Zone()
	if name == "" || name[0] == '+' || name[0] == '-' {
		return "UTC" + t.Format("-07:00")
	}
	return name
}
