// Package clock is the one place that knows what time it is. Everything that
// decides by time takes a Clock, so that a birthday, a deadline or an idle
// time-out can be watched from outside (trust.md R-17).
package clock

import (
	"os"
	"strings"
	"time"
)

// Clock returns the present instant, in UTC.
type Clock func() time.Time

// System reads the machine's clock.
func System() time.Time { return time.Now().UTC() }

// Fixed always returns t.
func Fixed(t time.Time) Clock {
	t = t.UTC()
	return func() time.Time { return t }
}

// File reads an RFC 3339 instant from a file on each use; it falls back to the
// machine's clock while the file is absent or unreadable. Demo only: the
// composition root refuses it beside a real issuer.
func File(path string) Clock {
	return func() time.Time {
		text, err := os.ReadFile(path)
		if err != nil {
			return System()
		}
		t, err := time.Parse(time.RFC3339, strings.TrimSpace(string(text)))
		if err != nil {
			return System()
		}
		return t.UTC()
	}
}

// Stopwatch measures how long something took. It is for durations only (metrics,
// progress), never for deciding anything.
func Stopwatch() func() time.Duration {
	start := time.Now()
	return func() time.Duration { return time.Since(start) }
}
