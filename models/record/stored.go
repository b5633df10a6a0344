package record

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"

	"candour/models/db"
	"candour/models/opaque"
)

const keepQuery = `INSERT INTO renderings (person_id, class, lang, key, set_id, items, crc, length, body, sheet, made_at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (person_id, class, lang) DO UPDATE SET key = excluded.key, set_id = excluded.set_id, items = excluded.items,
 crc = excluded.crc, length = excluded.length, body = excluded.body, sheet = excluded.sheet, made_at = excluded.made_at`

// shelved are the renderings that one transaction will store, with their sets.
type shelved map[whose]shelf

type shelf struct {
	made *made
	set  []byte
}

// store has the transaction in ctx store a rendering together with the set of items in
// it, whose id it gives. In every transaction the head of the log comes first, then the
// sets, then the renderings, each in one order, so that no two wait for each other.
func (s *Store) store(ctx context.Context, person opaque.ID, m *made) []byte {
	set := s.log.PutSet(ctx, m.refs) // asks to be called before the commit, before us
	all := db.Local(ctx, s.db, s, func() shelved { return shelved{} })
	if len(all) == 0 {
		s.db.BeforeCommit(ctx, func(ctx context.Context) error {
			defer clear(all)
			return s.write(ctx, all)
		})
	}
	all[whose{person, m.class}] = shelf{m, set}
	return set
}

func (s *Store) write(ctx context.Context, all shelved) error {
	inOrder := slices.SortedFunc(maps.Keys(all), func(a, b whose) int {
		return cmp.Or(cmp.Compare(a.person, b.person), cmp.Compare(a.class, b.class))
	})
	for _, w := range inOrder {
		m := all[w].made
		err := s.db.WithCommit(ctx, keepQuery, string(w.person), w.class, language, m.key, all[w].set, len(m.refs), int64(m.body.CRC), int64(m.body.Length),
			m.page, m.sheet, s.clock().UnixMilli())
		if err != nil {
			return fmt.Errorf("record: keep rendering: %w", err)
		}
	}
	return nil
}

// keep stores a rendering by itself.
func (s *Store) keep(ctx context.Context, person opaque.ID, m *made) error {
	return s.db.Group(ctx, func(ctx context.Context) error {
		s.store(ctx, person, m)
		return nil
	})
}
