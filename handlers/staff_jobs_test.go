package handlers

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"candour/models/access"
	"candour/models/db/dbtest"
	"candour/models/job"
)

// What has failed for good is shown to those who administer, and tried again when
// they say so; to nobody else.
func TestTheWorkThatNoPersonStarts(t *testing.T) {
	g := openSurgery(t, dbtest.SQLite(t))
	broken := true
	runner := job.NewRunner(g.Jobs, job.Pace{}, slog.New(slog.DiscardHandler))
	kind := job.Define[struct{}]("letter.deliver", job.Options{Attempts: 1})
	job.Handle(runner, kind, func(context.Context, *job.Run, struct{}) error {
		if broken {
			return job.Because("smtp_login", errors.New("no"))
		}
		return nil
	})
	for _, key := range []string{"a", "secret-key-of-a-letter"} {
		if _, err := kind.Add(t.Context(), g.Jobs, key, struct{}{}, g.now); err != nil {
			t.Fatal(err)
		}
	}
	fatal(t, drained(runner.Drain(t.Context())))
	admin := g.asStaff("admin", access.ManageSessions)
	body := g.says(admin, "/staff/jobs", []string{"Background work", "Send a letter", "Failed for good", "The mail server refused the password", "Try again"}, "secret-key-of-a-letter")
	g.says(admin, "/staff/jobs?state=done", []string{"No job fits these filters"}, "Try again")
	if got := g.ask(admin, get, "/staff/jobs?state=nonsense", nil); got.StatusCode != http.StatusNotFound {
		t.Errorf("a state that is none: %d", got.StatusCode)
	}
	_, id, _ := strings.Cut(body, `data-job="`)
	id = id[:26]
	if got := g.sends(admin, "/staff/jobs", "/staff/jobs/retry", url.Values{"job": {id}}); got.StatusCode != http.StatusSeeOther || !strings.HasSuffix(got.Header.Get("Location"), "again=yes") {
		t.Fatalf("%d %s", got.StatusCode, got.Header.Get("Location"))
	}
	if got := g.sends(admin, "/staff/jobs", "/staff/jobs/retry", url.Values{"job": {id}}); !strings.HasSuffix(got.Header.Get("Location"), "again=not") {
		t.Errorf("a second time: %d %s", got.StatusCode, got.Header.Get("Location"))
	}
	broken = false
	fatal(t, drained(runner.Drain(t.Context())))
	g.says(admin, "/staff/jobs?again=yes", []string{"It is tried again", ">Done<"})

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
