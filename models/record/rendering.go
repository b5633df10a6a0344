package record

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"golang.org/x/sync/errgroup"

	"candour/models/access"
	"candour/models/audit"
	"candour/models/db"
	"candour/models/fault"
	"candour/models/opaque"
)

// reading is a rendering as it lies in the database, while it is read. Its question reads
// it together with the present version of the person's record, so that its key can be
// checked in the same transaction that logs and shows it.
type reading struct {
	question *db.Question
	person   opaque.ID
	class    string
	body     bool // the body of the unfiltered page; else the sheet
	known    bodyOf
	fresh    *made // just made: if it still holds it is shown, and stored

	found   bool // there is such a person
	version int64
	key     string
	set     []byte
	items   int
	crc     int64
	length  int64
	data    []byte // body or sheet
	imprint string // of the sources
}

const (
	readyColumns = `SELECT p.record_version, coalesce(r.key, ''), r.set_id, coalesce(r.items, 0), coalesce(r.crc, 0), coalesce(r.length, 0),
 CASE WHEN r.key = ? AND r.crc = ? THEN NULL WHEN ? THEN r.body ELSE r.sheet END, `
	readyFrom = `
FROM persons p LEFT JOIN renderings r ON r.person_id = p.id AND r.class = ? AND r.lang = ? WHERE p.id = ?`
	readySQLite   = readyColumns + imprintSQLite + readyFrom
	readyPostgres = readyColumns + imprintPostgres + readyFrom
)

// What is read of a rendering: the body of the unfiltered page, or the sheet.
const (
	readBody  = true
	readSheet = false
)

// rendering is the question for one.
func (s *Store) rendering(body bool, class string, person opaque.ID) *reading {
	r := &reading{person: person, class: class, body: body}
	query := readySQLite
	if s.db.Dialect == db.Postgres {
		query = readyPostgres
	}
	r.question = db.NewQuestion(query, func() []any {
		if r.known = (bodyOf{}); body {
			r.known = s.shown.get(person, class)
		}
		return []any{r.known.key, r.known.crc, body, class, language, string(person)}
	}, r.read)
	return r
}

func (r *reading) read(rows db.Rows) error {
	if r.found = rows.Next(); !r.found {
		return rows.Err()
	}
	if err := rows.Scan(&r.version, &r.key, &r.set, &r.items, &r.crc, &r.length, &r.data, &r.imprint); err != nil {
		return fmt.Errorf("record: rendering: %w", err)
	}
	if r.data == nil && r.key != "" && r.key == r.known.key && r.crc == r.known.crc {
		r.data = r.known.data
	}
	return nil
}

// ready makes sure that a rendering has been read and still holds, and gives the
// sources it names. Anything else is access.ErrAgain: leave the gate, make it, come back.
func (s *Store) ready(ctx context.Context, r *reading) ([]string, *feedsRead, error) {
	if err := s.db.Answer(ctx, r.question); err != nil {
		return nil, nil, fmt.Errorf("record: rendering: %w", err)
	}
	if !r.found {
		return nil, nil, fault.NotFound
	}
	feeds, err := s.feeds(ctx, r.imprint)
	if err != nil {
		return nil, nil, err
	}
	if f := r.fresh; f != nil && !r.lies(f) {
		if holding, ok := s.holds(f.key, r.version, feeds.byID); ok {
			r.take(f)
			r.set = s.store(ctx, r.person, f)
			return holding, feeds, nil
		}
	}
	holding, ok := s.holds(r.key, r.version, feeds.byID)
	if !ok {
		return nil, nil, access.ErrAgain
	}
	return holding, feeds, nil
}

// lies says that what was just made has been stored meanwhile, for somebody else.
func (r *reading) lies(f *made) bool { return r.key == f.key && bytes.Equal(r.data, f.part(r.body)) }

// take puts what was just made in the place of what lies in the database.
func (r *reading) take(f *made) {
	r.key, r.items, r.crc, r.length, r.data = f.key, len(f.refs), int64(f.body.CRC), int64(f.body.Length), f.part(r.body)
}

// Prepare makes the clinician's rendering of a person unless it holds already, so that
// no reader waits for it.
func (s *Store) Prepare(ctx context.Context, person opaque.ID) error {
	_, _, err := s.ready(ctx, s.rendering(readBody, classClinician, person))
	if errors.Is(err, access.ErrAgain) {
		return s.makeReady(ctx, person, classClinician)
	}
	return err
}

// makeReady makes a rendering and stores it.
func (s *Store) makeReady(ctx context.Context, person opaque.ID, class string) error {
	m, err := s.make(ctx, person, class)
	if err != nil {
		return err
	}
	return s.keep(ctx, person, m)
}

// make builds a rendering outside the gate: nothing is shown to anybody by it. Those
// who wait for the same one share the work.
func (s *Store) make(ctx context.Context, person opaque.ID, class string) (*made, error) {
	m, err, _ := s.making.Do(class+"|"+string(person), func() (any, error) {
		return s.build(context.WithoutCancel(ctx), person, class)
	})
	if err != nil {
		return nil, err
	}
	return m.(*made), nil
}

func (s *Store) build(ctx context.Context, person opaque.ID, class string) (*made, error) {
	// The versions are read before the items: what comes in meanwhile makes the key
	// too old, never the content too old for its key.
	row, err := s.person(ctx, person)
	if err != nil {
		return nil, err
	}
	feeds := s.known.Load() // as ready has just seen them; the key says which they were
	if feeds == nil {
		if feeds, err = s.readFeeds(ctx); err != nil {
			return nil, err
		}
	}
	in, err := s.load(ctx, row, class, feeds.byID, "")
	if err != nil {
		return nil, err
	}
	var sources []string
	for _, f := range in.Feeds {
		sources = append(sources, f.ID)
	}
	d, err := s.draw(ctx, Merge(in))
	if err != nil {
		return nil, err
	}
	return &made{drawing: d, class: class, key: s.key(row.Version, sources, feeds.byID)}, nil
}

// made is a rendering that is not stored yet, with what it was made of.
type made struct {
	drawing
	class, key string
}

// part is what a reading reads.
func (m *made) part(body bool) []byte {
	if body {
		return m.page
	}
	return m.sheet
}

// drawing is what is stored of a sheet.
type drawing struct {
	refs        []audit.ItemRef
	body        Ready
	page, sheet []byte // packed
}

// draw makes the page of a sheet and, meanwhile, packs the sheet itself.
func (s *Store) draw(ctx context.Context, sheet *Sheet) (drawing, error) {
	var d drawing
	var both errgroup.Group
	both.Go(func() (err error) {
		defer fallen(&err)
		d.refs = Refs(sheet)
		d.sheet, err = packSheet(sheet)
		return err
	})
	both.Go(func() (err error) {
		defer fallen(&err)
		html, err := s.render(ctx, sheet)
		if err != nil {
			return fmt.Errorf("record: render: %w", err)
		}
		if d.body, err = deflated(html); err != nil {
			return err
		}
		d.page, err = pack(sheet.Person, d.body.Deflated)
		return err
	})
	return d, both.Wait()
}

// fallen makes an error of a panic in a goroutine, which would end the program for
// everybody. What it says may be somebody's words: only its type is told.
func fallen(err *error) {
	if p := recover(); p != nil {
		*err = fmt.Errorf("record: a panic of type %T while drawing", p)
	}
}
