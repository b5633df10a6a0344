package letter_test

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"candour/models/access"
	"candour/models/audit"
	"candour/models/clock"
	"candour/models/db"
	"candour/models/db/dbtest"
	"candour/models/job"
	. "candour/models/letter"
	"candour/models/opaque"
	"candour/models/organisation"
	"candour/models/patient"
)

var (
	mia = opaque.Of("mia") // 15
	pat = opaque.Of("pat") // her mother, a patient as well
	ada = opaque.Of("ada") // nobody has an address of her
	old = opaque.Of("old") // has died

	req    = patient.Request{Route: "/my/messages", Shape: "page"}
	system = access.ForSystem("test")
)

func asPatient(p opaque.ID) access.Viewer {
	return access.Viewer{Kind: access.Patient, ID: "account-" + string(p), Person: p, Level: "P9"}
}

func asStaff(organisation string, can ...access.Capability) access.Viewer {
	return access.Viewer{Kind: access.Staff, ID: "desk", Name: "R", Organisation: organisation, Capabilities: append(can, access.ViewDemographics)}
}

// post takes what is sent and can be made to fail.
type post struct {
	sent []Message
	fail map[Channel]error
}

func (p *post) Send(_ context.Context, m Message) (Receipt, error) {
	if err := p.fail[m.Channel]; err != nil {
		return Receipt{}, err
	}
	p.sent = append(p.sent, m)
	return Receipt{Reference: fmt.Sprintf("ref-%s", m.ID), Digest: "d1"}, nil
}

func (p *post) all() map[Channel]Sender {
	return map[Channel]Sender{Email: p, Notify: p, Paper: p}
}

type house struct {
	db      *db.DB
	store   *Store
	runner  *job.Runner
	post    *post
	queue   *job.Queue
	machine atomic.Int64
	at      atomic.Int64
}

func (h *house) now() time.Time { return time.UnixMilli(h.at.Load()).UTC() }

func each(t *testing.T, test func(t *testing.T, h *house)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := &house{db: d, post: &post{fail: map[Channel]error{}}}
		h.at.Store(time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC).UnixMilli())
		var c clock.Clock = h.now
		gate := access.NewGate(access.Deps{DB: d, Log: audit.New(d, c), Clock: c, Policy: access.PolicyFacts{Version: "test", MinAge: 18, ClaimFor: time.Hour}})
		h.queue = job.NewQueue(d, c, func() time.Time { return time.UnixMilli(h.machine.Load()).UTC() })
		h.store = NewStore(d, gate, c, h.queue)
		h.runner = job.NewRunner(h.queue, job.Pace{}, nil)
		h.store.Work(h.runner, h.post.all())
		h.people(t)
		test(t, h)
	})
}

func (h *house) people(t *testing.T) {
	t.Helper()
	ctx := context.Background()
	partners := organisation.NewStore(h.db)
	err := errors.Join(
		partners.Register(ctx, organisation.Organisation{ID: "surgery", ODSCode: "E89901", Name: "Riverside Surgery", Kind: organisation.Practice, InRegion: true, State: organisation.Connected}),
		partners.Register(ctx, organisation.Organisation{ID: "other", ODSCode: "E89902", Name: "Hill Surgery", Kind: organisation.Practice, InRegion: true, State: organisation.Connected}),
		h.db.Do(ctx, func(ctx context.Context) error {
			_, err := h.db.Exec(ctx, `INSERT INTO staff (id, issuer, subject, name, training_until) VALUES ('desk', 'i', 's', 'R', ?)`, h.now().AddDate(1, 0, 0).UnixMilli())
			return err
		}),
		h.person(mia, "9990000018", "2011-05-06", "mia@example.org", "07700 900001", "1 Mill Lane", ""),
		h.person(pat, "9990000026", "1980-02-03", "pat@example.org", "01234 567890", "1 Mill Lane", ""),
		h.person(ada, "9990000034", "1950-02-03", "", "", "", ""),
		h.person(old, "9990000042", "1920-02-03", "old@example.org", "", "2 Mill Lane", "2026-10-01"))
	if err != nil {
		t.Fatal(err)
	}
}

func (h *house) person(id opaque.ID, number, born, email, phone, address, died string) error {
	return h.db.Do(context.Background(), func(ctx context.Context) error {
		_, err := h.db.Exec(ctx, `INSERT INTO persons (id, nhs_number, birth_date, family, family_key, given, title, preferred, gender, address, postcode, postcode_key,
			phone, email, practice_ods, died_on, restricted, objected, sharing_since, record_version, updated_at)
			VALUES (?, ?, ?, 'Ash', 'ash', 'Pat', 'Ms', '', 'female', ?, 'MK40 9ZZ', 'mk409zz', ?, ?, 'E89901', ?, ?, ?, 0, 1, 0)`,
			string(id), number, born, address, phone, email, died, false, false)
		return err
	})
}

func (h *house) account(t *testing.T, id string, person opaque.ID) {
	t.Helper()
	err := h.db.Do(context.Background(), func(ctx context.Context) error {
		_, err := h.db.Exec(ctx, `INSERT INTO accounts (id, issuer, subject, person_id, signed_in_at, previous_at) VALUES (?, 'i', ?, ?, 1, 0)`, id, id, string(person))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func (h *house) deliver(t *testing.T) int {
	t.Helper()
	n, err := h.runner.Drain(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// refused is a notice of the gravest kind: by every way, and on paper.
func refused(key string, about opaque.ID, to ...Recipient) Notice {
	return Notice{Key: key, Template: ObjectionRefused, About: about, Case: "OBJ-1234", Organisation: "surgery", To: to,
		Fields: Fields{"reference": "OBJ-1234", "organisation": "surgery", "decided_by": "Dr A. O’Neill", "ground": "serious_harm", "complaints": "surgery"}}
}

func received(key string, about opaque.ID, to ...Recipient) Notice {
	return Notice{Key: key, Template: ObjectionReceived, About: about, Case: "OBJ-1234", Organisation: "surgery", To: to,
		Fields: Fields{"reference": "OBJ-1234", "organisation": "surgery", "due": "2026-12-23"}}
}

func self(p opaque.ID) Recipient   { return Recipient{Person: p, As: Self} }
func parent(p opaque.ID) Recipient { return Recipient{Person: p, As: Parent} }

func (h *house) tell(t *testing.T, n Notice) bool {
	t.Helper()
	told, err := h.store.Tell(context.Background(), system, n)
	if err != nil {
		t.Fatal(err)
	}
	return told
}

// of lists what was written in the case of a person, as "channel role state detail".
func (h *house) of(t *testing.T, about opaque.ID) map[string]Letter {
	t.Helper()
	all, err := h.store.OfCase(context.Background(), asStaff("surgery", access.ManageRequests), about, "OBJ-1234", req)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]Letter{}
	for _, l := range all {
		out[fmt.Sprintf("%s %s %s %s", l.Channel, l.As, l.State, l.Detail)] = l
	}
	if len(out) != len(all) {
		t.Errorf("some twice: %+v", all)
	}
	return out
}

func (h *house) holds(t *testing.T, about opaque.ID, want ...string) map[string]Letter {
	t.Helper()
	got := h.of(t, about)
	for _, w := range want {
		if _, ok := got[w]; !ok {
			t.Errorf("%q is missing", w)
		}
	}
	if len(got) != len(want) {
		t.Errorf("%d letters, want %d: %v", len(got), len(want), got)
	}
	return got
}
