package handlers

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"testing"

	"candour/models/access"
	"candour/models/db/dbtest"
	"candour/models/job"
)

// How much there is of the work is shown to those who administer; single jobs, which
// may be another organisation's, to nobody.
func TestTheWorkThatNoPersonStarts(t *testing.T) {
	g := openSurgery(t, dbtest.SQLite(t))
	runner := job.NewRunner(g.Jobs, job.Pace{}, slog.New(slog.DiscardHandler))
	kind := job.Define[struct{}]("letter.deliver", job.Options{Attempts: 1})
	job.Handle(runner, kind, func(context.Context, *job.Run, struct{}) error {
		return job.Because("smtp_login", errors.New("no"))
	})
	for _, key := range []string{"a", "secret-key-of-a-letter"} {
		if _, err := kind.Add(t.Context(), g.Jobs, key, struct{}{}, g.now); err != nil {
			t.Fatal(err)
		}
	}
	fatal(t, drained(runner.Drain(t.Context())))
	admin := g.asStaff("admin", access.ManageSessions)
	g.says(admin, "/staff/jobs", []string{"Background work", "Send a letter", "Failed for good", ">2<", "candour jobs"}, "secret-key-of-a-letter", "data-job", "Try again", "smtp_login")
	if got := g.sends(admin, "/staff/jobs", "/staff/jobs/retry", url.Values{"job": {"x"}}); got.StatusCode != http.StatusNotFound && got.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("a job of whichever organisation is tried anew: %d", got.StatusCode)
	}

	desk := g.asStaff("desk", access.ManageRequests)
	if got := g.ask(desk, get, "/staff/jobs", nil); got.StatusCode != http.StatusForbidden {
		t.Errorf("staff who do not administer: %d", got.StatusCode)
	}
	g.born("ann", "1980-05-06")
	if got := g.ask(g.enter("ann"), get, "/staff/jobs", nil); got.StatusCode != http.StatusForbidden {
		t.Errorf("a patient: %d", got.StatusCode)
	}
}

// drained drops how many were done.
func drained[T any](_ T, err error) error { return err }

// asStaff is the browser of a member of staff of the surgery.
func (g *surgery) asStaff(id string, can ...access.Capability) *http.Client {
	g.t.Helper()
	g.staff[id] = g.member(id, can...)
	return g.enter(id)
}
