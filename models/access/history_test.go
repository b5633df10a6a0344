package access_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"candour/models/access"
	"candour/models/audit"
	"candour/models/db"
	"candour/models/db/dbtest"
	"candour/models/fault"
	"candour/models/invalid"
	"candour/models/opaque"
)

// year fills the first person's log: each day from the start, each of the
// organisations given, some accesses by rotating roles, and one of their own.
func (h *house) year(t testing.TB, days, perDay int, organisations ...string) (staff int) {
	t.Helper()
	start := noon.AddDate(0, 0, -days)
	ctx := context.Background()
	for day := range days {
		must(t, h.d.Do(ctx, func(ctx context.Context) error {
			at := start.AddDate(0, 0, day)
			for i := range perDay {
				org := organisations[i%len(organisations)]
				h.log.Append(ctx, audit.Entry{At: at.Add(time.Duration(i) * time.Second), Kind: audit.KindRecord, Outcome: audit.Shown, Reason: "involved", Person: h.people[0],
					Viewer:   audit.Viewer{ID: fmt.Sprint("v", i%7), Kind: "staff", Name: "N", Role: fmt.Sprint("R", i%5), Organisation: org, OrganisationName: strings.ToUpper(org), Session: "secret"},
					Relation: audit.Relation{Note: "their own words"}, Sections: []string{"allergies"}})
				staff++
			}
			h.log.Append(ctx, audit.Entry{At: at, Kind: audit.KindHistory, Outcome: audit.Shown, Reason: "own_record", Person: h.people[0], Viewer: audit.Viewer{ID: "p", Kind: "patient"}})
			return nil
		}))
	}
	return staff
}

func (h *house) patient(i int) access.Viewer {
	return access.Viewer{Kind: access.Patient, ID: "account", Person: h.people[i], Level: "P9"}
}

func (h *house) history(t testing.TB, req access.HistoryRequest) access.History {
	t.Helper()
	got, err := h.gate.History(context.Background(), h.patient(0), h.people[0], req)
	must(t, err)
	return got
}

// Walking forward page by page and back again shows every group once, in order,
// with exact totals, for any filter.
func TestHistoryPagesForthAndBack(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d, 1)
		h.year(t, 40, 7, "hospital", "surgery", "council")
		for name, c := range map[string]struct {
			filter          access.HistoryFilter
			groups, entries int64
		}{
			"all staff":    {access.HistoryFilter{}, 120, 280},
			"own too":      {access.HistoryFilter{Own: true}, 160, 320},
			"organisation": {access.HistoryFilter{Organisation: "surgery"}, 40, 80},
			"fortnight":    {access.HistoryFilter{From: "2026-11-01", To: "2026-11-14"}, 42, 98},
			"nobody":       {access.HistoryFilter{Organisation: "elsewhere"}, 0, 0},
		} {
			t.Run(name, func(t *testing.T) {
				var forth []string
				var entries int64
				req := access.HistoryRequest{Filter: c.filter}
				var last access.History
				for {
					got := h.history(t, req)
					last = got
					total, groups, ok := got.Total()
					// the pages turned so far are accesses of the patient's own, of today
					if !ok || !c.filter.Own && (total != c.entries || groups != c.groups) {
						t.Fatalf("total %d, groups %d", total, groups)
					}
					for _, g := range got.Groups() {
						if g.Day == audit.Day(noon) && g.Fold == audit.FoldOwn {
							continue
						}
						forth = append(forth, g.Day+"\x00"+g.Organisation+"\x00"+string(g.Fold))
						entries += g.Entries
						if len(g.Latest) == 0 || g.Latest[0].Day != g.Day || g.OrganisationName != strings.ToUpper(g.Organisation) {
							t.Fatalf("%+v", g)
						}
					}
					if got.Next() == "" {
						break
					}
					req.Cursor = got.Next()
				}
				if int64(len(forth)) != c.groups || entries != c.entries {
					t.Fatalf("%d groups, %d entries", len(forth), entries)
				}
				for i := 1; i < len(forth); i++ {
					if forth[i] >= forth[i-1] {
						t.Fatalf("%s after %s", forth[i], forth[i-1])
					}
				}
				back := len(last.Groups())
				for last.Previous() != "" {
					req.Cursor = last.Previous()
					last = h.history(t, req)
					back += len(last.Groups())
				}
				want := int(c.groups)
				if c.filter.Own {
					want++ // today's own
				}
				if back != want {
					t.Fatalf("%d groups on the way back, %d expected", back, want)
				}
			})
		}
	})
}

func TestHistoryBySingleAccesses(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d, 1)
		staff := h.year(t, 40, 7, "hospital", "surgery")
		walk := func(f access.HistoryFilter) (n int) {
			req := access.HistoryRequest{Filter: f, Flat: true, Limit: 30}
			seen := map[int64]bool{}
			var last access.History
			for {
				last = h.history(t, req)
				for _, e := range last.Entries() {
					if seen[e.Seq] || f.Role != "" && e.Viewer.Role != f.Role || f.From != "" && e.Day < f.From || f.To != "" && e.Day > f.To {
						t.Fatalf("%+v", e)
					}
					if e.Relation.Note != "" || e.Viewer.Session != "" {
						t.Fatal("a viewer's own words or session reached the patient")
					}
					seen[e.Seq] = true
				}
				if last.Next() == "" {
					break
				}
				req.Cursor = last.Next()
			}
			for last.Previous() != "" {
				req.Cursor = last.Previous()
				last = h.history(t, req)
				for _, e := range last.Entries() {
					if !seen[e.Seq] {
						t.Fatalf("%d only on the way back", e.Seq)
					}
				}
			}
			return len(seen)
		}
		if n := walk(access.HistoryFilter{}); n != staff {
			t.Errorf("%d of %d", n, staff)
		}
		if n := walk(access.HistoryFilter{Role: "R4"}); n != 40 {
			t.Errorf("role: %d", n)
		}
		if n := walk(access.HistoryFilter{From: "2026-11-01", To: "2026-11-10", Organisation: "hospital"}); n != 40 {
			t.Errorf("ten days of one organisation: %d", n)
		}
		if n := walk(access.HistoryFilter{Section: "medicines"}); n != 0 {
			t.Errorf("section: %d", n)
		}
	})
}

func TestHistoryIsThePatientsOwn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d, 2)
		ctx := context.Background()
		if _, err := h.gate.History(ctx, h.patient(1), h.people[0], access.HistoryRequest{}); reasonOf(t, err) != access.ReasonAnother {
			t.Fatal(err)
		}
		low := h.patient(0)
		low.Level = "P5"
		if _, err := h.gate.History(ctx, low, h.people[0], access.HistoryRequest{}); reasonOf(t, err) != access.ReasonLevelTooLow {
			t.Fatal(err)
		}
		if _, err := h.gate.History(ctx, h.doctor, h.people[0], access.HistoryRequest{}); reasonOf(t, err) != access.ReasonRole {
			t.Fatal(err)
		}
		officer := h.doctor
		officer.Capabilities = []access.Capability{access.ReviewAccess}
		got, err := h.gate.History(ctx, officer, h.people[0], access.HistoryRequest{})
		must(t, err)
		if got.Pass().Decision().Reason != access.ReasonReview || got.Pass().Ask().Purpose != access.Operations {
			t.Errorf("%+v", got.Pass())
		}
		// the other patient's attempt stands in the open drawer, not among the person's own
		list := h.history(t, access.HistoryRequest{Flat: true})
		found := false
		for _, e := range list.Entries() {
			found = found || e.Reason == string(access.ReasonAnother)
		}
		if !found {
			t.Error("another patient's attempt is not in the open list")
		}
		var fields invalid.Fields
		if _, err := h.gate.History(ctx, h.patient(0), h.people[0], access.HistoryRequest{Filter: access.HistoryFilter{From: "yesterday"}}); !errors.As(err, &fields) {
			t.Errorf("%v", err)
		}
		h.history(t, access.HistoryRequest{Cursor: "'; DROP TABLE"})
	})
}

func TestOneAccessWithItsItems(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d, 1)
		ctx := context.Background()
		gate := access.NewGate(access.Deps{DB: d, Log: h.log, Clock: func() time.Time { return *h.now },
			Policy: access.PolicyFacts{Version: "test-1", MinAge: 18, ClaimFor: time.Hour},
			Title:  func(kind string, raw []byte) string { return kind + ":" + string(raw) }})
		item := func(n, withheld string, hidden bool) opaque.ID {
			id := opaque.Of("item", n)
			h.change(t, `INSERT INTO items (person_id, item_id, source_id, type, local_id, version, hash, updated_at, received_at, withheld, not_for_patient, raw)
 VALUES (?, ?, 'feed', 'Condition', ?, 2, ?, 0, 0, ?, ?, ?)`, string(h.people[0]), string(id), n, []byte{1}, withheld, hidden, []byte("now "+n))
			return id
		}
		plain, secret, hidden := item("plain", "", false), item("secret", "set", false), item("hidden", "", true)
		h.change(t, "INSERT INTO item_versions (item_id, version, person_id, superseded_at, gone, raw) VALUES (?, 1, ?, 0, ?, ?)", string(plain), string(h.people[0]), false, []byte("then"))
		must(t, h.gate.Claim(ctx, h.doctor, h.people[0], access.Claim{Basis: access.BasisDeclared, Reason: "present"}))
		pass, err := gate.Pass(ctx, h.ask(0), func(context.Context, access.Pass) (access.Shown, error) {
			return access.Shown{Items: []audit.ItemRef{{ID: plain, Version: 1}, {ID: secret, Version: 2}, {ID: hidden, Version: 2}, {ID: opaque.Of("gone"), Version: 1}}}, nil
		})
		must(t, err)
		got, err := gate.History(ctx, h.patient(0), h.people[0], access.HistoryRequest{Entry: pass.Entry()})
		must(t, err)
		titles := map[opaque.ID]string{}
		for _, it := range got.Items() {
			titles[it.Ref.ID] = it.Title
		}
		want := map[opaque.ID]string{plain: "Condition:then", secret: "", hidden: "", opaque.Of("gone"): ""}
		if fmt.Sprint(titles) != fmt.Sprint(want) {
			t.Errorf("%v", titles)
		}
		h.change(t, "UPDATE persons SET objected = ?", true)
		got, err = gate.History(ctx, h.patient(0), h.people[0], access.HistoryRequest{Entry: pass.Entry()})
		must(t, err)
		for _, it := range got.Items() {
			if it.Title != "" {
				t.Error("a title of a record that is not shown")
			}
		}
		if _, err := gate.History(ctx, h.patient(0), h.people[0], access.HistoryRequest{Entry: 99999}); !errors.Is(err, fault.NotFound) {
			t.Error(err)
		}
	})
}
