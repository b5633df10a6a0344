package access

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"candour/models/audit"
	"candour/models/opaque"
)

// readEntry reads one access with the items that it showed. Their titles are shown
// only to somebody who may see the record itself, and then count as shown again.
func (g *Gate) readEntry(ctx context.Context, p Pass, req HistoryRequest, h *History) (Shown, error) {
	line, err := g.log.Entry(ctx, p.ask.Person, req.Entry)
	if err != nil {
		return Shown{}, err
	}
	h.entries = []HistoryEntry{told(p, line)}
	shown := Shown{Count: 1}
	if len(line.Set) == 0 {
		return shown, nil
	}
	refs, err := g.log.Set(ctx, line.Set)
	if err != nil {
		return Shown{}, err
	}
	titled := g.title != nil && Decide(p.ask.By, WhatRecord, Ordinary, p.facts).Verdict == Allow
	if h.items, err = g.readItems(ctx, p, refs, titled); err != nil {
		return Shown{}, err
	}
	if titled {
		shown = Shown{Set: line.Set, Count: line.Count, Sections: line.Sections}
	}
	return shown, nil
}

// readItems puts a type, a source and (when titled) a title to each reference.
func (g *Gate) readItems(ctx context.Context, p Pass, refs []audit.ItemRef, titled bool) ([]HistoryItem, error) {
	rows, err := g.db.Query(ctx, `SELECT i.item_id, i.type, i.version, i.withheld, i.not_for_patient, coalesce(o.name, ''), i.raw
 FROM items i LEFT JOIN sources s ON s.id = i.source_id LEFT JOIN organisations o ON o.id = s.organisation_id WHERE i.person_id = ?`, string(p.ask.Person))
	if err != nil {
		return nil, fmt.Errorf("items: %w", err)
	}
	defer rows.Close()
	type held struct {
		HistoryItem
		raw []byte
	}
	found := map[opaque.ID]held{}
	for rows.Next() {
		var it held
		var withheld string
		var notForPatient bool
		if err := rows.Scan(&it.Ref.ID, &it.Type, &it.Ref.Version, &withheld, &notForPatient, &it.SourceName, &it.raw); err != nil {
			return nil, fmt.Errorf("items: %w", err)
		}
		if withheld != "" || notForPatient && !p.May(NotForPatient) {
			it.raw, it.Type, it.SourceName = nil, "", "" // its kind and its source could say what it is
		}
		found[it.Ref.ID] = it
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("items: %w", err)
	}
	_ = rows.Close() // at its end already; the connection must be free for earlier versions
	items := make([]HistoryItem, 0, len(refs))
	for _, ref := range refs {
		it := found[ref.ID]
		if titled && len(it.raw) > 0 {
			raw := it.raw
			if it.Ref.Version != ref.Version {
				if raw, err = g.readVersion(ctx, p.ask.Person, ref); err != nil {
					return nil, err
				}
			}
			if len(raw) > 0 {
				it.Title = g.title(it.Type, raw)
			}
		}
		it.Ref = ref
		items = append(items, it.HistoryItem)
	}
	slices.SortStableFunc(items, func(a, b HistoryItem) int { return strings.Compare(a.Type, b.Type) })
	return items, nil
}

// readVersion is what an item said in an earlier version; empty when that was not kept.
func (g *Gate) readVersion(ctx context.Context, person opaque.ID, ref audit.ItemRef) ([]byte, error) {
	rows, err := g.db.Query(ctx, "SELECT raw FROM item_versions WHERE item_id = ? AND version = ? AND person_id = ?", string(ref.ID), ref.Version, string(person))
	if err != nil {
		return nil, fmt.Errorf("item versions: %w", err)
	}
	defer rows.Close()
	var raw []byte
	if rows.Next() {
		if err := rows.Scan(&raw); err != nil {
			return nil, fmt.Errorf("item versions: %w", err)
		}
	}
	return raw, rows.Err()
}
