package casework_test

import (
	"errors"
	"strings"
	"testing"

	"candour/models/access"
	"candour/models/casework"
	"candour/models/db"
	"candour/models/db/dbtest"
	"candour/models/fault"
	"candour/models/invalid"
)

// A view is its maker's until they share it; nobody elsewhere sees it, and nobody
// else's own can be removed.
func TestViewsOfTheQueue(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		save := func(by access.Viewer, name string, shared bool) error {
			return h.SaveView(ctx, by, casework.View{Name: name, Query: "due=overdue", Shared: shared}, casework.Request{})
		}
		views := func(by access.Viewer) string {
			q, err := h.Queue(ctx, by, casework.QueueAsk{})
			h.must(err)
			var names []string
			for _, v := range q.Views {
				names = append(names, v.Name)
			}
			return strings.Join(names, ",")
		}
		h.must(save(h.ann, "Late", false))
		h.must(save(h.ann, "Late", false)) // again
		h.must(save(h.ann, "For all", true))
		h.must(save(h.other, "Elsewhere", true))
		if a, b, o := views(h.ann), views(h.ben), views(h.other); a != "Late,For all" || b != "For all" || o != "Elsewhere" {
			t.Fatalf("%s | %s | %s", a, b, o)
		}
		clinician := h.ben
		clinician.Capabilities = []access.Capability{access.ViewRecord}
		h.must(save(clinician, "Mine", true)) // not theirs to share
		if a := views(h.ann); a != "Late,For all" {
			t.Error(a)
		}
		q, err := h.Queue(ctx, h.ann, casework.QueueAsk{})
		h.must(err)
		late, all := q.Views[0].ID, q.Views[1].ID
		isFault(t, h.RemoveView(ctx, h.ben, late, casework.Request{}), fault.NotFound)
		isFault(t, h.RemoveView(ctx, clinician, all, casework.Request{}), fault.NotFound)
		isFault(t, h.RemoveView(ctx, h.other, all, casework.Request{}), fault.NotFound)
		h.must(h.RemoveView(ctx, h.ben, all, casework.Request{}))
		h.must(h.RemoveView(ctx, h.ann, late, casework.Request{}))
		if a := views(h.ann); a != "" {
			t.Error(a)
		}
		var fields invalid.Fields
		for _, name := range []string{"", " ", strings.Repeat("x", 61)} {
			if err := save(h.ann, name, false); !errors.As(err, &fields) {
				t.Errorf("%q: %v", name, err)
			}
		}
		isFault(t, save(h.patient(), "Mine", false), fault.NotFound)
		if err := h.SaveView(ctx, h.ann, casework.View{Name: "Long", Query: strings.Repeat("q", 301)}, casework.Request{}); !errors.As(err, &fields) {
			t.Error(err)
		}
		for i := range 20 {
			h.must(save(h.ann, strings.Repeat("n", i+1), false))
		}
		if err := save(h.ann, "One too many", false); !errors.As(err, &fields) {
			t.Error(err)
		}
	})
}

// Whom a case is about is found by NHS number and by family name; somebody whose
// details may not be shown is not, and their number stands nowhere.
func TestFoundByNameAndNumber(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		c, unknown := h.begin(0), h.begin(1, func(n *casework.New) { n.Person, n.About = "", "Sam O'Neill-Marsh" })
		find := func(f casework.Filter) int {
			q, err := h.Queue(ctx, h.ann, casework.QueueAsk{Filter: f})
			h.must(err)
			if q.Total != len(q.Rows) {
				t.Errorf("%+v: %d of %d", f, len(q.Rows), q.Total)
			}
			if len(q.Rows) == 1 && q.Rows[0].ID != c.ID && q.Rows[0].ID != unknown.ID {
				t.Errorf("%+v finds another", f)
			}
			return len(q.Rows)
		}
		for _, w := range []struct {
			f    casework.Filter
			want int
		}{
			{casework.Filter{Number: "9990000018"}, 1}, {casework.Filter{Number: "9990000026"}, 0}, {casework.Filter{Family: "LANGWORTH"}, 1}, {casework.Filter{Family: "o'neill"}, 1},
			{casework.Filter{Family: "Nobody"}, 0}, {casework.Filter{Family: "%"}, 0}, {casework.Filter{Family: "_"}, 0}, {casework.Filter{Family: "'"}, 1},
		} {
			if got := find(w.f); got != w.want {
				t.Errorf("%+v: %d, want %d", w.f, got, w.want)
			}
		}
		f, err := h.Open(ctx, h.ann, c.ID, casework.Request{})
		if h.must(err); f.Whom.NHSNumber != "9990000018" || f.Whom.Family != "Langworth" {
			t.Errorf("%+v", f.Whom)
		}
		if f, err = h.Open(ctx, h.patient(), c.ID, casework.Request{}); err != nil || f.Whom != (casework.Subject{}) {
			t.Errorf("%v %+v", err, f.Whom)
		}
		h.exec("UPDATE persons SET restricted = ?", true)
		if find(casework.Filter{Number: "9990000018"}) != 0 || find(casework.Filter{Family: "Langworth"}) != 0 {
			t.Error("somebody restricted is found")
		}
		q, err := h.Queue(ctx, h.ann, casework.QueueAsk{})
		if h.must(err); q.Rows[0].NHSNumber+q.Rows[1].NHSNumber != "" {
			t.Error("their number is shown")
		}
		if f, err = h.Open(ctx, h.ann, c.ID, casework.Request{}); err != nil || f.Whom != (casework.Subject{}) {
			t.Errorf("%v %+v", err, f.Whom)
		}
	})
}
