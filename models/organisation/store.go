package organisation

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"candour/models/db"
	"candour/models/fault"
)

// Store keeps the register.
type Store struct{ db *db.DB }

// NewStore returns the register of d.
func NewStore(d *db.DB) *Store { return &Store{d} }

type organisationRow struct {
	ID          string `gorm:"primaryKey"`
	ODSCode     string `gorm:"column:ods_code"`
	Name        string
	Kind        string
	InRegion    bool
	State       string
	ConnectedOn string
	LeftOn      string
	SuccessorID string
	Phone       string
	Contact     string
}

func (organisationRow) TableName() string { return "organisations" }

type sourceRow struct {
	ID             string `gorm:"primaryKey"`
	OrganisationID string
	SystemKind     string
	Categories     string
	State          string
	FreshHours     int
	LastReceivedAt int64
	LastFailedAt   int64
	LastError      string
	SharedVersion  int64
}

func (sourceRow) TableName() string { return "sources" }

// Register adds an organisation or brings it up to date. A change of what pages
// show of it counts as a change of its sources. A new name needs the day from which
// it holds: the name before is not written over.
func (s *Store) Register(ctx context.Context, o Organisation) error {
	return s.db.Do(ctx, func(ctx context.Context) error {
		g := s.db.For(ctx)
		row := organisationRow{o.ID, o.ODSCode, o.Name, string(o.Kind), o.InRegion, string(o.State), o.ConnectedOn, o.LeftOn, o.SuccessorID, o.Phone, o.Contact}
		var old organisationRow
		err := g.Where("id = ?", o.ID).Take(&old).Error
		if err != nil && !errors.Is(err, gorm.ErrRecordNotFound) {
			return fmt.Errorf("organisation: register: %w", err)
		}
		if err := g.Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "id"}}, UpdateAll: true}).Create(&row).Error; err != nil {
			return fmt.Errorf("organisation: register: %w", err)
		}
		renamed, err := s.name(ctx, o)
		if err != nil {
			return err
		}
		if old == row && !renamed {
			return nil
		}
		if err := g.Model(&sourceRow{}).Where("organisation_id = ?", o.ID).Update("shared_version", gorm.Expr("shared_version + 1")).Error; err != nil {
			return fmt.Errorf("organisation: register: sources: %w", err)
		}
		return nil
	})
}

// RegisterSource adds a feed or changes what was agreed about it; what ingest
// keeps (when it was last heard of) stays.
func (s *Store) RegisterSource(ctx context.Context, src Source) error {
	return s.db.Do(ctx, func(ctx context.Context) error {
		g := s.db.For(ctx)
		var old sourceRow
		err := g.Where("id = ?", src.ID).Take(&old).Error
		if errors.Is(err, gorm.ErrRecordNotFound) {
			err = g.Create(&sourceRow{ID: src.ID, OrganisationID: src.OrganisationID, SystemKind: src.SystemKind,
				Categories: strings.Join(src.Categories, ","), State: string(src.State), FreshHours: src.FreshHours,
				LastReceivedAt: millis(src.LastReceived), LastFailedAt: millis(src.LastFailed), LastError: src.LastError, SharedVersion: 1}).Error
		} else if err == nil {
			err = s.updateSource(ctx, old, src)
		}
		if err != nil {
			return fmt.Errorf("organisation: register source: %w", err)
		}
		return nil
	})
}

func (s *Store) updateSource(ctx context.Context, old sourceRow, src Source) error {
	row := old
	row.OrganisationID, row.SystemKind, row.Categories = src.OrganisationID, src.SystemKind, strings.Join(src.Categories, ",")
	row.State, row.FreshHours = string(src.State), src.FreshHours
	if row == old {
		return nil
	}
	return s.db.For(ctx).Model(&sourceRow{}).Where("id = ?", src.ID).Updates(map[string]any{
		"organisation_id": row.OrganisationID, "system_kind": row.SystemKind, "categories": row.Categories,
		"state": row.State, "fresh_hours": row.FreshHours, "shared_version": gorm.Expr("shared_version + 1"),
	}).Error
}

// ByID finds an organisation; fault.NotFound when there is none.
func (s *Store) ByID(ctx context.Context, id string) (Organisation, error) {
	var row organisationRow
	return s.one(s.db.For(ctx).Where("id = ?", id).Take(&row).Error, &row)
}

// ByODS finds an organisation by its ODS code; fault.NotFound when there is none.
func (s *Store) ByODS(ctx context.Context, code string) (Organisation, error) {
	if code == "" { // councils have none: an empty code names nobody
		return Organisation{}, fault.NotFound
	}
	var row organisationRow
	return s.one(s.db.For(ctx).Where("ods_code = ?", code).Order("id").Take(&row).Error, &row)
}

func (s *Store) one(err error, row *organisationRow) (Organisation, error) {
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return Organisation{}, fault.NotFound
	}
	if err != nil {
		return Organisation{}, fmt.Errorf("organisation: find: %w", err)
	}
	return row.organisation(), nil
}

// All lists every organisation by name.
func (s *Store) All(ctx context.Context) ([]Organisation, error) {
	var rows []organisationRow
	if err := s.db.For(ctx).Order("name, id").Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("organisation: all: %w", err)
	}
	all := make([]Organisation, len(rows))
	for i := range rows {
		all[i] = rows[i].organisation()
	}
	return all, nil
}

// Sources lists every feed.
func (s *Store) Sources(ctx context.Context) ([]Source, error) {
	var rows []sourceRow
	if err := s.db.For(ctx).Order("id").Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("organisation: sources: %w", err)
	}
	all := make([]Source, len(rows))
	for i := range rows {
		all[i] = rows[i].source()
	}
	return all, nil
}

// Source finds one feed; fault.NotFound when it is not registered.
func (s *Store) Source(ctx context.Context, id string) (Source, error) {
	var row sourceRow
	err := s.db.For(ctx).Where("id = ?", id).Take(&row).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return Source{}, fault.NotFound
	}
	if err != nil {
		return Source{}, fmt.Errorf("organisation: source: %w", err)
	}
	return row.source(), nil
}

// NameAt is what the organisation was called on a day (YYYY-MM-DD).
func (s *Store) NameAt(ctx context.Context, id, day string) (string, error) {
	var row nameRow
	err := s.db.For(ctx).Where("organisation_id = ? AND from_on <= ?", id, day).Order("from_on DESC").Take(&row).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return "", fault.NotFound
	}
	if err != nil {
		return "", fmt.Errorf("organisation: name: %w", err)
	}
	return row.Name, nil
}

func (r organisationRow) organisation() Organisation {
	return Organisation{ID: r.ID, ODSCode: r.ODSCode, Name: r.Name, Kind: Kind(r.Kind), InRegion: r.InRegion, State: State(r.State),
		ConnectedOn: r.ConnectedOn, LeftOn: r.LeftOn, SuccessorID: r.SuccessorID, Phone: r.Phone, Contact: r.Contact}
}

func (r sourceRow) source() Source {
	s := Source{ID: r.ID, OrganisationID: r.OrganisationID, SystemKind: r.SystemKind, State: State(r.State), FreshHours: r.FreshHours,
		LastReceived: instant(r.LastReceivedAt), LastFailed: instant(r.LastFailedAt), LastError: r.LastError, SharedVersion: r.SharedVersion}
	if r.Categories != "" {
		s.Categories = strings.Split(r.Categories, ",")
	}
	return s
}

func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

func instant(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}
