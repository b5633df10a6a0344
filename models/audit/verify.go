package audit

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"strconv"
	"sync"
	"sync/atomic"

	"golang.org/x/mod/sumdb/tlog"
)

// Finding is the first thing found wrong.
type Finding struct {
	Seq    int64  `json:"seq"` // row of audit_entries; 0 when it is none
	What   string `json:"what"`
	Detail string `json:"detail"`
}

// Report is what a verification found. A log that was rewritten from some row to
// its end, head included, is consistent in itself: only checkpoints kept outside
// show that.
type Report struct {
	Entries int64    `json:"entries"` // rows checked
	Sets    int64    `json:"sets"`
	Head    string   `json:"head"` // chain value of the last row, hex: keep it elsewhere
	Wrong   *Finding `json:"wrong,omitempty"`
}

// What a Finding can be.
const (
	RowMissing    = "row is missing"
	RowAdded      = "row stands outside the log"
	BodyChanged   = "body or salt differs from its leaf"
	ColumnChanged = "column differs from the body"
	LinkBroken    = "chain does not follow from the row before"
	HeadDiffers   = "head differs from the last row"
	SetMissing    = "set of items is missing"
	SetChanged    = "set of items differs from its id"
	SetCount      = "set of items differs from the entry's count"
	CountsDiffer  = "daily counts differ from the entries"
	MonthsDiffer  = "monthly counts differ from the daily ones"
)

// changedSet stands for the size of a set that is not what it was.
const changedSet = -1

const (
	verifyChunk   = 4096 // rows in one query: no long snapshot that would hold up the WAL
	verifyWorkers = 2
)

// Verify reads the whole log and checks that no row is missing, added, moved or
// changed, that columns say what bodies say, that sets are what entries name, and
// that the daily counts are the entries' sums. progress may be nil. Accesses that
// happen meanwhile are left to the next time.
func (l *Log) Verify(ctx context.Context, progress func(done, total int64)) (Report, error) {
	v := verifier{log: l}
	if err := v.snapshot(ctx); err != nil {
		return Report{}, fmt.Errorf("audit: verify: %w", err)
	}
	if err := v.readSets(ctx); err != nil {
		return Report{}, fmt.Errorf("audit: verify: sets: %w", err)
	}
	if err := v.readEntries(ctx, progress); err != nil {
		return Report{}, fmt.Errorf("audit: verify: entries: %w", err)
	}
	if v.wrong == nil {
		if err := v.conclude(ctx); err != nil {
			return Report{}, fmt.Errorf("audit: verify: %w", err)
		}
	}
	r := Report{Entries: v.checked.Load(), Sets: int64(len(v.sets)), Head: hex.EncodeToString(v.head.chain[:]), Wrong: v.wrong}
	if r.Wrong == nil {
		r.Wrong = v.wrongSet
	}
	return r, nil
}

type verifier struct {
	log      *Log
	head     head
	counted  tally // what audit_days says
	seen     tally // what the entries say
	sets     map[[32]byte]int
	last     tlog.Hash
	checked  atomic.Int64
	mu       sync.Mutex
	wrong    *Finding
	wrongSet *Finding
}

func (v *verifier) found(f *Finding) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if f != nil && (v.wrong == nil || f.Seq < v.wrong.Seq) {
		v.wrong = f
	}
}

// snapshot reads head and daily counts in one statement, so that they belong to
// the same moment.
func (v *verifier) snapshot(ctx context.Context) error {
	rows, err := v.log.db.Query(ctx, `SELECT h.seq, h.chain, coalesce(d.person_id, ''), coalesce(d.day, ''), coalesce(d.organisation_id, ''), coalesce(d.fold, ''), coalesce(d.entries, 0)
 FROM audit_head h LEFT JOIN audit_days d ON d.entries <> 0 WHERE h.id = 1`)
	if err != nil {
		return err
	}
	defer rows.Close()
	v.counted.init()
	v.seen = v.counted.empty()
	any := false
	for rows.Next() {
		var chain, person, day, organisation, fold sql.RawBytes
		var entries int64
		if err := rows.Scan(&v.head.seq, &chain, &person, &day, &organisation, &fold, &entries); err != nil {
			return err
		}
		any = true
		copy(v.head.chain[:], chain)
		if entries != 0 {
			v.counted.add(person, day, organisation, fold, entries)
		}
	}
	if err := rows.Err(); err != nil {
		return err
	}
	if !any {
		v.wrong = &Finding{What: HeadDiffers, Detail: "there is no head row"}
	}
	return nil
}

// readSets checks each set against its id and keeps its size.
func (v *verifier) readSets(ctx context.Context) error {
	v.sets = map[[32]byte]int{}
	after := []byte{}
	for {
		n, err := v.readSetsAfter(ctx, &after)
		if err != nil || n < verifyChunk {
			return err
		}
	}
}

func (v *verifier) readSetsAfter(ctx context.Context, after *[]byte) (n int, err error) {
	rows, err := v.log.db.Query(ctx, "SELECT id, items FROM audit_sets WHERE id > ? ORDER BY id LIMIT ?", *after, verifyChunk)
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	for rows.Next() {
		var id, items sql.RawBytes
		if err := rows.Scan(&id, &items); err != nil {
			return n, err
		}
		n++
		var key [32]byte
		copy(key[:], id)
		v.sets[key] = bytes.Count(items, []byte{'\n'})
		if sum := sha256.Sum256(items); !bytes.Equal(sum[:], id) {
			v.sets[key] = changedSet
			v.wrongSet = &Finding{What: SetChanged, Detail: fmt.Sprintf("set %x, which no entry names", []byte(id))}
		}
		*after = bytes.Clone(id)
	}
	return n, rows.Err()
}

// readEntries checks all rows up to the head, some chunks at a time.
func (v *verifier) readEntries(ctx context.Context, progress func(done, total int64)) error {
	for from := int64(1); from <= v.head.seq && v.wrong == nil; from += verifyChunk * verifyWorkers {
		var wg sync.WaitGroup
		errs := make([]error, verifyWorkers)
		for w := range verifyWorkers {
			first := from + int64(w)*verifyChunk
			if first > v.head.seq {
				break
			}
			wg.Add(1)
			go func() {
				defer wg.Done()
				errs[w] = v.readChunk(ctx, first, min(first+verifyChunk-1, v.head.seq))
			}()
		}
		wg.Wait()
		for _, err := range errs {
			if err != nil {
				return err
			}
		}
		if progress != nil {
			progress(v.checked.Load(), v.head.seq)
		}
	}
	return nil
}

// readChunk checks rows first to last; the row before gives the chain to go on from.
func (v *verifier) readChunk(ctx context.Context, first, last int64) error {
	rows, err := v.log.db.Query(ctx, `SELECT seq, at, person_id, viewer_id, organisation_id, kind, outcome, body, salt, leaf, chain
 FROM audit_entries WHERE seq BETWEEN ? AND ? ORDER BY seq`, first-1, last)
	if err != nil {
		return err
	}
	defer rows.Close()
	c := chunk{v: v, sum: v.seen.empty(), next: first}
	c.before = first == 1
	for rows.Next() {
		if err := c.scan(rows); err != nil {
			return err
		}
		if f := c.check(first); f != nil {
			v.found(f)
			return nil
		}
	}
	if err := rows.Err(); err != nil {
		return err
	}
	if c.next <= last {
		v.found(&Finding{Seq: c.next, What: RowMissing})
		return nil
	}
	v.mu.Lock()
	v.seen.merge(c.sum)
	if last == v.head.seq {
		v.last = c.chain
	}
	v.mu.Unlock()
	v.checked.Add(last - first + 1)
	return nil
}

// conclude compares the end of the log with its head, and the sums with the counts.
func (v *verifier) conclude(ctx context.Context) error {
	if v.head.seq > 0 && v.last != v.head.chain || v.head.seq == 0 && v.head.chain != (tlog.Hash{}) {
		v.wrong = &Finding{Seq: v.head.seq, What: HeadDiffers}
		return nil
	}
	row, err := v.log.db.QueryRow(ctx, "SELECT h.seq, coalesce((SELECT min(seq) FROM audit_entries), 1), coalesce((SELECT max(seq) FROM audit_entries), 0) FROM audit_head h WHERE h.id = 1")
	if err != nil {
		return err
	}
	var now, lowest, highest int64
	if err := row.Scan(&now, &lowest, &highest); err != nil {
		return err
	}
	switch {
	case lowest < 1:
		v.wrong = &Finding{Seq: lowest, What: RowAdded, Detail: "before the first"}
	case highest > now:
		v.wrong = &Finding{Seq: highest, What: RowAdded, Detail: "the head is " + strconv.FormatInt(now, 10)}
	case v.wrongSet == nil && v.counted.sum != v.seen.sum:
		v.wrong = &Finding{What: CountsDiffer}
	}
	if v.wrong != nil {
		return nil
	}
	return v.compareMonths(ctx)
}

const sumOfDays = "SELECT person_id, substr(day, 1, 7) AS month, organisation_id, fold, sum(entries) AS entries, count(*) AS days FROM audit_days GROUP BY 1, 2, 3, 4"

// compareMonths looks for a month that is not the sum of its days, or has none.
func (v *verifier) compareMonths(ctx context.Context) error {
	row, err := v.log.db.QueryRow(ctx, "SELECT (SELECT count(*) FROM audit_months) - (SELECT count(*) FROM ("+sumOfDays+") a), "+
		"(SELECT count(*) FROM ("+sumOfDays+") s LEFT JOIN audit_months m ON m.person_id = s.person_id AND m.month = s.month AND m.organisation_id = s.organisation_id AND m.fold = s.fold "+
		"WHERE m.entries IS NULL OR m.entries <> s.entries OR m.days <> s.days)")
	if err != nil {
		return err
	}
	var more, other int64
	if err := row.Scan(&more, &other); err != nil {
		return err
	}
	if more != 0 || other != 0 {
		v.wrong = &Finding{What: MonthsDiffer, Detail: fmt.Sprintf("%d months differ, %d too many", other, more)}
	}
	return nil
}
