package patient

import (
	"context"

	"candour/locales"
	"candour/models/casework"
	"candour/models/deadline"
	"candour/models/objection"
	"candour/models/opaque"
	"candour/models/patient"
	"candour/views/component"
)

// Requests is what becomes of everything that somebody asked for.
type Requests struct {
	Cases     []casework.Case // newest first
	Person    opaque.ID       // whose page it is; empty for who is not held here
	Sightings []objection.Sighting
	Effect    patient.Effect
	Names     map[string]string // organisations, by id
	Unread    int
	Today     deadline.Day
}

// group is a part of the list under its heading.
type group struct {
	key   string
	cases []casework.Case
}

// groups are the requests that wait for the person, those that others work on, and
// those on which nothing more is to be done.
func (r Requests) groups() []group {
	all := []group{{key: "waiting"}, {key: "open"}, {key: "done"}}
	for _, c := range r.Cases {
		i := 1
		switch {
		case !c.Open():
			i = 2
		case waitsForPerson(c.State):
			i = 0
		}
		all[i].cases = append(all[i].cases, c)
	}
	out := all[:0]
	for _, g := range all {
		if len(g.cases) > 0 {
			out = append(out, g)
		}
	}
	return out
}

func waitsForPerson(s casework.State) bool { return s == objection.ContactWanted }

// uncased tells whether codes stand in the person's timeline that no request here
// explains: none that is undecided or in force.
func (r Requests) uncased() bool {
	for _, c := range r.Cases {
		if r.Person != "" && c.Person == r.Person && (objection.Undecided(c.State) || objection.InForce(c.State)) {
			return false
		}
	}
	return len(r.Sightings) > 0
}

// titleOf is what a request is called: for oneself, or for whom.
func titleOf(ctx context.Context, c casework.Case, me opaque.ID) string {
	if me != "" && c.Person == me {
		return locales.T(ctx, "requests.for_me")
	}
	return locales.T(ctx, "requests.for", "name", c.About)
}

func stateName(ctx context.Context, s casework.State) string {
	return locales.T(ctx, "requests.state."+string(s))
}

// stateColour: the same colour is the same sort of thing everywhere, and never says
// anything alone.
func stateColour(s casework.State) string {
	switch s {
	case objection.ContactWanted, objection.Disputed:
		return "yellow"
	case objection.Confirmed, objection.Coded, objection.Effective:
		return "green"
	case objection.Refused, objection.Withdrawn, objection.Visible:
		return "grey"
	}
	return "blue"
}

// due is by when somebody hears, in words; "" when nothing is due.
func due(ctx context.Context, c casework.Case) string {
	switch {
	case !c.Open():
		return ""
	case c.Due == casework.Paused:
		return locales.T(ctx, "requests.paused")
	case objection.Undecided(c.State) || c.State == objection.ReversalRequested:
		return locales.T(ctx, "requests.due", "when", component.DayOf(ctx, c.Due))
	}
	return ""
}

// sighted is one code in words.
func sighted(ctx context.Context, s objection.Sighting) string {
	key := "requests.sighted.given"
	if s.Refused {
		key = "requests.sighted.refused"
	}
	return locales.T(ctx, key, "organisation", named(ctx, s.Organisation), "when", component.Day(ctx, s.Effective))
}

func named(ctx context.Context, name string) string {
	if name == "" {
		return locales.T(ctx, "requests.somebody")
	}
	return name
}

func unread(ctx context.Context, n int) string {
	if n == 0 {
		return locales.T(ctx, "requests.messages")
	}
	return locales.N(ctx, "requests.unread", n)
}
