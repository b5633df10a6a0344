package record

import (
	"github.com/go-json-experiment/json"

	"candour/models/db"
)

// columns are keys of several parts each, by part: what is looked up together in
// one statement that stays the same whatever the number of keys. The keys come
// first in it, so that each is looked up in the table's own index.
type columns [][]string

func (c *columns) add(parts ...string) {
	if *c == nil {
		*c = make([][]string, len(parts))
	}
	for i, p := range parts {
		(*c)[i] = append((*c)[i], p)
	}
}

// args are the keys as parameters: a list for each part, or one JSON
// array of keys where there are no lists.
func (c columns) args(d db.Dialect) []any {
	if d == db.Postgres {
		out := make([]any, len(c))
		for i := range c {
			out[i] = c[i]
		}
		return out
	}
	keys := make([][]string, len(c[0]))
	for i := range keys {
		for _, part := range c {
			keys[i] = append(keys[i], part[i])
		}
	}
	text, err := json.Marshal(keys)
	if err != nil {
		panic("record: a list of texts does not marshal: " + err.Error())
	}
	return []any{string(text)}
}
