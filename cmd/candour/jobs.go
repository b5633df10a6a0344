package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"text/tabwriter"
	"time"

	"candour/models/clock"
	"candour/models/db"
	"candour/models/job"
)

// JobsCmd is `candour jobs`: the work that no person starts.
type JobsCmd struct {
	List  JobsListCmd  `cmd:"" default:"withargs" help:"Count the jobs and list those that changed last."`
	Retry JobsRetryCmd `cmd:"" help:"Have a job that failed for good tried again."`
}

// JobsListCmd lists jobs.
type JobsListCmd struct {
	State string `enum:"any,waiting,running,done,dead" default:"any" help:"Only those in a state: waiting, running, done or dead."`
	Kind  string `help:"Only those of a kind, for instance letter.deliver." placeholder:"KIND"`
	Limit int    `default:"20" help:"How many to list."`
	Storage
}

// Run prints the counts, then the jobs. Nothing of what a job is about stands there.
func (c JobsListCmd) Run(ctx context.Context, cli *CLI) error {
	return withJobs(ctx, c.Storage, cli, func(q *job.Queue) error {
		counts, err := q.Counts(ctx)
		if err != nil {
			return err
		}
		f := job.Filter{Kind: c.Kind, Limit: c.Limit}
		if c.State != "any" {
			f.State = job.State(c.State)
		}
		all, err := q.List(ctx, f)
		if err != nil {
			return err
		}
		return printJobs(os.Stdout, counts, all)
	})
}

func printJobs(w io.Writer, counts []job.Count, all []job.Job) error {
	t := tabwriter.NewWriter(w, 2, 4, 2, ' ', 0)
	for _, n := range counts {
		fmt.Fprintf(t, "%s\t%s\t%d\toldest wanted %s\n", n.Kind, n.State, n.N, n.Oldest.Format(time.RFC3339))
	}
	if len(all) > 0 {
		fmt.Fprintln(t)
	}
	for _, j := range all {
		why := j.Error
		if why == "" {
			why = "-"
		}
		fmt.Fprintf(t, "%s\t%s\t%s\twanted %s\t%d tries\t%s\n", j.ID, j.Kind, j.State, j.RunAt.Format(time.RFC3339), j.Attempts, why)
	}
	return t.Flush()
}

// JobsRetryCmd tries a dead job anew.
type JobsRetryCmd struct {
	ID string `arg:"" help:"Id of the job, as the list has it."`
	Storage
}

// Run does it; a running portal takes the job within seconds.
func (c JobsRetryCmd) Run(ctx context.Context, cli *CLI) error {
	return withJobs(ctx, c.Storage, cli, func(q *job.Queue) error {
		if err := q.Retry(ctx, c.ID); err != nil {
			return err
		}
		fmt.Println("it is tried again")
		return nil
	})
}

func withJobs(ctx context.Context, at Storage, cli *CLI, do func(*job.Queue) error) error {
	d, err := db.Open(ctx, at.DSN("data"), cli.logger())
	if err != nil {
		return err
	}
	defer d.Close()
	return do(job.NewQueue(d, clock.System, nil))
}
