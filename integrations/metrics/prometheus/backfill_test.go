package prometheus_test

import (
	"fmt"
	"math"
	"strings"
	"time"
)

// base is when what is back-filled ends: three hours of it.
var base = time.Date(2026, 3, 12, 12, 0, 0, 0, time.UTC)

const scrape = 15 * time.Second

// backfill is what a Prometheus would have scraped, as OpenMetrics: the metrics
// that muster.example.yaml asks for, some that are odd, and many.
func backfill() string {
	var out strings.Builder
	begin, reset, deploy := base.Add(-3*time.Hour), base.Add(-time.Hour), base.Add(-30*time.Minute)
	family := func(name, kind string) { fmt.Fprintf(&out, "# TYPE %s %s\n", name, kind) }
	add := func(series string, from time.Time, value func(at time.Time, n int) (float64, bool)) {
		for n, at := 0, from; !at.After(base); n, at = n+1, at.Add(scrape) {
			if v, ok := value(at, n); ok {
				fmt.Fprintf(&out, "%s %v %d\n", series, written(v), at.Unix())
			}
		}
	}
	counter := func(series string, from time.Time, each float64) {
		add(series, from, func(at time.Time, n int) (float64, bool) {
			if !at.Before(reset) && from.Before(reset) { // the process has begun anew
				n = int(at.Sub(reset) / scrape)
			}
			return each * float64(n), true
		})
	}
	family("http_requests", "counter")
	for _, s := range []struct {
		code, version string
		from          time.Time
		each          float64
	}{{"200", "1.4.0", begin, 10}, {"500", "1.4.0", begin, 1}, {"200", "1.5.0", deploy, 20}, {"500", "1.5.0", deploy, 5}} {
		counter(fmt.Sprintf(`http_requests_total{service="checkout",code=%q,version=%q}`, s.code, s.version), s.from, s.each)
	}
	family("orders", "counter")
	counter("orders_total", begin, 7.5)
	family("http_request_duration_seconds", "histogram")
	for _, b := range []struct {
		le   string
		each float64
	}{{"0.1", 5}, {"0.5", 9}, {"1", 10}, {"+Inf", 10}} {
		counter(fmt.Sprintf(`http_request_duration_seconds_bucket{service="checkout",version="1.4.0",le=%q}`, b.le), begin, b.each)
	}
	for name, value := range map[string]float64{"workers_busy": 6, "workers_total": 8} {
		family(name, "gauge")
		add(name+`{service="checkout"}`, begin, func(time.Time, int) (float64, bool) { return value, true })
	}
	family("odd", "gauge")
	for _, which := range []string{"1", "2"} {
		add(fmt.Sprintf("odd{n=%q}", which), begin, oddly)
	}
	family("many", "gauge")
	for n := range 30 {
		add(fmt.Sprintf(`many{n="%02d"}`, n), base.Add(-time.Hour), func(_ time.Time, count int) (float64, bool) { return float64(n), count%20 == 0 })
	}
	return out.String() + "# EOF\n"
}

// oddly has values that are no numbers, and a gap of ten minutes.
func oddly(at time.Time, n int) (float64, bool) {
	minute := at.Minute()
	switch {
	case minute >= 30 && minute < 40:
		return 0, false
	case minute%10 == 5:
		return math.NaN(), true
	case minute%10 == 6:
		return math.Inf(1), true
	case minute%10 == 7:
		return math.Inf(-1), true
	}
	return float64(n), true
}

func written(v float64) string {
	switch {
	case math.IsInf(v, 1):
		return "+Inf"
	case math.IsInf(v, -1):
		return "-Inf"
	}
	return fmt.Sprint(v)
}
