package ingest

import (
	"context"

	"candour/models/fhir"
)

// exclude works a person's exclusions out again, from what is stored of the
// source, and hides or shows what changed.
func (w *work) exclude(ctx context.Context, person string) error {
	var items []linked
	var leans [][]fhir.Ref
	type stored struct{ item, withheld string }
	var rows []stored
	err := w.each(ctx, "SELECT item_id, type, local_id, withheld, raw FROM items WHERE person_id = ? AND source_id = ?", func(scan func(...any) error) error {
		var s stored
		var it linked
		var raw []byte
		if err := scan(&s.item, &it.kind, &it.id, &s.withheld, &raw); err != nil {
			return err
		}
		res, err := fhir.DecodeAs(it.kind, raw)
		if err != nil {
			return err
		}
		o := fhir.Look(it.kind, raw)
		it.set, it.refs = w.rules.set(res, o), o.Refs
		for _, i := range res.Head().Identifier {
			it.names = append(it.names, fhir.Alias(it.kind, i.System, i.Value))
		}
		items, rows = append(items, it), append(rows, s)
		leans = append(leans, leansIn(o))
		return nil
	}, person, w.source.id)
	if err != nil {
		return err
	}
	if err := w.nameItems(ctx, items, leans); err != nil {
		return err
	}
	hidden := w.rules.close(items)
	for i, it := range items {
		set := hidden[place2{it.kind, it.id}]
		if set == rows[i].withheld {
			continue
		}
		if err := w.exec(ctx, "UPDATE items SET withheld = ? WHERE person_id = ? AND item_id = ?", set, person, rows[i].item); err != nil {
			return err
		}
		w.touched[person] = true
		if p := w.counted[rows[i].item]; p != nil && set != "" {
			w.receipt.count(p.kind).Stored--
			w.receipt.count(p.kind).Withheld++
			delete(w.counted, rows[i].item)
		}
	}
	return nil
}

// leansIn are the references to what is shared, of a resource.
func leansIn(o fhir.Outline) []fhir.Ref {
	var out []fhir.Ref
	for _, ref := range o.Refs {
		if t := ref.Ref(); lean(t, ref.Path) {
			out = append(out, t)
		}
	}
	return out
}

func lean(t fhir.Ref, path string) bool {
	switch t.Type {
	case "Location", "HealthcareService", "Organization", "Medication", "PractitionerRole", "Binary", "":
		return path != "subject" && path != "patient" && !t.IsZero()
	}
	return false
}

// nameItems adds, from the source's other names, how items call each other, and
// excludes those that lean on something excluded.
func (w *work) nameItems(ctx context.Context, items []linked, leans [][]fhir.Ref) error {
	wanted := map[string]bool{}
	for i, it := range items {
		for _, ref := range it.refs {
			if t := ref.Ref(); t.URL != "" {
				wanted[t.URL] = true
			}
		}
		for _, l := range leans[i] {
			for _, n := range leanNames(l) {
				wanted[n] = true
			}
		}
	}
	at := make(map[place2]int, len(items))
	for i, it := range items {
		at[place2{it.kind, it.id}] = i
	}
	if w.named == nil {
		w.named = map[string][2]string{}
	}
	if len(wanted) > 0 {
		err := w.each(ctx, "SELECT alias, type, local_id FROM aliases WHERE source_id = ? AND alias"+among(w.db), func(scan func(...any) error) error {
			var n, kind, id string
			err := scan(&n, &kind, &id)
			w.named[n] = [2]string{kind, id}
			if i, ok := at[place2{kind, id}]; ok {
				items[i].names = append(items[i].names, n)
			}
			return err
		}, w.source.id, list(w.db, keys(wanted)))
		if err != nil {
			return err
		}
	}
	for i := range items {
		if items[i].set == "" {
			items[i].set = w.leansOn(leans[i])
		}
	}
	return nil
}
