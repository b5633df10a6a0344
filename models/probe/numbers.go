package probe

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"candour/models/audit"
	"candour/models/casework"
	"candour/models/objection"
)

// Few is the number below which nothing is told: somebody could know who it is.
const Few = 5

// Count is a number of people; one that is small is hidden.
type Count struct {
	N      int
	Hidden bool // fewer than Few, or one that would give another away
}

// Spread is how long something took: half of all were done within Median, a quarter
// within Lower, three quarters within Upper and 9 of 10 within Slow.
type Spread struct {
	Count
	Median, Lower, Upper, Slow time.Duration
}

// Month is what was proven in one month.
type Month struct {
	Month string // YYYY-MM, London
	Spread
}

// Group is what became of the requests of a year.
type Group string

const (
	Open      Group = "open"      // nobody has decided yet
	Standing  Group = "standing"  // honoured, and not taken back
	Refused   Group = "refused"   // not honoured
	Withdrawn Group = "withdrawn" // by who made it
	TakenBack Group = "taken_back"
)

// Groups lists them.
func Groups() []Group { return []Group{Open, Standing, Refused, Withdrawn, TakenBack} }

// Numbers are for everybody to see: how long objections took to have effect.
type Numbers struct {
	From, To  string // YYYY-MM-DD
	Refusal   Spread // from the confirmation until every service was first refused
	Effective Spread // from the confirmation until it was proven with the code in place
	Months    []Month
	Requests  Count
	Became    map[Group]Count
}

// keptFor is how long the numbers are shown again before they are counted anew.
const keptFor = time.Minute

type keptNumbers struct {
	mu   sync.Mutex
	last *Numbers
	made time.Time
}

// Numbers counts the 12 months up to now. Nothing in them is about a person.
func (s *Store) Numbers(ctx context.Context) (Numbers, error) {
	s.numbers.mu.Lock()
	defer s.numbers.mu.Unlock()
	now := s.Clock()
	if age := now.Sub(s.numbers.made); s.numbers.last != nil && age >= 0 && age < keptFor {
		return *s.numbers.last, nil
	}
	from := now.In(audit.London).AddDate(-1, 0, 0)
	n := Numbers{From: from.Format(time.DateOnly), To: audit.Day(now)}
	if err := s.times(ctx, from, &n); err != nil {
		return Numbers{}, fmt.Errorf("probe: numbers: %w", err)
	}
	if err := s.became(ctx, from, &n); err != nil {
		return Numbers{}, fmt.Errorf("probe: numbers: %w", err)
	}
	s.numbers.last, s.numbers.made = &n, now
	return n, nil
}

// times reads how long each objection took.
func (s *Store) times(ctx context.Context, from time.Time, n *Numbers) error {
	rows, err := s.DB.Query(ctx, `SELECT o.confirmed_at, o.effective_at, COALESCE((SELECT MIN(p.at) FROM objection_probes p WHERE p.case_id = o.case_id AND p.denied = 1 AND p.at >= o.confirmed_at), 0)
 FROM objections o WHERE o.effective_at > 0 AND o.effective_at >= ? AND o.confirmed_at > 0`, from.UnixMilli())
	if err != nil {
		return err
	}
	defer rows.Close()
	var refusal, effective []time.Duration
	months := map[string][]time.Duration{}
	for rows.Next() {
		var confirmed, proven, first int64
		if err := rows.Scan(&confirmed, &proven, &first); err != nil {
			return err
		}
		took := time.Duration(proven-confirmed) * time.Millisecond
		effective = append(effective, took)
		month := instant(proven).In(audit.London).Format("2006-01")
		months[month] = append(months[month], took)
		if first > 0 {
			refusal = append(refusal, time.Duration(first-confirmed)*time.Millisecond)
		}
	}
	n.Refusal, n.Effective = spread(refusal), spread(effective)
	var names []string
	for month := range months {
		names = append(names, month)
	}
	slices.Sort(names)
	counts := make([]*Count, len(names))
	n.Months = make([]Month, len(names))
	for i, month := range names {
		n.Months[i] = Month{month, spread(months[month])}
		counts[i] = &n.Months[i].Count
	}
	hide(counts)
	for i := range n.Months {
		n.Months[i].Spread = n.Months[i].told()
	}
	n.Refusal, n.Effective = n.Refusal.told(), n.Effective.told()
	return rows.Err()
}

// became counts what the requests came to.
func (s *Store) became(ctx context.Context, from time.Time, n *Numbers) error {
	rows, err := s.DB.Query(ctx, "SELECT state, count(*) FROM cases WHERE kind = 'objection' AND opened_at >= ? GROUP BY state", from.UnixMilli())
	if err != nil {
		return err
	}
	defer rows.Close()
	all := map[Group]*Count{}
	counts := make([]*Count, 0, 5)
	for _, g := range Groups() {
		all[g] = &Count{}
		counts = append(counts, all[g])
	}
	for rows.Next() {
		var state casework.State
		var k int
		if err := rows.Scan(&state, &k); err != nil {
			return err
		}
		all[groupOf(state)].N += k
		n.Requests.N += k
	}
	hide(counts)
	n.Requests.Hidden = n.Requests.N < Few
	n.Became = map[Group]Count{}
	for g, c := range all {
		if c.Hidden || n.Requests.Hidden {
			*c = Count{Hidden: true}
		}
		n.Became[g] = *c
	}
	if n.Requests.Hidden {
		n.Requests.N = 0
	}
	return rows.Err()
}

func groupOf(s casework.State) Group {
	switch {
	case objection.InForce(s):
		return Standing
	case s == objection.Refused:
		return Refused
	case s == objection.Withdrawn:
		return Withdrawn
	case s == objection.Visible:
		return TakenBack
	}
	return Open
}

// hide takes small numbers out of a list whose sum is known; where that would leave a
// single one, which the sum gives away, the next smallest goes too.
func hide(all []*Count) {
	hidden := 0
	for _, c := range all {
		if c.Hidden = c.N < Few; c.Hidden {
			hidden++
		}
	}
	if hidden != 1 {
		return
	}
	var next *Count
	for _, c := range all {
		if !c.Hidden && (next == nil || c.N < next.N) {
			next = c
		}
	}
	if next != nil {
		next.Hidden = true
	}
}

// told leaves nothing of a spread that is hidden.
func (s Spread) told() Spread {
	if s.Hidden {
		return Spread{Count: Count{Hidden: true}}
	}
	return s
}

// spread sorts what each took.
func spread(all []time.Duration) Spread {
	n := len(all)
	s := Spread{Count: Count{N: n, Hidden: n < Few}}
	if n == 0 {
		return s
	}
	slices.Sort(all)
	at := func(percent int) time.Duration { return all[(n*percent+99)/100-1] } // the least within which that many were done
	s.Lower, s.Median, s.Upper, s.Slow = at(25), at(50), at(75), at(90)
	return s
}
