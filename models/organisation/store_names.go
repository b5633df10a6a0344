package organisation

import (
	"context"
	"fmt"
)

type nameRow struct {
	OrganisationID string `gorm:"primaryKey"`
	FromOn         string `gorm:"primaryKey"`
	Name           string
}

func (nameRow) TableName() string { return "organisation_names" }

// name keeps what the organisation is called, and says whether that is news. The
// same name with another day corrects the day; a name from the beginning stays one.
func (s *Store) name(ctx context.Context, o Organisation) (bool, error) {
	g := s.db.For(ctx)
	var had []nameRow
	if err := g.Where("organisation_id = ?", o.ID).Order("from_on DESC").Limit(2).Find(&had).Error; err != nil {
		return false, fmt.Errorf("organisation: register: names: %w", err)
	}
	row := nameRow{o.ID, o.NamedFrom, o.Name}
	if len(had) > 0 {
		last, corrected := had[0], had[0].Name == o.Name
		if corrected && (o.NamedFrom == "" || o.NamedFrom == last.FromOn || last.FromOn == "") {
			return false, nil
		}
		if corrected {
			if err := g.Where("organisation_id = ? AND from_on = ?", o.ID, last.FromOn).Delete(&nameRow{}).Error; err != nil {
				return false, fmt.Errorf("organisation: register: names: %w", err)
			}
			had = had[1:]
		}
	}
	if len(had) > 0 && o.NamedFrom <= had[0].FromOn {
		return false, &NameError{ID: o.ID, Name: o.Name, Last: Name{had[0].FromOn, had[0].Name}, From: o.NamedFrom}
	}
	if err := g.Create(&row).Error; err != nil {
		return false, fmt.Errorf("organisation: register: name: %w", err)
	}
	return true, nil
}

// NameError says that a new name came without a day on which it followed the last
// one, so that the last one would have been lost.
type NameError struct {
	ID   string
	Name string
	Last Name
	From string
}

func (e *NameError) Error() string {
	since := "from the beginning"
	if e.Last.From != "" {
		since = "since " + e.Last.From
	}
	given := "none was given"
	if e.From != "" {
		given = e.From + " was given"
	}
	return fmt.Sprintf("organisation %s was called %q %s: the name %q needs a later day from which it holds (named_from), and %s", e.ID, e.Last.Text, since, e.Name, given)
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
