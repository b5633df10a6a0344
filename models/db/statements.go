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

func counted(ctx context.Context) {
	if n, ok := ctx.Value(countKey{}).(*atomic.Int64); ok {
		n.Add(1)
	}
}
