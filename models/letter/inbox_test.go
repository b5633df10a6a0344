package letter_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"candour/models/access"
	"candour/models/db"
	"candour/models/fault"
	"candour/models/invalid"
	. "candour/models/letter"
	"candour/models/opaque"
)

func TestInboxByPagesAndReadState(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		for i := range 30 {
			h.tell(t, received(fmt.Sprint(i), pat, self(pat)))
			if i%3 == 0 { // several share an instant
				h.at.Add(1000)
			}
		}
		first, err := h.store.Inbox(ctx, asPatient(pat), nil, req)
		if err != nil || len(first.Letters) != 25 || !first.More || first.Unread != 30 {
			t.Fatalf("%d %v %d %v", len(first.Letters), first.More, first.Unread, err)
		}
		second, err := h.store.Inbox(ctx, asPatient(pat), &first.Letters[24], req)
		if err != nil || len(second.Letters) != 5 || second.More {
			t.Fatalf("%d %v %v", len(second.Letters), second.More, err)
		}
		seen := map[string]bool{}
		last := first.Letters[0].StateAt
		for _, l := range append(first.Letters, second.Letters...) {
			if seen[string(l.ID)] || l.StateAt.After(last) || l.Channel != InApp {
				t.Errorf("%+v", l)
			}
			seen[string(l.ID)], last = true, l.StateAt
		}
		h.at.Add(time.Hour.Milliseconds())
		l, err := h.store.Show(ctx, asPatient(pat), first.Letters[3].ID, req)
		if err != nil || !l.ReadAt.Equal(h.now()) || len(l.Events) != 1 || l.Fields["due"] != "2026-12-23" || l.Version != 1 {
			t.Fatalf("%+v %v", l, err)
		}
		read := l.ReadAt
		h.at.Add(time.Hour.Milliseconds())
		if l, err = h.store.Show(ctx, asPatient(pat), l.ID, req); err != nil || !l.ReadAt.Equal(read) {
			t.Errorf("read again: %v %v", l.ReadAt, err)
		}
		if n, err := h.store.Unread(ctx, asPatient(pat), req); err != nil || n != 29 {
			t.Errorf("%d unread, %v", n, err)
		}
	})
}

// Whose letters are whose: nobody reads another's, whatever they ask for.
func TestNobodyReadsAnothersLetters(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		h.tell(t, received("k", pat, self(pat)))
		h.deliver(t)
		var inbox, mail Letter
		for _, l := range h.of(t, pat) {
			if l.Channel == InApp {
				inbox = l
			} else {
				mail = l
			}
		}
		manager := asStaff("surgery", access.ManageRequests)
		for _, c := range []struct {
			what   string
			by     access.Viewer
			letter Letter
			want   error
		}{
			{"the person", asPatient(pat), inbox, nil},
			{"the person, what went by e-mail", asPatient(pat), mail, fault.NotFound},
			{"another patient, by its id", asPatient(ada), inbox, fault.NotFound},
			{"the person below P9", access.Viewer{Kind: access.Patient, ID: "a", Person: pat, Level: "P5"}, inbox, fault.Denied},
			{"staff who carry requests", manager, mail, nil},
			{"staff of another surgery", asStaff("other", access.ManageRequests), inbox, fault.NotFound},
			{"staff who do not carry requests", asStaff("surgery"), inbox, fault.Denied},
			{"nobody", access.Viewer{}, inbox, fault.Denied},
		} {
			l, err := h.store.Show(ctx, c.by, c.letter.ID, req)
			if !errors.Is(err, c.want) {
				t.Errorf("%s: %v, want %v", c.what, err, c.want)
			}
			if c.want != nil && l.ID != "" {
				t.Errorf("%s reads %+v", c.what, l)
			}
		}
		if l, err := h.store.Show(ctx, manager, inbox.ID, req); err != nil || l.ReadAt.IsZero() {
			t.Errorf("%+v %v", l, err) // the person has read it above; staff looking never makes it read
		}
		if _, err := h.store.Show(ctx, manager, opaque.New(), req); !errors.Is(err, fault.NotFound) {
			t.Errorf("a letter that there is not: %v", err)
		}
		for _, by := range []access.Viewer{asPatient(pat), system, {}} {
			if _, err := h.store.OfCase(ctx, by, pat, "OBJ-1234", req); !errors.Is(err, fault.Denied) {
				t.Errorf("%s lists the letters of a case: %v", by.Kind, err)
			}
		}
		if all, err := h.store.OfCase(ctx, asStaff("other", access.ManageRequests), pat, "OBJ-1234", req); err != nil || len(all) != 0 {
			t.Errorf("another surgery lists %v %v", all, err)
		}
		if _, err := h.store.Inbox(ctx, manager, nil, req); err == nil {
			t.Error("staff have no inbox")
		}
	})
}

// Who acts for somebody and is not held here has an inbox by their account, and wishes
// of their own; held here, it is the inbox of their person.
func TestAnAccountHasAnInboxToo(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		far := access.Viewer{Kind: access.Patient, ID: "account-far", Level: "P9"}
		if err := h.store.Wish(ctx, far, Me(far), Wishes{Language: "en", Format: Standard, Email: "far@example.org"}, req); err != nil {
			t.Fatal(err)
		}
		h.account(t, "account-"+string(pat), pat)
		h.account(t, "account-"+string(mia), mia)
		h.tell(t, received("k", mia, Recipient{Account: far.ID, As: Parent}, Recipient{Account: "account-" + string(pat), As: Parent},
			Recipient{Account: "account-" + string(mia), As: Parent}, self(mia)))
		h.deliver(t)
		for _, by := range []access.Viewer{far, asPatient(pat), asPatient(mia)} {
			page, err := h.store.Inbox(ctx, by, nil, req)
			if err != nil || len(page.Letters) != 1 || (page.Letters[0].As == Self) != (by.Person == mia) {
				t.Fatalf("%s: %+v %v", by.ID, page, err)
			}
			if l := page.Letters[0]; (l.About == mia) != (by.Person == mia) {
				t.Errorf("%s learns whether she is held here: %q", by.ID, l.About)
			}
			if l, err := h.store.Show(ctx, by, page.Letters[0].ID, req); err != nil || l.ReadAt.IsZero() || (l.About == mia) != (by.Person == mia) {
				t.Errorf("%s: %+v %v", by.ID, l, err)
			}
			if n, err := h.store.Unread(ctx, by, req); err != nil || n != 0 {
				t.Errorf("%s: %d %v", by.ID, n, err)
			}
		}
		to := map[string]int{}
		for _, m := range h.post.sent {
			to[m.To.Email]++
		}
		if len(to) != 3 || to["far@example.org"] != 1 || to["pat@example.org"] != 1 || to["mia@example.org"] != 1 {
			t.Errorf("sent to %v", to)
		}
		stranger := far
		stranger.Level = "P5"
		if _, err := h.store.Inbox(ctx, stranger, nil, req); !errors.Is(err, fault.Denied) {
			t.Errorf("below P9: %v", err)
		}
		// She is her own parent in nobody's eyes: the bar does not keep her out.
		if err := h.store.Bar(ctx, asPatient(mia), mia, "", req); err != nil {
			t.Fatal(err)
		}
		h.tell(t, received("k2", mia, Recipient{Account: "account-" + string(mia), As: Parent}, Recipient{Account: far.ID, As: Parent}))
		if n, err := h.store.Unread(ctx, asPatient(mia), req); err != nil || n != 1 {
			t.Errorf("%d %v", n, err)
		}
		if n, err := h.store.Unread(ctx, far, req); err != nil || n != 0 {
			t.Errorf("%d %v", n, err)
		}
	})
}

// The work of an organisation that was absorbed is its successor's, letters included.
func TestTheSuccessorReadsTheLetters(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		h.tell(t, received("k", ada, self(ada)))
		next := asStaff("other", access.ManageRequests)
		look := func() (int, error) {
			all, err := h.store.OfCase(ctx, next, ada, "OBJ-1234", req)
			if err == nil && len(all) == 1 {
				_, err = h.store.Show(ctx, next, all[0].ID, req)
			}
			return len(all), err
		}
		if n, err := look(); n != 0 || err != nil {
			t.Errorf("before: %d %v", n, err)
		}
		err := h.db.Do(ctx, func(ctx context.Context) error {
			_, err := h.db.Exec(ctx, `UPDATE organisations SET state = 'left', successor_id = 'other' WHERE id = 'surgery'`)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if n, err := look(); n != 1 || err != nil {
			t.Errorf("after: %d %v", n, err)
		}
	})
}

// Staff who look at a letter do not make it read.
func TestStaffDoNotReadForSomebody(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		h.tell(t, received("k", ada, self(ada)))
		for _, l := range h.of(t, ada) {
			if _, err := h.store.Show(ctx, asStaff("surgery", access.ManageRequests), l.ID, req); err != nil {
				t.Fatal(err)
			}
		}
		if n, err := h.store.Unread(ctx, asPatient(ada), req); err != nil || n != 1 {
			t.Errorf("%d %v", n, err)
		}
	})
}

func TestPreferencesArePerPersonAndKind(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		me := asPatient(mia)
		p, err := h.store.Preferences(ctx, me, mia, req)
		if err != nil || p.Language != "en" || p.Format != Standard || len(p.By[Progress]) != 1 || p.By[Progress][0] != Email {
			t.Fatalf("%+v %v", p, err)
		}
		if err := errors.Join(
			h.store.Prefer(ctx, me, mia, Progress, []Channel{Notify, Notify}, req),
			h.store.Prefer(ctx, me, mia, Review, nil, req),
			h.store.Wish(ctx, me, mia, Wishes{Language: "pl", Format: LargePrint, Mobile: "07700 900009"}, req)); err != nil {
			t.Fatal(err)
		}
		h.tell(t, received("progress", mia, self(mia)))
		review := received("review", mia, self(mia))
		review.Template, review.Fields = YoungPersonAsked, Fields{"age": "16", "organisation": "surgery"}
		h.tell(t, review)
		h.deliver(t)
		if len(h.post.sent) != 1 || h.post.sent[0].Channel != Notify || h.post.sent[0].To.Mobile != "07700 900009" ||
			h.post.sent[0].Language != "pl" || h.post.sent[0].Format != LargePrint {
			t.Errorf("%d %v", len(h.post.sent), h.post.sent)
		}
		if p, err = h.store.Preferences(ctx, asStaff("surgery", access.ManageRequests), mia, req); err != nil || len(p.By[Review]) != 0 || len(p.By[Progress]) != 1 || p.Mobile != "07700 900009" {
			t.Errorf("%+v %v", p, err)
		}
		if p, err = h.store.Preferences(ctx, asPatient(ada), ada, req); err != nil || p.By[Review][0] != Email {
			t.Errorf("another's choice changed hers: %+v %v", p, err)
		}
		for what, err := range map[string]error{
			"a parent":   h.store.Prefer(ctx, asPatient(pat), mia, Progress, nil, req),
			"a parent 2": h.store.Wish(ctx, asPatient(pat), mia, Wishes{Language: "en", Format: Standard, Email: "pat@example.org"}, req),
			"a clerk":    h.store.Prefer(ctx, asStaff("surgery"), mia, Progress, nil, req),
		} {
			if want := map[bool]error{true: fault.Denied, false: fault.NotFound}[what == "a clerk"]; !errors.Is(err, want) {
				t.Errorf("%s chooses for her: %v", what, err)
			}
		}
		if _, err := h.store.Preferences(ctx, asPatient(pat), mia, req); !errors.Is(err, fault.NotFound) {
			t.Errorf("a parent reads her number: %v", err)
		}
	})
}

func TestWishesAreChecked(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		for field, w := range map[string]Wishes{
			"language": {Language: "English!", Format: Standard},
			"format":   {Language: "en", Format: "braille?"},
			"email":    {Language: "en", Format: Standard, Email: "Mia <mia@example.org>"},
			"mobile":   {Language: "en", Format: Standard, Mobile: "01234 567890"},
		} {
			var bad invalid.Fields
			if err := h.store.Wish(ctx, asPatient(mia), mia, w, req); !errors.As(err, &bad) || len(bad) != 1 || bad.For(field) == "" {
				t.Errorf("%s: %v", field, err)
			}
		}
		var bad invalid.Fields
		if err := h.store.Prefer(ctx, asPatient(mia), mia, Progress, []Channel{InApp}, req); !errors.As(err, &bad) {
			t.Errorf("the portal is no choice: %v", err)
		}
		if err := h.store.Prefer(ctx, asPatient(mia), mia, "gossip", nil, req); !errors.As(err, &bad) {
			t.Errorf("%v", err)
		}
	})
}

// What was written stays as it was written: the database refuses, for any client. And
// the state of every letter is the last of its events.
func TestLettersAreAppendOnly(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		h.tell(t, refused("k", pat, self(pat)))
		h.deliver(t)
		attempts := []string{
			`UPDATE notices SET fields = '{}'`, `DELETE FROM notices`, `UPDATE letters SET address = '{}'`, `UPDATE letters SET channel = 'in_app'`,
			`UPDATE letters SET role = 'parent'`, `DELETE FROM letters`, `UPDATE letter_events SET state = 'sent'`, `DELETE FROM letter_events`,
		}
		if h.db.Dialect == db.SQLite {
			attempts = append(attempts,
				`REPLACE INTO notices SELECT id, key, template, version, 'x', case_ref, organisation_id, fields, made_at, made_by FROM notices`,
				`REPLACE INTO notices SELECT 'x', key, template, version, about_id, case_ref, organisation_id, '{}', made_at, made_by FROM notices`,
				`REPLACE INTO letters SELECT 'x' || id, notice_id, recipient, role, channel, language, format, '{}', state, state_at, detail, read_at, receipt, digest FROM letters`,
				`REPLACE INTO letter_events SELECT letter_id, seq, at, 'cancelled', '' FROM letter_events`)
		} else {
			attempts = append(attempts, `TRUNCATE notices`, `TRUNCATE letters`, `TRUNCATE letter_events`)
		}
		for _, pragma := range []string{"ON", "OFF"} { // the guards hold for any client
			if h.db.Dialect == db.SQLite {
				if _, err := h.db.Writer().ExecContext(ctx, "PRAGMA recursive_triggers="+pragma); err != nil {
					t.Fatal(err)
				}
			}
			for _, s := range attempts {
				_, err := h.db.Writer().ExecContext(ctx, s)
				if err == nil || !strings.Contains(err.Error(), "append-only") && !strings.Contains(err.Error(), "stays as it was") {
					t.Errorf("recursive_triggers %s: %s: %v", pragma, s, err)
				}
			}
		}
		var letters, differ int
		row := h.db.Writer().QueryRowContext(ctx, `SELECT COUNT(*), COALESCE(SUM(CASE WHEN l.state = (SELECT e.state FROM letter_events e WHERE e.letter_id = l.id ORDER BY e.seq DESC LIMIT 1) THEN 0 ELSE 1 END), 0) FROM letters l`)
		if err := row.Scan(&letters, &differ); err != nil || letters != 3 || differ != 0 {
			t.Errorf("%d letters, %d in another state than their events: %v", letters, differ, err)
		}
	})
}
