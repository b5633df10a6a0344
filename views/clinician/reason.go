package clinician

import (
	"context"
	"strings"

	"candour/locales"
	"candour/models/access"
	"candour/models/invalid"
	"candour/models/opaque"
	"candour/models/patient"
	"candour/models/record"
	"candour/views/component"
)

// Ask is the page that asks why somebody opens the record, as it was filled in.
type Ask struct {
	Of       patient.Identified
	Choice   string // what was chosen; "" when nothing was yet
	Note     string
	Problems invalid.Fields
}

// Choices on the form: evidence.<kind>.<item> confirms what the feeds hold,
// declared.<reason> is the viewer's own word.
const (
	evidencePrefix = "evidence."
	declaredPrefix = "declared."
)

// ClaimOf reads a choice of the form. The gate checks it: whatever it is not sure
// of it refuses.
func ClaimOf(choice, note string) access.Claim {
	if rest, ok := strings.CutPrefix(choice, evidencePrefix); ok {
		kind, item, _ := strings.Cut(rest, ".")
		return access.Claim{Basis: access.BasisEvidence, Kind: kind, Evidence: opaque.ID(item), Note: note}
	}
	reason, _ := strings.CutPrefix(choice, declaredPrefix)
	return access.Claim{Basis: access.BasisDeclared, Reason: reason, Note: note}
}

// evidence is what the feeds hold, the plainest first.
func (a Ask) evidence() []access.Evidence { return a.Of.Evidence() }

// tokens name the items behind the evidence, as the log does.
func (a Ask) tokens() string { return tokens(&record.Line{Refs: a.Of.Items()}) }

// options are the other choices: what else the feeds hold, then what may be declared.
func (a Ask) options(ctx context.Context) []component.Option {
	w := wordsIn(ctx)
	var out []component.Option
	for i, e := range a.evidence() {
		if i > 0 {
			out = append(out, component.Option{Value: valueOf(e), Text: evidenceWords(ctx, e), Selected: valueOf(e) == a.Choice})
		}
	}
	for _, reason := range access.DeclaredReasons() {
		value := declaredPrefix + reason
		out = append(out, component.Option{Value: value, Text: w.code("clinician.reason.option.", reason), Selected: value == a.Choice})
	}
	return out
}

// valueOf is a piece of evidence as the form sends it.
func valueOf(e access.Evidence) string { return evidencePrefix + e.Kind + "." + string(e.Item) }

// evidenceWords say what the feeds hold, with its day.
func evidenceWords(ctx context.Context, e access.Evidence) string {
	if s, ok := locales.Lookup(ctx, "clinician.reason.evidence."+e.Kind, "when", dayOf(e)); ok {
		return s
	}
	return plain(e.Kind)
}

func dayOf(e access.Evidence) string {
	if e.At.IsZero() {
		return ""
	}
	return e.At.In(london).Format("02-Jan-2006")
}

// problems lead to the list of reasons, whatever the gate called the field.
func (a Ask) problems(ctx context.Context) []component.Problem {
	out := component.Problems(ctx, a.Problems)
	for i := range out {
		if out[i].Field != "note" {
			out[i].Field = "reason"
		}
	}
	return out
}

func (a Ask) choiceError(ctx context.Context) string {
	for _, name := range []string{"reason", "evidence"} {
		if s := component.FieldError(ctx, a.Problems, name); s != "" {
			return s
		}
	}
	return ""
}

// bannerOf is who the person is, from what finding them has shown.
func bannerOf(who patient.Identity) record.Banner {
	return record.Banner{Family: who.Family(), Given: who.Given(), Title: who.Title(), Preferred: who.Preferred(), BirthDate: who.Born(), DiedOn: who.Died(),
		Gender: who.Gender(), NHSNumber: who.NHSNumber(), Address: strings.TrimSpace(who.AddressLine() + ", " + who.Postcode()), Practice: who.Practice()}
}
