package ingest

import "context"

// Settle lets reversals count whose day has come since the person's consents were
// last looked at. Every delivery begins with it; a server may call it on a timer,
// for no delivery need ever come. It returns how many persons it looked at.
func (i *Intake) Settle(ctx context.Context) (int, error) {
	due, err := i.due(ctx)
	if err != nil || len(due) == 0 {
		return 0, err
	}
	i.one.Lock()
	defer i.one.Unlock()
	return len(due), i.transaction(ctx, func(ctx context.Context) error {
		w := &work{run: &run{Intake: i}, now: i.clock().UnixMilli(), touched: map[string]bool{}, asked: map[string]bool{}}
		for _, person := range due {
			w.asked[person] = true
		}
		if err := w.lock(ctx, w.asked); err != nil {
			return err
		}
		return w.close(ctx)
	})
}

// due are the persons of whom a reversal in force is newer than what decides now.
// The table holds only those who ever objected or took it back: a small part.
func (i *Intake) due(ctx context.Context) ([]string, error) {
	var persons []string
	err := i.each(ctx, "SELECT DISTINCT e.person_id FROM consent_events e JOIN persons p ON p.id = e.person_id WHERE NOT e.refused AND e.effective_at <= ?"+
		" AND (e.effective_at > p.sharing_since OR p.objected AND e.effective_at = p.sharing_since)", func(scan func(...any) error) error {
		var person string
		err := scan(&person)
		persons = append(persons, person)
		return err
	}, i.clock().UnixMilli())
	return persons, err
}
