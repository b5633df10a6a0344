package ingest

import (
	"context"

	"candour/models/fhir"
	"candour/models/opaque"
)

// personRow is a row of persons, as far as ingest changes it.
type personRow struct {
	id      string
	number  string
	since   int64
	version int64
	fresh   bool
	details
}

// details are what the best source says of a person.
type details struct {
	birth, family, key, given, title, preferred, gender string
	address, postcode, postKey, phone, email            string
	practice, died                                      string
	restricted                                          bool
}

// bear makes a person for a number that nobody has.
func (w *work) bear(number string) *personRow {
	p := &personRow{id: string(opaque.New()), number: number, fresh: true}
	w.newborn[p.id] = true
	return p
}

// persons are those known by the numbers in question.
func (w *work) persons(ctx context.Context) (map[string]*personRow, error) {
	known := map[string]*personRow{}
	if len(w.numbers) == 0 {
		return known, nil
	}
	err := w.each(ctx, "SELECT id, nhs_number, birth_date, family, family_key, given, title, preferred, gender, address, postcode, postcode_key, phone, email,"+
		" practice_ods, died_on, restricted, sharing_since, record_version FROM persons WHERE nhs_number"+among(w.db), func(scan func(...any) error) error {
		p := &personRow{}
		d := &p.details
		err := scan(&p.id, &p.number, &d.birth, &d.family, &d.key, &d.given, &d.title, &d.preferred, &d.gender, &d.address, &d.postcode, &d.postKey,
			&d.phone, &d.email, &d.practice, &d.died, &d.restricted, &p.since, &p.version)
		known[p.number] = p
		return err
	}, list(w.db, keys(w.numbers)))
	return known, err
}

// odsOf is the ODS code that a reference to an organisation, or to somebody who
// works there, leads to; "" when it leads to none.
func (w *work) odsOf(ctx context.Context, source string, ref fhir.Ref) (string, error) {
	if ref.System == fhir.ODSSystem || ref.IsZero() {
		return ref.Value, nil
	}
	key := [3]string{source, ref.Type, first(ref.ID, ref.UUID, ref.Value)}
	if code, known := w.ods[key]; known {
		return code, nil
	}
	code, err := w.lookUpODS(ctx, source, ref, 0)
	if err == nil && code != "" {
		w.ods[key] = code // an organisation that has not come yet may come later
	}
	return code, err
}

// lookUpODS follows a reference through the source's own organisations and roles.
func (w *work) lookUpODS(ctx context.Context, source string, ref fhir.Ref, depth int) (string, error) {
	if ref.System == fhir.ODSSystem {
		return ref.Value, nil
	}
	if depth > 3 {
		return "", nil
	}
	kind, id := ref.Type, ref.ID
	if id == "" {
		name := ref.URL
		if ref.Value != "" {
			name = fhir.Alias(first(ref.Type, "Organization"), ref.System, ref.Value)
		}
		err := w.each(ctx, "SELECT type, local_id FROM aliases WHERE source_id = ? AND alias = ?", func(scan func(...any) error) error {
			return scan(&kind, &id)
		}, source, name)
		if err != nil || id == "" {
			return "", err
		}
	}
	var raw []byte
	err := w.each(ctx, "SELECT raw FROM shared_resources WHERE source_id = ? AND type = ? AND local_id = ?", func(scan func(...any) error) error {
		return scan(&raw)
	}, source, kind, id)
	if err != nil || raw == nil {
		return "", err
	}
	res, err := fhir.Decode(raw)
	if err != nil {
		return "", err
	}
	switch r := res.(type) {
	case *fhir.Organization:
		for _, i := range r.Identifier {
			if fhir.NormalIdentifierSystem(i.System) == fhir.ODSSystem {
				return i.Value, nil
			}
		}
	case *fhir.PractitionerRole:
		return w.lookUpODS(ctx, source, r.Organization.Parse(), depth+1)
	case *fhir.HealthcareService:
		return w.lookUpODS(ctx, source, r.ProvidedBy.Parse(), depth+1)
	}
	return "", nil
}
