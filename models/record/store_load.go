package record

import (
	"context"
	"fmt"
	"slices"

	"candour/models/opaque"
)

type patientRow struct {
	SourceID string `gorm:"primaryKey"`
	LocalID  string `gorm:"primaryKey"`
	PersonID string
	State    string
	Raw      []byte
}

func (patientRow) TableName() string { return "source_patients" }

type sharedRow struct {
	SourceID string `gorm:"primaryKey"`
	Type     string `gorm:"primaryKey"`
	LocalID  string `gorm:"primaryKey"`
	Withheld string
	Raw      []byte
}

func (sharedRow) TableName() string { return "shared_resources" }

type aliasRow struct {
	SourceID string `gorm:"primaryKey"`
	Alias    string `gorm:"primaryKey"`
	Type     string
	LocalID  string
}

func (aliasRow) TableName() string { return "aliases" }

// load reads what the record of one person is made of for one visibility class;
// only narrows it to a single item. Nothing withheld is read but its place, so
// that no reference to it prints a name.
func (s *Store) load(ctx context.Context, row personRow, class string, feeds map[string]feedState, only opaque.ID) (Input, error) {
	banner, err := s.banner(ctx, row)
	if err != nil {
		return Input{}, err
	}
	in := Input{Person: banner, Postcode: row.Postcode}
	hidden, err := s.items(ctx, row.ID, class, only, &in)
	if err != nil {
		return Input{}, err
	}
	if err := s.patients(ctx, row, feeds, hidden, &in); err != nil {
		return Input{}, err
	}
	in.Feeds = s.feedsOf(&in, hidden, feeds)
	return in, s.shared(ctx, &in)
}

const itemsQuery = `SELECT item_id, source_id, type, local_id, version, withheld, CASE WHEN withheld = '' THEN raw ELSE NULL END
FROM items WHERE person_id = ? AND (? OR NOT not_for_patient) AND (? = '' OR item_id = ? OR withheld <> '')`

// items reads the visible items into in and returns the sources that hold
// something withheld. Plain SQL: these are all the rows of a page.
func (s *Store) items(ctx context.Context, person, class string, only opaque.ID, in *Input) (map[string]bool, error) {
	rows, err := s.db.Query(ctx, itemsQuery, person, class != classPatient, string(only), string(only))
	if err != nil {
		return nil, fmt.Errorf("record: items: %w", err)
	}
	defer rows.Close()
	hidden := map[string]bool{}
	for rows.Next() {
		var i Item
		var withheld string
		if err := rows.Scan(&i.Ref.ID, &i.Source, &i.Type, &i.LocalID, &i.Ref.Version, &withheld, &i.Raw); err != nil {
			return nil, fmt.Errorf("record: items: %w", err)
		}
		if withheld != "" {
			hidden[i.Source] = true
			in.Hidden = append(in.Hidden, Alias{Source: i.Source, Type: i.Type, LocalID: i.LocalID})
			continue
		}
		in.Items = append(in.Items, i)
	}
	return hidden, rows.Err()
}

// patients reads what the sources say of the person, and who else holds somebody
// under the same number without agreeing on the rest.
func (s *Store) patients(ctx context.Context, row personRow, feeds map[string]feedState, hidden map[string]bool, in *Input) error {
	var rows []patientRow
	err := s.db.For(ctx).Where("person_id = ?", row.ID).Order("source_id, local_id").Find(&rows).Error
	if err != nil {
		return fmt.Errorf("record: patients: %w", err)
	}
	for _, r := range rows {
		in.Patients = append(in.Patients, Patient{Source: r.SourceID, LocalID: r.LocalID, Raw: r.Raw})
	}
	if row.NHSNumber == "" {
		return nil
	}
	var held []string
	err = s.db.For(ctx).Model(&patientRow{}).Where("nhs_number = ? AND state = 'held'", row.NHSNumber).Distinct().Order("source_id").Pluck("source_id", &held).Error
	if err != nil {
		return fmt.Errorf("record: held patients: %w", err)
	}
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

// shared reads what the items lean on, as far as a page asks for it: laying the
// items out tells. A role leads on to a person, hence the second round.
func (s *Store) shared(ctx context.Context, in *Input) error {
	for range 2 {
		wanted := asked(in)
		found, err := s.fetch(ctx, in, wanted)
		if err != nil || !found {
			return err
		}
	}
	return nil
}

// asked lays everything out for the sake of what is missing.
func asked(in *Input) *asks {
	m := newMaker(in, orderFeeds(in.Feeds))
	m.asks = &asks{places: map[place]bool{}, names: map[alias]bool{}}
	m.entries(in.Items)
	return m.asks
}

// chunk keeps a statement under the databases' limits on parameters.
const chunk = 500

// fetch adds to in what was asked for and is there; found says that a role was
// among it, which may lead on.
func (s *Store) fetch(ctx context.Context, in *Input, wanted *asks) (found bool, err error) {
	bySource := map[string][]string{}
	for n := range wanted.names {
		bySource[n[0]] = append(bySource[n[0]], n[1])
	}
	for source, names := range bySource {
		for part := range slices.Chunk(names, chunk) {
			var rows []aliasRow
			if err := s.db.For(ctx).Where("source_id = ? AND alias IN ?", source, part).Find(&rows).Error; err != nil {
				return false, fmt.Errorf("record: aliases: %w", err)
			}
			for _, r := range rows {
				in.Aliases = append(in.Aliases, Alias{Source: r.SourceID, Name: r.Alias, Type: r.Type, LocalID: r.LocalID})
				wanted.places[place{r.SourceID, r.Type, r.LocalID}] = true
			}
		}
	}
	byType := map[[2]string][]string{}
	for p := range wanted.places {
		byType[[2]string{p[0], p[1]}] = append(byType[[2]string{p[0], p[1]}], p[2])
	}
	for at, ids := range byType {
		for part := range slices.Chunk(ids, chunk) {
			var rows []sharedRow
			if err := s.db.For(ctx).Where("source_id = ? AND type = ? AND local_id IN ?", at[0], at[1], part).Find(&rows).Error; err != nil {
				return false, fmt.Errorf("record: shared: %w", err)
			}
			for _, r := range rows {
				in.add(r)
				found = found || r.Type == "PractitionerRole"
			}
		}
	}
	return found, nil
}

func (in *Input) add(r sharedRow) {
	if r.Withheld != "" {
		in.Hidden = append(in.Hidden, Alias{Source: r.SourceID, Type: r.Type, LocalID: r.LocalID})
		return
	}
	in.Shared = append(in.Shared, Shared{Source: r.SourceID, Type: r.Type, LocalID: r.LocalID, Raw: r.Raw})
}
