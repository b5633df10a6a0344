package ingest

import (
	"cmp"
	"context"
	"slices"
	"strings"
)

// write puts the batch into the tables, oldest facts first.
func (b *batch) write(ctx context.Context) error {
	if err := versionsTable.insert(ctx, b.db, b.versions); err != nil {
		return err
	}
	if err := b.clear(ctx); err != nil {
		return err
	}
	if err := b.writeHolds(ctx); err != nil {
		return err
	}
	if err := b.writeItems(ctx); err != nil {
		return err
	}
	if err := b.writeEvidence(ctx); err != nil {
		return err
	}
	return b.writeRaised(ctx)
}

// writeItems stores the items, as they are to lie on disk.
func (b *batch) writeItems(ctx context.Context) error {
	fresh, changed := make([][]any, 0, len(b.rows)), [][]any{}
	for id, row := range b.rows {
		if b.stored[id] {
			changed = append(changed, row)
		} else {
			fresh = append(fresh, row)
		}
	}
	for _, rows := range [][][]any{fresh, changed} {
		slices.SortFunc(rows, func(x, y []any) int {
			return cmp.Or(strings.Compare(x[0].(string), y[0].(string)), strings.Compare(x[1].(string), y[1].(string)))
		})
	}
	return itemsTable.put(ctx, b.db, fresh, changed)
}

// clear takes away what no longer holds: rows of items that moved or went, and
// what was concluded from their former content.
func (b *batch) clear(ctx context.Context) error {
	if len(b.moved) == 0 {
		return nil
	}
	persons, items := map[string]bool{}, map[string]bool{}
	for _, m := range b.moved {
		persons[m[0]], items[m[1]] = true, true
		if row := b.rows[m[1]]; row == nil || row[0] != m[0] {
			if err := b.exec(ctx, "DELETE FROM items WHERE person_id = ? AND item_id = ?", m[0], m[1]); err != nil {
				return err
			}
		}
	}
	err := b.each(ctx, "DELETE FROM consent_events WHERE person_id"+among(b.db)+" AND item_id"+among(b.db)+" RETURNING person_id", func(scan func(...any) error) error {
		var person string
		err := scan(&person)
		b.asked[person] = true // what else they said decides now
		return err
	}, list(b.db, keys(persons)), list(b.db, keys(items)))
	if err != nil {
		return err
	}
	return b.exec(ctx, "DELETE FROM relationships WHERE person_id"+among(b.db)+" AND item_id"+among(b.db), list(b.db, keys(persons)), list(b.db, keys(items)))
}

type waiting struct{ local, kind, id string }

// writeHolds keeps what waits for its patient, newest version only.
func (b *batch) writeHolds(ctx context.Context) error {
	if len(b.holds) == 0 {
		return nil
	}
	locals, ids := map[string]bool{}, map[string]bool{}
	for _, p := range b.holds {
		locals[p.local], ids[p.id] = true, true
		if p.gone {
			err := b.exec(ctx, "DELETE FROM held_resources WHERE source_id = ? AND type = ? AND local_id = ? AND updated_at <= ?", b.source.id, p.kind, p.id, p.updated)
			if err != nil {
				return err
			}
		}
	}
	have := map[waiting]version{}
	err := b.each(ctx, "SELECT patient_local, type, local_id, hash, updated_at FROM held_resources WHERE source_id = ? AND patient_local"+among(b.db)+" AND local_id"+among(b.db), func(scan func(...any) error) error {
		var k waiting
		var v version
		err := scan(&k.local, &k.kind, &k.id, &v.hash, &v.updated)
		have[k] = v
		return err
	}, b.source.id, list(b.db, keys(locals)), list(b.db, keys(ids)))
	if err != nil {
		return err
	}
	rows, at := [][]any{}, map[waiting]int{}
	for _, p := range b.holds {
		k := waiting{p.local, p.kind, p.id}
		if old, known := have[k]; p.gone || known && b.keepsHeld(p, old) {
			continue
		}
		have[k] = version{hash: p.hash, updated: p.updated, raw: p.raw}
		row := []any{b.source.id, p.local, p.kind, p.id, p.hash, p.updated, b.now, p.raw}
		if i, twice := at[k]; twice {
			rows[i] = row
			continue
		}
		at[k] = len(rows)
		rows = append(rows, row)
	}
	return heldTable.insert(ctx, b.db, rows)
}

func (b *batch) keepsHeld(p *parcel, old version) bool {
	switch p.compare(old) {
	case newer, clashNewer:
		return false
	case same:
		return !p.dated || p.updated <= old.updated
	}
	return true
}

// writeEvidence stores what items say about objection and involvement.
func (b *batch) writeEvidence(ctx context.Context) error {
	var consents, ties [][]any
	for id, row := range b.rows {
		p, person := b.parcels[id], row[0].(string)
		if p.consent != nil {
			c := p.consent
			consents = append(consents, []any{person, id, b.source.id, c.code, c.refused, c.effective, c.recorded, c.entryNumber})
			b.asked[person] = true
		}
		rows, err := b.ties(ctx, p, person)
		if err != nil {
			return err
		}
		ties = append(ties, rows...)
	}
	if err := consentTable.insert(ctx, b.db, consents); err != nil {
		return err
	}
	return relationsTable.insert(ctx, b.db, ties)
}

// ties are the rows of evidence that one item makes.
func (w *work) ties(ctx context.Context, p *parcel, person string) ([][]any, error) {
	if p.tie == nil {
		return nil, nil
	}
	orgs, err := w.involved(ctx, p)
	if err != nil {
		return nil, err
	}
	var rows [][]any
	for org := range orgs {
		rows = append(rows, []any{person, org, p.tie.kind, p.item, p.tie.at, p.tie.from, p.tie.until})
	}
	return rows, nil
}

// involved are the organisations that an item is evidence for: the source's own,
// and those it names by an ODS code that we know.
func (w *work) involved(ctx context.Context, p *parcel) (map[string]bool, error) {
	orgs := map[string]bool{w.source.org: true}
	for _, ref := range p.tie.orgs {
		code, err := w.odsOf(ctx, w.source.id, ref)
		if err != nil {
			return nil, err
		}
		id, err := w.partner(ctx, code)
		if err != nil {
			return nil, err
		}
		if id != "" {
			orgs[id] = true
		}
	}
	return orgs, nil
}

// writeRaised moves the time of what was confirmed unchanged.
func (b *batch) writeRaised(ctx context.Context) error {
	byTime := map[int64][]string{}
	for id, at := range b.raised {
		if b.rows[id] == nil {
			byTime[at] = append(byTime[at], id)
		}
	}
	for at, ids := range byTime {
		if err := b.exec(ctx, "UPDATE items SET updated_at = ? WHERE item_id"+among(b.db), at, list(b.db, ids)); err != nil {
			return err
		}
	}
	return nil
}
