package record

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"

	"golang.org/x/sync/singleflight"
	"gorm.io/gorm"

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

type personRow struct {
	ID            string `gorm:"primaryKey"`
	NHSNumber     string `gorm:"column:nhs_number"`
	BirthDate     string
	Family        string
	Given         string
	Title         string
	Preferred     string
	Gender        string
	Address       string
	Postcode      string
	Phone         string
	Email         string
	PracticeODS   string `gorm:"column:practice_ods"`
	DiedOn        string
	RecordVersion int64
}

func (personRow) TableName() string { return "persons" }

func (s *Store) person(ctx context.Context, id opaque.ID) (personRow, error) {
	var row personRow
	err := s.db.For(ctx).Where("id = ?", string(id)).Take(&row).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return row, fault.NotFound
	}
	if err != nil {
		return row, fmt.Errorf("record: person: %w", err)
	}
	return row, nil
}

// banner is who the person is, in print.
func (s *Store) banner(ctx context.Context, row personRow) (Banner, error) {
	b := Banner{Family: row.Family, Given: row.Given, Title: row.Title, Preferred: row.Preferred, BirthDate: row.BirthDate, DiedOn: row.DiedOn,
		Gender: row.Gender, Address: row.Address, Phone: row.Phone, Email: row.Email, Practice: row.PracticeODS}
	if row.Postcode != "" && !strings.Contains(strings.ReplaceAll(row.Address, " ", ""), strings.ReplaceAll(row.Postcode, " ", "")) {
		b.Address = join(", ", row.Address, row.Postcode)
	}
	if n, err := nhsnumber.Parse(row.NHSNumber); err == nil {
		b.NHSNumber = n.Spaced()
	}
	if row.PracticeODS == "" {
		return b, nil
	}
	name, err := s.db.QueryRow(ctx, "SELECT name FROM organisations WHERE ods_code = ? ORDER BY id LIMIT 1", row.PracticeODS)
	if err == nil {
		err = name.Scan(&b.Practice)
	}
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return b, fmt.Errorf("record: practice: %w", err)
	}
	return b, nil
}
