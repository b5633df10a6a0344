package public

import (
	"context"
	"encoding/hex"
	"time"

	"candour/locales"
	"candour/models/organisation"
	"candour/models/status"
	"candour/views/component"
)

// Status is how the service stands, for people.
type Status struct {
	status.Report
	Version string
	Phone   string // whom to ring when records cannot be opened
}

var verdictColour = map[status.Verdict]string{status.Working: "green", status.Partly: "orange", status.Down: "red"}

// conditions counts the feeds by how they stand, worst first; those of which
// nothing is expected come last.
func (s Status) conditions() []conditionCount {
	var out []conditionCount
	for _, c := range severity {
		n := 0
		for _, f := range s.Feeds {
			if f.Condition == c {
				n++
			}
		}
		if n > 0 {
			out = append(out, conditionCount{c, n})
		}
	}
	return out
}

type conditionCount struct {
	organisation.Condition
	n int
}

// sorted are the feeds, those that stand worst first, by name within.
func (s Status) sorted() []status.Feed {
	var out []status.Feed
	for _, c := range severity {
		for _, f := range s.Feeds {
			if f.Condition == c {
				out = append(out, f)
			}
		}
	}
	return out
}

// cause is why the verdict is what it is, where there are several reasons for one.
func (s Status) cause() string {
	if s.Verdict() == status.Partly && len(s.Unwell()) == 0 {
		return "unproven"
	}
	return string(s.Verdict())
}

// age says how long ago something was, in the largest unit that is true.
func age(ctx context.Context, d time.Duration) string {
	switch {
	case d < time.Minute:
		return locales.T(ctx, "status.age.now")
	case d < time.Hour:
		return locales.N(ctx, "status.age.minutes", int(d.Minutes()))
	case d < 48*time.Hour:
		return locales.N(ctx, "status.age.hours", int(d.Hours()))
	}
	return locales.N(ctx, "status.age.days", int(d.Hours()/24))
}

func (s Status) queueRows(ctx context.Context) []component.Row {
	row := func(key string, q status.Queue) component.Row {
		if q.Waiting == 0 {
			return component.Row{Key: locales.T(ctx, "status.queue."+key), Value: locales.T(ctx, "status.queue.nothing")}
		}
		return component.Row{Key: locales.T(ctx, "status.queue."+key), Value: locales.N(ctx, "status.queue.waiting", int(q.Waiting), "age", age(ctx, q.Age(s.At)))}
	}
	return []component.Row{row("quarantined", s.Quarantined), row("held", s.Held)}
}

func (s Status) logRows(ctx context.Context) []component.Row {
	rows := []component.Row{{Key: locales.T(ctx, "status.log.number"), Value: locales.Number(int(s.Log.Number))}}
	if !s.Log.At.IsZero() {
		rows = append(rows, component.Row{Key: locales.T(ctx, "status.log.at"), Value: component.DayTime(ctx, s.Log.At)})
	}
	return append(rows, component.Row{Key: locales.T(ctx, "status.log.chain"), Part: checkpoint(hex.EncodeToString(s.Log.Chain))})
}
