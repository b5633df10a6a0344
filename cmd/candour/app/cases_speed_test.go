package app

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"candour/models/db"
	"candour/models/deadline"
	"candour/models/opaque"
)

// many puts cases into the queue of one practice behind the domain's back, for what
// depends on nothing but their number.
func (p *portal) many(t testing.TB, n int) {
	t.Helper()
	ctx, person, now := context.Background(), string(p.Demo.World.People["many-sources"]), p.now.Load()
	err := p.DB.Do(ctx, func(ctx context.Context) error {
		for i := range n {
			closed, to, alarm := int64(0), "", ""
			if i%10 == 9 {
				closed = now
			}
			if i%4 == 1 {
				to = "somebody"
			}
			if i%200 == 2 {
				alarm = "code_not_seen"
			}
			_, err := p.DB.Exec(ctx, `INSERT INTO cases (id, ref, kind, person_id, about_name, organisation_id, route, taken_by, taken_name, opened_at, received_on, due_on, state,
 closed_at, assigned_to, assigned_name, locked_by, locked_name, locked_at, alarm, alarm_at, version, changed_at)
 VALUES (?, ?, 'objection', ?, 'Somebody', 'riverside', 'portal', '', '', ?, '2026-01-01', ?, ?, ?, ?, '', '', '', 0, ?, 0, 1, ?)`, string(opaque.Of("many", fmt.Sprint(i))), fmt.Sprintf("M%08d", i),
				person, now-int64(i)*1000, (deadline.DayOf(today) + deadline.Day(i%90-20)).String(), []string{"submitted", "in_review", "confirmed"}[i%3], closed, to, alarm, now-int64(i%977)*1000)
			if err != nil {
				return err
			}
		}
		_, err := p.DB.Exec(ctx, "ANALYZE")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Must show 6, for the whole page as a browser gets it: the same number of
// statements for 3 cases, for 300 and for very many, session and log included, and
// how long it takes (with CANDOUR_LONG_TESTS at 100,000; else at 5,000).
func TestTheQueuePageIsQuickForVeryMany(t *testing.T) {
	very := 5_000
	if os.Getenv("CANDOUR_LONG_TESTS") != "" {
		very = 100_000
	}
	paths := []string{"/cases", "/cases?show=100", "/cases?assigned=nobody&due=overdue", "/cases?sort=opened&desc=1", "/cases?state=in_review&sort=changed", "/cases?alarm=1"}
	asked := map[int]int64{}
	for _, n := range []int{3, 300, very} {
		p := start(t, filepath.Join(t.TempDir(), "candour.db"))
		p.many(t, n)
		manager := p.signIn(t, "practice-manager")
		manager.get("/cases") // they are noted as somebody who works here
		took := map[string][]time.Duration{}
		var all []time.Duration
		for round := range 25 {
			for _, path := range paths {
				before, since := db.Statements(), time.Now()
				a := manager.get(path)
				spent, count := time.Since(since), db.Statements()-before
				if a.Status != http.StatusOK || len(casesOn(t, a.Body)) == 0 {
					t.Fatalf("%s at %d: %d, %d cases", path, n, a.Status, len(casesOn(t, a.Body)))
				}
				if round == 0 {
					continue // warm
				}
				if asked[n] == 0 {
					asked[n] = count
				}
				if count != asked[n] {
					t.Errorf("%s at %d cases: %d statements, and %d for another page", path, n, count, asked[n])
				}
				took[path], all = append(took[path], spent), append(all, spent)
			}
		}
		for _, path := range paths {
			t.Logf("%7d cases  %-40s p50 %7v  p95 %7v", n, path, percentile(took[path], 50), percentile(took[path], 95))
		}
		t.Logf("%7d cases  all: %d statements a page, p50 %v, p95 %v", n, asked[n], percentile(all, 50), percentile(all, 95))
	}
	if asked[3] != asked[300] || asked[300] != asked[very] || asked[3] == 0 {
		t.Errorf("statements by number of cases: %v", asked)
	}
}

func percentile(all []time.Duration, p int) time.Duration {
	sorted := slices.Sorted(slices.Values(all))
	return sorted[min(len(sorted)-1, len(sorted)*p/100)].Round(10 * time.Microsecond)
}
