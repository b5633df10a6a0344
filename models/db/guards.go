package db

import (
	"context"
	"database/sql"
	"fmt"
)

// Guards tries, in a transaction that is rolled back, everything that the log and
// the outbox must refuse: changing, removing, replacing and truncating (trust.md
// S19, R-11).
// A guard is OK when the database said no.
func (d *DB) Guards(ctx context.Context) ([]Setting, error) {
	probes := []struct{ name, statement string }{
		{"audit entry changed", "UPDATE audit_entries SET kind = 'x' WHERE seq = -1"},
		{"audit entry removed", "DELETE FROM audit_entries WHERE seq = -1"},
		{"item set changed", "UPDATE audit_sets SET items = id WHERE length(id) = 3"},
		{"item set removed", "DELETE FROM audit_sets WHERE length(id) = 3"},
		{"log head set back", "UPDATE audit_head SET seq = -1"},
		{"notice changed", "UPDATE notices SET fields = 'x' WHERE id = 'probe'"},
		{"step of a letter removed", "DELETE FROM letter_events WHERE letter_id = 'probe'"},
	}
	if d.Dialect == SQLite {
		probes = append(probes, struct{ name, statement string }{"audit entry replaced", "INSERT OR REPLACE INTO audit_entries SELECT * FROM audit_entries WHERE seq = -1"})
	} else {
		probes = append(probes, struct{ name, statement string }{"audit log truncated", "TRUNCATE audit_entries"})
	}
	out := make([]Setting, 0, len(probes))
	for _, p := range probes {
		refused, err := d.refuses(ctx, p.statement)
		if err != nil {
			return nil, fmt.Errorf("db: guards: %s: %w", p.name, err)
		}
		s := Setting{Name: p.name, Want: "refused", Got: "let through", OK: refused}
		if refused {
			s.Got = "refused"
		}
		out = append(out, s)
	}
	return out, nil
}

// refuses puts a row in that the probes can hit, runs the probe and rolls back.
func (d *DB) refuses(ctx context.Context, statement string) (bool, error) {
	tx, err := d.wrSQL.BeginTx(ctx, nil)
	if err != nil {
		return false, err
	}
	defer func() { _ = tx.Rollback() }()
	if err := d.plantProbe(ctx, tx); err != nil {
		return false, err
	}
	_, err = tx.ExecContext(ctx, statement)
	return err != nil, nil
}

func (d *DB) plantProbe(ctx context.Context, tx *sql.Tx) error {
	if _, err := tx.ExecContext(ctx, d.Rebind(`INSERT INTO audit_entries
		(seq, at, person_id, viewer_id, organisation_id, kind, outcome, body, salt, leaf, chain)
		VALUES (-1, 0, '', '', '', 'probe', 'nothing', ?, ?, ?, ?)`), []byte{1}, []byte{1}, []byte{1}, []byte{1}); err != nil {
		return err
	}
	for _, statement := range []string{
		`INSERT INTO notices (id, key, template, version, about_id, case_ref, organisation_id, fields, made_at, made_by) VALUES ('probe', 'probe', '', 0, '', '', '', '', 0, '')`,
		`INSERT INTO letter_events (letter_id, seq, at, state, detail) VALUES ('probe', 1, 0, 'queued', '')`,
	} {
		if _, err := tx.ExecContext(ctx, statement); err != nil {
			return err
		}
	}
	_, err := tx.ExecContext(ctx, d.Rebind(`INSERT INTO audit_sets (id, items) VALUES (?, ?)`), []byte("prb"), []byte{1})
	return err
}

// Roles tells what the role that the portal connects with may do beyond its
// need. On SQLite there are no roles: the file's owner is the only one.
func (d *DB) Roles(ctx context.Context) ([]Setting, error) {
	if d.Dialect == SQLite {
		return nil, nil
	}
	var user string
	var super, owner, update, remove, truncate bool
	row := d.wrSQL.QueryRowContext(ctx, `SELECT current_user,
		(SELECT rolsuper FROM pg_roles WHERE rolname = current_user),
		(SELECT tableowner = current_user FROM pg_tables WHERE schemaname = current_schema() AND tablename = 'audit_entries'),
		has_table_privilege('audit_entries', 'UPDATE'), has_table_privilege('audit_entries', 'DELETE'), has_table_privilege('audit_entries', 'TRUNCATE')`)
	if err := row.Scan(&user, &super, &owner, &update, &remove, &truncate); err != nil {
		return nil, fmt.Errorf("db: roles: %w", err)
	}
	out := []Setting{{Name: "role", Want: "-", Got: user, OK: true}}
	for _, c := range []struct {
		name string
		has  bool
	}{{"superuser", super}, {"owns audit_entries", owner}, {"may update audit_entries", update}, {"may delete audit_entries", remove}, {"may truncate audit_entries", truncate}} {
		got := "no"
		if c.has {
			got = "yes"
		}
		out = append(out, Setting{Name: c.name, Want: "no", Got: got, OK: !c.has})
	}
	return out, nil
}
