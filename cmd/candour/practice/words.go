package practice

import (
	"context"

	"candour/locales"
	"candour/models/objection"
	"candour/views/component"
)

// patients are the choices of whom a code is about.
func (v view) patients() []component.Option {
	out := make([]component.Option, len(v.Patients))
	for i, p := range v.Patients {
		out[i] = component.Option{Value: p.Local, Text: p.Family + ", " + p.Given + " (" + p.number() + ")"}
	}
	return out
}

func codeChoices(ctx context.Context) []component.Option {
	choice := func(kind string, c objection.Codes) component.Option {
		return component.Option{Value: kind, Text: locales.T(ctx, "coding.kind."+kind), Hint: c.SNOMED + " · " + c.ReadV2 + " · " + c.CTV3, Selected: kind == "refused"}
	}
	return []component.Option{choice("refused", objection.RefusedCodes), choice("given", objection.GivenCodes)}
}

func (v view) faults(ctx context.Context) []component.Option {
	var out []component.Option
	for _, f := range Faults() {
		name := string(f)
		if f == Sound {
			name = "sound"
		}
		out = append(out, component.Option{Value: string(f), Text: locales.T(ctx, "practice.fault.kind."+name), Selected: f == v.Fault})
	}
	return out
}

func columns(ctx context.Context) []component.Column {
	var out []component.Column
	for _, key := range []string{"patient", "code", "when", "act"} {
		out = append(out, component.Column{Text: locales.T(ctx, "practice.held."+key)})
	}
	return out
}
