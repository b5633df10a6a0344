package audit

import (
	"bytes"
	"database/sql"
	"encoding/hex"
	"hash/maphash"
	"strconv"
	"time"

	"golang.org/x/mod/sumdb/tlog"
)

// chunk checks rows one after another without keeping them.
type chunk struct {
	v      *verifier
	sum    tally
	next   int64     // the sequence number to come
	chain  tlog.Hash // of the row before
	before bool      // chain is known
	text   []byte    // scratch
	days   dayCache

	seq, at                                                               int64
	person, viewer, organisation, kind, outcome, body, salt, leaf, linked sql.RawBytes
}

func (c *chunk) scan(rows *sql.Rows) error {
	return rows.Scan(&c.seq, &c.at, &c.person, &c.viewer, &c.organisation, &c.kind, &c.outcome, &c.body, &c.salt, &c.leaf, &c.linked)
}

// check looks at the row scanned last.
func (c *chunk) check(first int64) *Finding {
	switch {
	case c.seq == first-1 && first == 1:
		return &Finding{Seq: c.seq, What: RowAdded, Detail: "before the first"}
	case c.seq == first-1: // only its chain is wanted
		copy(c.chain[:], c.linked)
		c.before = true
		return nil
	case !c.before:
		return &Finding{Seq: first - 1, What: RowMissing}
	case c.seq != c.next:
		return &Finding{Seq: c.next, What: RowMissing}
	}
	leaf := leafOf(c.salt, c.body)
	if !bytes.Equal(leaf[:], c.leaf) {
		return &Finding{Seq: c.seq, What: BodyChanged}
	}
	c.text = appendColumns(c.text[:0], c.at, string(c.person), string(c.viewer), string(c.organisation), string(c.kind), string(c.outcome))
	if !bytes.HasPrefix(c.body, c.text) {
		return &Finding{Seq: c.seq, What: ColumnChanged}
	}
	c.chain = link(c.chain, leaf)
	if !bytes.Equal(c.chain[:], c.linked) {
		return &Finding{Seq: c.seq, What: LinkBroken}
	}
	if f := c.checkSet(); f != nil {
		return f
	}
	if len(c.person) > 0 {
		c.sum.add(c.person, c.days.of(c.at), c.organisation, []byte(foldOfBody(c.body)), 1)
	}
	c.next++
	return nil
}

var (
	keySet      = []byte(`"set":"`)
	keyCount    = []byte(`"count":`)
	keyAs       = []byte(`"as":{`)
	keyPatient  = []byte(`"as":{"kind":"patient"`)
	keySystem   = []byte(`"as":{"kind":"system"`)
	keyStranger = []byte(`"reason":"another_person"`)
)

// foldOfBody reads the drawer off the body's fixed form: a quote inside a text is
// escaped, so that these keys cannot stand in one.
func foldOfBody(body []byte) Fold {
	i := bytes.Index(body, keyAs)
	if i < 0 {
		return FoldStaff
	}
	switch {
	case bytes.HasPrefix(body[i:], keyPatient) && !bytes.Contains(body[:i], keyStranger):
		return FoldOwn
	case bytes.HasPrefix(body[i:], keySystem):
		return FoldSystem
	}
	return FoldStaff
}

// checkSet looks whether the set that the body names is there with its count.
func (c *chunk) checkSet() *Finding {
	i := bytes.LastIndex(c.body, keySet)
	if i < 0 {
		return nil
	}
	rest := c.body[i+len(keySet):]
	var id [32]byte
	if len(rest) < 2*len(id)+1 {
		return &Finding{Seq: c.seq, What: SetMissing}
	}
	if _, err := hex.Decode(id[:], rest[:2*len(id)]); err != nil {
		return &Finding{Seq: c.seq, What: SetMissing}
	}
	held, ok := c.v.sets[id]
	if !ok {
		return &Finding{Seq: c.seq, What: SetMissing, Detail: "set " + hex.EncodeToString(id[:])}
	}
	if held == changedSet {
		return &Finding{Seq: c.seq, What: SetChanged, Detail: "set " + hex.EncodeToString(id[:])}
	}
	named := 0
	if j := bytes.LastIndex(rest, keyCount); j >= 0 {
		named, _ = strconv.Atoi(string(bytes.TrimSuffix(rest[j+len(keyCount):], []byte{'}'}))) // an unreadable count is 0 and differs
	}
	if named != held {
		return &Finding{Seq: c.seq, What: SetCount, Detail: strconv.Itoa(held) + " held, " + strconv.Itoa(named) + " named"}
	}
	return nil
}

// tally is a sum over (person, day, organisation, drawer) that does not depend on
// the order: equal sums of two sides mean equal counts, but for a chance of 2^-64
// that nobody can steer, since the seed is drawn anew each time.
type tally struct {
	seed maphash.Seed
	sum  uint64
}

func (t *tally) init()         { t.seed = maphash.MakeSeed() }
func (t tally) empty() tally   { return tally{seed: t.seed} }
func (t *tally) merge(u tally) { t.sum += u.sum }

func (t *tally) add(person, day, organisation, fold []byte, n int64) {
	var h maphash.Hash
	h.SetSeed(t.seed)
	for _, part := range [][]byte{person, day, organisation, fold} {
		_, _ = h.Write(part) // never fails
		_ = h.WriteByte(0)
	}
	t.sum += h.Sum64() * uint64(n)
}

// dayCache knows the London day of an instant while instants stay in one day.
type dayCache struct {
	from, to int64
	day      []byte
}

func (d *dayCache) of(ms int64) []byte {
	if ms < d.from || ms >= d.to {
		t := time.UnixMilli(ms).In(London)
		start := time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, London)
		d.from, d.to, d.day = start.UnixMilli(), start.AddDate(0, 0, 1).UnixMilli(), []byte(t.Format(time.DateOnly))
	}
	return d.day
}
