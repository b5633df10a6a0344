package public

import (
	"context"
	"strings"
	"testing"
	"time"

	"candour/locales"
	"candour/models/probe"
	"candour/views/layout"
	"candour/views/viewtest"
)

func TestNumbersPage(t *testing.T) {
	of := func(n int, median time.Duration) probe.Spread {
		return probe.Spread{Count: probe.Count{N: n}, Median: median, Lower: median / 2, Upper: median * 2, Slow: median * 3}
	}
	hidden := probe.Spread{Count: probe.Count{Hidden: true}}
	n := Numbers{probe.Numbers{From: "2025-11-23", To: "2026-11-23", Refusal: of(40, 3*time.Second), Effective: of(40, 26*time.Hour+5*time.Minute),
		Months: []probe.Month{{Month: "2026-10", Spread: of(33, 26*time.Hour)}, {Month: "2026-11", Spread: hidden}}, Requests: probe.Count{N: 51},
		Became: map[probe.Group]probe.Count{probe.Open: {N: 6}, probe.Standing: {N: 38}, probe.Refused: {Hidden: true}, probe.Withdrawn: {Hidden: true}, probe.TakenBack: {Hidden: true}}}}
	shell := layout.Shell{Region: "Three Rivers", Return: "/numbers", RequestID: "r"}
	text := viewtest.Text(viewtest.Page(t, "numbers", shell, NumbersPage(n)))
	for _, words := range []string{"it took 1 day 2 hours from", "40", "3 seconds", "October 2026", "Not shown, because it is small", "From 23 November 2025 to 23 November 2026", "Agreed, and still stands"} {
		if !strings.Contains(text, words) {
			t.Errorf("it does not say %q:\n%s", words, text)
		}
	}
	few := Numbers{probe.Numbers{From: "2025-11-23", To: "2026-11-23", Refusal: hidden, Effective: hidden, Requests: probe.Count{Hidden: true}, Became: map[probe.Group]probe.Count{}}}
	if text := viewtest.Text(viewtest.Page(t, "numbers-few", shell, NumbersPage(few))); !strings.Contains(text, "too few objections yet") {
		t.Errorf("of a few: %s", text)
	}
}

func TestTimesInWords(t *testing.T) {
	ctx := locales.With(context.Background(), locales.Default)
	for d, want := range map[time.Duration]string{0: "0 seconds", 900 * time.Millisecond: "1 second", time.Minute: "1 minute", 61 * time.Second: "1 minute 1 second",
		3*time.Hour + 2*time.Second: "3 hours", 3*time.Hour + 2*time.Minute: "3 hours 2 minutes", 24 * time.Hour: "1 day", 50 * time.Hour: "2 days 2 hours", 49*time.Hour + 59*time.Minute + 59*time.Second: "2 days 1 hour"} {
		if got := took(ctx, d); got != want {
			t.Errorf("%s: %q, want %q", d, got, want)
		}
	}
}
