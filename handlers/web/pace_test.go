package web

import (
	"fmt"
	"testing"
	"time"

	"candour/models/db/dbtest"
)

// T55: one person's haste is not the colleagues' lock-out.
func TestSearchPaceIsByViewer(t *testing.T) {
	s := onSQLite(t, func(c *Config) { c.Pace.Search = Limit{1, 3} })
	hasty, other := s.signedIn("/enter"), s.signedIn("/enter-staff")
	for i := range 5 {
		want := 200
		if i >= 3 {
			want = 429
		}
		if got := hasty.get("/paced-search"); got.StatusCode != want {
			t.Errorf("request %d: %d", i, got.StatusCode)
		}
	}
	if got := other.get("/paced-search"); got.StatusCode != 200 {
		t.Errorf("a colleague from the same address: %d", got.StatusCode)
	}
}

func TestPaceMemoryIsBounded(t *testing.T) {
	p := newPace(Limit{1, 1})
	at := time.Unix(0, 0)
	p.allow("first", at)
	for i := range 3 * paceMemory {
		p.allow(fmt.Sprint(i), at)
		if i%1000 == 0 && p.allow("busy", at) && i > 0 {
			t.Fatal("a client that keeps coming was forgotten")
		}
	}
	if p.order.Len() > paceMemory || len(p.by) != p.order.Len() {
		t.Errorf("%d and %d remembered", p.order.Len(), len(p.by))
	}
	if !p.allow("first", at) {
		t.Error("the one that came longest ago was not forgotten")
	}
}

// A new session takes the expired ones with it.
func TestExpiredSessionsAreSwept(t *testing.T) {
	d := dbtest.SQLite(t)
	s := raise(t, d, nil)
	count := func() (n int) {
		row, err := d.QueryRow(t.Context(), "SELECT count(*) FROM sessions")
		if err != nil {
			t.Fatal(err)
		}
		if err := row.Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	s.signedIn("/enter")
	s.signedIn("/enter")
	s.now.on(25 * time.Hour)
	if s.signedIn("/enter-staff"); count() != 1 {
		t.Errorf("%d sessions, want the new one alone", count())
	}
}
