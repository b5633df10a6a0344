package web

import (
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/VictoriaMetrics/metrics"
)

// Metrics counts requests by the route's pattern, which names no one. They are
// served on a listener of their own, never on the public one (T58), in the text
// format that Prometheus reads.
type Metrics struct {
	Panics *metrics.Counter

	set   *metrics.Set
	known sync.Map // series → *durations
}

type series struct {
	route, method string
	status        int
}

// bounds are the buckets of how long an answer took, in seconds.
var bounds = []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10}

// durations is one histogram. The library's own has buckets that only its makers'
// database reads, so its buckets are counters here, each with all that is below it.
type durations struct {
	buckets []*metrics.Counter
	all     *metrics.Counter
	count   *metrics.Counter
	sum     *metrics.FloatCounter
}

// NewMetrics makes the set; the process's and Go's own figures go with it.
func NewMetrics() *Metrics {
	set := metrics.NewSet()
	return &Metrics{set: set, Panics: set.NewCounter("candour_panics_total")}
}

// Count adds one to a counter of events, by one label of a closed list of values.
func (m *Metrics) Count(name, label, value string) {
	m.set.GetOrCreateCounter(fmt.Sprintf("%s{%s=%q}", name, label, value)).Inc()
}

func (m *Metrics) observe(route *Route, method string, status int, took time.Duration) {
	s := series{route: "unmatched", method: method, status: status}
	if route != nil {
		s.route = route.Pattern
	}
	d, ok := m.known.Load(s)
	if !ok {
		if !knownMethod([]byte(s.method)) {
			s.method = "other"
		}
		d, _ = m.known.LoadOrStore(s, m.durations(s))
	}
	d.(*durations).observe(took.Seconds())
}

func (m *Metrics) durations(s series) *durations {
	labels := fmt.Sprintf("method=%q,route=%q,status=%q", s.method, s.route, strconv.Itoa(s.status))
	bucket := func(le string) *metrics.Counter {
		return m.set.GetOrCreateCounter(fmt.Sprintf("candour_request_seconds_bucket{%s,le=%q}", labels, le))
	}
	d := &durations{all: bucket("+Inf"), count: m.set.GetOrCreateCounter("candour_request_seconds_count{" + labels + "}"),
		sum: m.set.GetOrCreateFloatCounter("candour_request_seconds_sum{" + labels + "}")}
	for _, b := range bounds {
		d.buckets = append(d.buckets, bucket(strconv.FormatFloat(b, 'g', -1, 64)))
	}
	return d
}

func (d *durations) observe(seconds float64) {
	for i := len(bounds) - 1; i >= 0 && seconds <= bounds[i]; i-- {
		d.buckets[i].Inc()
	}
	d.all.Inc()
	d.count.Inc()
	d.sum.Add(seconds)
}

// Handler serves the metrics.
func (m *Metrics) Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
		m.set.WritePrometheus(w)
		metrics.WriteProcessMetrics(w)
	})
}
