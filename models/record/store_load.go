package record

import (
	"context"
	"fmt"
	"slices"

	"candour/models/db"
	"candour/models/opaque"
)

// load reads what the record of one person is made of for one visibility class;
// only narrows it to a single item. Nothing withheld is read but its place, so
// that no reference to it prints a name.
func (s *Store) load(ctx context.Context, row personRow, class string, feeds map[string]feedState, only opaque.ID) (Input, error) {
	in := Input{Person: row.banner(), Postcode: row.Postcode}
	arriving, hidden, err := s.items(ctx, row.ID, class, only, &in)
	if err != nil {
		return Input{}, err
	}
	held, err := s.named(ctx, row, &in)
	if err != nil {
		return Input{}, err
	}
	wanted := arriving.into(&in)
	if err := s.strangers(ctx, held, feeds, hidden, &in); err != nil {
		return Input{}, err
	}
	in.Feeds = s.feedsOf(&in, hidden, feeds)
	return in, s.shared(ctx, &in, wanted)
}

const itemsQuery = `SELECT item_id, source_id, type, local_id, version, withheld, CASE WHEN withheld = '' THEN raw ELSE NULL END
FROM items WHERE person_id = ? AND (? OR NOT not_for_patient) AND (? = '' OR item_id = ? OR withheld <> '')`

// items reads the visible items, which are decoded meanwhile, and returns the
// sources that hold something withheld. Plain SQL: these are all the rows of a page.
func (s *Store) items(ctx context.Context, person, class string, only opaque.ID, in *Input) (*arrivals, map[string]bool, error) {
	rows, err := s.db.Query(ctx, itemsQuery, person, class != classPatient, string(only), string(only))
	if err != nil {
		return nil, nil, fmt.Errorf("record: items: %w", err)
	}
	defer rows.Close()
	var read arrivals
	hidden := map[string]bool{}
	for rows.Next() {
		var i Item
		var id, withheld string
		if err := rows.Scan(&id, &i.Source, &i.Type, &i.LocalID, &i.Ref.Version, &withheld, &i.Raw); err != nil {
			return nil, nil, fmt.Errorf("record: items: %w", err)
		}
		if withheld != "" {
			hidden[i.Source] = true
			in.Hidden = append(in.Hidden, Alias{Source: i.Source, Type: i.Type, LocalID: i.LocalID})
			continue
		}
		i.Ref.ID = opaque.ID(id)
		read.add(i)
	}
	return &read, hidden, rows.Err()
}

// strangers reads who else holds somebody under the same number without agreeing
// on the rest.
func (s *Store) strangers(ctx context.Context, held []string, feeds map[string]feedState, hidden map[string]bool, in *Input) error {
	for _, id := range held {
		if s.unnamed(in, id, hidden, feeds) {
			continue
		}
		secret, err := s.secretive(ctx, id)
		if err != nil {
			return err
		}
		if !secret {
			in.Held = append(in.Held, or(feeds[id].name, id))
		}
	}
	return nil
}

// patientsQuery gives the person's own patients and, with an NHS number, those held
// under it without being the same person.
const patientsQuery = `SELECT source_id, local_id, raw, false FROM source_patients WHERE person_id = ?
UNION ALL SELECT DISTINCT source_id, '', CAST(NULL AS BYTEA), true FROM source_patients WHERE nhs_number = ? AND nhs_number <> '' AND state = 'held'
ORDER BY 4, 1, 2`

// named reads the person's patients into in, and gives the sources of the held ones.
func (s *Store) named(ctx context.Context, row personRow, in *Input) (held []string, err error) {
	rows, err := s.db.Query(ctx, patientsQuery, row.ID, row.NHSNumber)
	if err != nil {
		return nil, fmt.Errorf("record: patients: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var p Patient
		var only bool
		if err := rows.Scan(&p.Source, &p.LocalID, &p.Raw, &only); err != nil {
			return nil, fmt.Errorf("record: patients: %w", err)
		}
		if only {
			held = append(held, p.Source)
		} else {
			in.Patients = append(in.Patients, p)
		}
	}
	return held, rows.Err()
}

// unnamed says that the mere name of a source would tell what is withheld: it is
// that of an excluded service, or all that it holds of the person is withheld.
func (s *Store) unnamed(in *Input, id string, hidden map[string]bool, feeds map[string]feedState) bool {
	if s.rules.Service(feeds[id].name) != "" {
		return true
	}
	return hidden[id] && !slices.ContainsFunc(in.Items, func(i Item) bool { return i.Source == id })
}

// secretive says that a source has sent items and all of them are withheld, of
// whomever they are: an excluded service under a name that does not say so.
func (s *Store) secretive(ctx context.Context, id string) (bool, error) {
	// By way of its patients, for items lie by person; an ordinary source has something to show of its first.
	const of = `EXISTS (SELECT 1 FROM source_patients p JOIN items i ON i.person_id = p.person_id AND i.source_id = p.source_id WHERE p.source_id = ? AND i.withheld `
	row, err := s.db.QueryRow(ctx, "SELECT NOT "+of+"= '') AND "+of+"<> '')", id, id)
	if err != nil {
		return false, fmt.Errorf("record: held patients: %w", err)
	}
	var secret bool
	if err := row.Scan(&secret); err != nil {
		return false, fmt.Errorf("record: held patients: %w", err)
	}
	return secret, nil
}

// feedsOf are the sources that the page speaks of: those that hold something
// visible, or that know the person and hold nothing at all. A source whose every
// item is withheld is passed over, or its mere name would say too much.
func (s *Store) feedsOf(in *Input, hidden map[string]bool, feeds map[string]feedState) []Feed {
	visible := map[string]bool{}
	for _, i := range in.Items {
		visible[i.Source] = true
	}
	for _, p := range in.Patients {
		if !s.unnamed(in, p.Source, hidden, feeds) {
			visible[p.Source] = true
		}
	}
	var out []Feed
	for id := range visible {
		f := feeds[id]
		out = append(out, Feed{ID: id, Organisation: or(f.name, id), Kind: f.kind, System: f.system, Categories: f.categories, State: f.state, Failing: f.failing()})
	}
	slices.SortFunc(out, func(a, b Feed) int {
		if a.ID < b.ID {
			return -1
		}
		return 1
	})
	return out
}

// shared reads what the items lean on, as far as a page asks for it. A role leads
// on to a person, hence the second round.
func (s *Store) shared(ctx context.Context, in *Input, wanted *asks) error {
	role, err := s.fetch(ctx, in, wanted)
	if err != nil || !role {
		return err
	}
	_, err = s.fetch(ctx, in, asked(in))
	return err
}

// fetch adds to in what was asked for and is there; found says that a role was
// among it, which may lead on.
func (s *Store) fetch(ctx context.Context, in *Input, wanted *asks) (found bool, err error) {
	if err := s.fetchNames(ctx, in, wanted); err != nil {
		return false, err
	}
	if len(wanted.places) == 0 {
		return false, nil
	}
	var keys columns
	for p := range wanted.places {
		keys.add(p[:]...)
	}
	query := sharedSQLite
	if s.db.Dialect == db.Postgres {
		query = sharedPostgres
	}
	rows, err := s.db.Query(ctx, query, keys.args(s.db.Dialect)...)
	if err != nil {
		return false, fmt.Errorf("record: shared: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var r Shared
		var withheld string
		if err := rows.Scan(&r.Source, &r.Type, &r.LocalID, &withheld, &r.Raw); err != nil {
			return false, fmt.Errorf("record: shared: %w", err)
		}
		in.add(r, withheld)
		found = found || r.Type == "PractitionerRole"
	}
	return found, rows.Err()
}

const (
	aliasPostgres = `SELECT x.source_id, x.alias, x.type, x.local_id FROM unnest(?::text[], ?::text[]) AS k(source, alias)
CROSS JOIN aliases x WHERE x.source_id = k.source AND x.alias = k.alias`
	aliasSQLite = `SELECT x.source_id, x.alias, x.type, x.local_id FROM json_each(?) k
CROSS JOIN aliases x WHERE x.source_id = json_extract(k.value, '$[0]') AND x.alias = json_extract(k.value, '$[1]')`
	sharedPostgres = `SELECT x.source_id, x.type, x.local_id, x.withheld, CASE WHEN x.withheld = '' THEN x.raw ELSE NULL END
FROM unnest(?::text[], ?::text[], ?::text[]) AS k(source, type, id)
CROSS JOIN shared_resources x WHERE x.source_id = k.source AND x.type = k.type AND x.local_id = k.id`
	sharedSQLite = `SELECT x.source_id, x.type, x.local_id, x.withheld, CASE WHEN x.withheld = '' THEN x.raw ELSE NULL END FROM json_each(?) k
CROSS JOIN shared_resources x WHERE x.source_id = json_extract(k.value, '$[0]') AND x.type = json_extract(k.value, '$[1]') AND x.local_id = json_extract(k.value, '$[2]')`
)

// fetchNames finds out what the names that were asked for stand for, and asks for
// that as well.
func (s *Store) fetchNames(ctx context.Context, in *Input, wanted *asks) error {
	if len(wanted.names) == 0 {
		return nil
	}
	var keys columns
	for n := range wanted.names {
		keys.add(n[:]...)
	}
	query := aliasSQLite
	if s.db.Dialect == db.Postgres {
		query = aliasPostgres
	}
	rows, err := s.db.Query(ctx, query, keys.args(s.db.Dialect)...)
	if err != nil {
		return fmt.Errorf("record: aliases: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var a Alias
		if err := rows.Scan(&a.Source, &a.Name, &a.Type, &a.LocalID); err != nil {
			return fmt.Errorf("record: aliases: %w", err)
		}
		in.Aliases = append(in.Aliases, a)
		wanted.places[place{a.Source, a.Type, a.LocalID}] = true
	}
	return rows.Err()
}

func (in *Input) add(r Shared, withheld string) {
	if withheld != "" {
		in.Hidden = append(in.Hidden, Alias{Source: r.Source, Type: r.Type, LocalID: r.LocalID})
		return
	}
	in.Shared = append(in.Shared, r)
}
