package staff

import (
	"context"
	"slices"

	"candour/locales"
	"candour/models/casework"
	"candour/models/letter"
	"candour/models/objection"
	"candour/models/organisation"
	"candour/models/patient"
	"candour/views/component"
	sheets "candour/views/letter"
	"github.com/a-h/templ"
)

// Choices are what an act's page lets somebody choose from, beside closed lists.
type Choices struct {
	Organisations []organisation.Organisation
	Colleagues    []casework.Colleague
	Found         *patient.Found // who fits what was entered, when that was looked for
	Busy          *casework.Busy // somebody else works on it
	Exists        bool           // there is a request about that person already
	SecondPerson  bool           // a refusal needs another's agreement
}

// Form is the fields of an act, drawn in their order.
type Form []templ.Component

// fields are what the act asks for.
func (a Act) fields(ctx context.Context) templ.Component {
	switch a.Name {
	case "decision":
		if a.Sure {
			return sureToRefuse(a)
		}
		return decisionFields(a)
	case "identity":
		return identity(a)
	}
	if form := a.form(ctx); form != nil {
		return formOf(a, form)
	}
	return plainAct(a)
}

// form is what an act asks for when nothing but fields is needed.
func (a Act) form(ctx context.Context) Form {
	outcome := func(kind objection.FindingKind) templ.Component {
		return a.radios(ctx, "outcome", "case.outcome.", objection.Outcomes(kind))
	}
	switch a.Name {
	case "contact":
		return Form{a.radios(ctx, "way", "case.way.", contactWays), outcome(objection.FoundContact), a.area(ctx, "note")}
	case "clinician-entry":
		return Form{outcome(objection.FoundClinician), a.area(ctx, "note")}
	case "competence":
		return Form{outcome(objection.FoundCompetence), a.area(ctx, "note")}
	case "wish":
		return Form{outcome(objection.FoundWish), a.area(ctx, "note"), a.tick(ctx, "not_parents")}
	case "authority":
		return a.authority(ctx)
	case "disagreement", "position":
		return Form{a.input(ctx, "who", "20"), outcome(objection.FoundPosition), a.area(ctx, "note")}
	case "settlement":
		return Form{a.radios(ctx, "how", "case.settled.", a.settlements()), a.area(ctx, "note")}
	case "transfer":
		return Form{a.organisations(ctx), a.area(ctx, "why")}
	case "joining":
		return Form{a.input(ctx, "reference", "10")}
	case "message":
		return Form{a.radios(ctx, "audience", "case.audience.", a.audiences()), a.area(ctx, "body")}
	case "note":
		return Form{a.area(ctx, "body"), a.tick(ctx, "visible")}
	case "assignment":
		return Form{component.Select(component.Choice{Control: component.Control{ID: "assigned", Label: a.t(ctx, "assigned"), Error: a.err(ctx, "assigned")},
			Options: colleagueOptions(ctx, a.Choices.Colleagues, a.Viewer, a.v("assigned"))})}
	case "work":
		if a.Choices.Busy != nil || a.locked() {
			return Form{a.area(ctx, "reason")}
		}
	}
	return nil
}

// settlements leaves out what only a clinician may say.
func (a Act) settlements() []string {
	all := texts(objection.Settlements())
	if a.clinician() {
		return all
	}
	return all[:2]
}

// audiences are who can read a message; to a child and to who asked for them one may
// write apart.
func (a Act) audiences() []string {
	if a.Objection.Subject == objection.Self {
		return []string{string(casework.ForAll)}
	}
	return []string{string(casework.ForAll), string(casework.ForApplicant), string(casework.ForSubject)}
}

// contactWays are how somebody is reached.
var contactWays = []string{"phone", "letter", "visit", "message"}

func (a Act) authority(ctx context.Context) Form {
	grounds := patient.ChildGrounds()
	if a.Objection.Subject == objection.Adult {
		grounds = patient.AdultGrounds()
	}
	seen := map[patient.Proof]bool{}
	var proofs []string
	for _, g := range grounds {
		for _, p := range g.Proofs() {
			if !seen[p] {
				seen[p], proofs = true, append(proofs, string(p))
			}
		}
	}
	form := Form{a.radios(ctx, "ground", "case.authority.", texts(grounds)),
		component.Checkboxes(component.Group{ID: "seen_proof", Legend: a.t(ctx, "seen"), Hint: a.t(ctx, "seen_hint"), Options: a.options(ctx, "seen_proof", "case.proof.", proofs)}),
		component.DateInput(component.Date{Group: component.Group{ID: "until", Legend: a.t(ctx, "until"), Hint: a.t(ctx, "until_hint"), Error: a.err(ctx, "until")},
			Day: a.v("until-day"), Month: a.v("until-month"), Year: a.v("until-year")})}
	if a.Objection.Subject == objection.Child {
		form = append(form, a.tick(ctx, "consulted"))
	}
	return form
}

func (a Act) organisations(ctx context.Context) templ.Component {
	options := []component.Option{{Value: "", Text: locales.T(ctx, "case.assign.choose")}}
	for _, o := range a.Choices.Organisations {
		if o.State == organisation.Connected && o.ID != a.Objection.Organisation {
			options = append(options, component.Option{Value: o.ID, Text: o.Name, Selected: a.v("provider") == o.ID})
		}
	}
	return component.Select(component.Choice{Control: component.Control{ID: "provider", Label: a.t(ctx, "provider"), Error: a.err(ctx, "provider")}, Options: options})
}

// Pieces of a form, with the act's own words for each field.

func (a Act) hint(ctx context.Context, name string) string {
	text, _ := locales.Lookup(ctx, "case.act."+a.Name+"."+name+"_hint")
	return text
}

func (a Act) radios(ctx context.Context, name, prefix string, values []string) templ.Component {
	return component.Radios(component.Group{ID: name, Legend: a.t(ctx, name), Hint: a.hint(ctx, name), Error: a.err(ctx, name), Options: a.options(ctx, name, prefix, values)})
}

func (a Act) area(ctx context.Context, name string) templ.Component {
	return component.Textarea(component.Area{Control: component.Control{ID: name, Label: a.t(ctx, name), Hint: a.hint(ctx, name), Value: a.v(name), Error: a.err(ctx, name)}})
}

func (a Act) input(ctx context.Context, name, width string) templ.Component {
	return component.Input(component.Text{Control: component.Control{ID: name, Label: a.t(ctx, name), Hint: a.hint(ctx, name), Value: a.v(name), Error: a.err(ctx, name)}, Width: width, Autocomplete: "off"})
}

func (a Act) tick(ctx context.Context, name string) templ.Component {
	return component.Checkboxes(component.Group{ID: name, Legend: a.t(ctx, name+"_legend"), Small: true,
		Options: []component.Option{{Value: "1", Text: a.t(ctx, name), Hint: a.hint(ctx, name), Selected: a.has(name, "1")}}})
}

// problems are those of the form, each led to its first control, and what stands in
// the way of the act.
func (a Act) problems(ctx context.Context) []component.Problem {
	out := component.Problems(ctx, worded(ctx, a.Problems))
	for i := range out {
		if f := out[i].Field; f == "birth_date" || f == "until" || f == "received" {
			out[i].Field += "-day"
		}
	}
	for _, b := range a.Barred {
		out = append(out, component.Problem{Text: locales.T(ctx, "case.bar."+string(b))})
	}
	if a.Choices.Exists {
		out = append(out, component.Problem{Text: locales.T(ctx, "case.exists")})
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

// grounds are those of a refusal that fit who it is about.
func (a Act) grounds() []objection.RefusalGround {
	return slices.DeleteFunc(objection.RefusalGrounds(), func(g objection.RefusalGround) bool {
		return g == objection.GroundChild && a.Objection.Subject != objection.Child
	})
}

// sheet is the letter that a decision sends, as its reader gets it.
func (a Act) sheet(name letter.Name) sheets.Sheet {
	o := a.Objection
	t, _ := letter.Current(name)
	day := a.today().String()
	all := letter.Fields{"reference": o.Ref, "organisation": o.Organisation, "complaints": o.Organisation, "from": day, "on": day, "ground": a.v("ground"), "decided_by": a.decider()}
	fields := letter.Fields{}
	for _, f := range t.Fields {
		if v := all[f.Name]; v != "" {
			fields[f.Name] = v
		}
	}
	format := letter.Standard
	if o.Answers.Contact.LargePrint {
		format = letter.LargePrint
	}
	return sheets.Sheet{Template: name, Version: t.Version, Fields: fields, As: a.reader(), Language: o.Answers.Contact.Language, Format: format,
		From: a.Viewer.OrganisationName, Names: map[string]string{o.Organisation: a.Viewer.OrganisationName}, On: a.Now}
}

// reader is as whom the letter is read.
func (a Act) reader() letter.Role {
	switch {
	case a.Objection.Subject == objection.Self:
		return letter.Self
	case a.Objection.Subject == objection.Child:
		return letter.Parent
	case a.Objection.Answers.Ground == patient.Deputy:
		return letter.Deputy
	}
	return letter.Attorney
}

// decider is the clinician whom a refusal names.
func (a Act) decider() string {
	if a.clinician() {
		return a.Viewer.Name
	}
	for i := len(a.Objection.Findings) - 1; i >= 0; i-- {
		if f := a.Objection.Findings[i]; f.Kind == objection.FoundClinician {
			return f.By.Name
		}
	}
	return ""
}

// eventWords is one line of the history in words.
func eventWords(ctx context.Context, e casework.Event) string {
	return locales.T(ctx, "case.event."+e.Kind)
}
