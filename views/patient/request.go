package patient

import (
	"context"
	"slices"

	"candour/locales"
	"candour/models/access"
	"candour/models/casework"
	"candour/models/deadline"
	"candour/models/invalid"
	"candour/models/objection"
	"candour/models/organisation"
	"candour/views/component"
	"candour/views/layout"
	"candour/views/link"
)

// Request is one request with all that its owner may know of it.
type Request struct {
	objection.Objection
	File     casework.File
	By       access.Viewer
	Holder   organisation.Organisation // who decides
	Names    map[string]string         // organisations, by id
	Today    deadline.Day
	MinAge   int
	Typed    string // a message that was not sent
	Problems invalid.Fields
	Sent     bool // a message was sent
	Said     bool // a young person said what they want
}

func (r Request) meta(ctx context.Context) layout.Meta {
	return layout.Meta{Title: locales.T(ctx, "requests.one_tab"), Current: "requests", Exit: true, Forms: true, Error: len(r.Problems) > 0,
		Back: layout.Crumb{Href: link.MyRequests(), Text: locales.T(ctx, "requests.back")}}
}

// done is what the form before has done; "" when there was none.
func (r Request) done(ctx context.Context) string {
	switch {
	case len(r.Problems) > 0:
		return ""
	case r.Sent:
		return locales.T(ctx, "requests.message_sent")
	case r.Said:
		return locales.T(ctx, "wish.said")
	}
	return ""
}

// own tells whether it is about who looks.
func (r Request) own() bool { return r.By.Person != "" && r.By.Person == r.Person }

// child tells whether it is a young person who looks at what was asked in their name.
func (r Request) child() bool {
	return r.own() && r.Subject != objection.Self && r.Minor(r.Today)
}

func (r Request) undecided() bool { return objection.Undecided(r.State) }

// reversible tells whether an objection stands that can be taken back.
func (r Request) reversible() bool {
	_, ok := objection.Next(r.State, objection.Reverse)
	return ok
}

func (r Request) means(ctx context.Context) string {
	return locales.T(ctx, "requests.means."+string(r.State), "organisation", named(ctx, r.Holder.Name))
}

// rows are the facts of the request.
func (r Request) rows(ctx context.Context) []component.Row {
	rows := []component.Row{
		{Key: locales.T(ctx, "requests.row.about"), Part: bdi(titleOf(ctx, r.File.Case, r.By.Person))},
		{Key: locales.T(ctx, "requests.row.reference"), Part: component.Digits(r.Ref)},
		{Key: locales.T(ctx, "requests.row.how"), Value: locales.T(ctx, "requests.route."+string(r.Route), "when", component.DayOf(ctx, r.Received))},
		{Key: locales.T(ctx, "requests.row.who"), Part: decider(r.Holder)},
	}
	add := func(key, value string) {
		if value != "" {
			rows = append(rows, component.Row{Key: locales.T(ctx, "requests.row."+key), Value: value})
		}
	}
	add("due", due(ctx, r.File.Case))
	if !r.Confirmed.IsZero() && objection.InForce(r.State) {
		add("from", component.DayTime(ctx, r.Confirmed))
	}
	if day := objection.MattersFrom(r.Birth(), r.MinAge, r.Today); day != "" && (r.undecided() || objection.InForce(r.State)) {
		add("matters", locales.T(ctx, "requests.matters", "age", r.MinAge, "when", component.DayOf(ctx, day)))
	}
	if r.ReviewOn != "" && (r.undecided() || objection.InForce(r.State)) {
		add("review", component.DayOf(ctx, r.ReviewOn))
	}
	if !r.Effective.IsZero() && objection.InForce(r.State) {
		add("proven", component.DayTime(ctx, r.Effective))
	}
	return rows
}

// events are the lines of the history, the newest first. What was written to each
// other stands in the messages.
func (r Request) events() []casework.Event {
	out := slices.DeleteFunc(slices.Clone(r.File.Events), func(e casework.Event) bool { return e.Kind == "message" || e.Kind == "note" })
	slices.Reverse(out)
	return out
}

// what is a line of the history in words.
func (r Request) what(ctx context.Context, e casework.Event) string {
	args := []any{"organisation", named(ctx, r.Holder.Name)}
	key := "requests.event." + e.Kind
	for _, more := range []string{e.Reason, e.Detail["route"], e.Detail["age"]} {
		if text, ok := locales.Lookup(ctx, key+"_"+more, args...); ok && more != "" {
			return text
		}
	}
	switch e.Kind {
	case "transferred":
		args = []any{"organisation", named(ctx, r.Names[e.Detail["to"]])}
	case "review_ahead", "review":
		args = []any{"age", e.Detail["age"], "when", component.DayOf(ctx, e.Detail["on"])}
	}
	if text, ok := locales.Lookup(ctx, key, args...); ok {
		return text
	}
	return locales.T(ctx, "requests.event.other")
}

// said is what was written down with a line, as it was written.
func said(e casework.Event) string {
	switch e.Kind {
	case string(objection.WantContact), "transferred":
		return e.Reason
	}
	return ""
}

// doer is who did something, as far as it is for who looks: themselves, a member of
// staff by name, this service; of others only that it was somebody else.
func (r Request) doer(ctx context.Context, by casework.By) string {
	switch {
	case by.ID == r.By.ID && by.Kind == r.By.Kind:
		return locales.T(ctx, "requests.by_you")
	case by.Kind == access.Staff:
		return by.Name
	case by.Kind == access.System:
		return locales.T(ctx, "requests.by_service")
	}
	return locales.T(ctx, "requests.by_other")
}

// way is by what an attempt to reach somebody was made.
func way(ctx context.Context, e casework.Event) string {
	if e.Kind != "found_"+string(objection.FoundContact) {
		return ""
	}
	text, _ := locales.Lookup(ctx, "requests.way."+e.Detail["who"])
	return text
}

// refusal is the decision against the request, with what belongs to it; nil when there is none.
func (r Request) refusal() *casework.Event {
	if r.State != objection.Refused {
		return nil
	}
	for i := len(r.File.Events) - 1; i >= 0; i-- {
		if r.File.Events[i].Kind == "refusal" {
			return &r.File.Events[i]
		}
	}
	return nil
}

// evidence is what the newest probes were told: how many organisations asked, and
// whether all were refused.
func (r Request) evidence() (asked, refused int, newest objection.Probe) {
	last := map[string]objection.Probe{}
	for _, p := range r.Probes {
		last[p.Organisation] = p
	}
	for _, p := range last {
		if asked++; p.Denied {
			refused++
		}
		if p.At.After(newest.At) {
			newest = p
		}
	}
	return asked, refused, newest
}

// stand says how it is at one partner.
func (r Request) stand(ctx context.Context, p objection.Partner) string {
	switch {
	case !p.Coded.IsZero():
		return locales.T(ctx, "requests.partner.coded", "when", component.Day(ctx, p.Coded))
	case !p.Reversed.IsZero():
		return locales.T(ctx, "requests.partner.reversed", "when", component.Day(ctx, p.Reversed))
	case objection.InForce(r.State):
		return locales.T(ctx, "requests.partner.portal")
	}
	return locales.T(ctx, "requests.partner.none")
}

// texts are the messages in the order in which they were written.
func (r Request) texts() []casework.Text { return r.File.Texts }

// wish is what the young person said they want; "" when they have not.
func (r Request) wish() string {
	for i := len(r.Findings) - 1; i >= 0; i-- {
		if r.Findings[i].Kind == objection.FoundWish {
			return r.Findings[i].Outcome
		}
	}
	return ""
}

// mayKeep tells whether the objection can be said to stand: a reversal that was asked
// for is taken back, or a young person who was asked answers.
func (r Request) mayKeep() bool {
	return r.State == objection.ReversalRequested || r.own() && r.AskedOn != "" && objection.InForce(r.State)
}

// messageLimit is how long a message may be.
const messageLimit = 2000

// shownStates are those that need a word of explanation.
var shownStates = slices.DeleteFunc(objection.States(), func(s casework.State) bool { return s == objection.Draft })
