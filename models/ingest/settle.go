package ingest

import "context"

// Settle lets reversals count whose day has come since the person's consents were
// last looked at. Every delivery begins with it; a server may call it on a timer,
// for no delivery need ever come. It returns how many persons it looked at.
func (i *Intake) Settle(ctx context.Context) (int, error) {
	due, err := i.sharing.Due(ctx)
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
