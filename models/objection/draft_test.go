package objection_test

import (
	"errors"
	"fmt"
	"testing"

	"candour/models/access"
	"candour/models/db"
	"candour/models/db/dbtest"
	"candour/models/objection"
)

// One account has a few drafts and a few undecided requests for others open at once.
func TestOneAccountHasNotAnyNumberOpen(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		start := func(by access.Viewer) (objection.Started, error) { return h.Start(ctx, by, objection.Answers{}, req) }
		me := patientOf(h.person("dan", "1970-01-01"), "dan")
		var last objection.Started
		for range 10 {
			var err error
			last, err = start(me)
			h.must(err)
		}
		if _, err := start(me); !errors.Is(err, objection.ErrTooMany) {
			t.Errorf("an eleventh draft: %v", err)
		}
		h.must(h.Discard(ctx, me, last.ID, req))
		_, err := start(me)
		h.must(err)

		asks := patientOf(h.person("ann", "1970-01-01"), "ann")
		for i := range 10 {
			draft, err := start(asks)
			h.must(err)
			h.exec("UPDATE objection_drafts SET case_id = ? WHERE id = ?", fmt.Sprint("case", i), string(draft.ID))
			h.open(fmt.Sprint("case", i))
		}
		if _, err := start(asks); !errors.Is(err, objection.ErrTooMany) {
			t.Errorf("an eleventh for others: %v", err)
		}
		h.exec("UPDATE cases SET closed_at = 1 WHERE id = 'case3'")
		_, err = start(asks)
		h.must(err)
	})
}

// open is an undecided request for a child.
func (h *house) open(id string) {
	h.exec(`INSERT INTO cases (id, ref, kind, person_id, about_name, organisation_id, route, taken_by, taken_name, opened_at, received_on, due_on, state, closed_at,
 assigned_to, assigned_name, locked_by, locked_name, locked_at, alarm, alarm_at, version, changed_at)
 VALUES (?, ?, 'objection', '', '', 'surgery', 'portal', '', '', 0, '', '', 'submitted', 0, '', '', '', '', 0, '', 0, 1, 0)`, id, id)
	h.exec(`INSERT INTO objections (case_id, token, subject, given, family, birth_date, level, relation, ground, answers, proposed_by, confirmed_at, confirmed_name,
 coded_at, effective_at, reversal_at, reversed_at, review_on, warned_on, asked_on) VALUES (?, ?, 'child', '', '', '', '', '', '', '{}', '', 0, '', 0, 0, 0, 0, '', '', '')`, id, id)
}
