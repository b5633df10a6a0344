package record

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"

	"golang.org/x/sync/singleflight"

	"candour/models/access"
	"candour/models/audit"
	"candour/models/clock"
	"candour/models/db"
	"candour/models/fault"
	"candour/models/nhsnumber"
	"candour/models/opaque"
	"candour/models/policy"
)

// Renderer makes the HTML of all sections. It knows no viewer and no time: what
// it returns is stored and sent to whoever the gate lets through.
type Renderer func(ctx context.Context, s *Sheet) ([]byte, error)

// Deps are what the store stands on.
type Deps struct {
	DB     *db.DB
	Gate   *access.Gate
	Log    *audit.Log
	Clock  clock.Clock
	Policy *policy.Policy
	Render Renderer
	// Version names the build of the templates, so that a new build makes its pages anew.
	Version string
}

// Store reads the merged record, through the gate and no other way.
type Store struct {
	db     *db.DB
	gate   *access.Gate
	log    *audit.Log
	clock  clock.Clock
	policy string
	rules  *policy.Policy
	render Renderer
	code   string
	making singleflight.Group
	shown  remembered
	known  atomic.Pointer[feedsRead]
}

// codeVersion changes whenever Merge would make another sheet of the same items.
const codeVersion = "1"

// New builds the store.
func New(d Deps) *Store {
	return &Store{db: d.DB, gate: d.Gate, log: d.Log, clock: d.Clock, policy: d.Policy.Version, rules: d.Policy, render: d.Render,
		code: codeVersion + "." + d.Version}
}

// The visibility classes of a rendering: what a clinician may see, and what the
// person may (without what its source marked as not for them).
const (
	classClinician = "clinician"
	classPatient   = "patient"
	language       = "en" // staff pages are in English only (ux.md 8)
)

// personRow is a person as far as a record needs it.
type personRow struct {
	ID        string
	NHSNumber string
	Postcode  string
	Version   int64  // of the record
	Banner    Banner // as it is stored; Practice is its name, or its code where that is not known
}

const personQuery = `SELECT p.nhs_number, p.birth_date, p.family, p.given, p.title, p.preferred, p.gender, p.address, p.postcode, p.phone, p.email, p.died_on,
 p.record_version, coalesce((SELECT o.name FROM organisations o WHERE o.ods_code = p.practice_ods AND o.ods_code <> '' ORDER BY o.id LIMIT 1), p.practice_ods)
FROM persons p WHERE p.id = ?`

func (s *Store) person(ctx context.Context, id opaque.ID) (personRow, error) {
	row := personRow{ID: string(id)}
	b := &row.Banner
	found, err := s.db.QueryRow(ctx, personQuery, row.ID)
	if err == nil {
		err = found.Scan(&row.NHSNumber, &b.BirthDate, &b.Family, &b.Given, &b.Title, &b.Preferred, &b.Gender, &b.Address, &row.Postcode, &b.Phone, &b.Email,
			&b.DiedOn, &row.Version, &b.Practice)
	}
	if errors.Is(err, sql.ErrNoRows) {
		return row, fault.NotFound
	}
	if err != nil {
		return row, fmt.Errorf("record: person: %w", err)
	}
	return row, nil
}

// banner is who the person is, in print.
func (row personRow) banner() Banner {
	b := row.Banner
	if row.Postcode != "" && !strings.Contains(strings.ReplaceAll(b.Address, " ", ""), strings.ReplaceAll(row.Postcode, " ", "")) {
		b.Address = join(", ", b.Address, row.Postcode)
	}
	if n, err := nhsnumber.Parse(row.NHSNumber); err == nil {
		b.NHSNumber = n.Spaced()
	}
	return b
}
