package public

import (
	"context"

	"candour/locales"
	"candour/models/organisation"
	"candour/models/status"
	"candour/views/component"
	"candour/views/link"
)

// Colours of states and conditions; each stands beside its words.
var (
	stateColour = map[organisation.State]string{organisation.Connected: "green", organisation.Planned: "blue",
		organisation.Suspended: "orange", organisation.Left: "grey"}
	conditionColour = map[organisation.Condition]string{organisation.Fresh: "green", organisation.Late: "orange",
		organisation.Failed: "red", organisation.Waiting: "blue", organisation.Apart: "grey"}
)

// severity orders the conditions, worst first.
var severity = []organisation.Condition{organisation.Failed, organisation.Late, organisation.Waiting, organisation.Fresh, organisation.Apart}

// worst is the condition of the feed that stands worst, or "" without any feed.
func (p *Partner) worst() organisation.Condition {
	for _, c := range severity {
		for _, f := range p.Feeds {
			if f.Condition == c {
				return c
			}
		}
	}
	return ""
}

// since says from when to when it took part.
func since(ctx context.Context, p *Partner) string {
	switch {
	case p.State == organisation.Planned:
		return locales.T(ctx, "partners.not_yet")
	case p.ConnectedOn == "":
		return locales.T(ctx, "partners.no_date")
	case p.LeftOn != "":
		return locales.T(ctx, "partners.from_to", "from", component.DayOf(ctx, p.ConnectedOn), "to", component.DayOf(ctx, p.LeftOn))
	}
	return component.DayOf(ctx, p.ConnectedOn)
}

// facts are the partner in a summary list.
func (p *Partner) facts(ctx context.Context) []component.Row {
	t := func(key string) string { return locales.T(ctx, key) }
	rows := []component.Row{{Key: t("partners.kind_label"), Value: t("partners.kind." + string(p.Kind))}}
	if p.ODSCode != "" {
		rows = append(rows, component.Row{Key: t("partners.code"), Part: component.Digits(p.ODSCode)})
	} else {
		rows = append(rows, component.Row{Key: t("partners.code"), Value: t("partners.no_code")})
	}
	rows = append(rows,
		component.Row{Key: t("partners.state_label"), Part: stateLine(p)},
		component.Row{Key: t("partners.since"), Value: since(ctx, p)})
	if !p.InRegion {
		rows = append(rows, component.Row{Key: t("partners.region"), Value: t("partners.region_out")})
	}
	if p.Phone != "" {
		rows = append(rows, component.Row{Key: t("partners.phone"), Part: component.Digits(p.Phone)})
	}
	return rows
}

// heard says when a feed was last heard of, or that it never was.
func heard(ctx context.Context, f status.Feed) string {
	if f.LastReceived.IsZero() {
		return locales.T(ctx, "partners.never")
	}
	return component.DayTime(ctx, f.LastReceived)
}

// system says where a feed comes from, for the kinds of systems that have words.
func system(ctx context.Context, f status.Feed) string {
	if words, ok := locales.Lookup(ctx, "partners.system."+f.SystemKind); ok {
		return words
	}
	return locales.T(ctx, "partners.system.own")
}

// asked are the ways to ask for one purpose; what a partner has not named is its
// own telephone number.
func (p *Partner) asked(c organisation.Contact) organisation.Contact {
	if c.Phone == "" {
		c.Phone = p.Phone
	}
	return c
}

// to is the way to another partner.
func to(p *Partner) component.Link {
	return component.Link{Href: link.Partner(p.Code()), Text: p.Name}
}
