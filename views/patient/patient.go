// Package patient holds a patient's own pages. They take what the gate disclosed
// and nothing else; none of them shows an NHS number, because the one the identity
// provider traced may be new to the person (FAQ, NHS login rules).
package patient

import (
	"context"
	"time"

	"candour/locales"
	"candour/models/patient"
	"candour/views/component"
	"github.com/a-h/templ"
)

// Home is a patient's own first page.
type Home struct {
	Name       string // as the identity provider gave it
	LastSignIn time.Time
	Inclusion  patient.Inclusion
	New        int // accesses by staff since the day of the last sign-in
}

// sharing puts the person's choice and since when it stands into words.
func sharing(ctx context.Context, i patient.Inclusion) string {
	since := i.SharingSince()
	switch {
	case !i.Included() && !i.Objected():
		return locales.T(ctx, "my.sharing_not_included")
	case i.Objected() && since.IsZero():
		return locales.T(ctx, "my.sharing_off")
	case i.Objected():
		return locales.T(ctx, "my.sharing_off_since", "when", component.Day(ctx, since))
	case !since.IsZero():
		return locales.T(ctx, "my.sharing_reversed", "when", component.Day(ctx, since))
	}
	return locales.T(ctx, "my.sharing_on")
}

func inclusionRows(ctx context.Context, i patient.Inclusion) []component.Row {
	practice := i.Practice()
	if practice == "" {
		practice = locales.T(ctx, "inclusion.practice_unknown")
	}
	standing := string(i.Standing())
	rows := []component.Row{{Key: locales.T(ctx, "inclusion.why"), Value: locales.T(ctx, "inclusion.reason."+standing)}}
	if when := fromWhen(ctx, i); when != "" {
		rows = append(rows, component.Row{Key: locales.T(ctx, "inclusion.from"), Value: when})
	}
	return append(rows,
		component.Row{Key: locales.T(ctx, "inclusion.practice"), Part: bdi(practice)},
		component.Row{Key: locales.T(ctx, "inclusion.whom"), Value: locales.T(ctx, "inclusion.ask."+standing)})
}

func fromWhen(ctx context.Context, i patient.Inclusion) string {
	switch i.Standing() {
	case patient.Included:
		return locales.T(ctx, "inclusion.when.now")
	case patient.UnderAge:
		return locales.T(ctx, "inclusion.when.birthday", "when", component.DayOf(ctx, i.From()))
	case patient.OutOfRegion, patient.NoPractice:
		return locales.T(ctx, "inclusion.when.moved")
	}
	return ""
}

// bdi keeps a name in the order of its own script.
func bdi(text string) templ.Component { return isolated(text) }
