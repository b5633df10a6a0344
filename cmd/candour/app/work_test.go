package app

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"candour/models/job"
)

// What goes wrong with one of the things of a new day keeps none of the others.
func TestOneFailureOfTheDayKeepsNothingElse(t *testing.T) {
	c := startClinic(t, filepath.Join(t.TempDir(), "candour.db"))
	c.work()
	ref := c.confirmed("many-sources")
	c.work()
	c.must(c.DB.Do(bg, func(ctx context.Context) error { // a request that cannot be read, on a birthday of review
		_, err := c.DB.Exec(ctx, "UPDATE objections SET answers = '{', review_on = '2026-11-24' WHERE case_id = ?", string(ref))
		return err
	}))
	was := c.now.Load()
	c.later(24 * time.Hour)
	_, _ = c.Work.Drain(bg) // one of them fails
	for _, d := range days {
		all, err := c.Jobs.List(bg, job.Filter{Kind: d.kind.Name(), Limit: 10})
		c.must(err)
		done := slices.ContainsFunc(all, func(j job.Job) bool {
			return j.Error == "" && j.Changed.UnixMilli() > was && j.RunAt.UnixMilli() > c.now.Load()
		})
		if want := d.kind.Name() != "objection.birthdays"; done != want {
			t.Errorf("%s: done %t", d.kind.Name(), done)
		}
	}
}

// A feed that is long in coming is taken in, one that does not begin is not waited for.
func TestALongFeedIsTakenIn(t *testing.T) {
	begin, goOn := make(chan struct{}), make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/silent" {
			<-goOn
			return
		}
		w.WriteHeader(http.StatusOK)
		w.(http.Flusher).Flush()
		close(begin)
		<-goOn
		_, _ = w.Write([]byte("{}"))
	}))
	t.Cleanup(server.Close)
	systems := newClinicalSystems()
	systems.transport.ResponseHeaderTimeout = 50 * time.Millisecond
	ask := func(path string) (*http.Response, error) {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		return systems.do(req, Clinical{})
	}
	if res, err := ask("/silent"); err == nil {
		res.Body.Close()
		t.Error("it was waited for")
	}
	if systems.client.Timeout != 0 {
		t.Error("the whole of a feed has to come within the time of an answer")
	}
	res, err := ask("/feed")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	<-begin
	close(goOn)
	if body, err := io.ReadAll(res.Body); err != nil || string(body) != "{}" {
		t.Errorf("%q %v", body, err)
	}
}
