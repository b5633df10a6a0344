package public

import (
	"context"
	"time"

	"candour/locales"
	"candour/models/probe"
	"candour/views/component"
)

// Numbers are how long objections took to have effect, for everybody.
type Numbers struct{ probe.Numbers }

// took puts a time into words, in the two largest units that are not nothing.
func took(ctx context.Context, d time.Duration) string {
	units := []struct {
		key string
		is  time.Duration
	}{{"days", 24 * time.Hour}, {"hours", time.Hour}, {"minutes", time.Minute}, {"seconds", time.Second}}
	d = d.Round(time.Second)
	for i, u := range units {
		if d < u.is && u.key != "seconds" {
			continue
		}
		first := locales.N(ctx, "numbers.unit."+u.key, int(d/u.is))
		if rest := d % u.is; i+1 < len(units) && rest >= units[i+1].is {
			return locales.T(ctx, "numbers.two", "first", first, "second", locales.N(ctx, "numbers.unit."+units[i+1].key, int(rest/units[i+1].is)))
		}
		return first
	}
	return ""
}

// counted is a number, or that it is too small to be told.
func counted(ctx context.Context, c probe.Count) string {
	if c.Hidden {
		return locales.T(ctx, "numbers.few")
	}
	return locales.Number(c.N)
}

// lasted is a time out of a spread, or that there are too few to tell.
func lasted(ctx context.Context, s probe.Spread, d time.Duration) string {
	if s.Hidden {
		return locales.T(ctx, "numbers.not_told")
	}
	return took(ctx, d)
}

// measure is one line of the table of times.
type measure struct {
	key string
	probe.Spread
}

func (n Numbers) measures() []measure {
	return []measure{{"refusal", n.Refusal}, {"effective", n.Effective}}
}

func spreadColumns(ctx context.Context, first string) []component.Column {
	return columns(ctx, first, "count", "median", "half", "slow")
}

func columns(ctx context.Context, keys ...string) []component.Column {
	var out []component.Column
	for _, key := range keys {
		out = append(out, component.Column{Text: locales.T(ctx, "numbers.col."+key)})
	}
	return out
}
