package ingest

import (
	"context"
	"encoding/hex"
	"fmt"
	"log/slog"

	"github.com/go-json-experiment/json"

	"candour/models/db"
	"candour/models/opaque"
)

// run is one delivery being taken in.
type run struct {
	*Intake
	source   source
	opt      Options
	receipt  Receipt
	done     int
	prefix   string            // of places, when there are several inputs
	orgs     map[string]string // ODS code → organisation id, read when first asked for
	withheld map[[2]string]string
	open     bool                // something of this source is in quarantine
	seen     map[string]struct{} // with --complete: items that are in the input
	people   map[string]int64    // with --complete: patients in the input, and the time of their extract
	failed   string              // why every input was refused or broke off
	unsure   bool                // with --complete: something in the input could not be told
	alone    bool                // there is one input, and nothing follows it
	ends     bool                // what is taken in now is all of the delivery
	told     bool                // the receipt is written
}

// partner is the organisation that has an ODS code; "" when it is none of ours.
func (r *run) partner(ctx context.Context, code string) (string, error) {
	if code == "" {
		return "", nil
	}
	if r.orgs == nil { // most deliveries name none
		r.orgs = map[string]string{}
		err := r.each(ctx, "SELECT ods_code, id FROM organisations WHERE ods_code <> ''", func(scan func(...any) error) error {
			var ods, id string
			err := scan(&ods, &id)
			r.orgs[ods] = id
			return err
		})
		if err != nil {
			return "", err
		}
	}
	return r.orgs[code], nil
}

// loadWithheld reads which places, services and medicines give an exclusion away.
func (r *run) loadWithheld(ctx context.Context) error {
	clear(r.withheld)
	return r.each(ctx, "SELECT type, local_id, withheld FROM shared_resources WHERE source_id = ? AND withheld <> ''", func(scan func(...any) error) error {
		var kind, id, set string
		err := scan(&kind, &id, &set)
		r.withheld[[2]string{kind, id}] = set
		return err
	}, r.source.id)
}

// each runs a query and hands every row to row.
func (i *Intake) each(ctx context.Context, query string, row func(scan func(...any) error) error, args ...any) error {
	rows, err := i.db.Query(ctx, query, args...)
	if err != nil {
		return fmt.Errorf("ingest: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		if err := row(rows.Scan); err != nil {
			return fmt.Errorf("ingest: %w", err)
		}
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("ingest: %w", err)
	}
	return nil
}

func (i *Intake) exec(ctx context.Context, query string, args ...any) error {
	if _, err := i.db.Exec(ctx, query, args...); err != nil {
		return fmt.Errorf("ingest: %w", err)
	}
	return nil
}

// apply takes batches in, all in one transaction. When it fails, the receipt
// goes back to what it said before.
func (r *run) apply(ctx context.Context, message int64, batches ...[]*parcel) error {
	r.one.Lock()
	defer r.one.Unlock()
	before := r.receipt.clone()
	err := r.writing(ctx, func(ctx context.Context) error {
		w := &work{run: r, message: message, touched: map[string]bool{}, newborn: map[string]bool{}, closures: map[[2]string]bool{}, asked: map[string]bool{}, counted: map[string]*parcel{}}
		coming := 0
		for _, batch := range batches {
			coming += len(batch)
		}
		return r.planned(ctx, coming, func(ctx context.Context) error {
			for _, batch := range batches {
				if err := w.apply(ctx, batch); err != nil {
					return err
				}
			}
			if err := w.close(ctx); err != nil || !r.ends {
				return err
			}
			return r.tell(ctx, nil) // one commit: nothing of it is in without its receipt
		})
	})
	if err != nil {
		r.receipt = before
		return err
	}
	r.told = r.ends
	for _, batch := range batches {
		r.done += len(batch)
	}
	if r.opt.Progress != nil {
		r.opt.Progress(r.done)
	}
	return nil
}

// transaction is one in which an intake writes. On PostgreSQL only one does so at
// a time, over all processes.
func (i *Intake) transaction(ctx context.Context, fn func(context.Context) error) error {
	return i.db.Do(ctx, func(ctx context.Context) error {
		if i.db.Dialect == db.Postgres {
			if err := i.exec(ctx, "SELECT pg_advisory_xact_lock(7203)"); err != nil {
				return err
			}
		}
		return fn(ctx)
	})
}

// writing is transaction for a delivery. What is known of its source is read in it: another
// delivery, or Reapply, may have marked something of it as hidden in between, and what
// leans on that is hidden by it.
func (r *run) writing(ctx context.Context, fn func(context.Context) error) error {
	return r.transaction(ctx, func(ctx context.Context) error {
		src, err := r.Intake.source(ctx, r.source.id)
		if err != nil {
			return err
		}
		r.source, r.open = src, src.open
		clear(r.withheld)
		if src.hides {
			if err := r.loadWithheld(ctx); err != nil {
				return err
			}
		}
		return fn(ctx)
	})
}

// manyAtOnce is from how many resources of a delivery on its statements are planned
// for the tables as they are by then: a plan kept from when a table was empty reads
// it from end to end. Below it, planning costs more than the rest of a delivery.
const manyAtOnce = 500

// planned runs fn with plans for what has come in by now.
func (r *run) planned(ctx context.Context, coming int, fn func(context.Context) error) error {
	if r.db.Dialect != db.Postgres || r.done+coming < manyAtOnce {
		return fn(ctx)
	}
	if err := r.exec(ctx, "SELECT set_config('plan_cache_mode', 'force_custom_plan', true)"); err != nil {
		return err
	}
	if err := fn(ctx); err != nil {
		return err
	}
	return r.exec(ctx, "SELECT set_config('plan_cache_mode', 'force_generic_plan', true)") // a transaction may go on after a delivery
}

// manyRows is from how many new rows on a delivery changes how tables should be read.
const manyRows = 5000

// finish ends a delivery: it is logged, and its receipt written unless that came in
// with it.
func (r *run) finish(ctx context.Context, failure error) error {
	total := r.receipt.Total()
	level := slog.LevelDebug
	if r.receipt.Refused != "" || failure != nil {
		level = slog.LevelWarn
	}
	r.log.Log(ctx, level, "delivery", "source", r.source.id, "verdict", string(r.receipt.Verdict()), "refused", r.receipt.Refused, "read", total.Read, "stored", total.Stored,
		"unchanged", total.Unchanged, "withheld", total.Withheld, "held", total.Held, "quarantined", total.Quarantined, "gone", total.Gone)
	ctx = context.WithoutCancel(ctx) // an interrupted delivery is still told of
	if r.db.Dialect == db.Postgres && total.Stored+total.Held > manyRows {
		// Plans of the server's own statements were made for smaller tables. They look up
		// by key: a tenth of the usual sample tells them enough, and autovacuum tells more.
		err := r.db.Do(ctx, func(ctx context.Context) error {
			if err := r.exec(ctx, "SELECT set_config('default_statistics_target', '10', true)"); err != nil {
				return err
			}
			return r.exec(ctx, "ANALYZE persons, source_patients, items, held_resources, shared_resources, aliases, relationships")
		})
		if err != nil {
			return err
		}
	}
	if r.told {
		return nil
	}
	return r.db.Do(ctx, func(ctx context.Context) error { return r.tell(ctx, failure) })
}

// tell writes the receipt and what the source's freshness rests on.
func (r *run) tell(ctx context.Context, failure error) error {
	r.receipt.Finished = r.clock()
	at := r.receipt.Finished.UnixMilli()
	body, err := json.Marshal(&r.receipt, json.Deterministic(true))
	if err != nil {
		return fmt.Errorf("ingest: receipt: %w", err)
	}
	err = r.exec(ctx, "INSERT INTO receipts (id, source_id, started_at, finished_at, complete, body) VALUES (?, ?, ?, ?, ?, ?)",
		r.receipt.ID, r.source.id, r.receipt.Started.UnixMilli(), at, r.opt.Complete, string(body))
	if err != nil {
		return err
	}
	switch {
	case r.receipt.Refused != "":
		return r.exec(ctx, "UPDATE sources SET last_failed_at = ?, last_error = ? WHERE id = ?", at, r.receipt.Refused, r.source.id)
	case r.failed != "":
		return r.exec(ctx, "UPDATE sources SET last_failed_at = ?, last_error = ? WHERE id = ?", at, r.failed, r.source.id)
	case failure != nil:
		return r.exec(ctx, "UPDATE sources SET last_failed_at = ?, last_error = ? WHERE id = ?", at, "interrupted", r.source.id)
	}
	return r.exec(ctx, "UPDATE sources SET last_received_at = CASE WHEN last_received_at < ? THEN ? ELSE last_received_at END WHERE id = ?", at, at, r.source.id)
}

// quarantine keeps what could not be taken, with its reason. The same bytes for
// the same reason are kept once, however often they come.
func (w *work) quarantine(ctx context.Context, parcels []*parcel) error {
	var rows [][]any
	for _, p := range parcels {
		w.receipt.count(label(p.kind)).Quarantined++
		w.receipt.problem(Problem{p.place, p.kind, p.id, p.refused.Reason, p.refused.Detail})
		if p.item == "" {
			w.unsure = true // which of the source's items it is cannot be told
		}
		raw := p.raw
		if raw == nil {
			raw = []byte{}
		}
		id := opaque.Of("quarantine", w.source.id, p.kind, p.id, p.refused.Reason, hex.EncodeToString(p.hash), string(raw[:min(len(raw), 1<<16)]))
		rows = append(rows, []any{string(id), w.source.id, w.receipt.ID, p.place, p.kind, p.id, p.refused.Reason, p.refused.Detail, w.now, int64(0), raw[:min(len(raw), 1<<20)]})
		w.open = true
	}
	return quarantineTable.insert(ctx, w.db, rows)
}

// resolve closes what was in quarantine once the resource has come in well.
func (w *work) resolve(ctx context.Context, parcels []*parcel) error {
	if !w.open {
		return nil
	}
	still := map[[2]string][]string{}
	err := w.each(ctx, "SELECT id, type, local_id FROM quarantine WHERE source_id = ? AND resolved_at = 0 AND local_id <> ''", func(scan func(...any) error) error {
		var id, kind, local string
		err := scan(&id, &kind, &local)
		still[[2]string{kind, local}] = append(still[[2]string{kind, local}], id)
		return err
	}, w.source.id)
	if err != nil {
		return err
	}
	var ids []string
	for _, p := range parcels {
		if found := still[[2]string{p.kind, p.id}]; found != nil && p.refused == nil {
			ids = append(ids, found...)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	return w.exec(ctx, "UPDATE quarantine SET resolved_at = ? WHERE id"+among(w.db), w.now, list(w.db, ids))
}
