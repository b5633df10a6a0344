package organisation

import (
	"context"
	"fmt"

	"gorm.io/gorm/clause"
)

type contactRow struct {
	OrganisationID string `gorm:"primaryKey"`
	Purpose        string `gorm:"primaryKey"`
	Phone          string
	Email          string
	Page           string
}

func (contactRow) TableName() string { return "organisation_contacts" }

// RegisterContacts says whom to ask at an organisation, each purpose once.
func (s *Store) RegisterContacts(ctx context.Context, id string, contacts ...Contact) error {
	if len(contacts) == 0 {
		return nil
	}
	rows := make([]contactRow, len(contacts))
	for i, c := range contacts {
		rows[i] = contactRow{id, string(c.Purpose), c.Phone, c.Email, c.Page}
	}
	once := clause.OnConflict{Columns: []clause.Column{{Name: "organisation_id"}, {Name: "purpose"}}, UpdateAll: true}
	err := s.db.Do(ctx, func(ctx context.Context) error { return s.db.For(ctx).Clauses(once).Create(&rows).Error })
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

// Names are what every organisation is and was called, by id, oldest first.
func (s *Store) Names(ctx context.Context) (map[string][]Name, error) {
	var rows []nameRow
	if err := s.db.For(ctx).Order("organisation_id, from_on").Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("organisation: names: %w", err)
	}
	out := map[string][]Name{}
	for _, r := range rows {
		out[r.OrganisationID] = append(out[r.OrganisationID], Name{r.FromOn, r.Name})
	}
	return out, nil
}
