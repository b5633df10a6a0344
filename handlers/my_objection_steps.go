package handlers

import (
	"reflect"
	"slices"
	"strings"

	"candour/handlers/web"
	"candour/models/deadline"
	"candour/models/invalid"
	"candour/models/objection"
	people "candour/models/patient"
	"candour/views/component"
	"candour/views/patient"
)

// objectionStep is one page of the journey: the fields of its form, how they become
// answers, and which problems of the answers are its own.
type objectionStep struct {
	name   string
	fields []string
	take   func(form web.Values, page *patient.Objecting) invalid.Fields
	owns   []string
}

// objectionSteps are all pages with a form of their own, in their order. Files come in
// by a form of another kind (my_objection_files.go).
func (s *Server) objectionSteps() []*objectionStep {
	return []*objectionStep{
		{name: patient.StepWhom, fields: []string{"subject"}, take: takeWhom, owns: []string{"subject"}},
		{name: patient.StepDetails, fields: []string{"given", "family", "birth_date-day", "birth_date-month", "birth_date-year"}, take: s.takeDetails, owns: []string{"given", "family", "birth_date"}},
		{name: patient.StepRelation, fields: []string{"relation", "ground"}, take: takeRelation, owns: []string{"ground"}},
		{name: patient.StepEvidence, fields: []string{"evidence*"}, take: takeEvidence, owns: []string{"evidence"}},
		{name: patient.StepChild, fields: []string{"understands", "agrees"}, take: takeChild, owns: []string{"agrees"}},
		{name: patient.StepWorries, fields: []string{"worries*", "words"}, take: takeWorries, owns: []string{"worries", "words"}},
		{name: patient.StepEffect},
		{name: patient.StepPlainly, take: func(_ web.Values, page *patient.Objecting) invalid.Fields {
			page.Answers.Told = true
			return nil
		}},
		{name: patient.StepProvider, fields: []string{"provider"}, take: takeProvider, owns: []string{"provider"}},
		{name: patient.StepContact, fields: []string{"ways*", "contact", "language", "help*", "not_parents"}, take: takeContact, owns: []string{"ways", "contact"}},
	}
}

// filesStep is the page of files, which is saved by none of the above.
var filesStep = &objectionStep{name: patient.StepFiles}

// stepsOf are the pages that a set of answers leads through.
func stepsOf(a objection.Answers) []string {
	steps := []string{patient.StepWhom}
	if a.Subject == objection.Child || a.Subject == objection.Adult {
		steps = append(steps, patient.StepDetails, patient.StepRelation, patient.StepEvidence)
		if len(a.Ground.Proofs()) > 0 {
			steps = append(steps, patient.StepFiles)
		}
	}
	if a.Subject == objection.Child {
		steps = append(steps, patient.StepChild)
	}
	return append(steps, patient.StepWorries, patient.StepEffect, patient.StepPlainly, patient.StepContact, patient.StepAnswers)
}

// hasStep tells whether a page is on the way; who decides can always be chosen.
func hasStep(a objection.Answers, step string) bool {
	return step == patient.StepProvider || slices.Contains(stepsOf(a), step)
}

func beforeStep(a objection.Answers, step string) string {
	steps := stepsOf(a)
	switch i := slices.Index(steps, step); {
	case step == patient.StepProvider:
		return patient.StepAnswers
	case i > 0:
		return steps[i-1]
	}
	return ""
}

func after(a objection.Answers, step string) string {
	steps := stepsOf(a)
	if i := slices.Index(steps, step); i >= 0 && i+1 < len(steps) {
		return steps[i+1]
	}
	return patient.StepAnswers
}

// firstOpen is the first page on which something is still missing, or the answers.
func firstOpen(a objection.Answers, today deadline.Day) string {
	problems := a.Problems(today)
	missing := func(fields ...string) bool {
		return slices.ContainsFunc(fields, func(f string) bool { return problems.For(f) != "" })
	}
	for _, step := range stepsOf(a) {
		switch {
		case step == patient.StepWhom && missing("subject"),
			step == patient.StepDetails && missing("given", "family", "birth_date"),
			step == patient.StepRelation && (missing("ground") || a.Relation == ""),
			step == patient.StepEvidence && missing("evidence"),
			step == patient.StepChild && (missing("agrees") || a.Understands == ""),
			step == patient.StepWorries && missing("worries", "words"),
			step == patient.StepPlainly && !a.Told,
			step == patient.StepContact && missing("ways", "contact"):
			return step
		}
	}
	return patient.StepAnswers
}

// wrong are the problems of the answers that are this page's, beside those that its
// own form has.
func (st *objectionStep) wrong(a objection.Answers, today deadline.Day, have invalid.Fields) invalid.Fields {
	var out invalid.Fields
	for _, p := range a.Problems(today) {
		name := p.Name
		if name == "birth_date" {
			name = "birth_date-day"
		}
		if slices.Contains(st.owns, p.Name) && have.For(name) == "" {
			out = append(out, invalid.Field{Name: name, Message: p.Message, Args: p.Args})
		}
	}
	return out
}

func takeWhom(form web.Values, page *patient.Objecting) invalid.Fields {
	chosen := objection.Subject(form.Get("subject"))
	if chosen != page.Answers.Subject { // another person: what was said of this one, and what it means, is asked anew
		a := page.Answers
		page.Answers = objection.Answers{Subject: chosen, Worries: a.Worries, Words: a.Words, Provider: a.Provider, Contact: a.Contact}
	}
	return nil
}

func (s *Server) takeDetails(form web.Values, page *patient.Objecting) invalid.Fields {
	page.Answers.Given, page.Answers.Family = form.Get("given"), form.Get("family")
	page.Birth = people.DateParts{Day: form.Get("birth_date-day"), Month: form.Get("birth_date-month"), Year: form.Get("birth_date-year")}
	born, message := page.Birth.Read(component.ISODay(s.Clock()))
	page.Answers.BirthDate = born
	if message == "" {
		return nil
	}
	key := strings.TrimPrefix(message, "find.error.birth_")
	if key == "real" {
		key = "invalid"
	}
	return invalid.Fields{{Name: "birth_date-day", Message: "objection.birth_date." + key}}
}

func takeRelation(form web.Values, page *patient.Objecting) invalid.Fields {
	a := &page.Answers
	if ground := people.Ground(form.Get("ground")); ground != a.Ground {
		a.Ground, a.Evidence = ground, nil // what proves one ground does not prove another
	}
	a.Relation = form.Get("relation")
	switch n := len([]rune(a.Relation)); {
	case n == 0:
		return invalid.Fields{{Name: "relation", Message: "objection.relation.missing"}}
	case n > 100:
		return invalid.Fields{{Name: "relation", Message: "objection.relation.long"}}
	}
	return nil
}

func takeEvidence(form web.Values, page *patient.Objecting) invalid.Fields {
	page.Answers.Evidence = nil
	for _, p := range form.All("evidence") {
		page.Answers.Evidence = append(page.Answers.Evidence, people.Proof(p))
	}
	return nil
}

func takeChild(form web.Values, page *patient.Objecting) invalid.Fields {
	page.Answers.Understands, page.Answers.Agrees = form.Get("understands"), form.Get("agrees")
	if !slices.Contains([]string{"yes", "no", "not_sure"}, page.Answers.Understands) {
		page.Answers.Understands = ""
		return invalid.Fields{{Name: "understands", Message: "objection.understands.missing"}}
	}
	return nil
}

func takeWorries(form web.Values, page *patient.Objecting) invalid.Fields {
	page.Answers.Worries, page.Answers.Words = slices.Compact(slices.Sorted(slices.Values(form.All("worries")))), form.Get("words")
	return nil
}

func takeProvider(form web.Values, page *patient.Objecting) invalid.Fields {
	page.Answers.Provider = form.Get("provider")
	if page.Answers.Provider == "" {
		return invalid.Fields{{Name: "provider", Message: "objection.provider.missing"}}
	}
	return nil
}

func takeContact(form web.Values, page *patient.Objecting) invalid.Fields {
	c := &page.Answers.Contact
	c.Ways, c.Value, c.Language = form.All("ways"), form.Get("contact"), form.Get("language")
	page.Answers.NotParents = page.Answers.Subject == objection.Self && form.Get("not_parents") == "1"
	c.Interpreter, c.LargePrint = slices.Contains(form.All("help"), "interpreter"), slices.Contains(form.All("help"), "large_print")
	var f invalid.Fields
	reached := slices.ContainsFunc(c.Ways, func(w string) bool { return w == "email" || w == "text" || w == "phone" })
	if reached && c.Value == "" {
		f = append(f, invalid.Field{Name: "contact", Message: "objection.contact.missing"})
	}
	if !slices.Contains(patient.Languages(), c.Language) {
		c.Language = ""
		f = append(f, invalid.Field{Name: "language", Message: "objection.language.unknown"})
	}
	return f
}

// sameAnswers: nothing that was typed is lost.
func sameAnswers(a, b objection.Answers) bool { return reflect.DeepEqual(a, b) }
