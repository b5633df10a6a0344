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
	who := g.asked(by, person)
	if err := g.db.Answer(ctx, who.unlocked()); err != nil {
		return false, fmt.Errorf("access: stands: %w", err)
	}
	return who.facts.Known && Decide(by, WhatRecord, Ordinary, who.facts).Verdict == Allow, nil
}
