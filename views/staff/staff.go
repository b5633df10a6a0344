// Package staff has the pages of those who handle requests: the queue, the case,
// and what can be done with it.
package staff

import (
	"context"
	"slices"
	"strings"
	"time"

	"candour/locales"
	"candour/models/access"
	"candour/models/casework"
	"candour/models/deadline"
	"candour/models/evidence"
	"candour/models/invalid"
	"candour/models/objection"
	"candour/views/component"
)

// Case is one case as its page and the pages of its acts show it.
type Case struct {
	Objection objection.Objection
	File      casework.File
	Now       time.Time
	Viewer    access.Viewer
	Done      string // what was done just now
	Coding    Coding // the clinical system's part
	Evidence  []evidence.File
	Log       string // which lines of the history are asked for
	MinAge    int    // from which on people are in the record
}

func (c Case) today() deadline.Day { return deadline.DayOf(c.Now) }

// bars are what stands in the way of confirming.
func (c Case) bars() []objection.Bar { return objection.Bars(c.Objection, c.today()) }

func (c Case) handler() bool   { return c.Viewer.Can(access.ManageRequests) }
func (c Case) clinician() bool { return c.Viewer.Can(access.ViewRecord) }

// can says whether a verb leads anywhere from the state.
func (c Case) can(v objection.Verb) bool {
	_, ok := objection.Next(c.Objection.State, v)
	return ok
}

// locked says that somebody else works on it just now.
func (c Case) locked() bool { return c.Objection.Lock.Held(c.Viewer.ID, c.Now) }

// proposed is a refusal that waits for a second person: whose, and what it says.
func (c Case) proposed() (string, casework.Event, bool) {
	if c.Objection.ProposedBy == "" || !c.decidable() {
		return "", casework.Event{}, false
	}
	for i := len(c.File.Events) - 1; i >= 0; i-- {
		if e := c.File.Events[i]; e.Kind == "refusal_proposed" {
			return e.By.Name, e, true
		}
	}
	return "", casework.Event{}, false
}

// decidable says that there is something to decide.
func (c Case) decidable() bool { return c.can(objection.Confirm) || c.can(objection.Refuse) }

// Act is the page of one act on a case, as it was filled in.
type Act struct {
	Case
	Name     string
	Values   map[string][]string
	Problems invalid.Fields
	Conflict *casework.Conflict
	Barred   []objection.Bar
	Sure     bool // it asks once more
	Choices  Choices
}

func (a Act) v(name string) string {
	if all := a.Values[name]; len(all) > 0 {
		return all[0]
	}
	return ""
}

// typed is the text that somebody wrote: the form may have no place for it any more.
func (a Act) typed() string {
	var all []string
	for _, name := range []string{"why", "reason", "note", "body"} {
		if text := a.v(name); text != "" {
			all = append(all, text)
		}
	}
	return strings.Join(all, "\n")
}

func (a Act) has(name, value string) bool {
	for _, v := range a.Values[name] {
		if v == value {
			return true
		}
	}
	return false
}

func (a Act) err(ctx context.Context, name string) string {
	return component.FieldError(ctx, worded(ctx, a.Problems), name)
}

// worded puts what the domain says is wrong into the words of staff, where the same
// mistake is told to patients in others.
func worded(ctx context.Context, problems invalid.Fields) invalid.Fields {
	out := slices.Clone(problems)
	for i, f := range out {
		if key, ok := strings.CutPrefix(f.Message, "objection."); ok {
			if _, ok := locales.Lookup(ctx, "case.wrong."+key); ok {
				out[i].Message = "case.wrong." + key
			}
		}
	}
	return out
}

// t is a sentence of the act's own page.
func (a Act) t(ctx context.Context, key string, args ...any) string {
	return locales.T(ctx, "case.act."+a.Name+"."+key, args...)
}

// options of a closed list, each in the words of prefix and value.
func (a Act) options(ctx context.Context, field, prefix string, values []string) []component.Option {
	out := make([]component.Option, len(values))
	for i, v := range values {
		out[i] = component.Option{Value: v, Text: locales.T(ctx, prefix+v), Selected: a.has(field, v)}
	}
	return out
}

func texts[S ~string](all []S) []string {
	out := make([]string, len(all))
	for i, s := range all {
		out[i] = string(s)
	}
	return out
}

func stateTag(s casework.State) string {
	switch s {
	case objection.Submitted, objection.ReversalRequested:
		return "blue"
	case objection.InReview, objection.ContactWanted, objection.ClinicianWanted:
		return "yellow"
	case objection.Disputed:
		return "orange"
	case objection.Confirmed, objection.Coded, objection.ReversalConfirmed:
		return "aqua-green"
	case objection.Effective:
		return "green"
	}
	return "grey"
}

func dueTag(d casework.Due) string {
	switch d {
	case casework.Overdue:
		return "red"
	case casework.DueToday:
		return "orange"
	case casework.DueWeek:
		return "yellow"
	}
	return "grey"
}

// dueWords say when a case is due, beside today.
func dueWords(ctx context.Context, d casework.Due, days int) string {
	switch d {
	case casework.Overdue:
		return locales.N(ctx, "case.due.overdue", days)
	case casework.DueWeek, casework.DueLater:
		return locales.N(ctx, "case.due.in", days)
	case casework.DueToday:
		return locales.T(ctx, "case.due.today")
	}
	return locales.T(ctx, "case.due.paused")
}
