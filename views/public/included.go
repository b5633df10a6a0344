package public

import (
	"cmp"
	"context"
	"strings"

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
	Several  []organisation.Match // the surgeries that could be meant, when that is not sure
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

// besides is what else than age stands between somebody under age and being
// included; "" when nothing does.
func (a Answer) besides() string {
	switch {
	case a.Surgery != nil && !a.Surgery.InRegion:
		return "_elsewhere"
	case a.Surgery != nil && a.Surgery.State == organisation.Left:
		return "_left"
	case a.Surgery != nil:
		return ""
	case a.Asked.Registered == RegisteredYes:
		return "_unknown"
	case a.Asked.Registered == RegisteredUnsure:
		return "_unsure"
	}
	return "_no"
}

// whom is the key of whom to ask.
func (a Answer) whom() string {
	if a.Standing == patient.UnderAge {
		return a.key() + a.besides()
	}
	return a.key()
}

// signposts tells whether the shared records of other areas are worth a word.
func (a Answer) signposts() bool {
	return a.Standing == patient.OutOfRegion || a.key() == "unknown_surgery" ||
		a.Standing == patient.UnderAge && (a.besides() == "_elsewhere" || a.besides() == "_unknown")
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
		{Key: t("included.whom"), Value: t("included.ask." + a.whom())},
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
		key := "included.when.birthday"
		if a.besides() != "" {
			key = "included.when.birthday_if"
		}
		return locales.T(ctx, key, "when", component.DayOf(ctx, a.From), "age", a.Age, "region", a.region(ctx))
	}
	return locales.T(ctx, "included.when.moved", "region", a.region(ctx))
}

// note is what is to be said besides, or "".
func (a Answer) note(ctx context.Context) string {
	key := ""
	if a.Surgery != nil && a.Surgery.InRegion && a.Surgery.State != organisation.Connected {
		key = "_" + string(a.Surgery.State)
	}
	if a.Standing == patient.UnderAge {
		key = "_under_age" + cmp.Or(key, a.besides())
		if key == "_under_age" {
			return ""
		}
	}
	if key == "" {
		return ""
	}
	return locales.T(ctx, "included.note."+strings.TrimPrefix(key, "_"), "region", a.region(ctx))
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
	for _, m := range p.Several {
		o := component.Option{Value: m.Key(), Text: m.Name, Selected: p.Which == m.Key()}
		if m.ODSCode != "" {
			o.Text = locales.T(ctx, "included.one_of_them", "name", m.Name, "code", m.ODSCode)
		}
		if m.Former != "" {
			o.Hint = locales.T(ctx, "included.earlier", "name", m.Former)
		}
		out = append(out, o)
	}
	return append(out, component.Option{Value: NoneOfThese, Text: locales.T(ctx, p.several("included.none_of_these", "included.none_of_these_one")), Selected: p.Which == NoneOfThese})
}

// several is the first key, or the second when a single surgery is asked about.
func (p Included) several(many, one string) string {
	if len(p.Several) == 1 {
		return one
	}
	return many
}

// WhichMissing is the message to who chose none of those that they were asked about.
func (p Included) WhichMissing() string {
	return p.several("included.error.which", "included.error.which_one")
}

// NoneOfThese is the choice of who finds their surgery not among those listed.
const NoneOfThese = "none"
