package public

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"candour/locales"
	"candour/models/organisation"
	"candour/views/component"
	"candour/views/link"
)

// Announcement tells people of a change, at an address of its own. Its words are
// whats_new.entry.<slug>.title and .text.
type Announcement struct {
	Slug      string
	On        string // YYYY-MM-DD
	Withdrawn string // day on which it was taken back; its address then says so
	More      func() string
}

// Announcements are all there are; a new one goes on top.
func Announcements() []Announcement {
	return []Announcement{
		{Slug: "object-online", On: "2026-11-23", More: func() string { return link.Question("object") }},
		{Slug: "questions-and-answers", On: "2026-11-23", More: func() string { return link.Questions(nil) }},
		{Slug: "choices-side-by-side", On: "2026-11-23", More: link.Choices},
		{Slug: "who-takes-part", On: "2026-11-23", More: func() string { return link.Partners(nil) }},
		{Slug: "am-i-included", On: "2026-11-23", More: link.Included},
		{Slug: "service-status", On: "2026-11-23", More: link.Status},
		{Slug: "item-by-item", On: "2026-11-22", More: func() string { return link.SignInTo("patient", link.MyAccessHistory(nil)) }},
		{Slug: "high-contrast", On: "2026-11-22"},
	}
}

// News is one line of what is new: an announcement, or a change of the register.
type News struct {
	On           string
	Announcement *Announcement // or
	Change       string        // joined, left or renamed
	Kind         organisation.Kind
	Partners     []*Partner // whom the change concerns, by name
	Former       string     // the name before
}

// Latest puts announcements and changes of the register in one order, the newest
// first, up to a day. Partners of one kind that joined on one day are one line.
func Latest(all []Announcement, register []*Partner, today string) []News {
	var out []News
	for _, a := range all {
		if a.Withdrawn == "" && a.On <= today {
			out = append(out, News{On: a.On, Announcement: &a})
		}
	}
	for _, n := range changes(register) {
		if n.On <= today {
			out = append(out, n)
		}
	}
	slices.SortStableFunc(out, func(a, b News) int {
		return cmp.Or(strings.Compare(b.On, a.On), cmp.Compare(slices.Index(organisation.Kinds(), a.Kind), slices.Index(organisation.Kinds(), b.Kind)))
	})
	return out
}

func changes(register []*Partner) []News {
	var out []News
	for _, p := range register {
		if p.ConnectedOn != "" && p.State != organisation.Planned {
			at := slices.IndexFunc(out, func(n News) bool { return n.Change == "joined" && n.On == p.ConnectedOn && n.Kind == p.Kind })
			if at < 0 {
				out = append(out, News{On: p.ConnectedOn, Change: "joined", Kind: p.Kind})
				at = len(out) - 1
			}
			out[at].Partners = append(out[at].Partners, p)
		}
		if p.LeftOn != "" { // the last day there
			out = append(out, News{On: p.GoneOn(), Change: "left", Kind: p.Kind, Partners: []*Partner{p}})
		}
		for _, f := range p.Former() {
			out = append(out, News{On: f.Until, Change: "renamed", Kind: p.Kind, Partners: []*Partner{p}, Former: f.Text})
		}
	}
	return out
}

// Year of a line, under which it stands.
func (n News) Year() string { return n.On[:4] }

func (n News) title(ctx context.Context) string {
	switch {
	case n.Announcement != nil:
		return locales.T(ctx, "whats_new.entry."+n.Announcement.Slug+".title")
	case n.Change == "joined":
		return locales.N(ctx, "whats_new.joined."+string(n.Kind), len(n.Partners))
	case n.Change == "left":
		return locales.T(ctx, "whats_new.left")
	}
	return locales.T(ctx, "whats_new.renamed", "former", n.Former)
}

// WhatsNew is the page; Planned are those who have yet to join.
type WhatsNew struct {
	News    []News
	Planned []*Partner
}

func (w WhatsNew) years() [][]News {
	var out [][]News
	for _, n := range w.News {
		if len(out) == 0 || out[len(out)-1][0].Year() != n.Year() {
			out = append(out, nil)
		}
		out[len(out)-1] = append(out[len(out)-1], n)
	}
	return out
}

// StillToJoin are the partners that are planned.
func StillToJoin(register []*Partner) []*Partner {
	var out []*Partner
	for _, p := range register {
		if p.State == organisation.Planned {
			out = append(out, p)
		}
	}
	return out
}

func (n News) when(ctx context.Context) string { return component.DayOf(ctx, n.On) }
