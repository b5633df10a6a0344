package public

import (
	"context"

	"candour/locales"
	"candour/models/invalid"
	"candour/models/organisation"
	"candour/models/patient"
	"candour/views/component"
	"candour/views/link"
)

// Registered is what somebody says of their GP surgery.
const (
	RegisteredYes    = "yes"
	RegisteredNo     = "no"
	RegisteredUnsure = "unsure"
)

// Asked is the form of the inclusion checker, as it was filled in. Nothing of it
// is kept anywhere.
type Asked struct {
	Birth      patient.DateParts
	Registered string
	Surgery    string // name or code, as typed
	Which      string // code, once a name fits several
	Again      bool   // they were asked which
}

// Included is the page that asks.
type Included struct {
	Asked
	Region   string
	Age      int // of the policy
	Problems invalid.Fields
	Several  []organisation.Organisation // the surgeries that were meant, when there is more than one
}

// Answer is the page that answers.
type Answer struct {
	patient.Standing
	Asked   Asked
	Born    string // YYYY-MM-DD
	From    string // YYYY-MM-DD, for who is not of age yet
	Surgery *organisation.Organisation
	Region  string
	Age     int
}

// key is the standing, or why there is no surgery to go by.
func (a Answer) key() string {
	switch {
	case a.Standing == patient.NoPractice && a.Asked.Registered == RegisteredYes:
		return "unknown_surgery"
	case a.Standing == patient.NoPractice && a.Asked.Registered == RegisteredUnsure:
		return "unsure"
	}
	return string(a.Standing)
}

func (a Answer) region(ctx context.Context) string { return regionOr(ctx, a.Region) }

func regionOr(ctx context.Context, region string) string {
	if region == "" {
		return locales.T(ctx, "included.this_area")
	}
	return region
}

func (a Answer) rows(ctx context.Context) []component.Row {
	t := func(key string, args ...any) string { return locales.T(ctx, key, args...) }
	rows := []component.Row{
		{Key: t("included.why"), Value: t("included.reason."+a.key(), "age", a.Age, "region", a.region(ctx))},
		{Key: t("included.from"), Value: a.when(ctx)},
		{Key: t("included.whom"), Value: t("included.ask." + a.key())},
		{Key: t("included.born"), Value: component.DayOf(ctx, a.Born)},
	}
	switch {
	case a.Surgery != nil:
		rows = append(rows, component.Row{Key: t("included.surgery"), Part: surgeryLink(*a.Surgery)})
	case a.Asked.Registered == RegisteredYes:
		rows = append(rows, component.Row{Key: t("included.surgery"), Value: t("included.not_known_here", "typed", a.Asked.Surgery)})
	}
	return rows
}

// when is the day from which it holds, as things stand.
func (a Answer) when(ctx context.Context) string {
	switch a.Standing {
	case patient.Included:
		return locales.T(ctx, "included.when.now")
	case patient.UnderAge:
		return locales.T(ctx, "included.when.birthday", "when", component.DayOf(ctx, a.From), "age", a.Age)
	}
	return locales.T(ctx, "included.when.moved", "region", a.region(ctx))
}

// note is what the state of the surgery adds, or "".
func (a Answer) note(ctx context.Context) string {
	switch {
	case a.Surgery == nil:
		return ""
	case a.Standing == patient.UnderAge && !a.Surgery.InRegion:
		return locales.T(ctx, "included.note.elsewhere_too", "region", a.region(ctx))
	case a.Surgery.InRegion && a.Surgery.State != organisation.Connected:
		return locales.T(ctx, "included.note."+string(a.Surgery.State))
	}
	return ""
}

func partnerAddress(o organisation.Organisation) string {
	return link.Partner((&Partner{Organisation: o}).Code())
}

func (p Included) registeredOptions(ctx context.Context) []component.Option {
	var out []component.Option
	for _, v := range []string{RegisteredYes, RegisteredNo, RegisteredUnsure} {
		out = append(out, component.Option{Value: v, Text: locales.T(ctx, "included.registered."+v), Selected: p.Registered == v})
	}
	return out
}

func (p Included) severalOptions(ctx context.Context) []component.Option {
	var out []component.Option
	for _, o := range p.Several {
		out = append(out, component.Option{Value: o.ODSCode, Text: locales.T(ctx, "included.one_of_them", "name", o.Name, "code", o.ODSCode), Selected: p.Which == o.ODSCode})
	}
	return append(out, component.Option{Value: NoneOfThese, Text: locales.T(ctx, "included.none_of_these"), Selected: p.Which == NoneOfThese})
}

// NoneOfThese is the choice of who finds their surgery not among those listed.
const NoneOfThese = "none"
