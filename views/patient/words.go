package patient

import (
	"context"
	"slices"

	"candour/locales"
	"candour/models/access"
	"candour/models/audit"
)

// who is the person who looked: their name, or what they are when there is none.
func who(ctx context.Context, e access.HistoryEntry) string {
	if e.Fold == audit.FoldOwn {
		return locales.T(ctx, "role.patient.name")
	}
	if e.Fold == audit.FoldSystem || e.Viewer.Name == "" {
		return ""
	}
	return e.Viewer.Name
}

// roleKey is the key of a role's plain words, or "" for a role that has none.
func roleKey(ctx context.Context, e access.HistoryEntry) string {
	code := e.Viewer.Role
	switch e.Fold {
	case audit.FoldOwn:
		code = "patient"
	case audit.FoldSystem:
		code = "system"
	}
	if _, ok := locales.Lookup(ctx, "role."+code+".name"); ok {
		return code
	}
	return ""
}

// role is the job in plain words; a job we have no words for is told as the
// organisation named it.
func role(ctx context.Context, e access.HistoryEntry) string {
	if key := roleKey(ctx, e); key != "" {
		return locales.T(ctx, "role."+key+".name")
	}
	if e.Viewer.RoleName != "" {
		return e.Viewer.RoleName
	}
	return locales.T(ctx, "role.unknown.name")
}

func roleAbout(ctx context.Context, e access.HistoryEntry) string {
	if key := roleKey(ctx, e); key != "" {
		return locales.T(ctx, "role."+key+".about")
	}
	return locales.T(ctx, "role.unknown.about")
}

// place is the organisation as it was called then.
func place(ctx context.Context, fold audit.Fold, name string) string {
	switch {
	case fold == audit.FoldOwn:
		return locales.T(ctx, "history.place_own")
	case fold == audit.FoldSystem:
		return locales.T(ctx, "history.place_system")
	case name == "":
		return locales.T(ctx, "history.place_unknown")
	}
	return name
}

// why is the reason as a sentence.
func why(ctx context.Context, e access.HistoryEntry) string {
	if ofProbe(e) {
		return locales.T(ctx, "why.probe")
	}
	if e.Outcome == audit.Refused {
		return firstOf(ctx, "why.refused."+e.Reason, "why.refused.unknown")
	}
	switch {
	case e.Kind == audit.KindClaim:
		return locales.T(ctx, "why.claim") + " " + ground(ctx, e)
	case e.Kind == audit.KindSearch:
		return locales.T(ctx, "why.search")
	case e.Kind == audit.KindIdentify:
		return locales.T(ctx, "why.identify")
	case e.Kind == audit.KindCase:
		return locales.T(ctx, "why.case")
	case e.Fold == audit.FoldOwn && e.Kind == audit.KindHistory:
		return locales.T(ctx, "why.own_history")
	case e.Fold == audit.FoldOwn && e.Kind == audit.KindOwn:
		return locales.T(ctx, "why.own")
	case e.Fold == audit.FoldOwn && e.Kind == audit.KindSignIn:
		return locales.T(ctx, "why.signin")
	}
	return ground(ctx, e)
}

// ofProbe says that a program asked whether it would be refused, as staff ask: no other
// program asks for a record.
func ofProbe(e access.HistoryEntry) bool {
	return e.Fold == audit.FoldSystem && e.Kind == audit.KindRecord
}

// ground is on what an access rested.
func ground(ctx context.Context, e access.HistoryEntry) string {
	switch access.Reason(e.Reason) {
	case access.ReasonEvidence:
		return firstOf(ctx, "why.involved."+e.Relation.Kind, "why.unknown")
	case access.ReasonDeclared:
		return firstOf(ctx, "why.declared."+e.Relation.Reason, "why.unknown")
	case access.ReasonOwnRecord:
		return locales.T(ctx, "why.own_record")
	case access.ReasonReview:
		return locales.T(ctx, "why.review")
	case access.ReasonSystem:
		return locales.T(ctx, "why.system")
	}
	return locales.T(ctx, "why.unknown")
}

// related is how the viewer's organisation is linked to the person.
func related(ctx context.Context, e access.HistoryEntry) string {
	kind := e.Relation.Kind
	if e.Relation.Basis == access.BasisDeclared {
		kind = "declared"
	}
	return firstOf(ctx, "relation."+kind, "relation.none")
}

// seen lists the parts of the record that an access showed, in plain words.
func seen(ctx context.Context, sections []string) []string {
	words := make([]string, 0, len(sections))
	for _, s := range sections {
		word := firstOf(ctx, "seen."+s, "seen.parts")
		if !slices.Contains(words, word) {
			words = append(words, word)
		}
	}
	return words
}

// itemType names what sort of item a FHIR type is.
func itemType(ctx context.Context, fhirType string) string {
	if fhirType == "" {
		return locales.T(ctx, "item.gone")
	}
	return firstOf(ctx, "item."+fhirType, "item.unknown")
}

func firstOf(ctx context.Context, key, otherwise string) string {
	if words, ok := locales.Lookup(ctx, key); ok {
		return words
	}
	return locales.T(ctx, otherwise)
}
