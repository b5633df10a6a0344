package web

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"

	"candour/models/access"
	"candour/models/db"
	"candour/models/db/dbtest"
)

// ridden does with its session what the gate does: looks at it in the transaction in
// which it logs, and shows nothing when it is not what it was taken to be.
func (s *stage) ridden(c *fiber.Ctx, by access.Viewer) error {
	how := "read"
	if w := While(c); w != nil {
		how = "lately"
		var verdict error
		err := s.config.DB.Group(Context(c), func(ctx context.Context) error {
			if err := s.config.DB.Answer(ctx, w.Question); err != nil {
				return err
			}
			verdict = w.Holds()
			return nil
		}, w.Question)
		if err := errors.Join(err, verdict); err != nil {
			return err
		}
	}
	s.kept.add(how)
	return Render(c, text("ridden "+canary+" for "+by.Name))
}

// elsewhere changes the sessions as another program on the same database does.
func (s *stage) elsewhere(statement string) {
	s.t.Helper()
	if _, err := s.config.DB.Writer().Exec(statement); err != nil {
		s.t.Fatal(err)
	}
}

func ridesOnWhatIs(s *stage) error {
	b := s.signedIn("/enter")
	for range 2 {
		if got := b.get("/ridden/abc"); got.StatusCode != 200 {
			s.t.Fatalf("%d %s", got.StatusCode, got.body)
		}
	}
	s.elsewhere("DELETE FROM sessions")
	if got := b.get("/ridden/abc"); got.StatusCode != 401 || strings.Contains(got.body, canary) {
		return fmt.Errorf("a session that was ended elsewhere: %d", got.StatusCode)
	}
	return nil
}

func leavesNothingUnlookedAt(s *stage) error {
	b := s.signedIn("/enter")
	if got := b.get("/bare/abc"); got.StatusCode != 200 {
		s.t.Fatalf("%d %s", got.StatusCode, got.body)
	}
	s.elsewhere("UPDATE sessions SET organisation_id = 'another'")
	if got := b.get("/bare/abc"); got.StatusCode != 409 || strings.Contains(got.body, canary) {
		return fmt.Errorf("a session that changed elsewhere: %d", got.StatusCode)
	}
	if got := b.get("/bare/abc"); got.StatusCode != 200 {
		s.t.Fatalf("asked again: %d %s", got.StatusCode, got.body)
	}
	s.elsewhere("DELETE FROM sessions")
	if got := b.get("/bare/abc"); got.StatusCode != 401 || strings.Contains(got.body, canary) {
		return fmt.Errorf("a session that was ended elsewhere: %d", got.StatusCode)
	}
	return nil
}

func TestARiddenPageReadsItsSessionOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := raise(t, d, nil)
		b := s.signedIn("/enter")
		for _, step := range []struct{ statement, how string }{
			{"", "read"}, {"", "lately"}, {"", "lately"},
			{"UPDATE sessions SET organisation_id = 'another'", "read"}, // it goes on, as it is now
			{"", "lately"},
			{"UPDATE sessions SET seen_at = seen_at - 1", "read"},
			{"", "lately"},
		} {
			if step.statement != "" {
				s.elsewhere(step.statement)
			}
			if got := b.get("/ridden/abc"); got.StatusCode != 200 || !strings.Contains(got.body, "for Ada") {
				t.Fatalf("%d %s", got.StatusCode, got.body)
			}
			if got := s.kept.all[len(s.kept.all)-1]; got != step.how {
				t.Errorf("after %q: the session was %s, not %s", step.statement, got, step.how)
			}
		}
		// Another program had it used: it goes on for longer than this one knows.
		s.now.on(idlePatient + touchEvery)
		at := s.now.now()
		s.elsewhere(fmt.Sprintf("UPDATE sessions SET seen_at = %d, expires_at = %d", at.UnixMilli(), at.Add(idlePatient).UnixMilli()))
		if got := b.get("/ridden/abc"); got.StatusCode != 200 {
			t.Errorf("used elsewhere: %d", got.StatusCode)
		}
		// A use of the session that is written down makes it another: it is read once more.
		s.now.on(2 * touchEvery)
		b.get("/ridden/abc")
		if got := b.get("/ridden/abc"); got.StatusCode != 200 || s.kept.all[len(s.kept.all)-1] != "read" {
			t.Errorf("%d, %s", got.StatusCode, s.kept.all[len(s.kept.all)-1])
		}
		// Another method, path or page has its session read first.
		if got := b.get("/record/abc"); got.StatusCode != 200 {
			t.Errorf("%d", got.StatusCode)
		}
		s.now.on(idlePatient)
		if got := b.get("/ridden/abc"); got.StatusCode != 401 {
			t.Errorf("after the idle time: %d", got.StatusCode)
		}
	})
}

func TestFits(t *testing.T) {
	for _, c := range []struct {
		pattern, path string
		fits          bool
	}{
		{"/patients/:ref/record", "/patients/abc/record", true},
		{"/patients/:ref/record", "/patients/abc/record/", true},
		{"/patients/:ref/record", "/patients/abc/record/print", false},
		{"/patients/:ref/record", "/patients/abc", false},
		{"/patients/:ref/record", "/patient/abc/record", false},
		{"/patients/:ref/record", "/", false},
		{"/patients/:ref/record", "", false},
	} {
		if fits(c.pattern, c.path) != c.fits {
			t.Errorf("%s for %s", c.path, c.pattern)
		}
	}
}

func TestOnlyADisclosureCanRide(t *testing.T) {
	r := Route{Method: "GET", Pattern: "/x", Audience: Patient, Shape: Page, Rides: true, Handler: func(*fiber.Ctx, access.Viewer) error { return nil }}
	if r.check() == nil {
		t.Error("a page that the gate does not log")
	}
	if r.Discloses = true; r.check() != nil {
		t.Error(r.check())
	}
}
