package ingest

import (
	"bytes"
	"context"

	"candour/models/fhir"
)

// share takes in what items lean on: practitioners, places, medicines, and every
// valid type that is about nobody.
func (w *work) share(ctx context.Context, parcels []*parcel) error {
	if len(parcels) == 0 {
		return nil
	}
	have, err := w.sharedBefore(ctx, parcels)
	if err != nil {
		return err
	}
	var fresh []*parcel
	at := map[[2]string]int{}
	var clashes []*parcel
	for _, p := range parcels {
		key := [2]string{p.kind, p.id}
		old, known := have[key]
		if known {
			switch p.compare(old) {
			case same, older:
				w.receipt.count(p.kind).Unchanged++
				continue
			case clashNewer:
				clashes = append(clashes, p)
			case clashOlder:
				w.receipt.count(p.kind).Unchanged++
				clashes = append(clashes, p)
				continue
			}
		}
		have[key] = version{hash: p.hash, updated: p.updated, raw: p.raw}
		w.tally(p)
		if i, twice := at[key]; twice {
			fresh[i] = p
			continue
		}
		at[key] = len(fresh)
		fresh = append(fresh, p)
	}
	w.reportClashes(clashes)
	if len(fresh) == 0 {
		return nil
	}
	rows := make([][]any, len(fresh))
	for i, p := range fresh {
		rows[i] = []any{w.source.id, p.kind, p.id, p.hash, p.updated, p.set, p.raw}
	}
	if err := sharedTable.insert(ctx, w.db, rows); err != nil {
		return err
	}
	if err := w.exec(ctx, "UPDATE sources SET shared_version = shared_version + 1 WHERE id = ?", w.source.id); err != nil {
		return err
	}
	return w.revisit(ctx, fresh)
}

func (w *work) tally(p *parcel) {
	if p.set != "" {
		w.receipt.count(p.kind).Withheld++
		return
	}
	w.receipt.count(p.kind).Stored++
}

func (w *work) reportClashes(parcels []*parcel) {
	for _, p := range parcels {
		w.receipt.problem(Problem{p.place, p.kind, p.id, SameVersion, ""})
	}
}

func (w *work) sharedBefore(ctx context.Context, parcels []*parcel) (map[[2]string]version, error) {
	ids := map[string]bool{}
	for _, p := range parcels {
		ids[p.id] = true
	}
	have := map[[2]string]version{}
	err := w.each(ctx, "SELECT type, local_id, hash, updated_at FROM shared_resources WHERE source_id = ? AND local_id"+among(w.db), func(scan func(...any) error) error {
		var kind, id string
		var v version
		err := scan(&kind, &id, &v.hash, &v.updated)
		have[[2]string{kind, id}] = v
		return err
	}, w.source.id, list(w.db, keys(ids)))
	return have, err
}

// revisit looks again at what came before the thing that it leans on: an excluded
// clinic withholds, a partner organisation is evidence, a practice is where
// somebody is registered, whichever came first.
func (w *work) revisit(ctx context.Context, fresh []*parcel) error {
	var ids [][]byte
	hidden := false
	for _, p := range fresh {
		before := w.withheld[[2]string{p.kind, p.id}]
		if p.set != before {
			hidden = true
		}
		if p.set != before || p.kind == "Organization" {
			ids = append(ids, []byte(p.kind+"/"+p.id))
			for _, n := range p.names {
				ids = append(ids, []byte(n))
			}
		}
	}
	if len(ids) == 0 {
		return nil
	}
	if hidden {
		if err := w.loadWithheld(ctx); err != nil {
			return err
		}
		if err := w.leaning(ctx, ids); err != nil {
			return err
		}
	}
	if err := w.retie(ctx, fresh); err != nil {
		return err
	}
	return w.each(ctx, "SELECT nhs_number, raw FROM source_patients WHERE source_id = ? AND state = 'matched'", func(scan func(...any) error) error {
		var number string
		var raw []byte
		err := scan(&number, &raw)
		if mentions(raw, ids) {
			w.numbers[number] = true
		}
		return err
	}, w.source.id)
}

// leaning marks the persons whose items lean on one of ids.
func (w *work) leaning(ctx context.Context, ids [][]byte) error {
	persons, err := w.mine(ctx)
	for from := 0; err == nil && from < len(persons); from += someAtOnce {
		err = w.each(ctx, "SELECT person_id, raw FROM items WHERE source_id = ? AND person_id"+among(w.db), func(scan func(...any) error) error {
			var person string
			var raw []byte
			err := scan(&person, &raw)
			if mentions(raw, ids) {
				w.reclose(person)
			}
			return err
		}, w.source.id, list(w.db, persons[from:min(from+someAtOnce, len(persons))]))
	}
	return err
}

func mentions(raw []byte, ids [][]byte) bool {
	for _, id := range ids {
		if bytes.Contains(raw, id) {
			return true
		}
	}
	return false
}

// leansOn is the exclusion that a resource falls under by a place, service or
// medicine that it leans on. What an excluded service sends itself is of that
// service, each item.
func (w *work) leansOn(refs []fhir.Ref) string {
	if set := w.rules.service(w.source.name); set != "" {
		return set
	}
	if len(w.withheld) == 0 {
		return ""
	}
	for _, r := range refs {
		if set := w.withheld[[2]string{r.Type, r.ID}]; set != "" {
			return set
		}
		for _, n := range leanNames(r) {
			if set := w.withheld[w.named[n]]; set != "" {
				return set
			}
		}
	}
	return ""
}
