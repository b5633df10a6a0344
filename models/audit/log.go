package audit

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync/atomic"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"candour/models/clock"
	"candour/models/db"
)

// Log is the access log of one database.
type Log struct {
	db    *db.DB
	clock clock.Clock
	guess atomic.Pointer[head] // where this process left the head
}

// New returns the log of d.
func New(d *db.DB, c clock.Clock) *Log { return &Log{db: d, clock: c} }

// pending is what one transaction will append when it commits.
type pending struct {
	entries  []Entry
	receipts []*Receipt
	sets     map[string][]byte // id → packed items
	hooked   bool              // they will be written
	at       *head             // where the transaction has left the head so far
}

// Append adds an entry to the transaction in ctx; it is written, numbered and
// chained just before the commit, together with the others of its group, so that
// the head of the log is locked for a moment only. The receipt's number is good
// once the transaction has committed; if the log cannot be written, nothing of
// the transaction is.
func (l *Log) Append(ctx context.Context, e Entry) *Receipt {
	p := l.pending(ctx)
	if e.At.IsZero() {
		e.At = l.clock()
	}
	e.At = e.At.UTC().Truncate(time.Millisecond)
	if e.Set == nil && len(e.Items) > 0 {
		packed, id, count := packSet(e.Items)
		e.Set, e.Count = id, count
		p.sets[string(id)] = packed
	}
	r := &Receipt{At: e.At}
	p.entries = append(p.entries, e)
	p.receipts = append(p.receipts, r)
	return r
}

func (l *Log) pending(ctx context.Context) *pending {
	p := db.Local(ctx, l.db, l, func() *pending { return &pending{sets: map[string][]byte{}} })
	if !p.hooked {
		p.hooked = true
		l.db.BeforeCommit(ctx, func(ctx context.Context) error { return l.flush(ctx, p) })
	}
	return p
}

// PutSet stores a set of items with the transaction in ctx and gives its id, to be
// named by later entries. Like the entries it is written just before the commit: until
// then nothing of the log is touched that another transaction might wait for.
func (l *Log) PutSet(ctx context.Context, items []ItemRef) []byte {
	packed, id, _ := packSet(items)
	l.pending(ctx).sets[string(id)] = packed
	return id
}

// putSets stores several, in one order, so that two writers cannot wait for each
// other; on PostgreSQL in one journey.
func (l *Log) putSets(ctx context.Context, sets map[string][]byte) error {
	ids := slices.Sorted(maps.Keys(sets))
	if len(ids) == 0 {
		return nil
	}
	if l.db.Dialect == db.SQLite {
		for _, id := range ids {
			if _, err := l.db.Exec(ctx, "INSERT INTO audit_sets (id, items) VALUES (?, ?) ON CONFLICT (id) DO NOTHING", []byte(id), sets[id]); err != nil {
				return fmt.Errorf("audit: store set: %w", err)
			}
		}
		return nil
	}
	var keys, items [][]byte
	for _, id := range ids {
		keys, items = append(keys, []byte(id)), append(items, sets[id])
	}
	err := l.db.WithCommit(ctx, "INSERT INTO audit_sets (id, items) SELECT * FROM unnest(?::bytea[], ?::bytea[]) ON CONFLICT (id) DO NOTHING", keys, items)
	if err != nil {
		return fmt.Errorf("audit: store sets: %w", err)
	}
	return nil
}

// Set reads a set back.
func (l *Log) Set(ctx context.Context, id []byte) ([]ItemRef, error) {
	if len(id) == 0 {
		return nil, nil
	}
	row, err := l.db.QueryRow(ctx, "SELECT items FROM audit_sets WHERE id = ?", id)
	if err != nil {
		return nil, fmt.Errorf("audit: set: %w", err)
	}
	var packed []byte
	if err := row.Scan(&packed); err != nil {
		return nil, fmt.Errorf("audit: set: %w", err)
	}
	return unpackSet(packed)
}

// dayKey is a row of audit_days.
type dayKey struct {
	person       string
	day          string
	organisation string
	fold         string
}

type dayCount struct{ entries, lastSeq int64 }

// batch is a group of entries in the form of their rows.
type batch struct {
	seq, at                                     []int64
	person, viewer, organisation, kind, outcome []string
	body, salt, leaf, chain                     [][]byte
	days                                        map[dayKey]*dayCount
	order                                       []dayKey // so that two groups lock counters in one order
}

// flushRows bounds one statement, and what a long transaction keeps in memory twice.
const flushRows = 1000

func (l *Log) flush(ctx context.Context, p *pending) error {
	defer func() { *p = pending{sets: map[string][]byte{}, at: p.at} }()
	if len(p.entries) > 0 {
		if err := l.append(ctx, p); err != nil {
			return fmt.Errorf("audit: append: %w", err)
		}
	}
	return l.putSets(ctx, p.sets) // after the head in every transaction, or two would wait for each other
}

func (l *Log) append(ctx context.Context, p *pending) error {
	at, err := l.start(ctx, p)
	if err != nil {
		return fmt.Errorf("head: %w", err)
	}
	for from := 0; from < len(p.entries); from += flushRows {
		to := min(from+flushRows, len(p.entries))
		b, next := newBatch(at, p.entries[from:to], p.receipts[from:to])
		if err := l.write(ctx, b, at, next); err != nil {
			return err
		}
		at = next
	}
	p.at = &at
	l.db.AfterCommit(ctx, func() { l.left(at) })
	return nil
}

// start is the head to append after. On PostgreSQL, in a transaction that is run again
// if it was wrong, it is taken to be where this process left it, which saves a journey:
// the statement that appends refuses when it is elsewhere. Otherwise it is locked and
// read. The guess is good for one transaction, until that has committed.
func (l *Log) start(ctx context.Context, p *pending) (head, error) {
	if p.at != nil {
		return *p.at, nil
	}
	if guess := l.guess.Swap(nil); guess != nil && l.db.RunsAgain(ctx) {
		return *guess, nil
	}
	return l.lockHead(ctx)
}

// left notes where a committed transaction left the head.
func (l *Log) left(at head) {
	for {
		old := l.guess.Load()
		if old != nil && old.seq >= at.seq || l.guess.CompareAndSwap(old, &at) {
			return
		}
	}
}

func (l *Log) write(ctx context.Context, b *batch, from, to head) error {
	if l.db.Dialect == db.SQLite {
		return l.writeSQLite(ctx, b, to)
	}
	return l.writePostgres(ctx, b, from, to)
}

type head struct {
	seq   int64
	chain tlog.Hash
}

func (l *Log) lockHead(ctx context.Context) (head, error) {
	query := "SELECT seq, chain FROM audit_head WHERE id = 1"
	if l.db.Dialect == db.Postgres {
		query += " FOR UPDATE"
	}
	row, err := l.db.QueryRow(ctx, query)
	if err != nil {
		return head{}, err
	}
	return scanHead(row)
}

func scanHead(row *sql.Row) (head, error) {
	var h head
	var chain []byte
	if err := row.Scan(&h.seq, &chain); err != nil {
		return head{}, err
	}
	if len(chain) != len(h.chain) {
		return head{}, errors.New("the chain is not 32 bytes")
	}
	copy(h.chain[:], chain)
	return h, nil
}

// newBatch turns entries into rows after head h and gives the new head.
func newBatch(h head, entries []Entry, receipts []*Receipt) (*batch, head) {
	b := &batch{days: map[dayKey]*dayCount{}}
	salts := make([]byte, saltSize*len(entries))
	rand.Read(salts) // never fails: crypto/rand ends the process instead
	for i := range entries {
		e := &entries[i]
		salt := salts[i*saltSize : (i+1)*saltSize : (i+1)*saltSize]
		text := appendBody(make([]byte, 0, 768), e, e.Set, e.Count)
		leaf := leafOf(salt, text)
		h.seq++
		h.chain = link(h.chain, leaf)
		chain := h.chain
		receipts[i].Seq = h.seq
		b.seq, b.at = append(b.seq, h.seq), append(b.at, e.At.UnixMilli())
		b.person, b.viewer = append(b.person, string(e.Person)), append(b.viewer, e.Viewer.ID)
		b.organisation = append(b.organisation, e.Viewer.Organisation)
		b.kind, b.outcome = append(b.kind, string(e.Kind)), append(b.outcome, string(e.Outcome))
		b.body, b.salt = append(b.body, text), append(b.salt, salt)
		b.leaf, b.chain = append(b.leaf, leaf[:]), append(b.chain, chain[:])
		b.count(e, h.seq)
	}
	return b, h
}

func (b *batch) count(e *Entry, seq int64) {
	if e.Person == "" {
		return
	}
	key := dayKey{string(e.Person), Day(e.At), e.Viewer.Organisation, string(foldOf(e))}
	c := b.days[key]
	if c == nil {
		c = &dayCount{}
		b.days[key] = c
		b.order = append(b.order, key)
	}
	c.entries++
	c.lastSeq = seq
}

const (
	insertEntry = "INSERT INTO audit_entries (seq, at, person_id, viewer_id, organisation_id, kind, outcome, body, salt, leaf, chain) "
	insertDay   = "INSERT INTO audit_days (person_id, day, organisation_id, fold, entries, last_seq) "
	addToDay    = " ON CONFLICT (person_id, day, organisation_id, fold) DO UPDATE SET entries = audit_days.entries + excluded.entries, last_seq = excluded.last_seq"
)

// writeSQLite goes row by row: in the same process a prepared statement is
// cheaper than a longer one made anew for each number of rows.
func (l *Log) writeSQLite(ctx context.Context, b *batch, h head) error {
	for i := range b.seq {
		if _, err := l.db.Exec(ctx, insertEntry+"VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", b.seq[i], b.at[i], b.person[i], b.viewer[i],
			b.organisation[i], b.kind[i], b.outcome[i], b.body[i], b.salt[i], b.leaf[i], b.chain[i]); err != nil {
			return err
		}
	}
	for _, k := range b.order {
		c := b.days[k]
		if _, err := l.db.Exec(ctx, insertDay+"VALUES (?, ?, ?, ?, ?, ?)"+addToDay, k.person, k.day, k.organisation, k.fold, c.entries, c.lastSeq); err != nil {
			return err
		}
	}
	_, err := l.db.Exec(ctx, "UPDATE audit_head SET seq = ?, chain = ? WHERE id = 1", h.seq, h.chain[:])
	return err
}

// writePostgres sends head, entries and counters in one statement, which refuses
// (SQLSTATE 40001) if the head is not at from.
func (l *Log) writePostgres(ctx context.Context, b *batch, from, to head) error {
	var person, day, organisation, fold []string
	var entries, last []int64
	for _, k := range b.order {
		c := b.days[k]
		person, day = append(person, k.person), append(day, k.day)
		organisation, fold = append(organisation, k.organisation), append(fold, k.fold)
		entries, last = append(entries, c.entries), append(last, c.lastSeq)
	}
	return l.db.WithCommit(ctx, "WITH h AS (UPDATE audit_head SET seq = ?, chain = ? WHERE id = 1 AND seq = ? AND chain = ? RETURNING 1), "+
		"e AS ("+insertEntry+"SELECT * FROM unnest(?::bigint[], ?::bigint[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], "+
		"?::bytea[], ?::bytea[], ?::bytea[], ?::bytea[]) WHERE EXISTS (SELECT 1 FROM h)), "+
		"d AS ("+insertDay+"SELECT * FROM unnest(?::text[], ?::text[], ?::text[], ?::text[], ?::bigint[], ?::bigint[]) WHERE EXISTS (SELECT 1 FROM h)"+addToDay+") "+
		"SELECT CASE WHEN EXISTS (SELECT 1 FROM h) THEN true ELSE candour_head_moved() END",
		to.seq, to.chain[:], from.seq, from.chain[:],
		b.seq, b.at, b.person, b.viewer, b.organisation, b.kind, b.outcome, b.body, b.salt, b.leaf, b.chain,
		person, day, organisation, fold, entries, last)
}
