package seed

import (
	"context"
	"errors"
	"fmt"
	"time"

	"candour/models/access"
	"candour/models/fault"
	"candour/models/opaque"
	"candour/models/patient"
	"candour/models/record"
)

// Routes as the portal has them: the log of the demo year reads like a real one.
const (
	routeSearch  = "/patients/search"
	routeReason  = "/patients/:ref/reason"
	routeRecord  = "/patients/:ref/record"
	routeHistory = "/my/access-history"
	routeInside  = "/my/inclusion"
)

// looks are all accesses of the year.
func (b *builder) looks() []event {
	var out []event
	y := b.year
	for n, v := range y.visits {
		if v.at.Before(y.start.Add(2*time.Hour)) || !v.at.Before(y.ago(0, 0, 0)) {
			continue // before the first delivery, or still to come
		}
		p := y.who(v.person)
		m := pickBy(b.carers(v.org), "carer", v.person, fmt.Sprint(n))
		out = append(out, event{v.at.Add(-2 * time.Minute), func(ctx context.Context) error { return b.look(ctx, p, m, v) }})
		if v.kind == "practice" && n%2 == 0 && v.org == riverside {
			clerk := b.member("receptionist")
			out = append(out, event{v.at.Add(-20 * time.Minute), func(ctx context.Context) error { _, err := b.find(ctx, clerk, v.org, p); return err }})
		}
	}
	out = append(out, b.own()...)
	out = append(out, b.refusals()...)
	return append(out, b.automatic()...)
}

// carers are the members of an organisation who may open a record.
func (b *builder) carers(org string) []member {
	var out []member
	for _, m := range b.crews[org] {
		for _, p := range m.posts {
			if p.org == org && !m.expired && len(p.activities) > 0 && p.activities[0] == viewRecords {
				out = append(out, m)
			}
		}
	}
	return out
}

func (b *builder) member(key string) member {
	for _, m := range b.year.workforce() {
		if m.key == key {
			return m
		}
	}
	return member{}
}

// viewer is a member signed in at one organisation; they sign in once and stay
// the same to the log.
func (b *builder) viewer(ctx context.Context, m member, org string) (access.Viewer, error) {
	for n, p := range m.posts {
		if p.org != org {
			continue
		}
		key := m.subject + " " + org + " " + b.now.Format(time.DateOnly)
		if v, ok := b.signed[key]; ok {
			return v, nil
		}
		s, err := b.accounts.Staff(ctx, m.claims(b.year, b.StaffIssuer, n))
		b.signed[key] = s.Viewer
		return s.Viewer, err
	}
	return access.Viewer{}, fmt.Errorf("%s does not work at %s", m.name, org)
}

// find searches for a person by number and birth date; "" when nobody is found.
func (b *builder) find(ctx context.Context, m member, org string, p *person) (opaque.ID, error) {
	by, err := b.viewer(ctx, m, org)
	if err != nil {
		return "", err
	}
	q := patient.Query{NHSNumber: p.number, BirthDate: patient.DateParts{Day: p.born[8:], Month: p.born[5:7], Year: p.born[:4]}}
	found, err := b.patients.Search(ctx, by, q, patient.Request{Route: routeSearch, Shape: "page", RequestID: b.request()})
	if err != nil || len(found.People()) == 0 {
		return "", settled(err)
	}
	return found.People()[0].Ref(), nil
}

// settled leaves a refusal to the log, where it was written; anything else is a fault.
func settled(err error) error {
	var refused *access.Refusal
	if errors.As(err, &refused) || errors.Is(err, fault.NotFound) {
		return nil
	}
	return err
}

// request names a request as the portal would.
func (b *builder) request() string { return fmt.Sprintf("demo-%d", b.now.UnixMilli()) }

// look is the whole way of a clinician: find the person, see why, confirm or
// declare the reason, open the record.
func (b *builder) look(ctx context.Context, p *person, m member, v visit) error {
	ref, err := b.find(ctx, m, v.org, p)
	if err != nil || ref == "" {
		return err
	}
	by, err := b.viewer(ctx, m, v.org)
	if err != nil {
		return err
	}
	b.now = b.now.Add(40 * time.Second)
	who, err := b.patients.Identify(ctx, by, ref, patient.Request{Route: routeReason, Shape: "page", RequestID: b.request()})
	if err != nil {
		return settled(err)
	}
	if who.Claim() == nil {
		if err := b.gate.Claim(ctx, by, ref, reasonFor(v, who.Evidence())); err != nil {
			return settled(err)
		}
	}
	b.now = b.now.Add(20 * time.Second)
	return b.openRecord(ctx, by, ref, record.Filter{})
}

// reasonFor confirms the evidence that fits the visit, or else declares a reason.
func reasonFor(v visit, held []access.Evidence) access.Claim {
	for _, e := range held {
		if e.Kind == v.kind || v.kind != "none" && e.Kind != access.KindPractice {
			return access.Claim{Basis: access.BasisEvidence, Kind: e.Kind, Evidence: e.Item, Route: routeReason}
		}
	}
	c := access.Claim{Basis: access.BasisDeclared, Reason: "present", Route: routeReason}
	if v.org == tidewater {
		c.Note = "On holiday here, came to the emergency department with chest pain."
	}
	return c
}

func (b *builder) openRecord(ctx context.Context, by access.Viewer, ref opaque.ID, f record.Filter) error {
	_, err := b.records.Open(ctx, by, ref, record.Request{Purpose: access.Treat, Route: routeRecord, Shape: "page", RequestID: b.request(), Filter: f})
	return settled(err)
}

// ref is the id under which a person is held.
func (b *builder) ref(ctx context.Context, p *person) (opaque.ID, error) {
	row, err := b.DB.QueryRow(ctx, `SELECT id FROM persons WHERE nhs_number = ?`, p.number)
	if err != nil {
		return "", err
	}
	var id string
	if err := row.Scan(&id); err != nil {
		return "", fmt.Errorf("%s is not held: %w", p.key, err)
	}
	return opaque.ID(id), nil
}
