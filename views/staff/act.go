package staff

import (
	"context"

	"candour/locales"
	"candour/models/casework"
	"candour/models/objection"
	"candour/views/component"
	"github.com/a-h/templ"
)

// fields are what the act asks for.
func (a Act) fields(ctx context.Context) templ.Component {
	switch {
	case a.Name == "decision" && a.Sure:
		return sureToRefuse(a)
	case a.Name == "decision":
		return decisionFields(a)
	}
	return plainAct(a)
}

// problems are those of the form, and what stands in the way of the act.
func (a Act) problems(ctx context.Context) []component.Problem {
	out := component.Problems(ctx, a.Problems)
	for _, b := range a.Barred {
		out = append(out, component.Problem{Text: locales.T(ctx, "case.bar."+string(b))})
	}
	return out
}

// orElse is what was filled in, or what stands there to begin with.
func (a Act) orElse(name, text string) string {
	if _, filled := a.Values[name]; filled {
		return a.v(name)
	}
	return text
}

// Decisions, as the form has them.
const (
	DecideConfirm   = "confirm"
	DecideContact   = "contact"
	DecideClinician = "clinician"
	DecideRefuse    = "refuse"
)

// decisions are those that lead anywhere from the state of the case.
func (a Act) decisions(ctx context.Context) []component.Option {
	var out []component.Option
	for _, d := range []struct {
		value  string
		verb   objection.Verb
		reveal templ.Component
	}{
		{DecideConfirm, objection.Confirm, nil},
		{DecideContact, objection.WantContact, contactWhy(a)},
		{DecideClinician, objection.WantClinician, nil},
		{DecideRefuse, objection.Refuse, refusal(a)},
	} {
		if a.can(d.verb) {
			out = append(out, component.Option{Value: d.value, Text: a.t(ctx, d.value), Hint: a.t(ctx, d.value+"_hint"), Selected: a.has("decision", d.value), Reveal: d.reveal})
		}
	}
	return out
}

// eventWords is one line of the history in words.
func eventWords(ctx context.Context, e casework.Event) string {
	return locales.T(ctx, "case.event."+e.Kind)
}
