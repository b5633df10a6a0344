package clinician

import (
	"context"

	"candour/locales"
	"candour/models/invalid"
	"candour/models/patient"
	"candour/models/record"
	"candour/views/component"
)

// Find is the form by which staff look for a person, as it was filled in.
type Find struct {
	ByName   bool // the name is known and not the NHS number
	Query    patient.Query
	Problems invalid.Fields
}

// problems are those of the form, each led to its first control.
func (f Find) problems(ctx context.Context) []component.Problem {
	out := component.Problems(ctx, f.Problems)
	for i := range out {
		switch {
		case out[i].Field == "birth_date":
			out[i].Field = "birth_date-day"
		case out[i].Field == "family" && !f.ByName:
			out[i].Field = "nhs_number" // the form that asks for the number has no name
		}
	}
	return out
}

// tr and trN are sentences on pages that need only a few.
func tr(ctx context.Context, key string, args ...any) string { return locales.T(ctx, key, args...) }

func trN(ctx context.Context, key string, n int) string { return locales.N(ctx, key, n) }

func columns(ctx context.Context, keys ...string) []component.Column {
	out := make([]component.Column, len(keys))
	for i, key := range keys {
		out[i].Text = locales.T(ctx, "clinician.find."+key)
	}
	return out
}

func nameOf(who patient.Identity) string {
	return name(record.Banner{Family: who.Family(), Given: who.Given(), Title: who.Title()})
}

func orNotKnown(ctx context.Context, s string) string {
	if s == "" {
		return locales.T(ctx, "component.not_known")
	}
	return s
}

// gender is the word for a FHIR code, "Not known" when none was sent.
func (w *words) gender(code string) string {
	if code == "" {
		code = "unknown"
	}
	return w.code("record.gender.", code)
}
