package ingest

import (
	"bytes"
	"context"
	"math"

	"candour/models/db"
	"candour/models/opaque"
)

func itemID(source, kind, local string) string { return string(opaque.Of(source, kind, local)) }

// present is an item as it is stored now.
type present struct {
	person, local string
	number        int64
	withheld      string
	version
}

// belongs is where a source's patient is now.
type belongs struct {
	person, state string
	complete      int64
}

// tombstone is what is known of an item that is not there: its last version, and
// when it was removed at the source.
type tombstone struct{ number, gone int64 }

// store takes items in whose patient's local id is known.
func (w *work) store(ctx context.Context, items []*parcel) error {
	if len(items) == 0 {
		return nil
	}
	owners, err := w.owners(ctx, items)
	if err != nil {
		return err
	}
	have, err := w.itemsBefore(ctx, items)
	if err != nil {
		return err
	}
	graves, err := w.graves(ctx, items, have)
	if err != nil {
		return err
	}
	b := &batch{work: w, have: have, graves: graves, owners: owners, stored: make(map[string]bool, len(have)), rows: make(map[string][]any, len(items))}
	for id := range have {
		b.stored[id] = true
	}
	for _, p := range items {
		b.place(p)
	}
	return b.write(ctx)
}

func (w *work) owners(ctx context.Context, items []*parcel) (map[string]belongs, error) {
	locals := map[string]bool{}
	for _, p := range items {
		if p.local != "" {
			locals[p.local] = true
		}
	}
	owners := map[string]belongs{}
	if len(locals) == 0 {
		return owners, nil
	}
	persons := map[string]bool{}
	err := w.each(ctx, "SELECT local_id, person_id, state, complete_at FROM source_patients WHERE source_id = ? AND local_id"+among(w.db), func(scan func(...any) error) error {
		var local string
		var b belongs
		err := scan(&local, &b.person, &b.state, &b.complete)
		owners[local] = b
		if b.person != "" {
			persons[b.person] = true
		}
		return err
	}, w.source.id, list(w.db, keys(locals)))
	if err != nil {
		return nil, err
	}
	return owners, w.meetOwners(ctx, persons)
}

// meetOwners locks the persons whose items come (see lock), and finds those of whom
// something is withheld already: a change of theirs needs the exclusions worked out again.
func (w *work) meetOwners(ctx context.Context, persons map[string]bool) error {
	w.hiding = map[string]bool{}
	if len(persons) == 0 {
		return nil
	}
	query := "SELECT p.id, EXISTS (SELECT 1 FROM items i WHERE i.withheld <> '' AND i.source_id = ? AND i.person_id = p.id) FROM persons p WHERE p.id = ANY(?) ORDER BY p.id FOR UPDATE OF p"
	if w.db.Dialect == db.SQLite { // without the index named it would read all the items of each person
		query = "SELECT DISTINCT person_id, TRUE FROM items INDEXED BY items_withheld WHERE withheld <> '' AND source_id = ? AND person_id IN (SELECT value FROM json_each(?))"
	}
	return w.each(ctx, query, func(scan func(...any) error) error {
		var person string
		var hiding bool
		err := scan(&person, &hiding)
		if hiding {
			w.hiding[person] = true
		}
		return err
	}, w.source.id, list(w.db, keys(persons)))
}

// few is how many items are read with their content, unless it is long, before it is
// known whether that has changed: one question instead of two.
const few = 50

func (w *work) itemsBefore(ctx context.Context, items []*parcel) (map[string]*present, error) {
	ids := make([]string, len(items))
	hashes := make(map[string][]byte, len(items))
	for i, p := range items {
		ids[i] = p.item
		hashes[p.item] = p.hash
	}
	have := make(map[string]*present, len(items))
	raw := "NULL"
	if len(items) <= few {
		raw = "CASE WHEN length(raw) <= 65536 THEN raw END"
	}
	var differ []string
	err := w.each(ctx, "SELECT item_id, person_id, patient_local, version, hash, updated_at, withheld, "+raw+" FROM items WHERE item_id"+among(w.db), func(scan func(...any) error) error {
		var id string
		h := &present{}
		err := scan(&id, &h.person, &h.local, &h.number, &h.hash, &h.updated, &h.withheld, &h.raw)
		have[id] = h
		switch {
		case bytes.Equal(h.hash, hashes[id]):
			h.raw = nil
		case h.raw == nil:
			differ = append(differ, id)
		}
		return err
	}, list(w.db, ids))
	if err != nil || len(differ) == 0 {
		return have, err
	}
	return have, w.each(ctx, "SELECT item_id, raw FROM items WHERE item_id"+among(w.db), func(scan func(...any) error) error {
		var id string
		var raw []byte
		err := scan(&id, &raw)
		have[id].raw = raw
		return err
	}, list(w.db, differ))
}

func (w *work) graves(ctx context.Context, items []*parcel, have map[string]*present) (map[string]tombstone, error) {
	var fresh []string
	for _, p := range items {
		if have[p.item] == nil {
			fresh = append(fresh, p.item)
		}
	}
	graves := map[string]tombstone{}
	if len(fresh) == 0 {
		return graves, nil
	}
	return graves, w.each(ctx, "SELECT item_id, MAX(version), MAX(CASE WHEN gone THEN superseded_at ELSE 0 END) FROM item_versions WHERE item_id"+among(w.db)+" GROUP BY item_id", func(scan func(...any) error) error {
		var id string
		var t tombstone
		err := scan(&id, &t.number, &t.gone)
		graves[id] = t
		return err
	}, list(w.db, fresh))
}

// batch is what the items of one batch come to, before it is written.
type batch struct {
	*work
	have     map[string]*present
	graves   map[string]tombstone
	owners   map[string]belongs
	stored   map[string]bool  // items that have a row already
	rows     map[string][]any // items to write, by id; the last of a batch wins
	parcels  map[string]*parcel
	holds    []*parcel
	versions [][]any
	moved    [][2]string // person and item whose row or evidence must go first
	raised   map[string]int64
}

// stands says what the message proves of the present: that the item exists now.
func (b *batch) stands(p *parcel) int64 {
	switch {
	case b.message != 0:
		return max(b.message, p.updated)
	case p.dated && p.place == "held":
		return p.updated
	}
	return math.MaxInt64
}

// place finds out what becomes of one item.
func (b *batch) place(p *parcel) {
	if p.gone {
		b.bury(p)
		return
	}
	have, owner := b.have[p.item], b.owners[p.local]
	if have == nil {
		if t, dead := b.graves[p.item]; dead && t.gone >= b.stands(p) && t.gone > 0 || owner.complete > 0 && b.stands(p) < owner.complete {
			b.receipt.count(p.kind).Unchanged++
			return
		}
		b.take(p, owner, b.graves[p.item].number+1)
		return
	}
	switch p.compare(have.version) {
	case same:
		b.receipt.count(p.kind).Unchanged++
		if p.dated && p.updated > have.updated {
			b.raise(p, have)
		}
		return
	case older:
		b.receipt.count(p.kind).Unchanged++
		return
	case clashOlder:
		b.receipt.count(p.kind).Unchanged++
		b.reportClashes([]*parcel{p})
		return
	case clashNewer:
		b.reportClashes([]*parcel{p})
	}
	b.supersede(p, have, p.updated, false)
	b.take(p, owner, have.number+1)
}

// take puts an item into its person's record, or on hold.
func (b *batch) take(p *parcel, owner belongs, number int64) {
	if owner.state != "matched" {
		if row := b.rows[p.item]; row != nil {
			delete(b.rows, p.item)
		}
		b.holds = append(b.holds, p)
		b.hold(p, owner)
		return
	}
	set := p.set
	if set == "" {
		set = b.leansOn(p.leans)
	}
	b.rows[p.item] = []any{owner.person, p.item, b.source.id, p.kind, p.id, p.local, number, p.hash, p.updated, b.now, set, p.nopat, p.raw}
	b.have[p.item] = &present{owner.person, p.local, number, set, version{p.hash, p.updated, p.raw}}
	if b.parcels == nil {
		b.parcels = map[string]*parcel{}
	}
	b.parcels[p.item] = p
	b.touched[owner.person] = true
	if set != "" || b.hiding[owner.person] {
		b.reclose(owner.person)
	}
	if set != "" {
		b.receipt.count(p.kind).Withheld++
	} else {
		b.receipt.count(p.kind).Stored++
		b.counted[p.item] = p
	}
}

func (b *batch) hold(p *parcel, owner belongs) {
	b.receipt.count(p.kind).Held++
	if owner.state == "" && !b.missing[p.local] {
		b.missing[p.local] = true
		b.receipt.problem(Problem{p.place, p.kind, p.id, PatientUnknown, ""})
	}
}

// supersede keeps what an item said until now.
func (b *batch) supersede(p *parcel, have *present, at int64, gone bool) {
	if have.raw != nil && b.rows[p.item] == nil {
		b.versions = append(b.versions, []any{p.item, have.number, have.person, at, gone, have.raw})
	}
	b.moved = append(b.moved, [2]string{have.person, p.item})
	b.touched[have.person] = true
	if have.withheld != "" {
		b.reclose(have.person)
	}
}

// raise remembers that the same content is confirmed for a later time.
func (b *batch) raise(p *parcel, have *present) {
	if b.raised == nil {
		b.raised = map[string]int64{}
	}
	have.updated = p.updated
	b.raised[p.item] = p.updated
}

// bury removes an item that its source says is deleted.
func (b *batch) bury(p *parcel) {
	have := b.have[p.item]
	if have == nil {
		t := b.graves[p.item]
		if t.gone < p.updated {
			b.versions = append(b.versions, []any{p.item, t.number + 1, "", p.updated, true, []byte{}})
			b.graves[p.item] = tombstone{t.number + 1, p.updated}
		}
		b.holds = append(b.holds, p)
		b.receipt.count(p.kind).Unchanged++
		return
	}
	if p.dated && have.updated > p.updated {
		b.receipt.count(p.kind).Unchanged++
		return
	}
	if have.raw == nil {
		have.raw = []byte{} // fetched by write from the row itself
	}
	b.supersede(p, have, p.updated, true)
	delete(b.rows, p.item)
	delete(b.have, p.item)
	b.graves[p.item] = tombstone{have.number, p.updated}
	b.receipt.count(p.kind).Gone++
}
