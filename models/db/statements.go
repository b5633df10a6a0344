package db

import (
	"context"
	"sync/atomic"
)

type countKey struct{}

// Counted gives a context under which plain statements are counted: a list that
// asks once for three rows and once for three hundred is proven by it.
func Counted(ctx context.Context) (context.Context, *atomic.Int64) {
	n := new(atomic.Int64)
	return context.WithValue(ctx, countKey{}, n), n
}

// all is every plain statement since the start.
var all atomic.Int64

// Statements is how many plain statements there were in all, of everybody's: what a
// whole page costs is the difference, where nobody else asks for anything.
func Statements() int64 { return all.Load() }

func counted(ctx context.Context) {
	all.Add(1)
	if n, ok := ctx.Value(countKey{}).(*atomic.Int64); ok {
		n.Add(1)
	}
}
