package letter_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"candour/models/access"
	"candour/models/fault"
	"candour/models/job"
	. "candour/models/letter"
)

func TestToldOnceInTheTransactionOfWhatItTells(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		undone := errors.New("undone")
		err := h.db.Do(ctx, func(ctx context.Context) error {
			if told, err := h.store.Tell(ctx, system, received("k", mia, self(mia))); err != nil || !told {
				t.Errorf("%v %v", told, err)
			}
			return undone
		})
		if !errors.Is(err, undone) {
			t.Fatal(err)
		}
		h.holds(t, mia)
		if n := h.deliver(t); n != 0 {
			t.Errorf("%d letters of what did not happen", n)
		}
		if !h.tell(t, received("k", mia, self(mia))) || h.tell(t, received("k", mia, self(mia), parent(pat))) {
			t.Error("the same key is said once")
		}
		h.holds(t, mia, "in_app self sent ", "email self queued ")
		if n := h.deliver(t); n != 1 || len(h.post.sent) != 1 {
			t.Errorf("%d %v", n, h.post.sent)
		}
		l := h.holds(t, mia, "in_app self sent ", "email self sent ")["email self sent "]
		if l.Digest != "d1" || l.Version != 1 || l.Fields["due"] != "2026-12-23" || l.Template != ObjectionReceived {
			t.Errorf("%+v", l)
		}
	})
}

// Many ask for the same at once: it is said once.
func TestToldOnceByMany(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		var told atomic.Int32
		var all sync.WaitGroup
		for range 20 {
			all.Go(func() {
				new, err := h.store.Tell(context.Background(), system, refused("k", pat, self(pat)))
				if err != nil {
					t.Error(err)
				}
				if new {
					told.Add(1)
				}
			})
		}
		all.Wait()
		if told.Load() != 1 {
			t.Errorf("told %d times", told.Load())
		}
		h.holds(t, pat, "in_app self sent ", "email self queued ", "letter self queued ")
	})
}

// An e-mail says that there is a message; on paper it stands in full.
func TestNothingOfTheMatterLeavesByEmail(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.tell(t, refused("k", pat, self(pat)))
		h.deliver(t)
		if len(h.post.sent) != 2 {
			t.Fatalf("%+v", h.post.sent)
		}
		for _, m := range h.post.sent {
			text := fmt.Sprintf("%v", m.Fields) + m.Organisation
			open := strings.Contains(text, "surgery") || strings.Contains(text, "serious_harm") || strings.Contains(text, "Neill")
			if open != (m.Channel == Paper) || m.Fields["reference"] != "OBJ-1234" {
				t.Errorf("%s: %v", m.Channel, m.Fields)
			}
			if (m.To.Email != "") != (m.Channel == Email) || (m.To.Post != "") != (m.Channel == Paper) {
				t.Errorf("%s gets another channel's address", m.Channel)
			}
			if strings.Contains(fmt.Sprintf("%+v %v", m, m), "example.org") {
				t.Error("an address can be printed")
			}
		}
	})
}

// A child asked that parents are not told. Nothing reaches one: not what is said
// after, not what lies ready, not what lies unread, not what is entered meanwhile.
func TestParentsAreNotTold(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		h.tell(t, received("before", mia, self(mia), parent(pat)))
		if page, err := h.store.Inbox(ctx, asPatient(pat), nil, req); err != nil || page.Unread != 1 {
			t.Fatalf("%+v %v", page, err)
		}
		if err := h.store.Bar(ctx, asPatient(pat), mia, "", req); !errors.Is(err, fault.NotFound) {
			t.Errorf("a parent sets the bar: %v", err)
		}
		if _, err := h.store.Barred(ctx, asPatient(pat), mia, "", req); !errors.Is(err, fault.NotFound) {
			t.Errorf("a parent asks for the bar: %v", err)
		}
		if err := h.store.Bar(ctx, asPatient(mia), mia, "", req); err != nil {
			t.Fatal(err)
		}
		if err := h.store.Bar(ctx, asPatient(mia), mia, "", req); err != nil { // twice is once
			t.Fatal(err)
		}
		h.tell(t, refused("after", mia, Recipient{Person: mia, As: Self, Address: Address{Email: "own@example.org"}}, parent(pat)))
		h.tell(t, refused("at home", mia, self(mia)))
		h.tell(t, received("parent alone", mia, parent(pat)))
		h.deliver(t)
		for _, m := range h.post.sent {
			if m.To.Email == "pat@example.org" || strings.Contains(m.To.Post, "pat") {
				t.Errorf("a parent got %s %s", m.Channel, m.Template)
			}
		}
		// Neither paper, nor what the feeds have: only what the child gave.
		if len(h.post.sent) != 1 || h.post.sent[0].To != (Address{Email: "own@example.org"}) {
			t.Errorf("the child got %d", len(h.post.sent))
		}
		page, err := h.store.Inbox(ctx, asPatient(pat), nil, req)
		if err != nil || page.Unread != 0 || len(page.Letters) != 0 {
			t.Errorf("a parent reads %+v %v", page, err)
		}
		if page, err := h.store.Inbox(ctx, asPatient(mia), nil, req); err != nil || page.Unread != 3 {
			t.Errorf("the child reads %+v %v", page, err)
		}
		// The staff see why the parent heard nothing.
		barred := 0
		all, err := h.store.OfCase(ctx, asStaff("surgery", access.ManageRequests), mia, "OBJ-1234", req)
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range all {
			if l.As == Parent && (l.State != Cancelled || l.Detail != "barred") {
				t.Errorf("%+v", l)
			} else if l.As == Parent {
				barred++
			}
		}
		if barred != 4 {
			t.Errorf("%d letters kept back", barred)
		}
		if is, err := h.store.Barred(ctx, asPatient(mia), mia, "OBJ-1234", req); err != nil || !is {
			t.Errorf("%v %v", is, err)
		}
		if err := h.store.Unbar(ctx, asStaff("surgery", access.ManageRequests), mia, "", req); err != nil {
			t.Fatal(err)
		}
		h.tell(t, received("told again", mia, parent(pat)))
		if page, err := h.store.Inbox(ctx, asPatient(pat), nil, req); err != nil || len(page.Letters) != 1 {
			t.Errorf("after the bar: %+v %v", page, err)
		}
	})
}

// It is not known whose case it is, and yet the young person's word holds for it, and
// goes on when it becomes known.
func TestKeptBackOfACaseOfNobodyKnown(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		h.tell(t, received("before", "", parent(pat)))
		h.tell(t, Notice{Key: "another case", Template: MessageWaiting, Case: "OBJ-7777", Organisation: "surgery", To: []Recipient{parent(pat)}, Fields: Fields{"reference": "OBJ-7777"}})
		clerk := asStaff("surgery", access.ManageRequests)
		if err := h.store.KeepBack(ctx, clerk, "", "OBJ-1234"); !errors.Is(err, fault.Denied) {
			t.Errorf("outside a transaction: %v", err)
		}
		err := h.db.Do(ctx, func(ctx context.Context) error {
			if err := h.store.KeepBack(ctx, clerk, "", ""); !errors.Is(err, fault.Denied) {
				t.Errorf("of everything: %v", err)
			}
			return h.store.KeepBack(ctx, clerk, "", "OBJ-1234")
		})
		if err != nil {
			t.Fatal(err)
		}
		h.tell(t, received("after", "", parent(pat)))
		h.tell(t, received("known", mia, parent(pat), self(mia)))
		h.deliver(t)
		page, err := h.store.Inbox(ctx, asPatient(pat), nil, req)
		if err != nil || len(page.Letters) != 1 || page.Letters[0].Case != "OBJ-7777" {
			t.Errorf("%+v %v", page, err)
		}
		for _, m := range h.post.sent {
			if m.To.Email == "pat@example.org" && m.Fields["reference"] != "OBJ-7777" {
				t.Errorf("%+v", m.Fields)
			}
		}
	})
}

// A letter to a parent was queued, and the bar comes by another transaction that did
// not see it: it is looked at again when it is sent, and when the inbox is opened.
func TestTheBarIsLookedAtAgain(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		h.tell(t, received("k", mia, parent(pat)))
		err := h.db.Do(ctx, func(ctx context.Context) error { // a bar that cancelled nothing, as of a transaction at the same time
			_, err := h.db.Exec(ctx, `INSERT INTO letter_bars (about_id, case_ref, since_at, until_at, made_by, ended_by) VALUES (?, 'OBJ-1234', 1, 0, 'x', '')`, string(mia))
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		h.deliver(t)
		if len(h.post.sent) != 0 {
			t.Errorf("sent: %+v", h.post.sent)
		}
		h.holds(t, mia, "in_app parent sent ", "email parent cancelled barred")
		page, err := h.store.Inbox(ctx, asPatient(pat), nil, req)
		if err != nil || page.Unread != 0 || len(page.Letters) != 0 {
			t.Errorf("%+v %v", page, err)
		}
		if n, err := h.store.Unread(ctx, asPatient(pat), req); err != nil || n != 0 {
			t.Errorf("%d %v", n, err)
		}
	})
}

// A notice to a parent and the child's bar at the same moment, many times: once the
// bar is acknowledged nothing is sent to a parent and nothing unread is shown.
func TestBarAndNoticeAtOnce(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		for i := range 40 {
			n := received(fmt.Sprint(i), mia, parent(pat))
			n.Case = fmt.Sprintf("OBJ-%d", i)
			var both sync.WaitGroup
			both.Go(func() {
				if _, err := h.store.Tell(ctx, system, n); err != nil {
					t.Error(err)
				}
			})
			both.Go(func() {
				if err := h.store.Bar(ctx, asPatient(mia), mia, n.Case, req); err != nil {
					t.Error(err)
				}
			})
			both.Wait()
		}
		h.deliver(t)
		if page, err := h.store.Inbox(ctx, asPatient(pat), nil, req); err != nil || len(page.Letters) != 0 || len(h.post.sent) != 0 {
			t.Errorf("%d shown, %d sent, %v", len(page.Letters), len(h.post.sent), err)
		}
	})
}

// A bar for one matter bars that one.
func TestABarOfOneMatter(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		if err := h.store.Bar(ctx, asStaff("surgery", access.ManageRequests), mia, "OBJ-9999", req); err != nil {
			t.Fatal(err)
		}
		h.tell(t, received("k", mia, parent(pat)))
		h.holds(t, mia, "in_app parent sent ", "email parent queued ")
		if err := h.store.Bar(ctx, asStaff("surgery", access.ManageRequests), mia, "OBJ-1234", req); err != nil {
			t.Fatal(err)
		}
		h.holds(t, mia, "in_app parent cancelled barred", "email parent cancelled barred")
	})
}

// A new version of a template is published while a letter of the old one waits: it is
// sent and shown as it was written.
func TestALetterKeepsItsVersion(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.tell(t, received("old", pat, self(pat)))
		now, _ := Current(ObjectionReceived)
		now.Version++
		now.Fields = append(append([]Field{}, now.Fields...), Field{Name: "days", Type: Count})
		defer AddVersion(now)()
		if told, err := h.store.Tell(context.Background(), system, received("short of a field", pat, self(pat))); err == nil || told {
			t.Errorf("the new version asks for more: %v %v", told, err)
		}
		n := received("new", pat, self(pat))
		n.Fields["days"] = "30"
		h.tell(t, n)
		h.deliver(t)
		versions := map[int]string{}
		for _, m := range h.post.sent {
			versions[m.Version] += string(m.Channel)
		}
		page, err := h.store.Inbox(context.Background(), asPatient(pat), nil, req)
		if err != nil || len(page.Letters) != 2 || versions[1] != "email" || versions[2] != "email" {
			t.Fatalf("%v %+v %v", versions, page, err)
		}
		for _, l := range page.Letters {
			if _, more := l.Fields["days"]; more != (l.Version == 2) {
				t.Errorf("%+v", l)
			}
		}
	})
}

func TestBouncedAndFailedGoOnPaper(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		h.post.fail[Email] = fmt.Errorf("550: %w", ErrBounced)
		h.tell(t, received("bounces", pat, self(pat)))
		h.deliver(t)
		h.holds(t, pat, "in_app self sent ", "email self bounced ", "letter self sent ")
		if len(h.post.sent) != 1 || !strings.Contains(h.post.sent[0].To.Post, "1 Mill Lane") {
			t.Errorf("%d letters on paper", len(h.post.sent))
		}

		h.post.fail[Email] = errors.New("the server of pat@example.org is down")
		h.tell(t, received("fails", mia, self(mia)))
		tries := 0
		for range 20 {
			tries += h.deliver(t)
			h.machine.Add((2 * time.Hour).Milliseconds())
		}
		if tries != 8+1 { // eight by e-mail, and the one on paper
			t.Errorf("%d tries", tries)
		}
		h.holds(t, mia, "in_app self sent ", "email self failed ", "letter self sent ")
		dead, err := h.queue.List(ctx, job.Filter{State: job.Dead})
		if err != nil || len(dead) != 1 || strings.Contains(fmt.Sprint(dead), "example") {
			t.Fatalf("%+v %v", dead, err)
		}
		// The server works again, and somebody has the dead letter retried.
		h.post.fail = map[Channel]error{}
		if err := h.queue.Retry(ctx, dead[0].ID); err != nil {
			t.Fatal(err)
		}
		h.deliver(t)
		h.holds(t, mia, "in_app self sent ", "email self sent ", "letter self sent ")
	})
}

// A service tells later that what it took came back.
func TestBouncedLater(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		h.tell(t, received("k", pat, self(pat)))
		h.deliver(t)
		ref := "ref-" + string(h.post.sent[0].ID)
		if err := h.store.Bounced(ctx, asPatient(pat), ref); !errors.Is(err, fault.Denied) {
			t.Errorf("anybody reports a bounce: %v", err)
		}
		if err := h.store.Bounced(ctx, system, "ref-nothing"); !errors.Is(err, fault.NotFound) {
			t.Errorf("%v", err)
		}
		for range 2 { // told twice is once
			if err := h.store.Bounced(ctx, system, ref); err != nil {
				t.Fatal(err)
			}
		}
		h.deliver(t)
		l := h.holds(t, pat, "in_app self sent ", "email self bounced ", "letter self sent ")["email self bounced "]
		if l.Digest != "d1" {
			t.Errorf("what was sent is not known any more: %+v", l)
		}
	})
}

func TestWhoCannotBeTold(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.tell(t, refused("dead", old, self(old)))
		h.holds(t, old, "in_app self cancelled died")
		h.tell(t, refused("no address", ada, self(ada)))
		h.holds(t, ada, "in_app self sent ") // the portal reaches her
		stranger := Recipient{As: Parent, Address: Address{Email: "far@example.org", Post: "9 Far Road"}}
		h.tell(t, refused("stranger", mia, stranger))
		h.tell(t, received("nowhere", mia, Recipient{As: Other, Address: Address{Mobile: "07700 900002"}}))
		h.deliver(t)
		h.holds(t, mia, "email parent sent ", "letter parent sent ", "letter other failed unreachable")
	})
}

func TestWhatIsNotTaken(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		for what, change := range map[string]func(*Notice){
			"no key":                    func(n *Notice) { n.Key = "" },
			"nobody":                    func(n *Notice) { n.To = nil },
			"no template":               func(n *Notice) { n.Template = "gossip" },
			"a field more":              func(n *Notice) { n.Fields["note"] = "x" },
			"free text":                 func(n *Notice) { n.Fields["decided_by"] = "her HIV clinic" },
			"an organisation unknown":   func(n *Notice) { n.Fields["organisation"] = "elsewhere" },
			"said by one unknown":       func(n *Notice) { n.Organisation = "elsewhere" },
			"as themselves and another": func(n *Notice) { n.To = []Recipient{self(ada)} },
			"a parent of themselves":    func(n *Notice) { n.To = []Recipient{parent(pat)} },
			"no person and no address":  func(n *Notice) { n.To = []Recipient{{As: Parent}} },
			"a role that is none":       func(n *Notice) { n.To = []Recipient{{Person: ada, As: "friend"}} },
			"a recipient of another sort": func(n *Notice) {
				n.Template, n.Fields, n.To = AccessUnusual, Fields{"organisation": "surgery", "on": "2026-11-23"}, []Recipient{parent(ada)}
			},
		} {
			n := refused(what, pat, self(pat))
			change(&n)
			if told, err := h.store.Tell(ctx, system, n); err == nil || told {
				t.Errorf("%s: %v %v", what, told, err)
			}
		}
		if _, err := h.store.Tell(ctx, access.Viewer{}, refused("k", pat, self(pat))); !errors.Is(err, fault.Denied) {
			t.Errorf("nobody says something: %v", err)
		}
		h.holds(t, pat)
	})
}
