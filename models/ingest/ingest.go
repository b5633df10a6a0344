package ingest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"sync"

	"candour/models/clock"
	"candour/models/db"
	"candour/models/opaque"
	"candour/models/patient"
	"candour/models/policy"
)

// Deps are what an Intake needs.
type Deps struct {
	DB     *db.DB
	Clock  clock.Clock
	Policy *policy.Policy
	Log    *slog.Logger
	// After is called when a delivery is in and committed: whoever waits for a code
	// looks whether it has come. Its error is the delivery's; what came stays. nil:
	// nobody waits.
	After func(ctx context.Context, source string) error
}

// Intake takes feeds in.
type Intake struct {
	db      *db.DB
	clock   clock.Clock
	rules   *rules
	sharing *patient.Sharing
	log     *slog.Logger
	after   func(ctx context.Context, source string) error
	one     sync.Mutex // one delivery writes at a time; PostgreSQL has a lock of its own for other processes
}

// New makes an Intake.
func New(d Deps) *Intake {
	if d.Log == nil {
		d.Log = slog.New(slog.DiscardHandler)
	}
	if d.Policy == nil {
		d.Policy = policy.Default()
	}
	return &Intake{db: d.DB, clock: d.Clock, rules: newRules(d.Policy), log: d.Log, after: d.After,
		sharing: patient.NewSharing(d.DB, d.Clock, patient.SharingPolicyOf(d.Policy))}
}

// Options of one delivery.
type Options struct {
	Complete bool      // the whole extract of the source for the people in it
	Progress func(int) // told how many resources have been read so far
}

// Input is one file or stream of a delivery.
type Input struct {
	Name string
	Open func() (io.ReadCloser, error)
}

// Take reads one delivery of a source: a Bundle of any type, a single resource
// or NDJSON, plain or gzip. The receipt says what became of every resource. An
// error means that it could not be finished (database, reading); what had been
// committed stays, and sending it again is harmless.
func (i *Intake) Take(ctx context.Context, source string, in io.Reader, name string, opt Options) (Receipt, error) {
	return i.TakeAll(ctx, source, []Input{{name, func() (io.ReadCloser, error) { return io.NopCloser(in), nil }}}, opt)
}

// TakeAll is Take for a delivery of several files, for instance one for each
// resource type: Options.Complete is about all of them together.
func (i *Intake) TakeAll(ctx context.Context, source string, inputs []Input, opt Options) (Receipt, error) {
	src, err := i.source(ctx, source)
	if err != nil {
		return Receipt{}, err
	}
	r := &run{Intake: i, source: src, opt: opt, withheld: map[[2]string]string{}, seen: map[string]struct{}{}, people: map[string]int64{}, receipt: Receipt{ID: string(opaque.New()), Source: source,
		Started: i.clock(), Complete: opt.Complete, Inputs: len(inputs), Counts: map[string]*Count{}}}
	if len(inputs) == 1 {
		r.receipt.Name, r.alone = inputs[0].Name, !opt.Complete
	}
	if _, err := i.Settle(ctx); err != nil {
		return r.receipt, err
	}
	err = r.readAll(ctx, inputs)
	if err == nil && r.opt.Complete && r.receipt.Refused == "" {
		err = r.removeGone(ctx)
	}
	if e := r.finish(ctx, err); err == nil {
		err = e
	}
	if i.after != nil && err == nil {
		err = i.after(ctx, source)
	}
	return r.receipt, err
}

// readAll takes one input after the other. One that is refused or breaks off does
// not stop the others, and the receipt says nothing of what it has not undone.
func (r *run) readAll(ctx context.Context, inputs []Input) error {
	var reason, detail string
	for _, in := range inputs {
		err := r.readOne(ctx, in)
		var broken *brokenInput
		switch {
		case errors.As(err, &broken) && ctx.Err() == nil && (len(inputs) > 1 || r.done > 0):
			r.receipt.Refused, r.receipt.Detail = Unreadable, broken.err.Error()
		case err != nil:
			return err
		case r.receipt.Refused == "":
			continue
		}
		r.receipt.RefusedInputs++
		r.unsure = true
		reason, detail = r.receipt.Refused, r.receipt.Detail
		if len(inputs) > 1 || r.done > 0 {
			r.receipt.problem(Problem{Place: in.Name, Reason: reason, Detail: detail})
			r.receipt.Refused, r.receipt.Detail = "", ""
		}
	}
	if r.receipt.RefusedInputs == len(inputs) {
		r.failed = reason
		if r.done == 0 {
			r.receipt.Refused, r.receipt.Detail = reason, detail
		}
	}
	return nil
}

// brokenInput is an input that could not be opened, or not be read to its end.
type brokenInput struct{ err error }

func (e *brokenInput) Error() string { return "ingest: read: " + e.err.Error() }
func (e *brokenInput) Unwrap() error { return e.err }

func (r *run) readOne(ctx context.Context, in Input) error {
	stream, err := in.Open()
	if err != nil {
		return &brokenInput{err}
	}
	defer stream.Close()
	r.prefix = ""
	if r.receipt.Inputs > 1 {
		r.prefix = in.Name + ", "
	}
	return r.read(ctx, stream, in.Name)
}

// source is what ingest needs to know of a feed.
type source struct {
	id       string
	org      string
	ods      string
	name     string // of its organisation
	practice bool
	open     bool // something of it is in quarantine
	hides    bool // something that it shares gives an exclusion away
}

const sourceQuery = "SELECT s.id, s.organisation_id, o.ods_code, o.kind, o.name, EXISTS (SELECT 1 FROM quarantine q WHERE q.source_id = s.id AND q.resolved_at = 0)," +
	" EXISTS (SELECT 1 FROM shared_resources r WHERE r.source_id = s.id AND r.withheld <> '') FROM sources s JOIN organisations o ON o.id = s.organisation_id WHERE s.id = ?"

func (i *Intake) source(ctx context.Context, id string) (source, error) {
	rows, err := i.db.Query(ctx, sourceQuery, id)
	if err != nil {
		return source{}, fmt.Errorf("ingest: source: %w", err)
	}
	defer rows.Close()
	if !rows.Next() {
		if err := rows.Err(); err != nil {
			return source{}, fmt.Errorf("ingest: source: %w", err)
		}
		return source{}, &UnknownSource{id}
	}
	var s source
	var kind string
	if err := rows.Scan(&s.id, &s.org, &s.ods, &kind, &s.name, &s.open, &s.hides); err != nil {
		return source{}, fmt.Errorf("ingest: source: %w", err)
	}
	s.practice = kind == "practice"
	return s, nil
}
