package cli

import (
	"context"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"muster/timeline"
)

// meters is what Muster tells of itself, for Prometheus. Labels are names out of
// this program's own lists: no title, person or channel is ever in them.
type meters struct {
	registry  *prometheus.Registry
	handled   *prometheus.HistogramVec
	delivered *prometheus.HistogramVec
	connected prometheus.Gauge
}

// Bounds of histograms, in seconds: from what a commit takes to what Slack
// allows for an acknowledgement, and to what one try of a delivery may take.
var (
	handledBounds   = []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 3}
	deliveredBounds = []float64{.01, .05, .1, .25, .5, 1, 2.5, 5, 10, 30}
)

func newMeters(store timeline.Store, now func() time.Time) *meters {
	m := &meters{
		registry: prometheus.NewRegistry(),
		handled: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "muster_request_seconds", Help: "From a request's arrival to its commit, by kind and by whether it was recorded.", Buckets: handledBounds,
		}, []string{"kind", "recorded"}),
		delivered: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "muster_delivery_seconds", Help: "One try of an effect, by follower and outcome: done, again, doubt or given_up.", Buckets: deliveredBounds,
		}, []string{"follower", "outcome"}),
		connected: prometheus.NewGauge(prometheus.GaugeOpts{Name: "muster_connected", Help: "1 while there is a connection to Slack."}),
	}
	m.registry.MustRegister(
		m.handled, m.delivered, m.connected,
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "muster_effects_owed", Help: "Effects that are not settled."}, func() float64 {
			n, _ := store.Owed(context.Background()) // a failed store is told by /readyz
			return float64(n)
		}),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "muster_effects_late_seconds", Help: "For how long the next effect has been due; 0 where none is."}, func() float64 {
			due, ok, err := store.Due(context.Background(), timeline.Page, timeline.Cosmetic)
			if err != nil || !ok {
				return 0
			}
			return max(0, now().Sub(due).Seconds())
		}),
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
	)
	return m
}

// Handled implements [bot.Meter].
func (m *meters) Handled(kind string, recorded bool, took time.Duration) {
	m.handled.WithLabelValues(kind, map[bool]string{true: "yes", false: "no"}[recorded]).Observe(took.Seconds())
}

// Delivered implements [bot.Meter].
func (m *meters) Delivered(follower, outcome string, took time.Duration) {
	m.delivered.WithLabelValues(follower, outcome).Observe(took.Seconds())
}

func (m *meters) up(connected bool) {
	if connected {
		m.connected.Set(1)
	} else {
		m.connected.Set(0)
	}
}

func (m *meters) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{Registry: m.registry})
}
