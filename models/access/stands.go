package access

import (
	"context"
	"fmt"

	"candour/models/opaque"
)

// Stands tells whether a record that a viewer has open may go on being shown to them:
// one question, nothing locked and nothing written. It shows nothing and so leaves no
// entry; a page asks every few seconds, and each would drown the person's own list. It
// answers yes to nobody who could not open the record this very moment, and no to all
// others alike, so that it tells nothing of anybody.
func (g *Gate) Stands(ctx context.Context, by Viewer, person opaque.ID) (bool, error) {
	s := subject{string(person), by.ID, by.Organisation}
	all, err := g.read(ctx, []subject{s}, unlocked)
	if err != nil {
		return false, fmt.Errorf("access: stands: %w", err)
	}
	f, known := all[s]
	return known && Decide(by, WhatRecord, Ordinary, f).Verdict == Allow, nil
}
