package main

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"candour/models/audit"
	"candour/models/clock"
	"candour/models/opaque"
)

const historyPath = "/my/access-history"

// reader is a patient of the demo world who can see their own access history.
type reader struct {
	persona string
	browser *browser
	person  opaque.ID
	entries int
}

// histories measures the access history of one patient with few accesses and of
// one with very many (P9).
func (b *bench) histories(ctx context.Context) error {
	few, many, err := b.twoReaders(ctx)
	if err != nil {
		return err
	}
	staff, err := b.staffOf(ctx)
	if err != nil {
		return err
	}
	// The ten are of one organisation and one month, so that a list narrowed to these has as
	// many to show as that of the other: what is compared is what lies in the log, not what
	// stands on the page.
	now := time.Now()
	month := time.Date(now.Year(), now.Month()-1, 1, 12, 0, 0, 0, time.UTC)
	if err := b.addAccesses(ctx, few.person, staff[:4], 10, month, 48*time.Hour); err != nil {
		return err
	}
	began := time.Now()
	if err := b.addAccesses(ctx, many.person, staff, b.size.history, now.AddDate(-1, 0, 0), 364*24*time.Hour/time.Duration(b.size.history)); err != nil {
		return err
	}
	b.note("%s accesses by staff appended through the log in %.1f s, 10 for the other patient, who had %d of all kinds", number(float64(b.size.history)), time.Since(began).Seconds(), few.entries)
	if err := b.database.settle(ctx, "candour"); err != nil {
		return err
	}
	narrow, err := b.narrowed(ctx, many)
	if err != nil {
		return err
	}
	last, pages, err := lastPage(ctx, many.browser)
	if err != nil {
		return err
	}
	narrowFew, err := b.narrowed(ctx, few)
	if err != nil {
		return err
	}
	addr := b.views.portal.addr
	ask := func(r reader, path string) []byte { return pageRequest(addr, path, r.browser.cookie()) }
	p50, err := b.alternate(ask(few, historyPath), ask(many, historyPath), ask(few, narrowFew), ask(many, narrow), ask(many, last))
	if err != nil {
		return err
	}
	size := fmt.Sprintf("%s accesses ÷ 10", number(float64(b.size.history)))
	b.atMost("P9", "history first page p50, "+size, p50[1]/p50[0], 1.2, "", fmt.Sprintf("%.2f ms against %.2f ms", p50[1], p50[0]))
	b.atMost("P9", "the same, one organisation and one month", p50[3]/p50[2], 1.2, "", fmt.Sprintf("%.2f ms against %.2f ms", p50[3], p50[2]))
	b.atMost("P9", "the last page", p50[4]/p50[0], 1.5, "", fmt.Sprintf("%.2f ms against %.2f ms; page %d", p50[4], p50[0], pages))
	return nil
}

// twoReaders signs patients of the demo world in and takes the two with the
// fewest accesses.
func (b *bench) twoReaders(ctx context.Context) (few, many reader, err error) {
	personas, err := patientPersonas(ctx, b.views.portal.addr)
	if err != nil {
		return few, many, err
	}
	var all []reader
	for _, persona := range personas {
		br, err := signIn(ctx, b.views.portal.addr, persona)
		if err != nil {
			continue // a story about a sign-in that goes no further
		}
		p, err := br.get(ctx, historyPath)
		if err != nil {
			return few, many, err
		}
		if p.status != 200 || p.url.Path != historyPath {
			continue
		}
		r := reader{persona: persona, browser: br}
		row, err := b.pg.QueryRow(ctx, "SELECT person_id FROM audit_entries WHERE kind = 'history' ORDER BY seq DESC LIMIT 1")
		if err != nil {
			return few, many, err
		}
		if err := row.Scan(&r.person); err != nil {
			return few, many, err
		}
		if row, err = b.pg.QueryRow(ctx, "SELECT count(*) FROM audit_entries WHERE person_id = ?", string(r.person)); err != nil {
			return few, many, err
		}
		if err := row.Scan(&r.entries); err != nil {
			return few, many, err
		}
		all = append(all, r)
	}
	if len(all) < 2 {
		return few, many, fmt.Errorf("%d of %d patient personas can see an access history; two are needed", len(all), len(personas))
	}
	slices.SortStableFunc(all, func(a, b reader) int { return a.entries - b.entries })
	return all[0], all[1], nil
}

func patientPersonas(ctx context.Context, addr string) ([]string, error) {
	br, err := newBrowser(addr)
	if err != nil {
		return nil, err
	}
	start, err := br.get(ctx, "/sign-in")
	if err != nil {
		return nil, err
	}
	for _, a := range start.links {
		if !strings.HasPrefix(a.href, "/sign-in/") {
			continue
		}
		people, err := br.get(ctx, a.href)
		if err != nil {
			return nil, err
		}
		var names []string
		staff := false
		for _, p := range people.links {
			if p.persona != "" {
				names = append(names, p.persona)
				staff = staff || p.persona == doctor
			}
		}
		if len(names) > 0 && !staff {
			return names, nil
		}
	}
	return nil, fmt.Errorf("no way in of /sign-in lists patients")
}

// staffOf are the members of staff who look at records in the demo world, as the
// log names them.
func (b *bench) staffOf(ctx context.Context) ([]audit.Entry, error) {
	rows, err := b.pg.Query(ctx, `SELECT o.id, o.name FROM organisations o WHERE o.state = 'connected' ORDER BY o.id LIMIT 12`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []audit.Entry
	for rows.Next() {
		var id, name string
		if err := rows.Scan(&id, &name); err != nil {
			return nil, err
		}
		for i := range 4 {
			all = append(all, audit.Entry{Kind: audit.KindRecord, Outcome: audit.Shown, Reason: "involved", Purpose: "TREAT",
				Viewer: audit.Viewer{ID: fmt.Sprintf("bench-%s-%d", id, i), Kind: "staff", Name: surgeries[i], Role: "R0260", RoleName: "General Medical Practitioner",
					Organisation: id, OrganisationName: name},
				Relation: audit.Relation{Kind: "encounter", Basis: "evidence"}, Route: "/patients/:ref/record", Shape: "page",
				RequestID: "bench", Policy: "bench", Sections: []string{"allergies", "medicines", "problems"}})
		}
	}
	return all, rows.Err()
}

// addAccesses appends n accesses to a person's log, step by step from the start,
// thousands to a transaction.
func (b *bench) addAccesses(ctx context.Context, person opaque.ID, staff []audit.Entry, n int, start time.Time, step time.Duration) error {
	log := audit.New(b.pg.DB, clock.System)
	items := []audit.ItemRef{{ID: opaque.Of("bench", string(person), "1"), Version: 1}, {ID: opaque.Of("bench", string(person), "2"), Version: 1}}
	for done := 0; done < n; {
		upTo := min(n, done+5000)
		err := b.pg.Do(ctx, func(ctx context.Context) error {
			set := log.PutSet(ctx, items)
			for i := done; i < upTo; i++ {
				e := staff[mix(i, 7)%uint64(len(staff))]
				e.Person, e.At, e.Set, e.Count = person, start.Add(time.Duration(i)*step), set, len(items)
				log.Append(ctx, e)
			}
			return nil
		})
		if err != nil {
			return err
		}
		done = upTo
	}
	return nil
}

// busiest is the organisation and the day with the most accesses by staff.
func (b *bench) busiest(ctx context.Context, person opaque.ID) (organisation string, day time.Time, err error) {
	row, err := b.pg.QueryRow(ctx, "SELECT organisation_id, day FROM audit_days WHERE person_id = ? AND fold = 'staff' ORDER BY entries DESC, day DESC LIMIT 1", string(person))
	if err != nil {
		return "", day, err
	}
	var text string
	if err := row.Scan(&organisation, &text); err != nil {
		return "", day, err
	}
	day, err = time.Parse(time.DateOnly, text)
	return organisation, day, err
}

// narrowed is the address of a reader's list for one organisation and one month
// in which there is something, as the page's own filter form makes it.
func (b *bench) narrowed(ctx context.Context, who reader) (string, error) {
	organisation, day, err := b.busiest(ctx, who.person)
	if err != nil {
		return "", err
	}
	br := who.browser
	p, err := br.get(ctx, historyPath)
	if err != nil {
		return "", err
	}
	from := time.Date(day.Year(), day.Month(), 1, 0, 0, 0, 0, time.UTC)
	to := from.AddDate(0, 1, -1)
	for _, f := range p.forms {
		if f.method == "post" {
			continue
		}
		v := url.Values{}
		for _, fd := range f.fields {
			switch {
			case strings.HasPrefix(fd.name, "from"):
				v.Set(fd.name, part(fd.name, from))
			case strings.HasPrefix(fd.name, "to"):
				v.Set(fd.name, part(fd.name, to))
			case strings.HasPrefix(fd.name, "org"):
				v.Set(fd.name, organisation)
			}
		}
		if len(v) < 3 {
			continue
		}
		put, err := br.get(ctx, historyPath+"?"+v.Encode()) // leads on to the address as it is kept
		if err != nil {
			return "", err
		}
		if put.status != 200 {
			return "", fmt.Errorf("the narrowed access history answered %d", put.status)
		}
		return put.url.RequestURI(), nil
	}
	return "", fmt.Errorf("the access history has no filter form with an organisation and a period (%d forms)", len(p.forms))
}

// part is a date, or the part of it that a field of a date input asks for.
func part(name string, t time.Time) string {
	switch {
	case strings.HasSuffix(name, "day"):
		return fmt.Sprint(t.Day())
	case strings.HasSuffix(name, "month"):
		return fmt.Sprint(int(t.Month()))
	case strings.HasSuffix(name, "year"):
		return fmt.Sprint(t.Year())
	}
	return t.Format(time.DateOnly)
}

// lastPage follows the list to its end.
func lastPage(ctx context.Context, br *browser) (string, int, error) {
	at := historyPath
	for n := 1; n < 5000; n++ {
		p, err := br.get(ctx, at)
		if err != nil {
			return "", 0, err
		}
		if p.status != 200 {
			return "", 0, fmt.Errorf("page %d of the access history answered %d", n, p.status)
		}
		next, ok := p.next()
		if !ok {
			return at, n, nil
		}
		to, err := p.url.Parse(next)
		if err != nil {
			return "", 0, err
		}
		at = to.RequestURI()
	}
	return "", 0, fmt.Errorf("the access history does not end")
}

// alternate asks for each page in turn, many times over, on one connection, and
// gives the median milliseconds of each.
func (b *bench) alternate(requests ...[]byte) ([]float64, error) {
	w, err := dial(b.views.portal.addr)
	if err != nil {
		return nil, err
	}
	defer w.close()
	times := make([][]float64, len(requests))
	for round := range 65 {
		for i, q := range requests {
			began := time.Now()
			r, err := w.exchange(q, false)
			if err != nil {
				return nil, err
			}
			if r.status != 200 {
				return nil, fmt.Errorf("page %d of the comparison answered %d", i+1, r.status)
			}
			if round >= 5 {
				times[i] = append(times[i], float64(time.Since(began).Microseconds())/1000)
			}
		}
	}
	var p50 []float64
	for _, t := range times {
		p50 = append(p50, median(t))
	}
	return p50, nil
}
