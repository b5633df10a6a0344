package staff

import (
	"context"
	"net/url"
	"strconv"
	"time"

	"candour/locales"
	"candour/models/job"
	"candour/views/component"
	"candour/views/link"
)

// Jobs is the work that no person starts, as it stands.
type Jobs struct {
	Counts []job.Count
	List   []job.Job
	State  job.State // of the filter; "" is any
	Kind   string
	More   bool   // there are older ones
	Older  bool   // it is not the newest part
	Again  string // what became of a job that was to be tried anew: yes, not, or ""
	Now    time.Time
}

// jobKind is a kind of work in words; one that has none is called as it is.
func jobKind(ctx context.Context, kind string) string {
	if text, ok := locales.Lookup(ctx, "jobs.kind."+kind); ok {
		return text
	}
	return kind
}

// jobWhy is the word that is stored of a failure, in words where there are any.
func jobWhy(ctx context.Context, code string) string {
	if text, ok := locales.Lookup(ctx, "jobs.why."+code); ok {
		return text
	}
	return code
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

// kinds are the kinds that there is work of, each once.
func (j Jobs) kinds(ctx context.Context) []component.Option {
	out := []component.Option{{Text: locales.T(ctx, "jobs.any"), Selected: j.Kind == ""}}
	for i, c := range j.Counts {
		if i == 0 || j.Counts[i-1].Kind != c.Kind {
			out = append(out, component.Option{Value: c.Kind, Text: jobKind(ctx, c.Kind), Selected: j.Kind == c.Kind})
		}
	}
	return out
}

func (j Jobs) states(ctx context.Context) []component.Option {
	out := []component.Option{{Text: locales.T(ctx, "jobs.any"), Selected: j.State == ""}}
	for _, s := range job.States() {
		out = append(out, component.Option{Value: string(s), Text: locales.T(ctx, "jobs.state."+string(s)), Selected: j.State == s})
	}
	return out
}

func (j Jobs) filter() url.Values {
	v := url.Values{}
	if j.Kind != "" {
		v.Set("kind", j.Kind)
	}
	if j.State != "" {
		v.Set("state", string(j.State))
	}
	return v
}

func (j Jobs) pages(ctx context.Context) component.Pages {
	var p component.Pages
	if j.Older {
		p.Previous = component.Link{Href: link.StaffJobs(j.filter()), Text: locales.T(ctx, "jobs.newest")}
	}
	if j.More {
		last, v := j.List[len(j.List)-1], j.filter()
		v.Set("after", strconv.FormatInt(last.Changed.UnixMilli(), 10)+"."+last.ID)
		p.Next = component.Link{Href: link.StaffJobs(v), Text: locales.T(ctx, "jobs.older")}
	}
	return p
}

// late tells whether the oldest of what waits should have been done some time ago.
func (j Jobs) late(c job.Count) bool {
	return c.State == job.Waiting && c.Oldest.Before(j.Now.Add(-time.Hour))
}

// next is when something is to be done.
func (j Jobs) next(ctx context.Context, one job.Job) string {
	switch {
	case one.State == job.Done || one.State == job.Dead:
		return locales.T(ctx, "jobs.not_again")
	case one.State == job.Waiting && one.Held.After(one.RunAt):
		return jobStamp(one.Held)
	}
	return jobStamp(one.RunAt)
}

func jobStamp(t time.Time) string { return t.In(component.London).Format("02-Jan-2006 15:04") }
