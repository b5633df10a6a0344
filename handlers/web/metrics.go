package web

import (
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Metrics counts requests by the route's pattern, which names no one. They are
// served on a listener of their own, never on the public one (T58).
type Metrics struct {
	Registry *prometheus.Registry
	Panics   prometheus.Counter
	Hurried  *prometheus.CounterVec

	requests *prometheus.HistogramVec
	known    sync.Map // series → prometheus.Observer
}

type series struct {
	route, method string
	status        int
}

// NewMetrics makes the registry, with the process's and Go's own figures in it.
func NewMetrics() *Metrics {
	m := &Metrics{
		Registry: prometheus.NewRegistry(),
		Panics:   prometheus.NewCounter(prometheus.CounterOpts{Name: "candour_panics_total", Help: "Panics that became an error page."}),
		Hurried:  prometheus.NewCounterVec(prometheus.CounterOpts{Name: "candour_paced_total", Help: "Requests refused because they came too often."}, []string{"pace"}),
		requests: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "candour_request_seconds", Help: "Time to answer, by route pattern.",
			Buckets: []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10},
		}, []string{"route", "method", "status"}),
	}
	m.Registry.MustRegister(m.Panics, m.Hurried, m.requests, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

func (m *Metrics) observe(route *Route, method string, status int, took time.Duration) {
	s := series{route: "unmatched", method: method, status: status}
	if route != nil {
		s.route = route.Pattern
	}
	o, ok := m.known.Load(s)
	if !ok {
		if !knownMethod([]byte(s.method)) {
			s.method = "other"
		}
		o, _ = m.known.LoadOrStore(s, m.requests.WithLabelValues(s.route, s.method, strconv.Itoa(s.status)))
	}
	o.(prometheus.Observer).Observe(took.Seconds())
}

// Handler serves the metrics.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.Registry, promhttp.HandlerOpts{})
}
