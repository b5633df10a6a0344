package staff

import (
	"context"
	"slices"
	"strconv"

	"candour/locales"
	"candour/models/access"
	"candour/models/casework"
	"candour/models/objection"
	"candour/models/patient"
	"candour/views/component"
	"candour/views/component/nhsuk"
	"candour/views/link"
	"github.com/a-h/templ"
)

// check is one of the checks of a case, with the act by which it is made.
type check struct {
	name  string
	bars  []objection.Bar // that say that it is still to be made
	noun  string          // "" is not in the viewer's hands
	needs bool
	found objection.FindingKind // the entry that shows it was made, where it depends on others whether it is needed
}

// checks are those that this case needs: what stands in the way of confirming, and
// what was in the way and is done.
func (c Case) checks() []check {
	o := c.Objection
	band, minor := o.Band(c.today()), o.Minor(c.today())
	under16 := minor && band != patient.Band16
	clinician := func(noun string) string {
		if c.clinician() {
			return noun
		}
		return ""
	}
	all := []check{
		{"identity", []objection.Bar{objection.BarIdentity}, "", true, ""},
		{"person", []objection.Bar{objection.BarPerson, objection.BarBirth}, "identity", true, ""},
		{"competence", []objection.Bar{objection.BarCompetence}, clinician("competence"), under16, ""},
		{"wish", []objection.Bar{objection.BarWish, objection.BarDisagrees}, "wish", o.Subject == objection.Child, objection.FoundWish},
		{"authority", []objection.Bar{objection.BarAuthority}, "authority", o.Subject != objection.Self, objection.FoundAuthority},
		{"clinician", []objection.Bar{objection.BarClinician, objection.BarConcern}, clinician("clinician-entry"), minor, ""},
		{"dispute", []objection.Bar{objection.BarDisputed}, "settlement", o.State == objection.Disputed, ""},
	}
	return slices.DeleteFunc(all, func(k check) bool { return !k.needs })
}

// tasks are the checks as a list to be worked through.
func (c Case) tasks(ctx context.Context) templ.Component {
	var out nhsuk.TaskList
	bars, undecided := c.bars(), objection.Undecided(c.Objection.State)
	for _, k := range c.checks() {
		task := nhsuk.Task{Heading: nhsuk.Heading{Text: locales.T(ctx, "case.check."+k.name)}, Status: nhsuk.TaskStatus{Text: locales.T(ctx, "case.check_done")}}
		if k.found != "" && !slices.ContainsFunc(c.Objection.Findings, func(f objection.Finding) bool { return f.Kind == k.found }) {
			task.Status = nhsuk.TaskStatus{Text: locales.T(ctx, "case.check_depends")}
		}
		for _, b := range k.bars {
			if slices.Contains(bars, b) {
				task.Status = nhsuk.TaskStatus{Tag: nhsuk.Tag{Text: locales.T(ctx, "case.check_open"), Colour: "blue"}}
				task.Hint = nhsuk.Words{Text: locales.T(ctx, "case.bar."+string(b))}
			}
		}
		if k.noun != "" && undecided {
			task.Href = link.CaseAct(c.Objection.ID, k.noun)
		}
		out.Items = append(out.Items, task)
	}
	return out
}

// findings are the entries that were made, newest first.
func (c Case) findings() []objection.Finding {
	out := slices.Clone(c.Objection.Findings)
	slices.Reverse(out)
	return out
}

// findingWords are what was found, by whom.
func findingWords(ctx context.Context, f objection.Finding) string {
	kind, outcome := locales.T(ctx, "case.event.found_"+string(f.Kind)), locales.T(ctx, "case.outcome."+f.Outcome)
	return locales.T(ctx, "case.finding", "kind", kind, "outcome", outcome)
}

// whoOf is what a finding is about besides: how somebody was reached, whose position,
// why authority is in doubt.
func whoOf(ctx context.Context, f objection.Finding) string {
	prefix := ""
	switch {
	case f.Who == "":
		return ""
	case f.Kind == objection.FoundContact:
		prefix = "case.way."
	case f.Kind == objection.FoundAuthority && f.Outcome == objection.Doubtful:
		prefix = "case.doubt."
	case f.Kind == objection.FoundAuthority:
		prefix = "case.authority."
	case f.Kind == objection.FoundPosition:
		return f.Who
	default:
		return ""
	}
	if text, ok := locales.Lookup(ctx, prefix+f.Who); ok {
		return text
	}
	return f.Who
}

// Logs are the parts of the history that can be asked for.
func Logs() []string { return []string{"decisions", "messages", "work"} }

// lines are those of the history that were asked for, newest first.
func (c Case) lines() []casework.Event {
	out := slices.DeleteFunc(slices.Clone(c.File.Events), func(e casework.Event) bool {
		part := "work"
		switch {
		case e.From != e.To || e.Kind == "refusal" || e.Kind == "refusal_proposed" || e.Kind == "settled":
			part = "decisions"
		case e.Kind == "message" || e.Kind == "note" || e.Kind == "note_struck" || e.Kind == "found_contact":
			part = "messages"
		}
		return c.Log != "" && c.Log != part
	})
	slices.Reverse(out)
	return out
}

// lineWords is why something happened, where that is a word of a list or was typed.
func lineWords(ctx context.Context, e casework.Event) string {
	switch e.Kind {
	case "refuse", "refusal_proposed", "refusal":
		return locales.T(ctx, "case.ground."+e.Reason)
	case "alarm":
		return locales.T(ctx, "case.alarm."+e.Reason)
	case "settled", "back_to_review":
		if text, ok := locales.Lookup(ctx, "case.settled."+e.Reason); ok {
			return text
		}
		return ""
	case "assigned":
		return e.Detail["name"]
	case "want_contact", "taken_over", "transferred":
		return e.Reason
	case "review", "review_ahead", "asked":
		return locales.T(ctx, "case.age", "age", e.Detail["age"])
	}
	return ""
}

// sizeOf is how large a file is.
func sizeOf(bytes int) string { return strconv.Itoa((bytes+1023)/1024) + " KB" }

// evidenceRow leads to a file, which is saved and not shown.
func (c Case) logLink(ctx context.Context, part string) component.Link {
	text := locales.T(ctx, "case.log.all")
	if part != "" {
		text = locales.T(ctx, "case.log."+part)
	}
	return component.Link{Href: link.CaseLog(c.Objection.ID, part), Text: text}
}

// mineNow says that the viewer works on the case.
func (c Case) mineNow() bool {
	l := c.Objection.Lock
	return l.By == c.Viewer.ID && l.By != "" && l.Remaining(c.Now) > 0
}

// unread says that there is a message of the other side that nobody has read.
func (c Case) unread() bool {
	return slices.ContainsFunc(c.File.Texts, func(t casework.Text) bool { return !t.Note && t.Read.IsZero() && t.By.Kind == access.Patient })
}

func textKind(ctx context.Context, t casework.Text) string {
	switch {
	case t.Note:
		return locales.T(ctx, "case.text.note")
	case t.By.Kind == access.Patient:
		return locales.T(ctx, "case.text.from_person")
	}
	return locales.T(ctx, "case.text.from_staff")
}

// refusalParts are what a refusal said: reason, rights, and how to complain.
func refusalParts(e casework.Event) []string {
	if e.Kind != "refusal" {
		return nil
	}
	return []string{e.Detail["reason"], e.Detail["rights"], e.Detail["complaint"]}
}
