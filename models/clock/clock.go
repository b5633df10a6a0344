// Package clock is the one place that knows what time it is. Everything that
// decides by time takes a Clock, so that a birthday, a deadline or an idle
// time-out can be watched from outside (trust.md R-17).
package clock

import (
	"fmt"
	"os"
	"strings"
	"sync/atomic"
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

// File reads an RFC 3339 instant from a file on each use. While the file is
// being rewritten, or cannot be read, the last good instant holds; one that cannot
// be read at the start is an error. Demo only.
func File(path string) (Clock, error) {
	first, err := readInstant(path)
	if err != nil {
		return nil, err
	}
	var last atomic.Int64
	last.Store(first.UnixNano())
	return func() time.Time {
		if t, err := readInstant(path); err == nil {
			last.Store(t.UnixNano())
		}
		return time.Unix(0, last.Load()).UTC()
	}, nil
}

func readInstant(path string) (time.Time, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return time.Time{}, fmt.Errorf("clock: %w", err)
	}
	t, err := time.Parse(time.RFC3339, strings.TrimSpace(string(text)))
	if err != nil {
		return time.Time{}, fmt.Errorf("clock: %s does not hold an instant as 2026-11-23T09:30:00Z", path)
	}
	return t, nil
}

// Stopwatch measures how long something took. It is for durations only (metrics,
// progress), never for deciding anything.
func Stopwatch() func() time.Duration {
	start := time.Now()
	return func() time.Duration { return time.Since(start) }
}
