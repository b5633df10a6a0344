package ingest

import (
	"context"
)

// removeGone ends a delivery that was the source's whole extract for the people
// in it: what the source sent before and is not in it any more goes. When a part
// of the input could not even be told what it was, nothing is removed.
func (r *run) removeGone(ctx context.Context) error {
	if r.unsure {
		r.receipt.problem(Problem{Reason: NotRemoved})
		return nil
	}
	r.one.Lock()
	defer r.one.Unlock()
	return r.writing(ctx, func(ctx context.Context) error {
		w := &work{run: r, now: r.clock().UnixMilli(), touched: map[string]bool{}, closures: map[[2]string]bool{}, asked: map[string]bool{},
			counted: map[string]*parcel{}, named: map[string][2]string{}, ods: map[[3]string]string{}}
		return r.planned(ctx, 0, func(ctx context.Context) error {
			for local, at := range r.people {
				if at == 0 {
					at = w.now
				}
				if err := w.gone(ctx, local, at); err != nil {
					return err
				}
			}
			return w.close(ctx)
		})
	})
}

// gone removes what one patient had and has no longer, as of the time of the
// extract: what is newer than the extract cannot be judged by it.
func (w *work) gone(ctx context.Context, local string, at int64) error {
	err := w.exec(ctx, "UPDATE source_patients SET complete_at = ? WHERE source_id = ? AND local_id = ? AND complete_at < ?", at, w.source.id, local, at)
	if err != nil {
		return err
	}
	person := ""
	err = w.each(ctx, "SELECT person_id FROM source_patients WHERE source_id = ? AND local_id = ?", func(scan func(...any) error) error {
		return scan(&person)
	}, w.source.id, local)
	if err != nil {
		return err
	}
	if person == "" {
		return w.goneHeld(ctx, local, at)
	}
	if err := w.lock(ctx, map[string]bool{person: true}); err != nil {
		return err
	}
	var ids []string
	err = w.each(ctx, "SELECT item_id, type FROM items WHERE person_id = ? AND source_id = ? AND patient_local = ? AND updated_at <= ?", func(scan func(...any) error) error {
		var id, kind string
		if err := scan(&id, &kind); err != nil {
			return err
		}
		if _, there := w.seen[id]; !there {
			ids = append(ids, id)
			w.receipt.count(kind).Gone++
		}
		return nil
	}, person, w.source.id, local, at)
	if err != nil || len(ids) == 0 {
		return err
	}
	w.touched[person], w.asked[person] = true, true
	w.reclose(person)
	err = w.exec(ctx, "INSERT INTO item_versions (item_id, version, person_id, superseded_at, gone, raw)"+
		" SELECT item_id, version, person_id, CAST(? AS BIGINT), CAST(? AS BOOLEAN), raw FROM items WHERE person_id = ? AND item_id"+among(w.db)+" ON CONFLICT (item_id, version) DO NOTHING",
		at, true, person, list(w.db, ids))
	for _, name := range []string{"consent_events", "relationships", "items"} {
		if err == nil {
			err = w.exec(ctx, "DELETE FROM "+name+" WHERE person_id = ? AND item_id"+among(w.db), person, list(w.db, ids))
		}
	}
	return err
}

// goneHeld is gone for a patient who is not matched.
func (w *work) goneHeld(ctx context.Context, local string, at int64) error {
	var gone [][2]string
	err := w.each(ctx, "SELECT type, local_id FROM held_resources WHERE source_id = ? AND patient_local = ? AND updated_at <= ?", func(scan func(...any) error) error {
		var k [2]string
		err := scan(&k[0], &k[1])
		if _, there := w.seen[itemID(w.source.id, k[0], k[1])]; !there {
			gone = append(gone, k)
		}
		return err
	}, w.source.id, local, at)
	if err != nil {
		return err
	}
	for _, k := range gone {
		w.receipt.count(k[0]).Gone++
		err := w.exec(ctx, "DELETE FROM held_resources WHERE source_id = ? AND patient_local = ? AND type = ? AND local_id = ?", w.source.id, local, k[0], k[1])
		if err != nil {
			return err
		}
	}
	return nil
}
