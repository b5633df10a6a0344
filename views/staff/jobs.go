package staff

import (
	"context"
	"time"

	"candour/locales"
	"candour/models/job"
	"candour/views/component"
)

// Jobs is the work that no person starts, as it stands: how much there is of each
// kind, and nothing of single jobs, which are of every organisation.
type Jobs struct {
	Counts []job.Count
	Now    time.Time
}

// jobKind is a kind of work in words; one that has none is called as it is.
func jobKind(ctx context.Context, kind string) string {
	if text, ok := locales.Lookup(ctx, "jobs.kind."+kind); ok {
		return text
	}
	return kind
}

func jobColour(s job.State) string {
	switch s {
	case job.Dead:
		return "red"
	case job.Running:
		return "blue"
	case job.Waiting:
		return "white"
	}
	return "grey"
}

// late tells whether the oldest of what waits should have been done some time ago.
func (j Jobs) late(c job.Count) bool {
	return c.State == job.Waiting && c.Oldest.Before(j.Now.Add(-time.Hour))
}

func jobStamp(t time.Time) string { return t.In(component.London).Format("02-Jan-2006 15:04") }
