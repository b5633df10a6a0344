package staff

import (
	"context"
	"net/url"
	"strconv"

	"candour/locales"
	"candour/models/casework"
	"candour/views/component"
	"candour/views/link"
)

// Queue is one page of the queue, with what was asked for.
type Queue struct {
	Ask   casework.QueueAsk
	Query url.Values // as it stood in the address, what counts of it
	Found casework.Queue
	Empty bool // nothing was due to be taken
}

// with is the address of this queue with one thing changed; it begins anew.
func (q Queue) with(name, value string) string {
	v := url.Values{}
	for n, all := range q.Query {
		if n != "at" && n != name {
			v[n] = all
		}
	}
	if value != "" {
		v.Set(name, value)
	}
	return link.Cases(v)
}

// at is the address of another place of this queue.
func (q Queue) at(place string) string {
	if place == "" {
		return ""
	}
	v := url.Values{}
	for n, all := range q.Query {
		v[n] = all
	}
	v.Set("at", place)
	return link.Cases(v)
}

// counted is a number of cases; beyond a thousand it is not counted on.
func counted(ctx context.Context, n int) string {
	if n >= casework.Countless {
		return locales.T(ctx, "case.queue.more_than", "count", "1,000")
	}
	return strconv.Itoa(n)
}

func (q Queue) columns(ctx context.Context) []component.Column {
	keys := []string{"case", "person", "due", "assigned", "state"}
	out := make([]component.Column, len(keys))
	for i, key := range keys {
		out[i].Text = locales.T(ctx, "case.column."+key)
	}
	return out
}

// personName is a name as staff write it: FAMILY, Given (Title).
func personName(r casework.Row) string {
	return nameOf(r.Family, r.Given, r.Title, r.About)
}
