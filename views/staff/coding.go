package staff

import (
	"context"
	"time"

	"candour/locales"
	"candour/models/coding"
	"candour/models/objection"
	"candour/models/opaque"
	"candour/views/component"
)

// Coding is the task of the clinical system on the page of a case: the exact code,
// and how far it has come.
type Coding struct {
	Case     opaque.ID
	Codes    []coding.Code
	Writable bool // the organisation's clinical system can be written to
	Able     bool // who looks handles requests or gives care
}

var codingColour = map[coding.State]string{coding.ByHand: "orange", coding.Waiting: "blue", coding.Written: "yellow", coding.Refused: "red", coding.Seen: "green", coding.Superseded: "grey"}

func codeKind(c coding.Code) string {
	if c.Refused {
		return "refused"
	}
	return "given"
}

// rows are the code in the three vocabularies, where, and how far it is.
func codeRows(ctx context.Context, c coding.Code) []component.Row {
	words := c.Codes()
	rows := []component.Row{
		{Key: locales.T(ctx, "coding.row.state"), Part: codeState(c)},
		{Key: locales.T(ctx, "coding.row.snomed"), Part: component.Digits(words.SNOMED)},
		{Key: locales.T(ctx, "coding.row.readv2"), Part: component.Digits(words.ReadV2)},
		{Key: locales.T(ctx, "coding.row.ctv3"), Part: component.Digits(words.CTV3)},
		{Key: locales.T(ctx, "coding.row.dated"), Value: component.DayTime(ctx, c.Stated)},
	}
	add := func(key string, at time.Time) {
		if !at.IsZero() {
			rows = append(rows, component.Row{Key: locales.T(ctx, "coding.row."+key), Value: component.DayTime(ctx, at)})
		}
	}
	add("tried", c.Tried)
	add("written", c.Written)
	if !c.Entered.IsZero() {
		rows = append(rows, component.Row{Key: locales.T(ctx, "coding.row.entered"), Part: enteredBy(c)})
	}
	add("seen", c.Seen)
	return rows
}

// hand tells whether somebody is asked to enter it, and has not said that they have.
func hand(c coding.Code) bool { return c.Hand() && c.Entered.IsZero() }

// Reconciled is the page of the daily comparison of the feeds with the objections in
// force.
type Reconciled struct {
	Feeds  []ReconciledFeed // newest day of each, what is wrong first
	Alarms []ReconciledFeed // earlier days on which something was wrong
	Step   int              // percent
}

// ReconciledFeed is one feed on one day.
type ReconciledFeed struct {
	objection.Reconciliation
	Organisation string
	Visit        coding.Visit // when the portal fetches the feed itself
}

var alarmColour = map[objection.Alarm]string{"": "green", objection.AlarmStep: "orange", objection.AlarmUnapplied: "red"}

func alarmWord(a objection.Alarm) string {
	if a == "" {
		return "none"
	}
	return string(a)
}

func reconciledColumns(ctx context.Context) []component.Column {
	out := []component.Column{{Text: locales.T(ctx, "coding.reconciled.feed")}, {Text: locales.T(ctx, "coding.reconciled.result")}}
	for _, key := range []string{"coded", "reversals", "in_force", "unseen", "unapplied"} {
		out = append(out, component.Column{Text: locales.T(ctx, "coding.reconciled."+key), Numeric: true})
	}
	return out
}
