package staff

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	"candour/locales"
	"candour/models/casework"
	"candour/models/deadline"
	"candour/models/objection"
	"candour/models/patient"
	"candour/views/component"
)

// nameOf is a name as staff write it, or as it was given.
func nameOf(family, given, title, about string) string {
	if family == "" {
		return about
	}
	name := strings.ToUpper(family)
	if given != "" {
		name += ", " + given
	}
	if title != "" {
		name += " (" + title + ")"
	}
	return name
}

// spaced is an NHS number as people read it.
func spaced(number string) string {
	if len(number) != 10 {
		return number
	}
	return number[:3] + " " + number[3:6] + " " + number[6:]
}

func (c Case) name() string {
	w := c.File.Whom
	return nameOf(w.Family, w.Given, w.Title, c.Objection.About)
}

// acts are what can be done from here, by state and role, the next thing first.
func (c Case) acts() []string {
	var out []string
	add := func(when bool, nouns ...string) {
		if when {
			out = append(out, nouns...)
		}
	}
	o := c.Objection
	undecided, minor := objection.Undecided(o.State), o.Minor(c.today())
	add(c.can(objection.OpenReview), "review")
	add(c.decidable(), "decision")
	add(c.can(objection.ConfirmReversal), "reversal")
	add(c.can(objection.Keep) || o.AskedOn != "" && objection.InForce(o.State), "keeping")
	add(o.State == objection.Disputed, "settlement", "position")
	add(undecided || o.State == objection.ReversalRequested, "contact")
	reviewing := undecided || o.State == objection.ReversalRequested
	add(reviewing && c.clinician(), "clinician-entry")
	add(reviewing && c.clinician() && minor && o.Band(c.today()) != patient.Band16, "competence")
	add(reviewing && o.Subject == objection.Child, "wish")
	add(reviewing && o.Subject != objection.Self, "authority")
	add(undecided && o.State != objection.Disputed && minor, "disagreement")
	add(undecided, "identity", "joining")
	add(undecided || objection.InForce(o.State), "withdrawal")
	add((undecided || objection.InForce(o.State)) && c.handler(), "transfer")
	return out
}

// Done says whether a word in an address names something that is told as done.
func Done(noun string) bool { return slices.Contains(nouns, noun) }

// nouns are what can be done with a case, as addresses name it.
var nouns = []string{"taken", "entered", "proposal", "review", "decision", "reversal", "keeping", "withdrawal", "settlement", "joining", "message", "note", "note-strike",
	"reading", "assignment", "work", "leaving", "identity", "contact", "clinician-entry", "competence", "wish", "authority", "disagreement", "position"}

// whomRows are whom a case is about, as far as it takes to know them again.
func whomRows(ctx context.Context, w casework.Subject) []component.Row {
	if w == (casework.Subject{}) {
		return nil
	}
	return []component.Row{
		{Key: locales.T(ctx, "case.row.person"), Part: component.Name(nameOf(w.Family, w.Given, w.Title, ""))},
		{Key: locales.T(ctx, "case.row.born"), Value: component.DayOf(ctx, w.Born)},
		{Key: locales.T(ctx, "case.row.nhs_number"), Part: component.Digits(spaced(w.NHSNumber))},
		{Key: locales.T(ctx, "case.row.practice"), Part: component.Name(cmp.Or(w.Practice, locales.T(ctx, "component.not_known")))},
	}
}

// summary is who asks, for whom, and how it came.
func (c Case) summary(ctx context.Context) []component.Row {
	o := c.Objection
	rows := whomRows(ctx, c.File.Whom)
	if len(rows) == 0 {
		rows = []component.Row{{Key: locales.T(ctx, "case.row.stated"), Part: component.Name(o.About)}, {Key: locales.T(ctx, "case.row.stated_born"), Value: component.DayOf(ctx, o.Birth())}}
	}
	add := func(key, value string) {
		if value != "" {
			rows = append(rows, component.Row{Key: locales.T(ctx, "case.row."+key), Part: component.Name(value)})
		}
	}
	if o.Minor(c.today()) {
		add("band", locales.T(ctx, "case.band."+cmp.Or(string(o.Band(c.today())), "unknown")))
	}
	add("asks", c.asks(ctx))
	if o.Subject != objection.Self {
		add("relation", o.Answers.Relation)
		if o.Answers.Ground != "" {
			add("ground", locales.T(ctx, "case.authority."+string(o.Answers.Ground)))
		}
	}
	add("level", locales.T(ctx, "case.level."+levelOf(o.Level)))
	add("route", c.route(ctx))
	return rows
}

func levelOf(level string) string {
	switch level {
	case "P9", "checked":
		return strings.ToLower(level)
	}
	return "lower"
}

// asks is who asks: the person themselves, or somebody for them.
func (c Case) asks(ctx context.Context) string {
	o := c.Objection
	if o.Subject == objection.Self {
		return locales.T(ctx, "case.asks.self")
	}
	if o.Route == casework.Portal {
		return o.TakenName
	}
	for _, e := range c.File.Events {
		if e.Kind == string(objection.Submit) {
			return e.Detail["asked"]
		}
	}
	return ""
}

// route is how it came, and who took it.
func (c Case) route(ctx context.Context) string {
	way := locales.T(ctx, "case.route."+string(c.Objection.Route))
	if c.Objection.Route == casework.Portal {
		return way
	}
	return locales.T(ctx, "case.row.taken_by", "route", way, "name", c.Objection.TakenName)
}

// words are what the person said themselves.
func (c Case) words(ctx context.Context) []component.Row {
	a := c.Objection.Answers
	var rows []component.Row
	list := func(key, prefix string, values []string) {
		if len(values) == 0 {
			return
		}
		said := make([]string, len(values))
		for i, v := range values {
			said[i] = locales.T(ctx, prefix+v)
		}
		rows = append(rows, component.Row{Key: locales.T(ctx, "case.row."+key), Value: strings.Join(said, "; ")})
	}
	text := func(key, value string) {
		if value != "" {
			rows = append(rows, component.Row{Key: locales.T(ctx, "case.row."+key), Part: wordsOf(value)})
		}
	}
	list("worries", "case.worry.", a.Worries)
	text("words", a.Words)
	if a.Understands != "" {
		list("understands", "case.understands.", []string{a.Understands})
	}
	if a.Agrees != "" {
		list("agrees", "case.outcome.", []string{a.Agrees})
	}
	list("ways", "case.reach.", a.Contact.Ways)
	text("contact", a.Contact.Value)
	text("language", a.Contact.Language)
	if a.Contact.Interpreter {
		list("needs", "case.need.", []string{"interpreter"})
	}
	if a.Contact.LargePrint {
		list("needs", "case.need.", []string{"large_print"})
	}
	if a.NotParents {
		list("not_parents", "case.need.", []string{"not_parents"})
	}
	return rows
}

// clock is the terms that run, with the days on which they stood still.
func (c Case) clock(ctx context.Context) []component.Row {
	o := c.Objection
	due, days := casework.DueOn(o.Due, c.today())
	rows := []component.Row{
		{Key: locales.T(ctx, "case.row.due"), Part: dueOf(due, days, o.Due)},
		{Key: locales.T(ctx, "case.row.received"), Value: component.DayOf(ctx, o.Received)},
	}
	for _, k := range c.File.Clocks {
		name, ok := locales.Lookup(ctx, "case.term."+k.Name)
		if !ok {
			name = locales.T(ctx, "case.term.other")
		}
		rows = append(rows, component.Row{Key: name, Value: locales.T(ctx, "case.term.until", "day", component.DayOf(ctx, k.Due.On.String()))})
		for _, p := range k.Term.Pauses {
			rows = append(rows, component.Row{Key: locales.T(ctx, "case.term.stopped"), Value: pauseWords(ctx, p)})
		}
	}
	if o.ReviewOn != "" {
		rows = append(rows, component.Row{Key: locales.T(ctx, "case.row.review_on"), Value: component.DayOf(ctx, o.ReviewOn)})
	}
	return rows
}

func pauseWords(ctx context.Context, p deadline.Pause) string {
	if p.Open {
		return locales.T(ctx, "case.term.since", "day", component.DayOf(ctx, p.From.String()))
	}
	return locales.T(ctx, "case.term.from_to", "from", component.DayOf(ctx, p.From.String()), "to", component.DayOf(ctx, p.To.String()))
}

// partnerRow is where the objection is coded, and where the portal alone enforces it.
func partnerWords(ctx context.Context, p objection.Partner) string {
	switch {
	case !p.Reversed.IsZero():
		return locales.T(ctx, "case.partner.reversed", "day", component.Day(ctx, p.Reversed))
	case !p.Coded.IsZero():
		return locales.T(ctx, "case.partner.coded", "day", component.Day(ctx, p.Coded))
	}
	return locales.T(ctx, "case.partner.portal")
}

// probeWords says what the synthetic looks came to, the newest round of each partner.
func (c Case) probeWords(ctx context.Context, organisation string) string {
	if !objection.InForce(c.Objection.State) {
		return locales.T(ctx, "case.partner.not_in_force") // who may look again is meant to
	}
	for i := len(c.Objection.Probes) - 1; i >= 0; i-- {
		if p := c.Objection.Probes[i]; p.Organisation == organisation {
			key := "case.partner.denied"
			if !p.Denied {
				key = "case.partner.shown"
			}
			return locales.T(ctx, key, "time", component.DayTime(ctx, p.At), "status", strconv.Itoa(p.Status))
		}
	}
	return locales.T(ctx, "case.partner.not_probed")
}
