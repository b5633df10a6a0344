package ingest

import (
	"context"
	"fmt"
	"strings"

	"github.com/go-json-experiment/json"

	"candour/models/db"
)

// column types, as PostgreSQL calls them.
const (
	text   = "text"
	bigint = "bigint"
	flag   = "boolean"
	bytea  = "bytea"
)

// table is where many rows go at once. On PostgreSQL one statement takes any
// number of rows as arrays, on SQLite a few sizes of VALUES lists do.
type table struct {
	name     string
	columns  []string
	types    []string
	conflict string
}

// group is how many rows one SQLite statement takes.
const group = 24

func (t *table) insert(ctx context.Context, d *db.DB, rows [][]any) error {
	if len(rows) == 0 {
		return nil
	}
	var err error
	if d.Dialect == db.Postgres {
		err = t.arrays(ctx, d, rows)
	} else {
		err = t.lists(ctx, d, rows)
	}
	if err != nil {
		return fmt.Errorf("ingest: %s: %w", t.name, err)
	}
	return nil
}

// put is insert for rows of which the caller knows which are there already.
func (t *table) put(ctx context.Context, d *db.DB, fresh, changed [][]any) error {
	if d.Dialect != db.Postgres || len(fresh) < manyNew {
		return t.insert(ctx, d, append(fresh, changed...))
	}
	if err := d.CopyIn(ctx, "COPY "+t.name+" ("+strings.Join(t.columns, ", ")+") FROM STDIN (FORMAT binary)", newCopyRows(fresh)); err != nil {
		return fmt.Errorf("ingest: %s: %w", t.name, err)
	}
	return t.insert(ctx, d, changed)
}

func (t *table) lists(ctx context.Context, d *db.DB, rows [][]any) error {
	for len(rows) > 0 {
		n := 1
		if len(rows) >= group {
			n = group
		}
		one := "(" + strings.Repeat("?, ", len(t.columns)-1) + "?)"
		query := "INSERT INTO " + t.name + " (" + strings.Join(t.columns, ", ") + ") VALUES " + strings.Repeat(one+", ", n-1) + one + t.conflict
		args := make([]any, 0, n*len(t.columns))
		for _, r := range rows[:n] {
			args = append(args, r...)
		}
		if _, err := d.Exec(ctx, query, args...); err != nil {
			return err
		}
		rows = rows[n:]
	}
	return nil
}

func (t *table) arrays(ctx context.Context, d *db.DB, rows [][]any) error {
	marks := make([]string, len(t.types))
	args := make([]any, len(t.types))
	for c, kind := range t.types {
		marks[c] = "?::" + kind + "[]"
		switch kind {
		case text:
			args[c] = array(rows, c, func(v any) string { return strings.ReplaceAll(v.(string), "\x00", "") })
		case bigint:
			args[c] = array(rows, c, func(v any) int64 { return v.(int64) })
		case flag:
			args[c] = array(rows, c, func(v any) bool { return v.(bool) })
		default:
			args[c] = array(rows, c, func(v any) []byte { return v.([]byte) })
		}
	}
	// ON CONFLICT after a SELECT needs WHERE true, so that ON is not taken for a join.
	query := "INSERT INTO " + t.name + " (" + strings.Join(t.columns, ", ") + ") SELECT * FROM unnest(" + strings.Join(marks, ", ") + ") WHERE true" + t.conflict
	_, err := d.Exec(ctx, query, args...)
	return err
}

func array[T any](rows [][]any, column int, as func(any) T) []T {
	out := make([]T, len(rows))
	for i, r := range rows {
		out[i] = as(r[column])
	}
	return out
}

// among is the end of a condition that takes a list as one argument.
func among(d *db.DB) string {
	if d.Dialect == db.Postgres {
		return " = ANY(?)"
	}
	return " IN (SELECT value FROM json_each(?))"
}

// list is the argument for among.
func list(d *db.DB, values []string) any {
	if d.Dialect == db.Postgres {
		clean := make([]string, len(values))
		for i, v := range values {
			clean[i] = strings.ReplaceAll(v, "\x00", "")
		}
		return clean
	}
	out, err := json.Marshal(values)
	if err != nil {
		return "[]" // values are UTF-8: they came through the decoder
	}
	return string(out)
}

// The tables that take many rows.
var (
	itemsTable = &table{name: "items",
		columns: []string{"person_id", "item_id", "source_id", "type", "local_id", "patient_local", "version", "hash", "updated_at", "received_at", "withheld", "not_for_patient", "raw"},
		types:   []string{text, text, text, text, text, text, bigint, bytea, bigint, bigint, text, flag, bytea},
		conflict: " ON CONFLICT (person_id, item_id) DO UPDATE SET patient_local = excluded.patient_local, version = excluded.version, hash = excluded.hash," +
			" updated_at = excluded.updated_at, received_at = excluded.received_at, withheld = excluded.withheld, not_for_patient = excluded.not_for_patient, raw = excluded.raw"}
	versionsTable = &table{name: "item_versions",
		columns:  []string{"item_id", "version", "person_id", "superseded_at", "gone", "raw"},
		types:    []string{text, bigint, text, bigint, flag, bytea},
		conflict: " ON CONFLICT (item_id, version) DO NOTHING"}
	heldTable = &table{name: "held_resources",
		columns: []string{"source_id", "patient_local", "type", "local_id", "hash", "updated_at", "received_at", "raw"},
		types:   []string{text, text, text, text, bytea, bigint, bigint, bytea},
		conflict: " ON CONFLICT (source_id, patient_local, type, local_id) DO UPDATE SET hash = excluded.hash, updated_at = excluded.updated_at," +
			" received_at = excluded.received_at, raw = excluded.raw"}
	sharedTable = &table{name: "shared_resources",
		columns: []string{"source_id", "type", "local_id", "hash", "updated_at", "withheld", "raw"},
		types:   []string{text, text, text, bytea, bigint, text, bytea},
		conflict: " ON CONFLICT (source_id, type, local_id) DO UPDATE SET hash = excluded.hash, updated_at = excluded.updated_at," +
			" withheld = excluded.withheld, raw = excluded.raw"}
	aliasesTable = &table{name: "aliases",
		columns:  []string{"source_id", "alias", "type", "local_id"},
		types:    []string{text, text, text, text},
		conflict: " ON CONFLICT (source_id, alias) DO UPDATE SET type = excluded.type, local_id = excluded.local_id"}
	patientsTable = &table{name: "source_patients",
		columns: []string{"source_id", "local_id", "person_id", "state", "reason", "nhs_number", "birth_date", "family", "hash", "updated_at", "received_at", "complete_at", "raw"},
		types:   []string{text, text, text, text, text, text, text, text, bytea, bigint, bigint, bigint, bytea},
		conflict: " ON CONFLICT (source_id, local_id) DO UPDATE SET person_id = excluded.person_id, state = excluded.state, reason = excluded.reason," +
			" nhs_number = excluded.nhs_number, birth_date = excluded.birth_date, family = excluded.family, hash = excluded.hash," +
			" updated_at = excluded.updated_at, received_at = excluded.received_at, complete_at = excluded.complete_at, raw = excluded.raw"}
	personsTable = &table{name: "persons",
		columns: []string{"id", "nhs_number", "birth_date", "family", "family_key", "given", "title", "preferred", "gender", "address", "postcode", "postcode_key",
			"phone", "email", "practice_ods", "died_on", "restricted", "objected", "sharing_since", "record_version", "updated_at"},
		types: []string{text, text, text, text, text, text, text, text, text, text, text, text, text, text, text, text, flag, flag, bigint, bigint, bigint},
		conflict: " ON CONFLICT (id) DO UPDATE SET birth_date = excluded.birth_date, family = excluded.family, family_key = excluded.family_key, given = excluded.given," +
			" title = excluded.title, preferred = excluded.preferred, gender = excluded.gender, address = excluded.address, postcode = excluded.postcode," +
			" postcode_key = excluded.postcode_key, phone = excluded.phone, email = excluded.email, practice_ods = excluded.practice_ods," +
			" died_on = excluded.died_on, restricted = excluded.restricted"}
	quarantineTable = &table{name: "quarantine",
		columns:  []string{"id", "source_id", "receipt_id", "place", "type", "local_id", "reason", "detail", "received_at", "resolved_at", "raw"},
		types:    []string{text, text, text, text, text, text, text, text, bigint, bigint, bytea},
		conflict: " ON CONFLICT (id) DO NOTHING"}
	consentTable = &table{name: "consent_events",
		columns: []string{"person_id", "item_id", "source_id", "code", "refused", "effective_at", "recorded_at", "place"},
		types:   []string{text, text, text, text, flag, bigint, bigint, bigint},
		conflict: " ON CONFLICT (person_id, item_id) DO UPDATE SET code = excluded.code, refused = excluded.refused," +
			" effective_at = excluded.effective_at, recorded_at = excluded.recorded_at, place = excluded.place"}
	relationsTable = &table{name: "relationships",
		columns:  []string{"person_id", "organisation_id", "kind", "item_id", "at", "from_at", "until_at"},
		types:    []string{text, text, text, text, bigint, bigint, bigint},
		conflict: " ON CONFLICT (person_id, organisation_id, kind, item_id) DO UPDATE SET at = excluded.at, from_at = excluded.from_at, until_at = excluded.until_at"}
)
