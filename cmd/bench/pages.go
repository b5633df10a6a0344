package main

import (
	"context"
	"fmt"
	"strings"
	"time"
)

// doctor is the persona whose page views are measured.
const doctor = "hospital-doctor"

// views is a portal with the doctor signed in, and the long records that the
// doctor has given a reason for.
type views struct {
	portal *portal
	store  *store
	cookie string
	warm   []target // viewed again and again
	cold   []target // kept for the first view
	doctor *browser
}

// target is one record page.
type target struct {
	person person
	id     string // of the person in the database
	path   string
}

// signInDoctor signs the doctor in and gives a reason for each long record.
func (b *bench) signInDoctor(ctx context.Context) error { return b.prepareViews(ctx, b.views) }

func (b *bench) prepareViews(ctx context.Context, v *views) (err error) {
	if v.doctor, err = signIn(ctx, v.portal.addr, doctor); err != nil {
		return err
	}
	v.cookie = v.doctor.cookie()
	// One person is looked for as staff do; the others' addresses follow from it.
	found, err := v.doctor.find(ctx, b.pop.people[0])
	if err != nil {
		return err
	}
	targets, err := b.targets(ctx, v.store, found)
	if err != nil {
		return err
	}
	for _, t := range targets {
		if err := v.doctor.justify(ctx, t.path); err != nil {
			return err
		}
	}
	v.cold, v.warm = targets[:b.size.cold], targets[b.size.cold:]
	return nil
}

// targets are the long records, in the order of the population.
func (b *bench) targets(ctx context.Context, s *store, found string) ([]target, error) {
	var all []target
	for _, p := range b.pop.people[:b.size.long] {
		row, err := s.QueryRow(ctx, "SELECT id FROM persons WHERE nhs_number = ?", p.nhs)
		if err != nil {
			return nil, err
		}
		t := target{person: p}
		if err := row.Scan(&t.id); err != nil {
			return nil, fmt.Errorf("person %d is not in the database: %w", p.n, err)
		}
		t.path = "/patients/" + t.id + "/record"
		all = append(all, t)
	}
	if all[0].path != found {
		return nil, fmt.Errorf("the search led to %s, not to the person's page", strings.Replace(found, all[0].id, "(id)", 1))
	}
	return all, nil
}

func (v *views) requests() [][]byte {
	var all [][]byte
	for _, t := range v.warm {
		all = append(all, pageRequest(v.portal.addr, t.path, v.cookie))
	}
	return all
}

// pagesLogged counts the log's entries of record pages shown, since a sequence
// number, by person.
func (s *store) pagesLogged(ctx context.Context, since int64) (map[string]int, int, error) {
	rows, err := s.Query(ctx, "SELECT person_id, count(*) FROM audit_entries WHERE seq > ? AND kind = 'record' AND outcome = 'shown' GROUP BY person_id", since)
	if err != nil {
		return nil, 0, err
	}
	defer rows.Close()
	by, sum := map[string]int{}, 0
	for rows.Next() {
		var id string
		var n int
		if err := rows.Scan(&id, &n); err != nil {
			return nil, 0, err
		}
		by[id] = n
		sum += n
	}
	return by, sum, rows.Err()
}

// lastEntry is the sequence number of the newest entry.
func (s *store) lastEntry(ctx context.Context) (int64, error) {
	row, err := s.QueryRow(ctx, "SELECT coalesce(max(seq), 0) FROM audit_entries")
	if err != nil {
		return 0, err
	}
	var seq int64
	return seq, row.Scan(&seq)
}

// lost counts pages that arrived whole without an entry of their person.
func lost(targets []target, t *tally, logged map[string]int) int {
	n := 0
	for i, pages := range t.by {
		n += max(0, pages-logged[targets[i].id])
	}
	return n
}

// timed is one measured run of page views, with what it cost.
type timed struct {
	*tally
	server, database time.Duration // processor time
}

// cpu is the processor milliseconds of one page, server and database together.
func (t timed) cpu() float64 {
	return (t.server + t.database).Seconds() * 1000 / float64(t.pages)
}

// view runs c clients for d and insists that every page was logged once.
func (b *bench) view(ctx context.Context, v *views, c int, d time.Duration) (timed, error) {
	since, err := v.store.lastEntry(ctx)
	if err != nil {
		return timed{}, err
	}
	postmaster, err := b.database.pid()
	if err != nil {
		return timed{}, err
	}
	server, database := cpuOf(v.portal.pid()), cpuOfFamily(postmaster)
	t, err := load{addr: v.portal.addr, requests: v.requests(), clients: c, length: d}.run()
	if err != nil {
		return timed{}, err
	}
	out := timed{t, cpuOf(v.portal.pid()) - server, cpuOfFamily(postmaster) - database}
	if err := t.clean(); err != nil {
		return out, err
	}
	logged, sum, err := v.store.pagesLogged(ctx, since)
	if err != nil {
		return out, err
	}
	if n := lost(v.warm, t, logged); n > 0 || sum != t.pages {
		return out, fmt.Errorf("%d pages came and %d are in the log; %d have no entry", t.pages, sum, n)
	}
	return out, nil
}

// coldViews opens records that nobody has viewed since they came in, once each.
func (b *bench) coldViews(ctx context.Context) error {
	if err := b.warmUp(b.views); err != nil { // the program, not these records
		return err
	}
	half := b.views.cold[:b.size.cold/2]
	return b.firstViews(b.views, half, "after ingest")
}

func (b *bench) warmUp(v *views) error {
	for range 3 {
		for _, t := range v.warm[:5] {
			if _, err := look(v.portal.addr, t.path, v.cookie); err != nil {
				return err
			}
		}
	}
	return nil
}

func (b *bench) firstViews(v *views, targets []target, when string) error {
	w, err := dial(v.portal.addr)
	if err != nil {
		return err
	}
	defer w.close()
	var ms []float64
	for _, t := range targets {
		began := time.Now()
		r, err := w.exchange(pageRequest(v.portal.addr, t.path, v.cookie), false)
		if err != nil {
			return err
		}
		if r.status != 200 {
			return fmt.Errorf("the first view of person %d answered %d", t.person.n, r.status)
		}
		ms = append(ms, float64(time.Since(began).Microseconds())/1000)
	}
	worst := 0
	for n, m := range ms {
		if m > ms[worst] {
			worst = n
		}
	}
	detail := fmt.Sprintf("%d people never viewed before, %d items each", len(ms), targets[0].person.expected())
	b.atMost("P5", "first view "+when+", median", median(ms), 25, "ms", detail)
	b.atMost("P5", "first view "+when+", worst", ms[worst], 25, "ms", fmt.Sprintf("number %d of them", worst+1))
	return nil
}

// verifySample unpacks some pages and looks at what is on them.
func (b *bench) verifySample(v *views) error {
	fewest, packed, unpacked := 0, 0, 0
	sample := v.warm[:min(12, len(v.warm))]
	for i, t := range sample {
		s, err := look(v.portal.addr, t.path, v.cookie)
		if err != nil {
			return err
		}
		if err := s.mustBe(t.person); err != nil {
			return err
		}
		if i == 0 || s.items < fewest {
			fewest = s.items
		}
		packed += s.packed
		unpacked += s.unpacked
	}
	b.note("W1 page on %s: at least %d items, %d kB as sent, %d kB unpacked; %d pages looked at, each with its person's NHS number",
		v.store.name, fewest, packed/len(sample)/1000, unpacked/len(sample)/1000, len(sample))
	return nil
}
