package ingest

import (
	"bytes"
	"context"
	"maps"
	"strconv"

	"github.com/go-json-experiment/json"

	"candour/models/db"
	"candour/models/fhir"
	"candour/models/opaque"
)

// work is one batch inside its transaction.
type work struct {
	*run
	now      int64
	message  int64                // when the source made the message; 0 = not said
	touched  map[string]bool      // persons whose record changed
	newborn  map[string]bool      // persons made in this transaction: nobody can have seen them
	closures map[[2]string]bool   // sources and persons whose exclusions must be worked out again
	asked    map[string]bool      // persons whose objection must be worked out again
	counted  map[string]*parcel   // items counted as stored in this batch
	missing  map[string]bool      // patients already reported as unknown
	numbers  map[string]bool      // NHS numbers to match again
	restated map[string]bool      // those of which a source says something else than before
	moves    []move               // patients whose person changed
	named    map[string][2]string // other names in use in the batch → type and id
	ods      map[[3]string]string // ODS codes that references lead to
	hiding   map[string]bool      // persons of whom something of this source is withheld already
}

// apply takes one batch in: what others lean on first, then people, then items.
func (w *work) apply(ctx context.Context, batch []*parcel) error {
	w.now = w.clock().UnixMilli()
	w.missing, w.numbers, w.restated, w.ods = map[string]bool{}, map[string]bool{}, map[string]bool{}, map[[3]string]string{}
	var bad, people, shared, items []*parcel
	for _, p := range batch {
		w.admit(p)
		w.receipt.count(label(p.kind)).Read++
		if p.inner != nil && p.refused == nil {
			people = append(people, p.inner)
		}
		switch {
		case p.refused != nil:
			bad = append(bad, p)
		case p.kind == "Patient":
			people = append(people, p)
		case len(p.about) == 0 && !p.gone:
			shared = append(shared, p)
		default:
			items = append(items, p)
		}
	}
	steps := []func() error{
		func() error { return w.quarantine(ctx, bad) },
		func() error { return w.resolve(ctx, batch) },
		func() error { return w.writeNames(ctx, batch) },
		func() error { return w.share(ctx, shared) },
		func() error { return w.meet(ctx, people) },
		func() error { return w.findPatients(ctx, items) },
		func() error { return w.store(ctx, items) },
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// admit turns away what cannot be worked with though it could be read.
func (w *work) admit(p *parcel) {
	switch {
	case p.refused != nil:
	case p.kind == "Patient" && p.gone:
		p.refused = &fhir.Refusal{Reason: PatientDeletion}
	case len(p.about) == 0 && !p.gone && fhir.NeedsPatient(p.kind):
		p.refused = &fhir.Refusal{Reason: NoPatientNamed}
	case p.dateBad:
		w.receipt.problem(Problem{p.place, p.kind, p.id, BadDate, ""})
	}
	if w.opt.Complete && p.item != "" {
		w.seen[p.item] = struct{}{}
	}
}

// label is the name under which a type is counted.
func label(kind string) string {
	if fhir.KnownType(kind) {
		return kind
	}
	return "Unknown"
}

// close brings what follows from the items up to date: exclusions, objection,
// and the version by which ready pages know that they are stale.
func (w *work) close(ctx context.Context) error {
	for at := range w.closures {
		by := w
		if at[0] != w.source.id {
			other, err := w.as(ctx, source{id: at[0]})
			if err != nil {
				return err
			}
			by = other
		}
		if err := by.exclude(ctx, at[1]); err != nil {
			return err
		}
	}
	for person := range w.asked {
		if err := w.objection(ctx, person); err != nil {
			return err
		}
	}
	maps.DeleteFunc(w.touched, func(person string, _ bool) bool { return w.newborn[person] })
	if len(w.touched) == 0 {
		return nil
	}
	return w.exec(ctx, "UPDATE persons SET record_version = record_version + 1, updated_at = ? WHERE id"+among(w.db), w.now, list(w.db, keys(w.touched)))
}

// objection is derived, never set: patient.Hidden decides by the codes in the feeds
// and by what providers decided here, and patient.Sharing alone writes the answer.
func (w *work) objection(ctx context.Context, person string) error {
	changed, err := w.sharing.Settle(ctx, opaque.ID(person))
	if changed {
		w.touched[person] = true
	}
	return err
}

// writeNames keeps the other names of resources.
func (w *work) writeNames(ctx context.Context, batch []*parcel) error {
	seen := map[string]int{}
	var rows [][]any
	for _, p := range batch {
		if p.refused != nil {
			continue
		}
		for _, n := range p.names {
			row := []any{w.source.id, n, p.kind, p.id}
			if at, twice := seen[n]; twice {
				rows[at] = row
				continue
			}
			seen[n] = len(rows)
			rows = append(rows, row)
		}
	}
	return aliasesTable.insert(ctx, w.db, rows)
}

// reclose asks for a person's exclusions to be worked out again.
func (w *work) reclose(person string) { w.closures[[2]string{w.source.id, person}] = true }

// lock keeps disclosures and this batch apart: whoever is reading a person's
// facts finishes first, whoever comes later waits for the whole change.
func (w *work) lock(ctx context.Context, persons map[string]bool) error {
	if w.db.Dialect != db.Postgres || len(persons) == 0 {
		return nil
	}
	return w.each(ctx, "SELECT id FROM persons WHERE id = ANY(?) ORDER BY id FOR UPDATE", func(scan func(...any) error) error {
		var id string
		return scan(&id)
	}, list(w.db, keys(persons)))
}

// version is what is stored of a resource, as far as a newer one must be told
// from an older one.
type version struct {
	hash    []byte
	updated int64
	raw     []byte // only when the content differs
}

// outcome of comparing an arrival with what is stored.
type outcome int

const (
	newer outcome = iota
	same
	older
	clashNewer // the same version with other content: one is kept, the other is reported
	clashOlder
)

// compare decides which of two versions of a resource is the later one: by its
// time, by its version number, and by arrival only when the source says neither.
func (p *parcel) compare(have version) outcome {
	if bytes.Equal(p.hash, have.hash) {
		return same
	}
	mine, yours := numeric(p.version), numeric(versionOf(have.raw))
	switch {
	case p.dated && p.updated > have.updated:
		return newer
	case p.dated && p.updated < have.updated:
		return older
	case mine > 0 && yours > 0 && mine != yours:
		if mine > yours {
			return newer
		}
		return older
	case !p.dated:
		return newer
	case bytes.Compare(p.hash, have.hash) > 0:
		return clashNewer
	}
	return clashOlder
}

func numeric(s string) int64 {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return 0
	}
	return n
}

func versionOf(raw []byte) string {
	if len(raw) == 0 {
		return ""
	}
	var head struct {
		Meta fhir.Meta `json:"meta"`
	}
	if json.Unmarshal(raw, &head) != nil {
		return "" // stored before it could not have been otherwise than readable; then time alone decides
	}
	return head.Meta.VersionID
}

func keys[V any](m map[string]V) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	return out
}
