package staff

import (
	"context"

	"candour/locales"
	"candour/models/access"
	"candour/models/casework"
	"candour/models/invalid"
	"candour/views/component"
)

// Assignment is what is to be given to somebody.
type Assignment struct {
	Picked     []casework.Picked
	Rows       []casework.Row
	Changed    []casework.Picked // since they were ticked, or none of the viewer's
	Colleagues []casework.Colleague
	Viewer     access.Viewer
	To         string
	Problems   invalid.Fields
}

// NobodyChosen says that it was not said to whom.
func NobodyChosen() invalid.Fields {
	return invalid.Fields{{Name: "assigned", Message: "case.assign.missing"}}
}

// now is whose a case is.
func (a Assignment) now(ctx context.Context, r casework.Row) string {
	if r.AssignedName == "" {
		return locales.T(ctx, "case.nobody")
	}
	return r.AssignedName
}

// colleagueOptions are the viewer first, then nobody, then the others.
func colleagueOptions(ctx context.Context, all []casework.Colleague, by access.Viewer, chosen string) []component.Option {
	out := []component.Option{{Value: "", Text: locales.T(ctx, "case.assign.choose"), Selected: chosen == ""},
		{Value: by.ID, Text: locales.T(ctx, "case.filter.assigned_to.me"), Selected: chosen == by.ID},
		{Value: "nobody", Text: locales.T(ctx, "case.nobody"), Selected: chosen == "nobody"}}
	for _, c := range all {
		if c.ID != by.ID {
			out = append(out, component.Option{Value: c.ID, Text: c.Name, Selected: chosen == c.ID})
		}
	}
	return out
}
