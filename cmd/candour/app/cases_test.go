package app

import (
	"context"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"candour/models/access"
	"candour/models/casework"
	"candour/models/objection"
	"candour/models/opaque"
)

// raise sends a request as a persona's person, by the domain's own verbs.
func (p *portal) raise(t testing.TB, key string, a objection.Answers) casework.Case {
	t.Helper()
	ctx := context.Background()
	me := access.Viewer{Kind: access.Patient, ID: "account-" + key, Name: "Somebody Asking", Person: p.Demo.World.People[key], Level: "P9"}
	if a.Subject == "" {
		a.Subject = objection.Self
	}
	if a.Provider == "" {
		a.Provider = "riverside"
	}
	a.Contact.Ways = []string{"phone"}
	d, err := p.Objections.Start(ctx, me, a, casework.Request{Route: "/my/objection"})
	if err != nil {
		t.Fatal(err)
	}
	c, err := p.Objections.Raise(ctx, me, d.ID, casework.Request{Route: "/my/objection"})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func casePath(ref opaque.ID, noun string) string {
	return strings.TrimSuffix("/cases/"+string(ref)+"/"+noun, "/")
}

// act fills in the page of an act and sends it.
func (b *browser) act(ref opaque.ID, noun string, fields url.Values) answer {
	b.t.Helper()
	page := b.get(casePath(ref, noun))
	if page.Status != http.StatusOK {
		b.t.Fatalf("%s: %d %s", noun, page.Status, text(page.Body))
	}
	if fields == nil {
		fields = url.Values{}
	}
	fields.Set("seen", field(b.t, page.Body, "seen"))
	return b.send(page, casePath(ref, noun), fields)
}

func (p *portal) state(t testing.TB, ref opaque.ID) casework.State {
	t.Helper()
	row, err := p.DB.QueryRow(context.Background(), "SELECT state FROM cases WHERE id = ?", string(ref))
	var s casework.State
	if err == nil {
		err = row.Scan(&s)
	}
	if err != nil {
		t.Fatal(err)
	}
	return s
}

var refusing = url.Values{"decision": {"refuse"}, "ground": {"serious_harm"}, "reason": {"It would put her at risk."}, "rights": {"You can object again."}, "complaint": {"Write to us."}}

func with(v url.Values, more ...string) url.Values {
	out := url.Values{}
	for name, all := range v {
		out[name] = all
	}
	for i := 0; i+1 < len(more); i += 2 {
		out.Set(more[i], more[i+1])
	}
	return out
}

// The queue and the case in the whole program: from the list to the decision.
func TestCases(t *testing.T) {
	p := start(t, filepath.Join(t.TempDir(), "candour.db"))
	for name, one := range map[string]func(*testing.T, *portal){
		"confirmed from the queue": confirmedFromTheQueue, "refused after a last word": refusedAfterALastWord, "the address is the truth": theAddressIsTheTruth,
		"many at once": manyAtOnce, "a view": aViewIsANameForAnAddress, "not for everybody": theQueueIsNotForEverybody,
	} {
		t.Run(name, func(t *testing.T) { one(t, p) })
	}
}

func confirmedFromTheQueue(t *testing.T, p *portal) {
	c := p.raise(t, "many-sources", objection.Answers{})
	manager := p.signIn(t, "practice-manager")
	queue := manager.get("/cases")
	if queue.Status != http.StatusOK || !strings.Contains(queue.Body, c.Ref) || !strings.Contains(queue.Body, casePath(c.ID, "")) {
		t.Fatalf("%d %s", queue.Status, text(queue.Body))
	}
	page := manager.get(casePath(c.ID, ""))
	if page.Status != http.StatusOK || !strings.Contains(page.Body, c.Ref) || !strings.Contains(page.Body, "/review") {
		t.Fatalf("%d %s", page.Status, text(page.Body))
	}
	if a := manager.act(c.ID, "review", nil); a.URL.Path != casePath(c.ID, "") || p.state(t, c.ID) != objection.InReview || !strings.Contains(a.Body, "The request is in review") {
		t.Fatalf("%d %s %s", a.Status, a.URL, text(a.Body))
	}
	if a := manager.act(c.ID, "decision", nil); a.Status != http.StatusUnprocessableEntity || !strings.Contains(a.Body, "Choose what you decide") {
		t.Errorf("%d %s", a.Status, text(a.Body))
	}
	if a := manager.act(c.ID, "decision", url.Values{"decision": {"confirm"}}); a.Status != http.StatusOK || p.state(t, c.ID) != objection.Confirmed {
		t.Fatalf("%d %s", a.Status, text(a.Body))
	}
	gp := p.signIn(t, "gp")
	if a := gp.get("/patients/" + string(c.Person) + "/record"); a.Status != http.StatusForbidden {
		t.Errorf("seen after the confirmation: %d", a.Status)
	}
}

func refusedAfterALastWord(t *testing.T, p *portal) {
	c := p.raise(t, "conflicting-doses", objection.Answers{})
	manager := p.signIn(t, "practice-manager")
	manager.act(c.ID, "review", nil)
	a := manager.act(c.ID, "decision", with(refusing, "reason", ""))
	if a.Status != http.StatusUnprocessableEntity || !strings.Contains(a.Body, "Enter the reason") || !strings.Contains(a.Body, "Write to us.") {
		t.Fatalf("%d %s", a.Status, text(a.Body))
	}
	if a = manager.act(c.ID, "decision", refusing); a.Status != http.StatusOK || !strings.Contains(a.Body, "You are about to refuse") || p.state(t, c.ID) != objection.InReview {
		t.Fatalf("%d %s", a.Status, text(a.Body))
	}
	if a = manager.act(c.ID, "decision", with(refusing, "sure", "1")); a.Status != http.StatusUnprocessableEntity || !strings.Contains(a.Body, "A named clinician must make an entry first") {
		t.Fatalf("staff alone refused: %d %s", a.Status, text(a.Body))
	}
	gp := p.signIn(t, "gp")
	if a = gp.act(c.ID, "decision", with(refusing, "sure", "1")); a.Status != http.StatusOK || p.state(t, c.ID) != objection.Refused {
		t.Fatalf("%d %s", a.Status, text(a.Body))
	}
}
