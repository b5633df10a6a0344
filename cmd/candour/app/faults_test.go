package app

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"candour/cmd/candour/practice"
	"candour/models/access"
	"candour/models/coding"
	"candour/models/objection"
	"candour/models/opaque"
	"candour/models/patient"
)

// resume ends the pause after a failed attempt, which goes by the machine's clock.
func (c *clinic) resume() {
	c.t.Helper()
	c.must(c.DB.Do(bg, func(ctx context.Context) error {
		_, err := c.DB.Exec(ctx, "UPDATE jobs SET held_until = 0 WHERE state = 'waiting'")
		return err
	}))
	c.work()
}

// held counts the codes in the notes, as the system's own page shows them.
func (c *clinic) held(practice string) int {
	c.t.Helper()
	return strings.Count(c.browser(c.t).fetch(c.system+"/practices/"+practice).Body, "data-code=")
}

func (c *clinic) hidden(person opaque.ID) bool {
	c.t.Helper()
	row, err := c.DB.QueryRow(bg, "SELECT count(*) FROM persons WHERE objected AND id = ?", string(person))
	var n int
	c.must(err)
	c.must(row.Scan(&n))
	return n == 1
}

func (c *clinic) alarm(ref opaque.ID) string {
	c.t.Helper()
	o, _, err := c.Objections.Open(bg, c.manager, ref, asked)
	c.must(err)
	return o.Alarm
}

// What a system does wrong delays the code and never loses or doubles it: the record
// is hidden all the while.
func TestASystemThatDoesNotDoItsPart(t *testing.T) {
	c := startClinic(t, filepath.Join(t.TempDir(), "candour.db"))
	system := c.Demo.Practice
	state := func(ref opaque.ID) coding.Code { return c.codes(ref)[0] }

	system.Break(practice.Failing)
	ref := c.confirmed("many-sources")
	c.work()
	if k := state(ref); k.State != coding.Waiting || k.Attempts != 1 || c.held("riverside") != 0 || !c.hidden(c.Demo.World.People["many-sources"]) {
		t.Errorf("an error: %+v", k)
	}
	c.clinical.transport.ResponseHeaderTimeout = 50 * time.Millisecond
	system.Break(practice.Silent)
	c.resume()
	if k := state(ref); k.State != coding.Waiting || k.Attempts != 2 {
		t.Errorf("no answer: %+v", k)
	}
	c.clinical.transport.ResponseHeaderTimeout = answerTime
	system.Break(practice.Sound)
	c.resume()
	if k := state(ref); k.State != coding.Seen || k.Attempts != 3 || c.held("riverside") != 1 {
		t.Errorf("sound again: %+v", k)
	}

	system.Break(practice.Refusing)
	second := c.confirmed("conflicting-doses")
	c.work()
	if k := state(second); k.State != coding.Refused || k.Reason != coding.ReasonBusiness || !k.Hand() {
		t.Errorf("refused: %+v", k)
	}
	o, _, err := c.Objections.Open(bg, c.manager, second, asked)
	c.must(err)
	system.Break(practice.Unfed)
	c.must(c.Coding.Again(bg, c.manager, o.Case, true, asked))
	c.work()
	if k := state(second); k.State != coding.Written || k.Round != 2 || k.Reason != "" {
		t.Errorf("taken, and not fed: %+v", k)
	}
	c.is(second, objection.Confirmed)
	c.later(72*time.Hour + time.Minute)
	c.work()
	if c.alarm(second) != objection.AlarmCodeNotSeen || c.alarm(ref) != "" {
		t.Errorf("alarms %q %q", c.alarm(second), c.alarm(ref))
	}
	c.atDesk("conflicting-doses", "refused") // somebody enters it
	c.work()
	if c.coded(second); state(second).State != coding.Seen || c.alarm(second) != "" {
		t.Errorf("%+v %q", state(second), c.alarm(second))
	}
	if err := c.Coding.Again(bg, c.manager, o.Case, true, asked); err == nil {
		t.Error("written again although it was seen")
	}
}

// The same message twice is one code; the last of many attempts says so.
func TestACodeIsWrittenOnce(t *testing.T) {
	c := startClinic(t, filepath.Join(t.TempDir(), "candour.db"))
	ref := c.confirmed("many-sources")
	k := c.codes(ref)[0]
	var sent []coding.Message
	keep := func(ctx context.Context, m coding.Message) error {
		sent = append(sent, m)
		return context.DeadlineExceeded
	}
	for _, last := range []bool{false, true} {
		if err := c.Coding.Deliver(bg, k.ID, last, keep); err == nil {
			t.Error("no error of a failed attempt")
		}
	}
	if len(sent) != 2 || sent[0].ID != sent[1].ID || string(sent[0].Body) != string(sent[1].Body) {
		t.Fatalf("not the same twice: %+v", sent)
	}
	if k = c.codes(ref)[0]; k.State != coding.Refused || k.Reason != coding.ReasonUnreachable {
		t.Errorf("after the last: %+v", k)
	}
	if err := c.Coding.Deliver(bg, k.ID, false, keep); err != nil || len(sent) != 2 {
		t.Errorf("sent although nobody wants it: %v", err)
	}
	for range 3 {
		c.must(c.clinical.send(bg, sent[0]))
	}
	if n := c.held("riverside"); n != 1 {
		t.Errorf("%d codes in the notes", n)
	}
	for _, want := range []string{`"416409005"`, `"93C1."`, `"XaKRw"`, `"UKCore-Consent"`, `"patient-privacy"`, `"deny"`, `"INFA"`} {
		if !strings.Contains(string(sent[0].Body), strings.Trim(want, `"`)) {
			t.Errorf("no %s in %s", want, sent[0].Body)
		}
	}
	entries := c.since(t, 0)
	told := 0
	for _, e := range entries {
		if e.Viewer == "system" && strings.Contains(e.Shape+e.Route, "write_code") {
			told++
		}
	}
	if told != 2 {
		t.Errorf("%d entries of the log say that the system was told", told)
	}
}

// Where the system cannot be written to the code is entered by hand; a code that
// nobody requested takes effect at once; one that was a mistake is noticed.
func TestCodesOfTheDesk(t *testing.T) {
	c := startClinic(t, filepath.Join(t.TempDir(), "candour.db"))
	person := c.Demo.World.People["conflicting-doses"]
	c.atDesk("conflicting-doses", "refused")
	c.work()
	if !c.hidden(person) {
		t.Fatal("seen although the practice entered the code")
	}
	seen, effect, err := c.Objections.Timeline(bg, c.me("conflicting-doses"), asked)
	if c.must(err); len(seen) != 1 || seen[0].Organisation != "Riverside Surgery" || effect.Why != patient.WhyCoded {
		t.Errorf("%+v %+v", seen, effect)
	}
	row, err := c.DB.QueryRow(bg, "SELECT count(*) FROM notices WHERE about_id = ? AND template = 'objection_recorded'", string(person))
	var told int
	if c.must(err); row.Scan(&told) != nil || told != 1 {
		t.Errorf("told %d times", told)
	}
	c.later(time.Hour)
	c.atDesk("conflicting-doses", "given")
	if c.work(); c.hidden(person) {
		t.Error("hidden although it was taken back")
	}

	ref := c.confirmed("many-sources")
	c.work()
	c.coded(ref)
	c.later(time.Minute)
	page := c.browser(t).fetch(c.system + "/practices/riverside")
	_, line, _ := strings.Cut(page.Body, `data-by="portal"`)
	line, _, _ = strings.Cut(line, "</form>")
	entry := field(t, line, "entry")
	if a := c.browser(t).post(c.system+"/practices/riverside/errors", url.Values{"entry": {entry}}, c.system); a.Status != http.StatusOK {
		t.Fatal(a.Status)
	}
	c.work()
	if c.is(ref, objection.Confirmed); c.alarm(ref) != objection.AlarmCodeGone || !c.hidden(c.Demo.World.People["many-sources"]) {
		t.Errorf("alarm %q", c.alarm(ref))
	}
	if k := c.codes(ref)[0]; k.State != coding.ByHand || k.Reason != coding.ReasonGone {
		t.Errorf("%+v", k)
	}

	lime := access.Viewer{Kind: access.Staff, ID: c.manager.ID, Name: "Sam", Role: "R8008", Organisation: "lime-tree", Capabilities: []access.Capability{access.ManageRequests}}
	c.manager = lime
	by := c.confirmed("no-known-allergies")
	if k := c.codes(by)[0]; k.State != coding.ByHand || k.Reason != "" {
		t.Errorf("%+v", k)
	}
	o, _, err := c.Objections.Open(bg, lime, by, asked)
	c.must(err)
	c.must(c.Coding.Entered(bg, lime, o.Case, true, asked))
	if err := c.Coding.Entered(bg, c.gp, o.Case, true, asked); err == nil {
		t.Error("another practice's task")
	}
	c.work()
	c.is(by, objection.Confirmed) // saying so proves nothing
	c.atDesk("no-known-allergies", "refused")
	c.work()
	if c.coded(by); c.codes(by)[0].EnteredName != "Sam" {
		t.Errorf("%+v", c.codes(by))
	}
}

// The system takes nothing without its token, and no form from another page; what it
// held is there again when it starts anew.
func TestTheSystemIsGuarded(t *testing.T) {
	c := startClinic(t, filepath.Join(t.TempDir(), "candour.db"))
	ref := c.confirmed("many-sources")
	c.clinical.all[0].Token = "another"
	c.work()
	if k := c.codes(ref)[0]; k.State != coding.Refused || k.Reason != coding.ReasonForbidden || c.held("riverside") != 0 {
		t.Errorf("%+v", k)
	}
	b := c.browser(t)
	if a := b.fetch(c.system + "/practices/riverside/feed"); a.Status != http.StatusUnauthorized {
		t.Errorf("feed: %d", a.Status)
	}
	if a := b.post(c.system+"/practices/riverside/entries", url.Values{"patient": {"101"}, "code": {"refused"}}, "http://evil.example"); a.Status != http.StatusForbidden {
		t.Errorf("a form of another page: %d", a.Status)
	}
	req := httptest.NewRequest(http.MethodGet, "http://evil.example/practices/riverside", nil)
	w := httptest.NewRecorder()
	if c.Demo.Practice.Handler().ServeHTTP(w, req); w.Code != http.StatusMisdirectedRequest {
		t.Errorf("under another name: %d", w.Code)
	}
	for path, want := range map[string]int{"/practices/nowhere": 404, "/practices/nowhere/feed": 404, "/static/nothing.css": 404} {
		if a := b.fetch(c.system + path); a.Status != want {
			t.Errorf("%s: %d", path, a.Status)
		}
	}
	if err := c.ConnectClinical([]Clinical{{Organisation: "x", Write: "http://practice.example/fhir"}}); err == nil {
		t.Error("a clinical system without https")
	}
}

// A decision that left no code, and one that another provider has taken over: both are
// asked for where the request is now.
func TestWhatWasLeftBehindIsCaughtUp(t *testing.T) {
	c := startClinic(t, filepath.Join(t.TempDir(), "candour.db"))
	c.Demo.Practice.Break(practice.Refusing)
	ref := c.confirmed("many-sources")
	c.work()
	if k := c.codes(ref)[0]; k.State != coding.Refused {
		t.Fatalf("%+v", k)
	}
	c.must(c.DB.Do(bg, func(ctx context.Context) error {
		_, err := c.DB.Exec(ctx, "DELETE FROM codings")
		return err
	}))
	c.Demo.Practice.Break(practice.Failing)
	c.must(c.Coding.CatchUp(bg))
	if all := c.codes(ref); len(all) != 1 || all[0].State != coding.Waiting || !all[0].Refused {
		t.Fatalf("%+v", all)
	}
	_, err := c.Objections.Transfer(bg, c.manager, ref, "lime-tree", "moved", 0, asked)
	c.must(err)
	for range 2 {
		c.must(c.Coding.CatchUp(bg))
	}
	if all := c.codes(ref); len(all) != 1 || all[0].State != coding.ByHand || all[0].Organisation != "lime-tree" || all[0].Round != 2 {
		t.Errorf("%+v", all)
	}
}
