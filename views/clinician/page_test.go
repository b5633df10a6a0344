package clinician

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"
	"golang.org/x/net/html"

	"candour/models/access"
	"candour/models/opaque"
	"candour/models/organisation"
	"candour/models/record"
)

// instant is when the pages of these tests are opened: 09:12 in London.
var instant = time.Date(2026, 11, 14, 9, 12, 0, 0, time.UTC)

func openPage(t *testing.T) page {
	statuses := []record.SourceStatus{
		{ID: "gp", Organisation: "Fenwick Road Surgery", Kind: "practice", State: "connected", LastReceived: instant.Add(-time.Hour), FreshHours: 24, Holds: true},
		{ID: "acute", Organisation: "Ousebank General Hospital", Kind: "acute", State: "connected", LastReceived: instant.Add(-72 * time.Hour), FreshHours: 24, Holds: true},
		{ID: "mh", Organisation: "Greensand Mental Health Trust", Kind: "mental", State: "connected", LastReceived: instant.Add(-5 * time.Hour), LastFailed: instant.Add(-time.Hour), FreshHours: 24},
		{ID: "am", Organisation: "Eastern Ambulance", Kind: "ambulance", State: "planned"},
	}
	return page{
		words: wordsIn(t.Context()), ref: opaque.Of("someone"), banner: wholeSheet().Person, at: instant,
		by:    access.Viewer{Kind: access.Staff, Name: "Dr Priya Rao", RoleName: "Consultant", OrganisationName: "Ousebank General Hospital"},
		claim: &access.Claim{Basis: "evidence", Kind: "appointment"}, sources: feeds(statuses, instant),
	}
}

func TestBannerFollowsCUI(t *testing.T) {
	p := openPage(t)
	got := text(parse(t, p.who(p.banner)))
	if want := "LANGWORTH, Lavera (Mrs) Born 01-Feb-1944 (82y) Gender Female NHS No. 999 200 0007"; !strings.HasPrefix(got, want) {
		t.Errorf("banner reads %q, want it to begin with %q", got, want)
	}
	if !strings.Contains(got, "Known allergies") {
		t.Errorf("banner says nothing of allergies: %q", got)
	}
	dead := p.banner
	dead.DiedOn = "2026-03-05"
	doc := parse(t, p.who(dead))
	got = text(doc)
	for _, want := range []string{"Died 05-Mar-2026", "Age at Death 82y"} {
		if !strings.Contains(got, want) {
			t.Errorf("the banner of someone dead does not say %q: %q", want, got)
		}
	}
	if strings.Contains(got, "(82y)") {
		t.Error("someone dead has no present age")
	}
	if !hasClass(doc, "app-banner--deceased") {
		t.Error("the banner of someone dead looks like that of someone living")
	}
}

func hasClass(doc *html.Node, class string) bool {
	for n := range doc.Descendants() {
		if strings.Contains(" "+attrOr(n, "class")+" ", " "+class+" ") {
			return true
		}
	}
	return false
}

func TestThePageSaysHowCompleteItIs(t *testing.T) {
	got := text(parse(t, openPage(t).completeness()))
	for _, want := range []string{
		"1 of 4 sources are up to date.", "Never part of this record: sexual health, fertility, gender reassignment",
		"Ousebank General Hospital : Delayed since 11-Nov-2026 09:12", "No entries from these, and not up to date: Greensand Mental Health Trust (Not available, last received 14-Nov-2026 04:12) Eastern Ambulance (Not connected yet)",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("does not say %q: %q", want, got)
		}
	}
}

func TestThePageSaysWhyItIsOpen(t *testing.T) {
	p := openPage(t)
	doc := parse(t, p.shell(Sections(wholeSheet())))
	if want := "Opened 09:12 for direct care: an appointment at your organisation."; !strings.Contains(text(doc), want) {
		t.Errorf("does not say %q", want)
	}
	p.claim = &access.Claim{Basis: "declared", Reason: "advice"}
	if got := p.why(); got != "a colleague who cares for them asked for your advice" {
		t.Errorf("a declared reason reads %q", got)
	}
}

// What is narrowed is named and can be dropped one by one; the address is the
// truth and holds nothing else.
func TestFiltersInForceCanBeDropped(t *testing.T) {
	p := openPage(t)
	p.filter = record.Filter{Source: "gp", From: "2024-01-01", Text: "sodium"}
	doc := parse(t, p.inForceBox())
	got := text(doc)
	for _, want := range []string{"You see part of the record.", "Source: Fenwick Road Surgery", "From 01-Jan-2024", "Words: sodium"} {
		if !strings.Contains(got, want) {
			t.Errorf("does not say %q: %q", want, got)
		}
	}
	want := map[string]bool{"?from=2024-01-01&q=sodium": false, "?q=sodium&source=gp": false, "?from=2024-01-01&source=gp": false}
	for n := range doc.Descendants() {
		for drop := range want {
			if n.Data == "a" && strings.HasSuffix(attrOr(n, "href"), drop) {
				want[drop] = true
			}
		}
	}
	for drop, found := range want {
		if !found {
			t.Errorf("no link to …%s", drop)
		}
	}
}

func TestPrintBeginsWithWhatIsMissing(t *testing.T) {
	p := openPage(t)
	doc := parse(t, p.paper(wholeSheet()))
	got := text(doc)
	missing, who, first := strings.Index(got, "This print is not complete"), strings.Index(got, "LANGWORTH, Lavera"), strings.Index(got, "Allergies and intolerances")
	if missing < 0 || who < missing || first < who {
		t.Errorf("order on paper: missing %d, person %d, record %d", missing, who, first)
	}
	for _, want := range []string{"Printed by: Dr Priya Rao, Consultant, Ousebank General Hospital", "Printed: 14-Nov-2026 09:12", "Direct care: an appointment at your organisation"} {
		if !strings.Contains(got, want) {
			t.Errorf("the cover does not say %q", want)
		}
	}
}

// A page that ends a journey says why and what next, and holds not a word of the
// record, nor who the person is (trust.md T38).
func TestDeadEnds(t *testing.T) {
	partners := []organisation.Organisation{{Name: "Fenwick Road Surgery", Phone: "01234 567890"}, {Name: "Ousebank General Hospital", Phone: "01234 222333"}}
	record := text(parse(t, Sections(wholeSheet()))) + " " + text(parse(t, openPage(t).who(wholeSheet().Person)))
	for _, reason := range access.Reasons() {
		if !HasStop(reason) {
			continue
		}
		doc := parse(t, StopPage(Stop{Reason: reason, Partners: partners, Reference: "r1"}))
		got := text(doc)
		if strings.Contains(got, "clinician.stop") {
			t.Errorf("%s: a key instead of words: %q", reason, got)
		}
		if n := countOf(doc, "h1"); n != 1 {
			t.Errorf("%s: %d main headings", reason, n)
		}
		for _, word := range []string{"Langworth", "LANGWORTH", "999 200 0007", "penicillin", "Amoxicillin", "Sodium", "Discharge summary"} {
			if strings.Contains(got, word) {
				t.Errorf("%s: the page holds %q of the record", reason, word)
			}
			if !strings.Contains(record, word) && word != "Langworth" {
				t.Errorf("the fixture does not hold %q: the check above is idle", word)
			}
		}
		if len(tokensIn(doc)) > 0 {
			t.Errorf("%s: the page names items", reason)
		}
	}
	objected := text(parse(t, StopPage(Stop{Reason: access.ReasonObjected, Partners: partners})))
	for _, want := range []string{"has chosen not to be viewed here", "01234 222333", "phone, email and paper"} {
		if !strings.Contains(objected, want) {
			t.Errorf("objected: does not say %q: %q", want, objected)
		}
	}
}

func countOf(doc *html.Node, tag string) int {
	n := 0
	for d := range doc.Descendants() {
		if d.Type == html.ElementNode && d.Data == tag {
			n++
		}
	}
	return n
}

// keyLike is a key, or a placeholder, that reached the page.
var keyLike = regexp.MustCompile(`(clinician|record|component|reason|find|claim)\.[a-z_]+(\.[a-z_]+)*|[^{]\{[a-z]+\}`)

// No page shows a key in place of words, and each has one main heading.
func TestPagesHaveWords(t *testing.T) {
	p := openPage(t)
	for name, c := range map[string]templ.Component{
		"find by number": FindPage(Find{}), "find by name": FindPage(Find{ByName: true}), "record": p.shell(Sections(wholeSheet())), "print": p.paper(wholeSheet()),
		"sections": body(wholeSheet(), style{}),
	} {
		doc := parse(t, c)
		if got := text(doc); keyLike.MatchString(got) {
			t.Errorf("%s: a key or a placeholder instead of words: %q", name, got)
		}
		if n := countOf(doc, "h1"); n != 1 && name != "sections" {
			t.Errorf("%s: %d main headings", name, n)
		}
	}
}
