package staff

import (
	"strings"
	"testing"

	"candour/models/coding"
	"candour/models/objection"
	"candour/models/opaque"
	"candour/views/viewtest"
)

// The task of the clinical system in every state and for every reason: the code in the
// three vocabularies always stands there, a button only where there is something to do.
func TestTheTaskOfTheClinicalSystem(t *testing.T) {
	draw := func(k coding.Code, writable, able bool) (string, int) {
		c := full(objection.Confirmed, manager)
		c.Coding = Coding{Case: opaque.Of("case"), Codes: []coding.Code{k}, Writable: writable, Able: able}
		root := viewtest.Page(t, "case", shell, CasePage(c))
		buttons := 0
		for _, f := range viewtest.All(root, "form") {
			if strings.HasSuffix(viewtest.Attr(f, "action"), "/coding") {
				buttons++
			}
		}
		return viewtest.Text(root), buttons
	}
	for _, refused := range []bool{true, false} {
		for _, state := range coding.States() {
			for _, reason := range append([]string{""}, coding.Reasons()...) {
				k := coding.Code{ID: "k", Refused: refused, State: state, Reason: reason, Stated: now, Tried: now, Written: now, Seen: now}
				text, buttons := draw(k, true, true)
				words := k.Codes()
				for _, code := range []string{words.SNOMED, words.ReadV2, words.CTV3} {
					if !strings.Contains(text, code) {
						t.Errorf("%s: no %s", state, code)
					}
				}
				want := map[coding.State]int{coding.ByHand: 2, coding.Refused: 2}[state]
				if buttons != want {
					t.Errorf("%s: %d buttons, not %d", state, buttons, want)
				}
				if _, buttons := draw(k, true, false); buttons != 0 {
					t.Errorf("%s: buttons for who may do nothing", state)
				}
			}
		}
	}
	late := coding.Code{ID: "k", State: coding.Written, Stated: now, Written: now, Late: true}
	if _, buttons := draw(late, true, true); buttons != 1 {
		t.Errorf("taken, and never seen: %d buttons", buttons)
	}
	entered := coding.Code{ID: "k", Refused: true, State: coding.ByHand, Stated: now, Entered: now, EnteredName: "Janet Purkiss"}
	if text, buttons := draw(entered, false, true); buttons != 0 || !strings.Contains(text, "Janet Purkiss") {
		t.Errorf("entered: %d buttons, %s", buttons, text)
	}
}

func TestTheDailyComparison(t *testing.T) {
	feed := func(source string, alarm objection.Alarm, word string) ReconciledFeed {
		return ReconciledFeed{Reconciliation: objection.Reconciliation{Day: "2026-11-23", Source: source, Coded: 7, Reversals: 2, InForce: 6, Unapplied: 1, Unseen: 3, Alarm: alarm}, Organisation: "Riverside Surgery", Visit: coding.Visit{Error: word}}
	}
	r := Reconciled{Step: 20, Feeds: []ReconciledFeed{feed("a", objection.AlarmUnapplied, ""), feed("b", objection.AlarmStep, "unreachable"), feed("c", "", "refused"), feed("d", "", "address"), feed("e", "", "intake"), feed("f", "", "unreadable")},
		Alarms: []ReconciledFeed{feed("a", objection.AlarmStep, "")}}
	root := viewtest.Page(t, "reconciliation", shell, ReconciliationPage(r))
	if text := viewtest.Text(root); !strings.Contains(text, "20%") || !strings.Contains(text, "Sudden change") || !strings.Contains(text, "The feed did not answer last time") {
		t.Error(text)
	}
	if text := viewtest.Text(viewtest.Page(t, "reconciliation", shell, ReconciliationPage(Reconciled{Step: 20}))); !strings.Contains(text, "No day has been counted yet") {
		t.Error(text)
	}
}
