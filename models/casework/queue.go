package casework

import (
	"cmp"
	"context"
	"encoding/base64"
	"strconv"
	"strings"

	"candour/models/access"
	"candour/models/deadline"
	"candour/models/opaque"
	"candour/models/patient"
)

// Filter narrows a queue; all of it lives in the URL.
type Filter struct {
	Kind     Kind
	State    State
	Assigned string // me, nobody, or a member of staff
	Due      Due
	Alarm    bool   // only those that raise an alarm
	Closed   bool   // the closed ones instead of the open
	Text     string // a reference, or its beginning
	Number   string // NHS number of whom it is about; never in the URL
	Family   string // their family name; never in the URL
}

// Sort is the order of a queue.
type Sort string

const (
	ByDue    Sort = "due"
	ByAge    Sort = "opened"
	ByChange Sort = "changed"
)

// QueueAsk is one page of a queue.
type QueueAsk struct {
	Filter  Filter
	Sort    Sort // "" = ByDue
	Desc    bool
	Cursor  string
	Limit   int // 25, 50 or 100
	Request Request
}

// Row is one case in a queue, with who it is about.
type Row struct {
	Case
	Family, Given, Title, NHSNumber string
	DueIn                           Due
	Days                            int // how far off the due day is
}

// Cards are the counts above a queue, each a filter of it; Countless means more than
// is counted.
type Cards struct{ Overdue, Week, Mine, Unassigned, Alarms, Open int }

// Queue is one page of it: it exists only after its entry in the log was committed.
type Queue struct {
	Rows           []Row
	Total          int // of the filter; Countless means more than it counts
	Cards          Cards
	Views          []View
	Colleagues     []Colleague // whom work can be given to
	Next, Previous string
}

const (
	queueRows = "SELECT " + caseColumns + `, COALESCE(p.family, ''), COALESCE(p.given, ''), COALESCE(p.title, ''), COALESCE(p.nhs_number, '')
 FROM cases c LEFT JOIN persons p ON p.id = c.person_id AND NOT p.restricted WHERE c.organisation_id = ?`
	ofNumber = " AND c.person_id IN (SELECT n.id FROM persons n WHERE n.nhs_number = ? AND NOT n.restricted)"
	ofFamily = ` AND (c.person_id IN (SELECT n.id FROM persons n WHERE n.family_key = ? AND NOT n.restricted)
 OR (c.person_id = '' AND lower(c.about_name) LIKE ?))`
	queueTotal = "SELECT count(*) FROM (SELECT 1 FROM cases c WHERE c.organisation_id = ?"
	queueCards = `SELECT
 (SELECT count(*) FROM (SELECT 1 FROM cases c WHERE c.organisation_id = ? AND c.closed_at = 0 LIMIT 1001) a),
 (SELECT count(*) FROM (SELECT 1 FROM cases c WHERE c.organisation_id = ? AND c.closed_at = 0 AND c.due_on < ? LIMIT 1001) a),
 (SELECT count(*) FROM (SELECT 1 FROM cases c WHERE c.organisation_id = ? AND c.closed_at = 0 AND c.due_on >= ? AND c.due_on <= ? LIMIT 1001) a),
 (SELECT count(*) FROM (SELECT 1 FROM cases c WHERE c.organisation_id = ? AND c.closed_at = 0 AND c.assigned_to = ? LIMIT 1001) a),
 (SELECT count(*) FROM (SELECT 1 FROM cases c WHERE c.organisation_id = ? AND c.closed_at = 0 AND c.assigned_to = '' LIMIT 1001) a),
 (SELECT count(*) FROM (SELECT 1 FROM cases c WHERE c.organisation_id = ? AND c.closed_at = 0 AND c.alarm <> '' LIMIT 1001) a)`
)

// Countless is one more than a queue counts: a thousand and one is "more than 1,000".
// Counting on would cost more with every case that is open.
const Countless = 1001

// tail is the page's place and order. Its bounds are always given, so that the
// first page is the same statement as every other.
func tail(sort Sort, desc bool) string {
	switch {
	case sort == ByAge && desc:
		return " AND (c.opened_at, c.id) < (?, ?) ORDER BY c.opened_at DESC, c.id DESC"
	case sort == ByAge:
		return " AND (c.opened_at, c.id) > (?, ?) ORDER BY c.opened_at, c.id"
	case sort == ByChange && desc:
		return " AND (c.changed_at, c.id) < (?, ?) ORDER BY c.changed_at DESC, c.id DESC"
	case sort == ByChange:
		return " AND (c.changed_at, c.id) > (?, ?) ORDER BY c.changed_at, c.id"
	case desc:
		return " AND (c.due_on, c.id) < (?, ?) ORDER BY c.due_on DESC, c.id DESC"
	}
	return " AND (c.due_on, c.id) > (?, ?) ORDER BY c.due_on, c.id"
}

// oneMore reads one row more than a page has, which says whether there is a next.
// The number stands in the statement, so that it is planned for a page.
func oneMore(limit int) string {
	switch limit {
	case 100:
		return " LIMIT 101"
	case 50:
		return " LIMIT 51"
	}
	return " LIMIT 26"
}

// Queue lists the cases of the viewer's organisation: the same few statements, whatever
// their number, and one entry in the log that names the cases shown.
func (s *Store) Queue(ctx context.Context, by access.Viewer, q QueueAsk) (Queue, error) {
	if q.Limit != 50 && q.Limit != 100 {
		q.Limit = 25
	}
	var out Queue
	ask := access.WorkAsk{By: by, Owner: by.Organisation, Open: access.Handlers | access.Clinicians, Act: "queue", Route: q.Request.Route, RequestID: q.Request.RequestID}
	_, err := s.gate.Work(ctx, ask, func(ctx context.Context, _ access.Pass) (access.Shown, error) {
		out = Queue{}
		if err := s.list(ctx, by, q, &out); err != nil {
			return access.Shown{}, err
		}
		if err := s.count(ctx, by, &out.Cards); err != nil {
			return access.Shown{}, err
		}
		if err := s.around(ctx, by, &out); err != nil {
			return access.Shown{}, err
		}
		shown := make([]Case, len(out.Rows))
		for i, r := range out.Rows {
			shown[i] = r.Case
		}
		return access.Shown{Items: refs(shown...), Count: len(shown)}, nil
	})
	if err != nil {
		return Queue{}, wrap("queue", err)
	}
	return out, nil
}

// around reads what stands beside a queue: views, and whom work can be given to.
func (s *Store) around(ctx context.Context, by access.Viewer, out *Queue) error {
	err := s.arrive(ctx, by)
	if err == nil {
		out.Views, err = s.views(ctx, by)
	}
	if err == nil {
		out.Colleagues, err = s.colleagues(ctx, by.Organisation)
	}
	return err
}

func (s *Store) list(ctx context.Context, by access.Viewer, q QueueAsk, out *Queue) error {
	where, args := " AND c.closed_at = 0", []any{by.Organisation}
	if q.Filter.Closed {
		where = " AND c.closed_at > 0"
	}
	if q.Filter.Kind != "" {
		where += " AND c.kind = ?"
		args = append(args, string(q.Filter.Kind))
	}
	if q.Filter.State != "" {
		where += " AND c.state = ?"
		args = append(args, string(q.Filter.State))
	}
	if q.Filter.Assigned != "" {
		where += " AND c.assigned_to = ?"
		args = append(args, assignee(q.Filter.Assigned, by))
	}
	if q.Filter.Due != "" {
		where += " AND c.due_on >= ? AND c.due_on <= ?"
		from, to := bounds(q.Filter.Due, s.today())
		args = append(args, from, to)
	}
	if q.Filter.Alarm {
		where += " AND c.alarm <> ''"
	}
	if ref := Reference(q.Filter.Text); q.Filter.Text != "" {
		where += " AND c.ref LIKE ?"
		args = append(args, cmp.Or(ref, "-")+"%") // text that is no reference finds nothing
	}
	if q.Filter.Number != "" {
		where += ofNumber
		args = append(args, q.Filter.Number)
	}
	if key := patient.FamilyKey(q.Filter.Family); q.Filter.Family != "" {
		where += ofFamily
		args = append(args, cmp.Or(key, "-"), "%"+cmp.Or(strings.ToLower(strings.TrimSpace(like.Replace(q.Filter.Family))), "\x01")+"%")
	}
	row, err := s.db.QueryRow(ctx, queueTotal+where+" LIMIT 1001) a", args...)
	if err == nil {
		err = row.Scan(&out.Total)
	}
	if err != nil {
		return err
	}
	at := readCursor(q)
	err = s.each(ctx, queueRows+where+tail(q.Sort, q.Desc != at.back)+oneMore(q.Limit), func(scan func(...any) error) error {
		r, err := s.row(scan)
		out.Rows = append(out.Rows, r)
		return err
	}, append(args, at.key, at.id)...)
	out.page(q, at)
	return err
}

func (s *Store) row(scan func(...any) error) (Row, error) {
	var r Row
	var err error
	r.Case, err = scanCase(scan, &r.Family, &r.Given, &r.Title, &r.NHSNumber)
	r.DueIn, r.Days = DueOn(r.Case.Due, s.today())
	return r, err
}

// like takes out of a name what LIKE understands.
var like = strings.NewReplacer("%", "", "_", "", `\`, "")

func assignee(who string, by access.Viewer) string {
	switch who {
	case "me":
		return by.ID
	case "nobody":
		return ""
	}
	return who
}

// bounds are the due days of a bucket.
func bounds(d Due, today deadline.Day) (from, to string) {
	switch d {
	case Overdue:
		return "", (today - 1).String()
	case DueToday:
		return today.String(), today.String()
	case DueWeek:
		return (today + 1).String(), (today + 7).String()
	case DueLater:
		return (today + 8).String(), "9999-12-30"
	}
	return Paused, Paused
}

func (s *Store) count(ctx context.Context, by access.Viewer, c *Cards) error {
	today := s.today()
	org, day, week := by.Organisation, today.String(), (today + 7).String()
	row, err := s.db.QueryRow(ctx, queueCards, org, org, day, org, day, week, org, by.ID, org, org)
	if err != nil {
		return err
	}
	return row.Scan(&c.Open, &c.Overdue, &c.Week, &c.Mine, &c.Unassigned, &c.Alarms)
}

// cursor is the place between two rows: the value they are ordered by, and the id.
type cursor struct {
	back bool
	key  any
	id   string
}

// readCursor takes a place from the URL; anything else is the beginning.
func readCursor(q QueueAsk) cursor {
	text, err := base64.RawURLEncoding.DecodeString(q.Cursor)
	parts := strings.Split(string(text), "|")
	number := q.Sort == ByAge || q.Sort == ByChange
	if err == nil && len(parts) == 3 {
		if id, ok := opaque.Parse(parts[2]); ok {
			n, err := strconv.ParseInt(parts[1], 10, 64)
			switch {
			case number && err == nil:
				return cursor{parts[0] == "b", n, string(id)}
			case !number:
				return cursor{parts[0] == "b", parts[1], string(id)}
			}
		}
	}
	switch {
	case number && q.Desc:
		return cursor{key: int64(1) << 60}
	case number:
		return cursor{key: int64(-1)}
	case q.Desc:
		return cursor{key: "9999-99-99"}
	}
	return cursor{key: ""}
}

func placeOf(q QueueAsk, c Case, back string) string {
	key := c.Due
	switch q.Sort {
	case ByAge:
		key = strconv.FormatInt(millis(c.Opened), 10)
	case ByChange:
		key = strconv.FormatInt(millis(c.Changed), 10)
	}
	return base64.RawURLEncoding.EncodeToString([]byte(back + "|" + key + "|" + string(c.ID)))
}

// page cuts the one row too many, puts a page read backwards into its order, and
// says where the others begin.
func (out *Queue) page(q QueueAsk, at cursor) {
	more := len(out.Rows) > q.Limit
	if more {
		out.Rows = out.Rows[:q.Limit]
	}
	if at.back {
		for i, j := 0, len(out.Rows)-1; i < j; i, j = i+1, j-1 {
			out.Rows[i], out.Rows[j] = out.Rows[j], out.Rows[i]
		}
	}
	if len(out.Rows) == 0 {
		return
	}
	if more && !at.back || at.back {
		out.Next = placeOf(q, out.Rows[len(out.Rows)-1].Case, "n")
	}
	if at.id != "" && (!at.back || more) {
		out.Previous = placeOf(q, out.Rows[0].Case, "b")
	}
}
