package coding_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"candour/models/access"
	"candour/models/audit"
	"candour/models/casework"
	"candour/models/clock"
	"candour/models/coding"
	"candour/models/db"
	"candour/models/db/dbtest"
	"candour/models/fault"
	"candour/models/job"
	"candour/models/objection"
	"candour/models/opaque"
	"candour/models/organisation"
)

var (
	ctx  = context.Background()
	noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	req  = coding.Request{Route: "/test"}
)

const (
	ref    = opaque.ID("case")
	person = opaque.ID("person")
)

// desk is two surgeries, one of which can be written to, or both, and a request of
// somebody whose state is set by hand.
type desk struct {
	*coding.Store
	t         testing.TB
	d         *db.DB
	now       time.Time
	writable  map[string]bool
	manager   access.Viewer
	sent      []coding.Message
	meanwhile func() // while a code is being sent
}

func newDesk(t testing.TB, d *db.DB) *desk {
	t.Helper()
	h := &desk{t: t, d: d, now: noon, writable: map[string]bool{"surgery": true}}
	var c clock.Clock = func() time.Time { return h.now }
	gate := access.NewGate(access.Deps{DB: d, Log: audit.New(d, c), Clock: c, Policy: access.PolicyFacts{Version: "test-1", MinAge: 18, ClaimFor: 24 * time.Hour}})
	h.Store = coding.NewStore(coding.Deps{DB: d, Gate: gate, Clock: c, Jobs: job.NewQueue(d, c, nil), Writable: func(org string) bool { return h.writable[org] }})
	orgs := organisation.NewStore(d)
	for id, ods := range map[string]string{"surgery": "E81999", "other": "E81998"} {
		h.must(orgs.Register(ctx, organisation.Organisation{ID: id, Name: id, ODSCode: ods, Kind: organisation.Practice, InRegion: true, State: organisation.Connected}))
	}
	h.exec("INSERT INTO staff (id, issuer, subject, name, training_until) VALUES ('manager', 'i', 'manager', 'manager', ?)", noon.AddDate(40, 0, 0).UnixMilli())
	h.manager = access.Viewer{Kind: access.Staff, ID: "manager", Name: "Janet Purkiss", Organisation: "surgery", OrganisationName: "surgery", Capabilities: []access.Capability{access.ManageRequests}}
	h.exec(`INSERT INTO persons (id, nhs_number, birth_date, family, family_key, given, title, preferred, gender, address, postcode, postcode_key,
 phone, email, practice_ods, died_on, restricted, objected, sharing_since, record_version, updated_at)
 VALUES (?, '9990000018', '1970-01-01', 'F', 'f', 'G', '', '', 'female', '', '', '', '', '', 'E81999', '', ?, ?, 0, 1, 0)`, string(person), false, true)
	h.exec(`INSERT INTO cases (id, ref, kind, person_id, about_name, organisation_id, route, taken_by, taken_name, opened_at, received_on, due_on, state,
 closed_at, assigned_to, assigned_name, locked_by, locked_name, locked_at, alarm, alarm_at, version, changed_at)
 VALUES (?, 'K7M3-Q2P9', 'objection', ?, '', 'surgery', 'portal', 'me', '', ?, '2026-11-23', '2026-12-23', 'confirmed', 0, '', '', '', '', 0, '', 0, 1, ?)`,
		string(ref), string(person), noon.UnixMilli(), noon.UnixMilli())
	h.exec(`INSERT INTO objections (case_id, token, subject, given, family, birth_date, level, relation, ground, answers, proposed_by, confirmed_at, confirmed_name, coded_at, effective_at,
 reversal_at, reversed_at, review_on, warned_on, asked_on) VALUES (?, 't', 'self', '', '', '', 'P9', '', '', '', '', ?, '', 0, 0, 0, 0, '', '', '')`, string(ref), noon.UnixMilli())
	return h
}

func (h *desk) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *desk) exec(query string, args ...any) {
	h.t.Helper()
	h.must(h.d.Do(ctx, func(ctx context.Context) error { _, err := h.d.Exec(ctx, query, args...); return err }))
}

// turn brings the request into a state, with an alarm, where a provider holds it.
func (h *desk) turn(state casework.State, alarm, holder string) {
	h.t.Helper()
	h.exec("UPDATE cases SET state = ?, alarm = ?, organisation_id = ? WHERE id = ?", string(state), alarm, holder, string(ref))
}

func (h *desk) kase() casework.Case {
	var c casework.Case
	row, err := h.d.QueryRow(ctx, "SELECT state, alarm, organisation_id FROM cases WHERE id = ?", string(ref))
	h.must(err)
	h.must(row.Scan(&c.State, &c.Alarm, &c.Organisation))
	c.ID, c.Person = ref, person
	return c
}

func (h *desk) want(refused bool) {
	h.t.Helper()
	o := objection.Objection{Case: h.kase()}
	h.must(h.d.Do(ctx, func(ctx context.Context) error { return h.Want(ctx, o, refused) }))
}

// code is the one code of its kind.
func (h *desk) code(refused bool) coding.Code {
	h.t.Helper()
	all, err := h.Of(ctx, ref)
	h.must(err)
	for _, c := range all {
		if c.Refused == refused {
			return c
		}
	}
	h.t.Fatal("no such code")
	return coding.Code{}
}

func (h *desk) deliver(refused bool) {
	h.t.Helper()
	h.must(h.Deliver(ctx, h.code(refused).ID, false, func(_ context.Context, m coding.Message) error {
		if h.sent = append(h.sent, m); h.meanwhile != nil {
			h.meanwhile()
		}
		return nil
	}))
}

func (h *desk) is(refused bool, want coding.State, round int, organisation string) {
	h.t.Helper()
	if c := h.code(refused); c.State != want || c.Round != round || c.Organisation != organisation {
		h.t.Fatalf("%s, round %d at %s, not %s, round %d at %s", c.State, c.Round, c.Organisation, want, round, organisation)
	}
}

// superseded is a code that the other one has overtaken.
const superseded = coding.State("superseded")

// The code of an objection is not written any more once its reversal is on its way,
// and nobody is asked to enter it; kept after all, it is asked for again.
func TestACodeThatIsOvertakenIsNotWritten(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newDesk(t, d)
		h.want(true)
		h.turn(objection.ReversalRequested, "", "surgery")
		if h.deliver(true); len(h.sent) != 0 {
			t.Fatal("the objection is written while its reversal is asked for")
		}
		h.is(true, superseded, 1, "surgery")
		h.must(h.CatchUp(ctx))
		h.is(true, superseded, 1, "surgery")
		h.turn(objection.Confirmed, "", "surgery")
		h.must(h.CatchUp(ctx))
		if h.is(true, coding.Waiting, 2, "surgery"); h.count("SELECT count(*) FROM jobs WHERE kind = 'coding.write'") != 2 {
			t.Error("kept, and nothing writes it")
		}
		h.turn(objection.ReversalConfirmed, "", "surgery")
		h.want(false)
		h.is(true, superseded, 2, "surgery")
		h.deliver(true)
		if err := h.Again(ctx, h.manager, h.kase(), true, req); !errors.Is(err, fault.Conflict) {
			t.Errorf("the objection again: %v", err)
		}
		if h.deliver(false); len(h.sent) != 1 || !strings.Contains(string(h.sent[0].Body), objection.GivenCodes.SNOMED) {
			t.Fatalf("%d sent", len(h.sent))
		}
		h.exec("UPDATE objections SET reversed_at = ?", noon.UnixMilli())
		h.turn(objection.Visible, "", "surgery")
		h.must(h.Settle(ctx))
		h.must(h.CatchUp(ctx))
		h.is(true, superseded, 2, "surgery")
		h.is(false, coding.Seen, 1, "surgery")
	})
}

// The same where people enter the code: neither the form nor its act is there.
func TestACodeThatIsOvertakenIsNotEntered(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newDesk(t, d)
		h.writable = nil
		h.want(true)
		for _, state := range []casework.State{objection.ReversalRequested, objection.ReversalConfirmed, objection.Visible} {
			h.turn(state, "", "surgery")
			if c := h.code(true); c.State != superseded || c.Hand() {
				t.Errorf("%s: %s", state, c.State)
			}
			if err := h.Entered(ctx, h.manager, h.kase(), true, req); !errors.Is(err, fault.Conflict) {
				t.Errorf("%s: entered: %v", state, err)
			}
		}
		h.turn(objection.Confirmed, "", "surgery")
		h.must(h.Entered(ctx, h.manager, h.kase(), true, req))
		h.turn(objection.Visible, "", "surgery") // by another code: nothing was reversed here
		h.must(h.Settle(ctx))
		if n := h.count("SELECT count(*) FROM codings WHERE state = 'superseded'"); n != 1 {
			t.Error("it stays open")
		}
	})
}

// A code that was taken and never seen is asked for again: where the request has gone
// to, and once it is late; under another name each time.
func TestAWrittenCodeIsAskedForAgain(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newDesk(t, d)
		h.writable["other"] = true
		h.turn(objection.ReversalConfirmed, "", "surgery")
		h.want(false)
		h.deliver(false)
		h.is(false, coding.Written, 1, "surgery")
		if err := h.Again(ctx, h.manager, h.kase(), false, req); !errors.Is(err, fault.Conflict) {
			t.Errorf("before it is late: %v", err)
		}
		h.turn(objection.ReversalConfirmed, objection.AlarmReversalNotSeen, "surgery")
		h.must(h.Again(ctx, h.manager, h.kase(), false, req))
		h.is(false, coding.Waiting, 2, "surgery")
		h.deliver(false)
		h.is(false, coding.Written, 2, "surgery")
		h.turn(objection.ReversalConfirmed, "", "other")
		h.must(h.CatchUp(ctx))
		h.is(false, coding.Waiting, 3, "other")
		h.deliver(false)
		if len(h.sent) != 3 || h.sent[2].Organisation != "other" || !strings.Contains(string(h.sent[2].Body), "E81998") {
			t.Fatalf("%d sent", len(h.sent))
		}
		names := map[opaque.ID]bool{}
		for _, m := range h.sent {
			names[m.ID] = true
			if !strings.Contains(string(m.Body), `"id":"`+string(m.ID)+`"`) {
				t.Errorf("%s under the name %s", m.Body, m.ID)
			}
		}
		if len(names) != 3 {
			t.Errorf("3 rounds under %d names", len(names))
		}
	})
}

// What comes back of a sending counts for the round and the system that it was for.
func TestAnAnswerIsOfItsRound(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newDesk(t, d)
		h.writable["other"] = true
		h.want(true)
		h.meanwhile = func() {
			h.turn(objection.Confirmed, "", "other")
			h.must(h.CatchUp(ctx))
		}
		h.deliver(true)
		h.is(true, coding.Waiting, 2, "other")
		if h.deliver(true); len(h.sent) != 2 || h.sent[1].Organisation != "other" {
			t.Fatalf("%d sent", len(h.sent))
		}
		h.is(true, coding.Written, 2, "other")
	})
}

func (h *desk) count(query string) (n int) {
	h.t.Helper()
	row, err := h.d.QueryRow(ctx, query)
	h.must(err)
	h.must(row.Scan(&n))
	return n
}
