package cli

import (
	"context"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"muster/timeline"
	"muster/timeline/bolt"
)

// meters is what Muster tells of itself, for Prometheus. Labels are names out of
// this program's own lists: no title, person or channel is ever in them.
type meters struct {
	registry  *prometheus.Registry
	handled   *prometheus.HistogramVec
	delivered *prometheus.HistogramVec
	connected prometheus.Gauge
	acked     *prometheus.HistogramVec
	ended     prometheus.Histogram
}

// Bounds of histograms, in seconds: from what a commit takes to what Slack
// allows for an acknowledgement, and to what one try of a delivery may take.
var (
	handledBounds   = []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 3}
	agesBounds      = []float64{10, 60, 600, 3600, 4 * 3600, 8 * 3600, 24 * 3600}
	deliveredBounds = []float64{.01, .05, .1, .25, .5, 1, 2.5, 5, 10, 30}
)

func newMeters(i *Instance, now func() time.Time) *meters {
	store := i.Store
	m := &meters{
		registry: prometheus.NewRegistry(),
		handled: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "muster_request_seconds", Help: "From a request's arrival to its commit, by kind and by whether it was recorded.", Buckets: handledBounds,
		}, []string{"kind", "recorded"}),
		delivered: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "muster_delivery_seconds", Help: "One try of an effect, by follower and outcome: done, again, doubt or given_up.", Buckets: deliveredBounds,
		}, []string{"follower", "outcome"}),
		acked: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "muster_acknowledge_seconds", Help: "From a frame's arrival to its acknowledgement, by kind and by whether Slack sent it again.", Buckets: handledBounds,
		}, []string{"kind", "again"}),
		ended: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "muster_socket_age_seconds", Help: "How old connections to Slack were when they ended.", Buckets: agesBounds,
		}),
		connected: prometheus.NewGauge(prometheus.GaugeOpts{Name: "muster_connected", Help: "1 while there is a connection to Slack."}),
	}
	m.registry.MustRegister(
		m.handled, m.delivered, m.connected, m.acked, m.ended,
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "muster_effects_owed", Help: "Effects that are not settled."}, func() float64 {
			n, _ := store.Owed(context.Background(), time.Now()) // a failed store is told by /readyz
			return float64(n)
		}),
		flag("muster_store_full", "1 where the latest write found no room.", store.Full),
		flag("muster_token_refused", "1 while Slack refuses the bot's token.", func() bool { return i.Slack.Refused() != nil }),
		flag("muster_store_damaged", "1 where the store is damaged, and so read only.", func() bool { return store.Damaged() != nil }),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "muster_requests_set_aside", Help: "Requests that could not be handled; see muster aside."}, func() float64 {
			events, _ := store.Events(context.Background(), timeline.House, 0) // without it the store is told of
			return float64(len(timeline.Fold(timeline.House, events).Aside()))
		}),
		late{store, now},
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
	)
	return m
}

// flag is a gauge that is 1 or 0.
func flag(name, help string, is func() bool) prometheus.Collector {
	return prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, func() float64 {
		if is() {
			return 1
		}
		return 0
	})
}

// urgencies are the names of the urgencies in metrics.
var urgencies = map[timeline.Urgency]string{
	timeline.Page: "page", timeline.Room: "room", timeline.Board: "board", timeline.Announce: "announce", timeline.Cosmetic: "cosmetic",
}

// late tells how old what is owed is, for each urgency.
type late struct {
	store *bolt.Store
	now   func() time.Time
}

var lateDesc = prometheus.NewDesc("muster_effects_late_seconds", "How long ago the oldest effect of an urgency was called for that is still owed; 0 where none is.", []string{"urgency"}, nil)

// Describe implements [prometheus.Collector].
func (late) Describe(to chan<- *prometheus.Desc) { to <- lateDesc }

// Collect implements [prometheus.Collector].
func (l late) Collect(to chan<- prometheus.Metric) {
	for u, name := range urgencies {
		seconds := 0.0
		if since, ok := l.store.Oldest(u, u, l.now()); ok {
			seconds = max(0, l.now().Sub(since).Seconds())
		}
		to <- prometheus.MustNewConstMetric(lateDesc, prometheus.GaugeValue, seconds, name)
	}
}

// Acknowledged implements [slack.Meter].
func (m *meters) Acknowledged(kind string, again bool, took time.Duration) {
	m.acked.WithLabelValues(kind, map[bool]string{true: "yes", false: "no"}[again]).Observe(took.Seconds())
}

// SocketEnded implements [slack.Meter].
func (m *meters) SocketEnded(age time.Duration) { m.ended.Observe(age.Seconds()) }

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
