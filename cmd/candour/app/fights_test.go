package app

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"candour/models/access"
	"candour/models/fault"
	"candour/models/objection"
	"candour/models/opaque"
)

// arena is where pairs of acts are fought out through the pages of the whole program,
// while a doctor looks at the record without pause.
type arena struct {
	*clinic
	managing, deciding *hand // a practice manager and a GP, at their browsers
	looking            *hand
	doctor             access.Viewer
}

// hand is a browser that follows nowhere: what a form was answered is its outcome.
type hand struct {
	*browser
	token string
}

func (c *clinic) hand(persona, page string) *hand {
	b := c.signIn(c.t, persona)
	token := field(c.t, b.get(page).Body, "csrf")
	b.c.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &hand{b, token}
}

var errLost = errors.New("somebody else was first")

// sends fills in a form and tells whether the act was done.
func (h *hand) sends(path string, fields url.Values) error {
	fields.Set("csrf", h.token)
	req, err := http.NewRequest(http.MethodPost, h.p.url+path, strings.NewReader(fields.Encode()))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Origin", h.p.url)
	switch a := h.do(req); a.Status {
	case http.StatusSeeOther:
		return nil
	case http.StatusConflict:
		return errLost
	default:
		return fmt.Errorf("%s: %d %s", path, a.Status, text(a.Body))
	}
}

// act is one of a pair: on a request in the version that both have before them.
type act func(a *arena, me access.Viewer, ref opaque.ID, seen string) error

func lost(err error) error {
	if errors.Is(err, fault.Conflict) {
		return errLost
	}
	return err
}

func confirms(a *arena, _ access.Viewer, ref opaque.ID, seen string) error {
	return a.managing.sends(casePath(ref, "decision"), url.Values{"decision": {"confirm"}, "seen": {seen}})
}
func confirmsToo(a *arena, _ access.Viewer, ref opaque.ID, seen string) error {
	return a.deciding.sends(casePath(ref, "decision"), url.Values{"decision": {"confirm"}, "seen": {seen}})
}
func refuses(a *arena, _ access.Viewer, ref opaque.ID, seen string) error {
	return a.deciding.sends(casePath(ref, "decision"), with(refusing, "sure", "1", "seen", seen))
}
func withdraws(a *arena, me access.Viewer, ref opaque.ID, _ string) error {
	_, err := a.Objections.Withdraw(bg, me, ref, 2, asked)
	return lost(err)
}
func reverses(a *arena, me access.Viewer, ref opaque.ID, _ string) error {
	_, err := a.Objections.Reverse(bg, me, ref, 2, asked)
	return lost(err)
}
func confirmsReversal(a *arena, _ access.Viewer, ref opaque.ID, seen string) error {
	return a.managing.sends(casePath(ref, "reversal"), url.Values{"seen": {seen}})
}
func keeps(a *arena, me access.Viewer, ref opaque.ID, _ string) error {
	_, err := a.Objections.KeepObjection(bg, me, ref, 4, asked)
	return lost(err)
}

type pairing struct {
	name      string
	acts      [2]act
	hides     [2]bool // an acknowledged act after which nobody may see
	reversing bool    // begins where a reversal was asked for
	tally
}

type tally struct{ rounds, first, second, conflicts, looks, shown, denied atomic.Int64 }

func pairings() []*pairing {
	return []*pairing{
		{name: "confirm / refuse", acts: [2]act{confirms, refuses}, hides: [2]bool{true, false}},
		{name: "confirm / withdraw", acts: [2]act{confirms, withdraws}, hides: [2]bool{true, false}},
		{name: "confirm / reverse", acts: [2]act{confirms, reverses}, hides: [2]bool{true, false}},
		{name: "confirm / confirm", acts: [2]act{confirms, confirmsToo}, hides: [2]bool{true, true}},
		{name: "refuse / withdraw", acts: [2]act{refuses, withdraws}},
		{name: "confirm reversal / keep", acts: [2]act{confirmsReversal, keeps}, reversing: true},
	}
}

// raised makes a person with a record, a doctor who is involved, and a request on which
// both of a pair can act.
func (a *arena) raised(i int, reversing bool) (me access.Viewer, ref opaque.ID, seen string) {
	person := opaque.Of("fight", fmt.Sprint(i))
	a.set(`INSERT INTO persons (id, nhs_number, birth_date, family, family_key, given, title, preferred, gender, address, postcode, postcode_key, phone, email, practice_ods, died_on, restricted, objected, sharing_since, record_version, updated_at)
 VALUES (?, ?, '1970-01-01', 'Fight', 'fight', 'One', '', '', 'female', '', '', '', '', '', 'E89901', '', ?, ?, 0, 1, 0)`, string(person), fmt.Sprint("fight ", i), false, false)
	a.must(a.Gate.Claim(bg, a.doctor, person, access.Claim{Basis: access.BasisDeclared, Reason: "present", Route: "/test"}))
	me = access.Viewer{Kind: access.Patient, ID: "account-" + string(person), Name: "Somebody", Level: "P9", Person: person}
	answers := forOne
	answers.Provider = "riverside"
	d, err := a.Objections.Start(bg, me, answers, asked)
	a.must(err)
	k, err := a.Objections.Raise(bg, me, d.ID, asked)
	a.must(err)
	_, err = a.Objections.Review(bg, a.manager, k.ID, 0, asked)
	a.must(err)
	if !reversing {
		return me, k.ID, "2"
	}
	_, err = a.Objections.Confirm(bg, a.manager, k.ID, 0, asked)
	a.must(err)
	_, err = a.Objections.Reverse(bg, me, k.ID, 0, asked)
	a.must(err)
	return me, k.ID, "4"
}

// fight has both act at once while the doctor looks.
func (a *arena) fight(i int, p *pairing) {
	me, ref, seen := a.raised(i, p.reversing)
	var hidden atomic.Bool
	hidden.Store(p.reversing)
	stop := make(chan bool)
	var looks, fighters sync.WaitGroup
	looks.Go(func() { a.look(me.Person, &hidden, stop, p) })
	errs := [2]error{}
	for k := range 2 {
		fighters.Go(func() {
			errs[k] = p.acts[k](a, me, ref, seen)
			if errs[k] == nil && p.hides[k] {
				hidden.Store(true) // acknowledged
			}
		})
	}
	fighters.Wait()
	close(stop)
	looks.Wait()
	p.rounds.Add(1)
	switch {
	case errs[0] == nil && errs[1] == errLost:
		p.first.Add(1)
	case errs[1] == nil && errs[0] == errLost:
		p.second.Add(1)
	default:
		a.t.Errorf("%s: %v and %v", p.name, errs[0], errs[1])
	}
	for _, err := range errs {
		if err == errLost {
			p.conflicts.Add(1)
		}
	}
	if in := objection.InForce(a.state(a.t, ref)); (a.sees(me.Person) == http.StatusForbidden) != in {
		a.t.Errorf("%s: %s, and the record is not as it must be", p.name, a.state(a.t, ref))
	}
}

func (a *arena) sees(person opaque.ID) int {
	return a.looking.get("/patients/" + string(person) + "/record").Status
}

// look asks for the record until it is stopped: a look that begins after an acknowledged
// confirmation shows nothing.
func (a *arena) look(person opaque.ID, hidden *atomic.Bool, stop chan bool, p *pairing) {
	for {
		select {
		case <-stop:
			return
		default:
		}
		before := hidden.Load()
		switch status := a.sees(person); {
		case status == http.StatusForbidden:
			p.denied.Add(1)
		case status != http.StatusOK:
			a.t.Errorf("a look: %d", status)
		case before:
			a.t.Error("a look that began after the confirmation was acknowledged showed the record")
		default:
			p.shown.Add(1)
		}
		p.looks.Add(1)
	}
}

// 1,000 pairs (with CANDOUR_LONG_TESTS; else fewer) of decisions that are sent at once,
// by the forms of the pages: of each exactly one wins, the other is told so, and no
// disclosure begins after an acknowledged confirmation.
func TestOfEveryPairOneWinsInTheWholeProgram(t *testing.T) {
	c := startClinic(t, filepath.Join(t.TempDir(), "candour.db"))
	a := &arena{clinic: c, managing: c.hand("practice-manager", "/cases"), deciding: c.hand("gp", "/cases"), looking: c.hand("hospital-doctor", "/patients")}
	a.doctor = c.staff("hospital-doctor", access.ViewRecord)
	a.doctor.Organisation, a.doctor.Role = "harrowmere-general", "R8000"
	n := 48
	if os.Getenv("CANDOUR_LONG_TESTS") != "" {
		n = 1000
	}
	all := pairings()
	started := time.Now()
	for i := range n {
		a.fight(i, all[i%len(all)])
	}
	var sum tally
	row := func(name string, r *tally) {
		t.Logf("%-24s %7d %11d %11d %10d %7d %6d %7d", name, r.rounds.Load(), r.first.Load(), r.second.Load(), r.conflicts.Load(), r.looks.Load(), r.shown.Load(), r.denied.Load())
	}
	t.Logf("%-24s %7s %11s %11s %10s %7s %6s %7s", "pair", "rounds", "first won", "second won", "conflicts", "looks", "shown", "denied")
	for _, p := range all {
		row(p.name, &p.tally)
		for _, one := range [][2]*atomic.Int64{{&sum.rounds, &p.rounds}, {&sum.first, &p.first}, {&sum.second, &p.second}, {&sum.conflicts, &p.conflicts}, {&sum.looks, &p.looks}, {&sum.shown, &p.shown}, {&sum.denied, &p.denied}} {
			one[0].Add(one[1].Load())
		}
	}
	row("all", &sum)
	wrong, err := c.Objections.Check(bg, access.ForSystem("test"), time.Time{})
	if c.must(err); len(wrong) > 0 || sum.conflicts.Load() != int64(n) || sum.first.Load()+sum.second.Load() != int64(n) {
		t.Errorf("%d histories differ from their states; %d conflicts of %d", len(wrong), sum.conflicts.Load(), n)
	}
	t.Logf("%d pairs in %v", n, time.Since(started).Round(time.Second))
}
