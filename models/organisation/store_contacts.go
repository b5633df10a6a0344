package organisation

import (
	"context"
	"fmt"
)

type contactRow struct {
	OrganisationID string `gorm:"primaryKey"`
	Purpose        string `gorm:"primaryKey"`
	Phone          string
	Email          string
	Page           string
}

func (contactRow) TableName() string { return "organisation_contacts" }

// RegisterContacts says whom to ask at an organisation, each purpose once, in place
// of what was registered before.
func (s *Store) RegisterContacts(ctx context.Context, id string, contacts ...Contact) error {
	rows := make([]contactRow, len(contacts))
	for i, c := range contacts {
		rows[i] = contactRow{id, string(c.Purpose), c.Phone, c.Email, c.Page}
	}
	err := s.db.Do(ctx, func(ctx context.Context) error {
		g := s.db.For(ctx)
		if err := g.Where("organisation_id = ?", id).Delete(&contactRow{}).Error; err != nil || len(rows) == 0 {
			return err
		}
		return g.Create(&rows).Error
	})
	if err != nil {
		return fmt.Errorf("organisation: register contacts: %w", err)
	}
	return nil
}

// Contacts are whom to ask at an organisation, in the order of the purposes.
func (s *Store) Contacts(ctx context.Context, id string) ([]Contact, error) {
	var rows []contactRow
	if err := s.db.For(ctx).Where("organisation_id = ?", id).Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("organisation: contacts: %w", err)
	}
	var out []Contact
	for _, p := range Purposes() {
		for _, r := range rows {
			if r.Purpose == string(p) {
				out = append(out, Contact{p, r.Phone, r.Email, r.Page})
			}
		}
	}
	return out, nil
}
