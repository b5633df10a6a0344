package ingest

import (
	"context"

	"candour/models/fhir"
)

// Reapply works every exclusion out again, after the policy has changed: what is
// excluded now goes, what is not any more comes back. It returns how many persons
// it looked at.
func (i *Intake) Reapply(ctx context.Context) (int, error) {
	var sources []source
	err := i.each(ctx, "SELECT s.id, s.organisation_id, o.name FROM sources s JOIN organisations o ON o.id = s.organisation_id ORDER BY s.id", func(scan func(...any) error) error {
		var s source
		err := scan(&s.id, &s.org, &s.name)
		sources = append(sources, s)
		return err
	})
	if err != nil {
		return 0, err
	}
	looked := 0
	for _, s := range sources {
		n, err := i.reapplySource(ctx, s)
		if err != nil {
			return looked, err
		}
		looked += n
	}
	return looked, nil
}

// reapplySource does one source: what is shared first, then person by person, some
// in each transaction.
func (i *Intake) reapplySource(ctx context.Context, src source) (int, error) {
	i.one.Lock()
	defer i.one.Unlock()
	if err := i.transaction(ctx, func(ctx context.Context) error { return i.reapplyShared(ctx, src) }); err != nil {
		return 0, err
	}
	var persons []string
	err := i.each(ctx, "SELECT DISTINCT person_id FROM source_patients WHERE source_id = ? AND person_id <> '' ORDER BY person_id", func(scan func(...any) error) error {
		var id string
		err := scan(&id)
		persons = append(persons, id)
		return err
	}, src.id)
	if err != nil {
		return 0, err
	}
	const some = 50
	for from := 0; from < len(persons); from += some {
		err := i.transaction(ctx, func(ctx context.Context) error {
			r := &run{Intake: i, source: src, receipt: Receipt{Counts: map[string]*Count{}}, withheld: map[[2]string]string{}}
			if err := r.loadWithheld(ctx); err != nil {
				return err
			}
			w := &work{run: r, now: i.clock().UnixMilli(), touched: map[string]bool{}, closures: map[[2]string]bool{}, counted: map[string]*parcel{}, named: map[string][2]string{}}
			all := map[string]bool{}
			for _, p := range persons[from:min(from+some, len(persons))] {
				all[p] = true
				w.reclose(p)
			}
			if err := w.lock(ctx, all); err != nil {
				return err
			}
			return w.close(ctx)
		})
		if err != nil {
			return 0, err
		}
	}
	return len(persons), nil
}

// reapplyShared marks places, services and medicines by the present policy.
func (i *Intake) reapplyShared(ctx context.Context, src source) error {
	type change struct{ kind, id, set string }
	var changes []change
	err := i.each(ctx, "SELECT type, local_id, withheld, raw FROM shared_resources WHERE source_id = ? AND type IN ('Location', 'HealthcareService', 'Organization', 'Medication', 'PractitionerRole', 'Binary')",
		func(scan func(...any) error) error {
			var c change
			var before string
			var raw []byte
			if err := scan(&c.kind, &c.id, &before, &raw); err != nil {
				return err
			}
			res, err := fhir.DecodeAs(c.kind, raw)
			if err != nil {
				return err
			}
			if c.set = i.rules.set(res, fhir.Look(c.kind, raw)); c.set != before {
				changes = append(changes, c)
			}
			return nil
		}, src.id)
	if err != nil {
		return err
	}
	for _, c := range changes {
		err := i.exec(ctx, "UPDATE shared_resources SET withheld = ? WHERE source_id = ? AND type = ? AND local_id = ?", c.set, src.id, c.kind, c.id)
		if err != nil {
			return err
		}
	}
	return nil
}
