package ingest

import (
	"context"

	"candour/models/fhir"
)

// retie looks again at the evidence of items that came before the organisation
// they name: now that its ODS code is known, it may be one of ours.
func (w *work) retie(ctx context.Context, fresh []*parcel) error {
	var ids [][]byte
	for _, p := range fresh {
		if p.kind != "Organization" {
			continue
		}
		code, err := w.lookUpODS(ctx, w.source.id, fhir.Ref{Type: p.kind, ID: p.id}, 0)
		if err != nil {
			return err
		}
		org, err := w.partner(ctx, code)
		if err != nil {
			return err
		}
		if org == "" || org == w.source.org {
			continue // not a partner, or one whose part is known anyway
		}
		ids = append(ids, []byte(p.kind+"/"+p.id))
		for _, n := range p.names {
			ids = append(ids, []byte(n))
		}
	}
	if len(ids) == 0 {
		return nil
	}
	persons, err := w.mine(ctx)
	for from := 0; err == nil && from < len(persons); from += someAtOnce {
		err = w.retieSome(ctx, persons[from:min(from+someAtOnce, len(persons))], ids)
	}
	return err
}

// someAtOnce is how many persons one statement reads the items of: a large source
// must not become one long statement.
const someAtOnce = 200

// mine are the persons of whom the source sends something.
func (w *work) mine(ctx context.Context) ([]string, error) {
	var persons []string
	err := w.each(ctx, "SELECT DISTINCT person_id FROM source_patients WHERE source_id = ? AND person_id <> ''", func(scan func(...any) error) error {
		var person string
		err := scan(&person)
		persons = append(persons, person)
		return err
	}, w.source.id)
	return persons, err
}

func (w *work) retieSome(ctx context.Context, persons []string, ids [][]byte) error {
	type found struct {
		person, kind, id string
		raw              []byte
	}
	var all []found
	err := w.each(ctx, "SELECT person_id, type, local_id, raw FROM items WHERE source_id = ? AND person_id"+among(w.db)+
		" AND type IN ('Appointment', 'Encounter', 'EpisodeOfCare', 'ServiceRequest', 'CareTeam')", func(scan func(...any) error) error {
		var f found
		err := scan(&f.person, &f.kind, &f.id, &f.raw)
		if mentions(f.raw, ids) {
			all = append(all, f)
		}
		return err
	}, w.source.id, list(w.db, persons))
	if err != nil {
		return err
	}
	var rows [][]any
	for _, f := range all {
		p := w.rules.prepare(message{source: w.source.id, at: w.clock()}, piece{raw: f.raw})
		p.item = itemID(w.source.id, f.kind, f.id)
		ties, err := w.ties(ctx, p, f.person)
		if err != nil {
			return err
		}
		rows = append(rows, ties...)
	}
	return relationsTable.insert(ctx, w.db, rows)
}
