package public

import (
	"slices"
	"strings"
	"testing"
	"time"

	measured "candour/e2e/results"
	"candour/locales"
	"candour/models/invalid"
	"candour/models/organisation"
	"candour/models/patient"
	"candour/models/status"
	"candour/views/layout"
	"candour/views/viewtest"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// whole is a register with one partner of each kind, in each state, with a feed in
// each condition.
func whole() []*Partner {
	var all []organisation.Organisation
	var feeds []status.Feed
	names := map[string][]organisation.Name{}
	systems := []string{"gp", "acute", "community", "mental", "social", "ambulance", "gp"}
	var categories []string
	for c := range categoryOf {
		categories = append(categories, c)
	}
	for i, kind := range organisation.Kinds() {
		id := string(kind)
		state := organisation.States()[i%len(organisation.States())]
		o := organisation.Organisation{ID: id, Name: "The " + id, Kind: kind, InRegion: true, State: state, ConnectedOn: "2024-05-01"}
		if state == organisation.Left {
			o.LeftOn, o.SuccessorID = "2026-03-31", string(organisation.Practice)
		}
		all = append(all, o)
		names[id] = []organisation.Name{{Text: "Old " + id}, {From: "2025-01-01", Text: o.Name}}
		condition := organisation.Conditions()[i%len(organisation.Conditions())]
		feeds = append(feeds, status.Feed{Source: organisation.Source{ID: "s" + id, OrganisationID: id, SystemKind: systems[i], Categories: categories, State: state, FreshHours: 26, LastReceived: noon.Add(-time.Duration(i) * 7 * time.Hour)},
			Organisation: o.Name, Condition: condition})
	}
	return Register(all, names, feeds)
}

// every page shows words for every kind, state and condition there is.
func TestEveryStateHasWords(t *testing.T) {
	register := whole()
	for _, p := range register {
		for _, purpose := range organisation.Purposes() {
			p.Contacts = append(p.Contacts, organisation.Contact{Purpose: purpose, Phone: "01632 960000", Email: "a@b.example", Page: "https://b.example"})
		}
		noKeys(t, "partner "+p.ID, viewtest.Text(viewtest.Page(t, "partner-"+p.ID, layout.Shell{}, PartnerPage(p))))
	}
	bare := &Partner{Organisation: organisation.Organisation{ID: "bare", Name: "Bare", Kind: organisation.Acute, State: organisation.Connected},
		Feeds: []status.Feed{{Source: organisation.Source{ID: "b", SystemKind: "FHIR R4"}, Condition: organisation.Waiting}}}
	text := viewtest.Text(viewtest.Page(t, "partner-bare", layout.Shell{}, PartnerPage(bare)))
	noKeys(t, "a partner of whom little is known", text)
	for _, words := range []string{"A system of its own", "which kinds is not listed here yet", "The date is not known", "Nothing has come yet"} {
		if !strings.Contains(text, words) {
			t.Errorf("a partner of whom little is known: no %q", words)
		}
	}
	noKeys(t, "partners", viewtest.Text(viewtest.Page(t, "partners", layout.Shell{}, PartnersPage(Partners{All: register, Search: Search{Text: "old"}}))))
	noKeys(t, "news", viewtest.Text(viewtest.Page(t, "news", layout.Shell{}, WhatsNewPage(WhatsNew{News: Latest(Announcements(), register, "2099-01-01"), Planned: StillToJoin(register)}))))
	for _, a := range Announcements() {
		noKeys(t, a.Slug, viewtest.Text(viewtest.Page(t, a.Slug, layout.Shell{}, AnnouncementPage(a))))
	}
	feeds := []status.Feed{}
	for _, p := range register {
		feeds = append(feeds, p.Feeds...)
	}
	for _, r := range []status.Report{
		{At: noon, Database: true, Feeds: feeds, Quarantined: status.Queue{Waiting: 3, Oldest: noon.Add(-50 * time.Hour)}, Held: status.Queue{Waiting: 1, Oldest: noon.Add(-time.Minute)}, Log: status.Checkpoint{Number: 12345, At: noon, Chain: []byte("abc")}},
		{At: noon, Database: true}, {At: noon, Feeds: feeds},
	} {
		noKeys(t, "status", viewtest.Text(viewtest.Page(t, "status-"+string(r.Verdict()), layout.Shell{}, StatusPage(Status{Report: r, Version: "1", Phone: "01632 960000"}))))
	}
}

func TestEveryAnswerHasWords(t *testing.T) {
	surgery := organisation.Organisation{ID: "mill", ODSCode: "E1", Name: "The Mill", Kind: organisation.Practice, InRegion: true}
	for _, standing := range patient.Standings() {
		for _, registered := range []string{RegisteredYes, RegisteredNo, RegisteredUnsure} {
			for _, state := range organisation.States() {
				s := surgery
				s.State = state
				a := Answer{Standing: standing, Asked: Asked{Registered: registered, Surgery: "mill"}, Born: "2010-02-03", From: "2028-02-03", Age: 18, Region: "Three Rivers"}
				noKeys(t, string(standing), viewtest.Text(viewtest.Page(t, "answer", layout.Shell{}, AnswerPage(a))))
				if registered != RegisteredYes || standing == patient.NoPractice {
					continue
				}
				a.Surgery = &s
				for _, s.InRegion = range []bool{true, false} {
					noKeys(t, string(standing), viewtest.Text(viewtest.Page(t, "answer", layout.Shell{}, AnswerPage(a))))
				}
			}
		}
	}
	two := []organisation.Match{{Organisation: surgery}, {Organisation: organisation.Organisation{ID: "none", Name: "No Code"}, Former: "The Mill"}}
	for n := range two {
		p := Included{Age: 18, Several: two[:n+1]}
		p.Problems = invalid.Fields{{Name: "which", Message: p.WhichMissing()}}
		noKeys(t, "which", viewtest.Text(viewtest.Page(t, "which", layout.Shell{}, IncludedPage(p))))
	}
}

// Somebody under age is told "nobody" and a day without an "if" only when nothing
// but the birthday is missing.
func TestAnswerToWhoIsUnderAge(t *testing.T) {
	surgery := func(in bool, state organisation.State) *organisation.Organisation {
		return &organisation.Organisation{ID: "mill", ODSCode: "E1", Name: "The Mill", Kind: organisation.Practice, InRegion: in, State: state}
	}
	for name, c := range map[string]struct {
		registered string
		surgery    *organisation.Organisation
		certain    bool
		whom, note string
	}{
		"here":         {RegisteredYes, surgery(true, organisation.Connected), true, "Nobody: it happens by itself", ""},
		"here, paused": {RegisteredYes, surgery(true, organisation.Suspended), true, "Nobody: it happens by itself", "paused at the moment"},
		"here, later":  {RegisteredYes, surgery(true, organisation.Planned), true, "Nobody: it happens by itself", "has not joined yet"},
		"left":         {RegisteredYes, surgery(true, organisation.Left), false, "The GP surgery you go to now", "Ask where your registration went"},
		"elsewhere":    {RegisteredYes, surgery(false, organisation.Planned), false, "it knows the shared record of its own area", "Your GP surgery is outside this area"},
		"unknown":      {RegisteredYes, nil, false, "ask whether it takes part", "We do not know your GP surgery"},
		"none":         {RegisteredNo, nil, false, "Any GP surgery near you, to register", "Age is not all"},
		"unsure":       {RegisteredUnsure, nil, false, "can tell where you are registered", "Age is not all"},
	} {
		a := Answer{Standing: patient.UnderAge, Asked: Asked{Registered: c.registered, Surgery: "x"}, Born: "2015-05-06", From: "2033-05-06", Age: 18, Region: "Three Rivers", Surgery: c.surgery}
		text := viewtest.Text(viewtest.Page(t, "young", layout.Shell{}, AnswerPage(a)))
		for words, want := range map[string]bool{"Not yet, because of your age": true, "6 May 2033, when you turn 18": true, "when you turn 18, if you are then registered with a GP surgery in Three Rivers": !c.certain,
			"Nobody": c.certain, "you are included, ": false, "You are included, ": false, c.whom: true, c.note: true} {
			if strings.Contains(text, words) != want {
				t.Errorf("%s: %q should be there: %t\n%s", name, words, want, text)
			}
		}
	}
}

func TestStatementsSayWhatWasMeasured(t *testing.T) {
	run := measured.Accessibility{Measured: "2026-11-23", Standard: "WCAG 2.2 AA", Tools: map[string]string{"axe-core": "4.13.0"}, Themes: []string{"normal", "contrast"}, Widths: []int{320, 1280},
		Languages: []string{"en", "en-XA", "en-XB"}, Scripts: []string{"on", "off"}, Patterns: []string{"GET /"}}
	for _, name := range []string{"axe", "markup", "overflow", "spacing", "zoom", "storage", "third_party"} {
		run.Checks = append(run.Checks, measured.Check{Name: name, Views: 1234})
	}
	text := viewtest.Text(viewtest.Page(t, "accessibility", layout.Shell{}, AccessibilityPage(Accessibility{Results: run, Version: "1"})))
	noKeys(t, "accessibility", text)
	for _, words := range []string{"no test found a fault, on 1,234 views", "axe-core 4.13.0", "high contrast", "23 November 2026"} {
		if !strings.Contains(text, words) {
			t.Errorf("no %q", words)
		}
	}
	run.Checks[0].Found = 2
	if text := viewtest.Text(viewtest.Page(t, "faults", layout.Shell{}, AccessibilityPage(Accessibility{Results: run}))); !strings.Contains(text, "faults were found on 2 views") || strings.Contains(text, "no test found") {
		t.Errorf("faults are not told: %s", text)
	}
	if text := viewtest.Text(viewtest.Page(t, "unmeasured", layout.Shell{}, AccessibilityPage(Accessibility{}))); !strings.Contains(text, "has not been measured yet") {
		t.Errorf("%s", text)
	}
	office := Office{Operator: "The board", Email: "a@b.example", Phone: "01632 960000", Post: "1 Street", DataProtection: "d@b.example"}
	noKeys(t, "privacy", viewtest.Text(viewtest.Page(t, "privacy", layout.Shell{}, PrivacyPage(Privacy{Office: office, Age: 18}))))
	noKeys(t, "cookies", viewtest.Text(viewtest.Page(t, "cookies", layout.Shell{}, CookiesPage(CookieNotice{Demo: true, Secure: true}))))
}

// noKeys fails on a key that stands where its words should.
func noKeys(t *testing.T, name, text string) {
	t.Helper()
	for _, area := range []string{"partners.", "included.", "status.", "accessibility.", "privacy.", "cookies.", "whats_new.", "error.", "home.", "footer.", "tour."} {
		for _, word := range strings.Fields(text) {
			if strings.HasPrefix(word, area) && len(word) > len(area) {
				t.Errorf("%s shows the key %s", name, word)
			}
		}
	}
}

func TestSearchOfTheRegister(t *testing.T) {
	register := whole()
	for text, want := range map[string]int{"": 7, "old": 7, "the practice": 1, "Old Acute": 1, "nothing": 0} {
		if n := len((Search{Text: text}).Narrow(register)); n != want {
			t.Errorf("%q finds %d, want %d", text, n, want)
		}
	}
	if got := (&Partner{Feeds: []status.Feed{{Source: organisation.Source{Categories: []string{"Flag", "Condition", "AllergyIntolerance", "Goal", "CarePlan", "Unheard"}}}}}).Categories(); !slices.Equal(got, []string{"allergies", "problems", "plans", "alerts"}) {
		t.Errorf("%v", got)
	}
	for _, c := range categories {
		if _, ok := locales.Lookup(t.Context(), "partners.category."+c); !ok {
			t.Errorf("no words for %s", c)
		}
	}
}
