package main

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"candour/models/clock"
	"candour/models/db/dbtest"
	"candour/models/fault"
	"candour/models/job"
)

func TestTheJobsOnTheCommandLine(t *testing.T) {
	q := job.NewQueue(dbtest.SQLite(t), clock.Fixed(time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)), nil)
	runner := job.NewRunner(q, job.Pace{}, slog.New(slog.DiscardHandler))
	kind := job.Define[struct{}]("letter.deliver", job.Options{Attempts: 1})
	job.Handle(runner, kind, func(context.Context, *job.Run, struct{}) error { return job.Because("no_sender", errors.New("nobody")) })
	if _, err := kind.Add(t.Context(), q, "the key of a letter", struct{}{}, time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)); err != nil {
		t.Fatal(err)
	}
	if _, err := runner.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
	counts, err := q.Counts(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	all, err := q.List(t.Context(), job.Filter{State: job.Dead})
	if err != nil || len(all) != 1 {
		t.Fatalf("%v %v", all, err)
	}
	var out bytes.Buffer
	if err := printJobs(&out, counts, all); err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{"letter.deliver", "dead", "no_sender", "1 tries", all[0].ID} {
		if !strings.Contains(out.String(), part) {
			t.Errorf("the list does not have %q:\n%s", part, out.String())
		}
	}
	if strings.Contains(out.String(), "the key of a letter") {
		t.Error("the list says what a job is about")
	}
	if err := q.Retry(t.Context(), all[0].ID); err != nil {
		t.Fatal(err)
	}
	if err := q.Retry(t.Context(), all[0].ID); !errors.Is(err, fault.Conflict) {
		t.Errorf("a second time: %v", err)
	}
}
