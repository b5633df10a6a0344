package app

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"candour/models/access"
	"candour/models/audit"
	"candour/models/fault"
	"candour/models/objection"
	"candour/models/opaque"
	"candour/models/organisation"
	"candour/models/probe"
)

func (c *clinic) open(ref opaque.ID) objection.Objection {
	c.t.Helper()
	o, _, err := c.Objections.Open(bg, c.manager, ref, asked)
	c.must(err)
	return o
}

// live are the partners that take part.
func (c *clinic) live() (ids []string) {
	c.t.Helper()
	all, err := c.Organisations.All(bg)
	c.must(err)
	for _, o := range all {
		if o.State == organisation.Connected {
			ids = append(ids, o.ID)
		}
	}
	return ids
}

func (c *clinic) set(query string, args ...any) {
	c.t.Helper()
	c.must(c.DB.Do(bg, func(ctx context.Context) error { _, err := c.DB.Exec(ctx, query, args...); return err }))
}

func (c *clinic) one(query string, args ...any) (n int64) {
	c.t.Helper()
	row, err := c.DB.QueryRow(bg, query, args...)
	c.must(err)
	c.must(row.Scan(&n))
	return n
}

// An objection is effective when a member of staff of every partner was refused the
// record on every way that staff have, by this very server; and the proof of the
// reversal is that they are refused no more.
func TestAnObjectionIsProven(t *testing.T) {
	c := startClinic(t, filepath.Join(t.TempDir(), "candour.db"))
	ref := c.confirmed("many-sources")
	c.work()
	o := c.open(ref)
	if o.State != objection.Effective || o.Effective.IsZero() || o.Alarm != "" {
		t.Fatalf("%s, effective at %s, alarm %q", o.State, o.Effective, o.Alarm)
	}
	routes := c.Server.Surfaces()
	if len(routes) != 5 {
		t.Errorf("surfaces: %v", routes)
	}
	for _, org := range c.live() {
		for _, route := range routes {
			if !slices.ContainsFunc(o.Probes, func(p objection.Probe) bool {
				return p.Organisation == org && p.Route == route && p.Denied && p.Status == 403 && p.Entry > 0 && !p.At.Before(o.Coded)
			}) {
				t.Errorf("%s was not refused on %s", org, route)
			}
		}
	}
	for _, p := range o.Probes {
		line, err := c.Audit.Entry(bg, o.Person, p.Entry)
		if err != nil || line.Outcome != audit.Refused || line.Reason != string(access.ReasonObjected) || line.Route != p.Route || audit.FoldOf(line.Entry) != audit.FoldSystem || line.Viewer.Session == "" {
			t.Errorf("entry %d: %+v %v", p.Entry, line, err)
		}
	}
	c.noSessionsLeft()

	c.later(time.Hour)
	_, err := c.Objections.Reverse(bg, c.me("many-sources"), ref, 0, asked)
	c.must(err)
	c.later(time.Minute)
	_, err = c.Objections.ConfirmReversal(bg, c.manager, ref, 0, asked)
	c.must(err)
	c.work()
	o = c.open(ref)
	after := slices.DeleteFunc(slices.Clone(o.Probes), func(p objection.Probe) bool { return p.At.Before(o.Reversed) })
	if o.State != objection.Visible || len(after) != len(routes)*len(c.live()) || slices.ContainsFunc(after, func(p objection.Probe) bool { return p.Denied }) {
		t.Errorf("%s with %d probes afterwards", o.State, len(after))
	}
	if n := c.one("SELECT count(*) FROM audit_entries WHERE person_id = ? AND outcome = 'shown' AND kind = 'record' AND viewer_id = (SELECT id FROM staff WHERE subject = 'probe')", string(o.Person)); n != 0 {
		t.Errorf("a probe was shown a record %d times", n)
	}
}

func (c *clinic) noSessionsLeft() {
	c.t.Helper()
	if n := c.one("SELECT count(*) FROM sessions WHERE provider = 'inside'"); n != 0 {
		c.t.Errorf("%d sessions of probes are left", n)
	}
}

// A record that is seen though it must be hidden keeps the request open and raises an
// alarm; when it is hidden again, the next probe proves it.
func TestAProbeThatSeesKeepsItOpen(t *testing.T) {
	c := startClinic(t, filepath.Join(t.TempDir(), "candour.db"))
	ref := c.confirmed("many-sources")
	person := string(c.Demo.World.People["many-sources"])
	ask := c.Probes.Ask
	c.Probes.Ask = func(ctx context.Context, by access.Viewer, p opaque.ID, everywhere bool) ([]probe.Answer, error) {
		if string(p) == person { // as if something were stale: behind everybody's back
			c.set("UPDATE persons SET objected = ? WHERE id = ?", false, person)
		}
		return ask(ctx, by, p, everywhere)
	}
	c.work()
	if o := c.open(ref); o.State != objection.Coded || o.Alarm != objection.AlarmProbeSaw || !o.Effective.IsZero() || !o.Open() {
		t.Fatalf("%s, alarm %q, effective at %s", o.State, o.Alarm, o.Effective)
	}
	c.Probes.Ask = ask
	c.later(2 * time.Minute)
	c.work()
	if o := c.open(ref); o.State != objection.Coded || o.Alarm != objection.AlarmProbeSaw {
		t.Fatalf("while it is still seen: %s, alarm %q", o.State, o.Alarm)
	}
	c.set("UPDATE persons SET objected = ? WHERE id = ?", true, person)
	c.later(2 * time.Minute)
	c.work()
	if o := c.open(ref); o.State != objection.Effective || o.Alarm != "" || o.Effective.IsZero() {
		t.Errorf("%s, alarm %q, effective at %s", o.State, o.Alarm, o.Effective)
	}
}

// A code that nobody requested here is probed too; the evidence is the person's.
func TestACodeThatNobodyRequestedIsProven(t *testing.T) {
	c := startClinic(t, filepath.Join(t.TempDir(), "candour.db"))
	c.work()
	c.later(2 * time.Minute)
	c.atDesk("conflicting-doses", "refused")
	c.work()
	person := c.Demo.World.People["conflicting-doses"]
	want := int64(len(c.live()) * len(c.Server.Surfaces()))
	if n := c.one("SELECT count(*) FROM probes WHERE person_id = ? AND denied = 1 AND entry > 0", string(person)); n != want {
		t.Errorf("%d denials, want %d", n, want)
	}
	me := c.me("conflicting-doses")
	proof, err := c.Probes.Own(bg, me, asked)
	c.must(err)
	if len(proof) != 1 || proof[0].Partners != len(c.live()) || proof[0].Saw != 0 || proof[0].Asked != int(want) {
		t.Errorf("%+v", proof)
	}
}

// While somebody whose code nobody requested is not denied it is tried again, and said;
// no answer is no proof and no look.
func TestACodeThatNobodyRequestedWaitsForItsProof(t *testing.T) {
	c := startClinic(t, filepath.Join(t.TempDir(), "candour.db"))
	c.work()
	c.later(2 * time.Minute)
	person := c.Demo.World.People["conflicting-doses"]
	ask := c.Probes.Ask
	c.Probes.Ask = func(ctx context.Context, by access.Viewer, p opaque.ID, everywhere bool) ([]probe.Answer, error) {
		answers, err := ask(ctx, by, p, everywhere)
		for i := range answers {
			if p == person { // as if the server were down
				answers[i].Status, answers[i].RequestID = 503, "none"
			}
		}
		return answers, err
	}
	waiting := func(want int) {
		t.Helper()
		if n, err := c.Probes.Unproven(bg); err != nil || n != want {
			t.Errorf("%d wait for their proof, %v; want %d", n, err, want)
		}
	}
	waiting(0)
	c.atDesk("conflicting-doses", "refused")
	c.work()
	waiting(1)
	system := access.ForSystem("test")
	for range 3 {
		c.later(2 * time.Minute)
		if err := c.Probes.Waiting(bg, system); !errors.Is(err, probe.ErrNotDenied) {
			t.Errorf("not denied, and said to be proven: %v", err)
		}
	}
	want := int64(len(c.live()) * len(c.Server.Surfaces()))
	if n := c.one("SELECT count(*) FROM probes WHERE person_id = ?", string(person)); n != want {
		t.Errorf("%d are stored, of %d that say something", n, want)
	}
	me := c.me("conflicting-doses")
	proof, err := c.Probes.Own(bg, me, asked)
	if c.must(err); len(proof) != 0 {
		t.Errorf("no answer is told as a look: %+v", proof)
	}
	c.Probes.Ask = ask
	c.later(2 * time.Minute)
	c.must(c.Probes.Waiting(bg, system))
	waiting(0)
	if proof, err = c.Probes.Own(bg, me, asked); err != nil || len(proof) != 1 || proof[0].Saw != 0 {
		t.Errorf("%+v %v", proof, err)
	}
}

// An hour in which the server does not answer raises no alarm, and ends without one.
func TestNoAnswerIsNoAlarm(t *testing.T) {
	c := startClinic(t, filepath.Join(t.TempDir(), "candour.db"))
	ref := c.confirmed("many-sources")
	ask := c.Probes.Ask
	c.Probes.Ask = func(ctx context.Context, by access.Viewer, p opaque.ID, everywhere bool) ([]probe.Answer, error) {
		answers, err := ask(ctx, by, p, everywhere)
		if len(answers) > 0 {
			answers[0].Status, answers[0].RequestID = 503, "none"
		}
		return answers, err
	}
	c.work()
	for range 3 {
		c.later(2 * time.Minute)
		c.work()
	}
	if o := c.open(ref); o.State != objection.Coded || o.Alarm != "" || !o.Open() {
		t.Fatalf("%s, alarm %q", o.State, o.Alarm)
	}
	if all, err := c.Probes.All(bg); err != nil || slices.ContainsFunc(all, func(b probe.Canary) bool { return !b.Failing.IsZero() }) {
		t.Errorf("a canary that nobody answered for is said to be seen: %+v %v", all, err)
	}
	c.Probes.Ask = ask
	c.later(2 * time.Minute)
	c.work()
	if o := c.open(ref); o.State != objection.Effective || o.Alarm != "" {
		t.Errorf("%s, alarm %q", o.State, o.Alarm)
	}
}

// The canary of every practice is asked for each minute. One that is seen raises the
// alarm and stays seen until somebody looks.
func TestCanaries(t *testing.T) {
	c := startClinic(t, filepath.Join(t.TempDir(), "candour.db"))
	c.work()
	all, err := c.Probes.All(bg)
	c.must(err)
	if len(all) == 0 || slices.ContainsFunc(all, func(b probe.Canary) bool { return b.Probed.IsZero() || !b.Failing.IsZero() }) {
		t.Fatalf("%+v", all)
	}
	if n := c.one("SELECT count(*) FROM persons WHERE nhs_number LIKE 'canary %' AND objected"); n != int64(len(all)) {
		t.Errorf("%d canaries have objected, of %d", n, len(all))
	}
	gp := c.signIn(t, "gp")
	if a := gp.get("/patients/" + string(all[0].Person) + "/record"); a.Status != 403 {
		t.Errorf("a doctor asks for a canary: %d", a.Status)
	}
	c.set("UPDATE persons SET objected = ? WHERE id = ?", false, string(all[1].Person))
	c.later(time.Minute)
	c.work()
	failing, err := c.Probes.All(bg)
	c.must(err)
	for i, b := range failing {
		if b.Probed.Equal(all[i].Probed) || b.Failing.IsZero() == (i == 1) {
			t.Errorf("%+v", b)
		}
	}
	status := c.browser(t).get("/status")
	if !strings.Contains(status.Body, failing[1].Name) || !strings.Contains(status.Body, "could still be seen") {
		t.Errorf("the status page does not say so: %s", text(status.Body))
	}
	c.noSessionsLeft()
}

// Only work that nobody started probes, and without a server nothing is probed.
func TestWhoMayProbe(t *testing.T) {
	c := startClinic(t, filepath.Join(t.TempDir(), "candour.db"))
	ref := c.confirmed("many-sources")
	for _, by := range []access.Viewer{{}, c.manager, c.gp, c.me("many-sources")} {
		for name, err := range map[string]error{
			"request": c.Probes.Request(bg, by, ref), "person": c.Probes.Person(bg, by, "x"), "waiting": c.Probes.Waiting(bg, by),
			"canaries": func() error { _, err := c.Probes.Canaries(bg, by); return err }(),
		} {
			if err == nil || !strings.Contains(fmt.Sprint(err), fault.Denied.Error()) {
				t.Errorf("%s by %q: %v", name, by.Kind, err)
			}
		}
	}
	if _, err := c.Server.Ask(bg, c.gp, c.Demo.World.People["many-sources"], true); err == nil {
		t.Error("somebody who is no probe asks from inside")
	}
}
