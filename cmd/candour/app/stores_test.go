package app

import (
	"context"
	"log/slog"
	"path/filepath"
	"testing"

	"candour/models/clock"
	"candour/models/policy"
)

// A policy is worked out over everything held before anybody can ask under it,
// once: until that is done the version does not count as applied.
func TestAPolicyIsAppliedBeforeAnythingElse(t *testing.T) {
	ctx := context.Background()
	s, err := Open(ctx, filepath.Join(t.TempDir(), "candour.db"), clock.Fixed(today), slog.New(slog.DiscardHandler), true)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	policies := policy.New(s.DB, clock.Fixed(today))
	if done, err := policies.Applied(ctx, s.Policy.Version); err != nil || !done {
		t.Fatalf("applied %v, %v", done, err)
	}
	if done, err := policies.Applied(ctx, "1066-10"); err != nil || done {
		t.Fatalf("a version nobody knows: applied %v, %v", done, err)
	}
}
