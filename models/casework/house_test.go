package casework_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"candour/models/access"
	"candour/models/audit"
	"candour/models/casework"
	"candour/models/clock"
	"candour/models/db"
	"candour/models/deadline"
	"candour/models/opaque"
	"candour/models/organisation"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// house is two surgeries with their staff, one person, and the store.
type house struct {
	*casework.Store
	t               testing.TB
	d               *db.DB
	now             *time.Time
	told            []casework.Notice
	ann, ben, other access.Viewer // ann and ben of one surgery
	person          opaque.ID
}

var ctx = context.Background()

func newHouse(t testing.TB, d *db.DB) *house {
	t.Helper()
	now := noon
	h := &house{t: t, d: d, now: &now, person: opaque.Of("person")}
	var c clock.Clock = func() time.Time { return *h.now }
	gate := access.NewGate(access.Deps{DB: d, Log: audit.New(d, c), Clock: c, Policy: access.PolicyFacts{Version: "test-1", MinAge: 18, ClaimFor: time.Hour}})
	h.Store = casework.NewStore(casework.Deps{DB: d, Gate: gate, Clock: c, Notify: func(_ context.Context, n casework.Notice) error {
		h.told = append(h.told, n)
		return nil
	}})
	orgs := organisation.NewStore(d)
	for _, id := range []string{"surgery", "elsewhere"} {
		h.must(orgs.Register(ctx, organisation.Organisation{ID: id, ODSCode: "E8" + id[:1], Name: id, Kind: organisation.Practice, InRegion: true, State: organisation.Connected}))
	}
	staff := func(id, org string) access.Viewer {
		h.exec("INSERT INTO staff (id, issuer, subject, name, training_until) VALUES (?, 'i', ?, ?, ?)", id, id, id+" name", noon.AddDate(0, 6, 0).UnixMilli())
		return access.Viewer{Kind: access.Staff, ID: id, Name: id + " name", Organisation: org, OrganisationName: org, Capabilities: []access.Capability{access.ManageRequests}}
	}
	h.ann, h.ben, h.other = staff("ann", "surgery"), staff("ben", "surgery"), staff("other", "elsewhere")
	h.exec(`INSERT INTO persons (id, nhs_number, birth_date, family, family_key, given, title, preferred, gender, address, postcode, postcode_key,
 phone, email, practice_ods, died_on, restricted, objected, sharing_since, record_version, updated_at)
 VALUES (?, '9990000018', '1970-01-01', 'Langworth', 'langworth', 'Pat', '', '', 'female', '', '', '', '', '', 'E8s', '', ?, ?, 0, 1, 0)`, string(h.person), false, false)
	return h
}

func (h *house) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) exec(query string, args ...any) {
	h.t.Helper()
	h.must(h.d.Do(ctx, func(ctx context.Context) error { _, err := h.d.Exec(ctx, query, args...); return err }))
}

func (h *house) begin(day int, mod ...func(*casework.New)) casework.Case {
	h.t.Helper()
	n := casework.New{Kind: casework.Objection, Person: h.person, About: "Pat Langworth", Organisation: "surgery", Route: casework.Portal,
		Received: deadline.DayOf(noon) + deadline.Day(day), Rule: deadline.Objection, State: "submitted", Party: "self", Event: casework.Event{Kind: "submitted"}}
	for _, m := range mod {
		m(&n)
	}
	c, err := h.Begin(ctx, h.patient(), n)
	h.must(err)
	return c
}

func (h *house) patient() access.Viewer {
	return access.Viewer{Kind: access.Patient, ID: "account", Name: "Pat", Level: "P9", Person: h.person}
}

func (h *house) act(by access.Viewer, id opaque.ID, seen int, do func(*casework.Change)) (casework.Case, error) {
	return h.Act(ctx, by, id, casework.Act{Name: "test", Open: access.Handlers, Seen: seen}, func(_ context.Context, c *casework.Change) error { do(c); return nil })
}

func isFault(t testing.TB, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Fatalf("%v instead of %v", err, want)
	}
}

// many makes cases behind the domain's back, for what only depends on their number.
func (h *house) many(n int) {
	h.t.Helper()
	h.must(h.d.Do(ctx, func(ctx context.Context) error {
		for i := range n {
			due := (deadline.DayOf(noon) + deadline.Day(i%90-20)).String()
			closed, to := int64(0), ""
			if i%3 == 0 {
				closed = noon.UnixMilli()
			}
			if i%4 == 1 {
				to = []string{"ann", "ben"}[i/4%2]
			}
			_, err := h.d.Exec(ctx, `INSERT INTO cases (id, ref, kind, person_id, about_name, organisation_id, route, taken_by, taken_name, opened_at, received_on, due_on, state,
 closed_at, assigned_to, assigned_name, locked_by, locked_name, locked_at, alarm, alarm_at, version, changed_at)
 VALUES (?, ?, 'objection', ?, '', ?, 'portal', '', '', ?, '2026-01-01', ?, ?, ?, ?, '', '', '', 0, '', 0, 1, ?)`, string(opaque.Of("many", fmt.Sprint(i))), fmt.Sprintf("M%08d", i),
				string(h.person), []string{"surgery", "surgery", "surgery", "elsewhere"}[i%4], noon.UnixMilli()-int64(i)*1000, due,
				[]string{"submitted", "in_review", "confirmed"}[i%3], closed, to, noon.UnixMilli()-int64(i%977)*1000)
			if err != nil {
				return err
			}
		}
		return nil
	}))
}
