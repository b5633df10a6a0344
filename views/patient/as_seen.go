package patient

import (
	"context"

	"candour/locales"
	"candour/models/probe"
	"candour/views/component"
)

// AsSeen is one's own record as somebody else would get it: today, and after an
// objection, or after it was taken back.
type AsSeen struct {
	Roles, Organisations []component.Option
	Role                 string // of whom one looks through, in words
	Organisation         string
	Objected             bool
	Today, Then          Sight
	Proofs               []probe.Proof // of an objection that stands
}

// Sight is what they get: the outline of the page, or what they are told instead.
type Sight struct {
	Shown       bool
	Title, Text string // of the page that they get when they are not let in
	Lines       []SightLine
}

// SightLine is one part of the page.
type SightLine struct{ Heading, Caption string }

func (a AsSeen) key(part string) string {
	if a.Objected {
		return "as_seen.back." + part
	}
	return "as_seen.object." + part
}

// sights are both, in the order in which they come about.
func (a AsSeen) sights() []sight {
	return []sight{{"today", "as_seen.today", a.Today}, {"then", a.key("then"), a.Then}}
}

type sight struct {
	id, heading string
	Sight
}

func sightColumns(ctx context.Context) []component.Column {
	return []component.Column{{Text: locales.T(ctx, "as_seen.col.part")}, {Text: locales.T(ctx, "as_seen.col.says")}}
}

// proven says how one round of checks ended.
func proven(ctx context.Context, p probe.Proof) string {
	key := "as_seen.proof.refused"
	if p.Saw > 0 {
		key = "as_seen.proof.not_refused"
	}
	return locales.N(ctx, key, p.Partners, "when", component.DayTime(ctx, p.At))
}
