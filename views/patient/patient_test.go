package patient

import (
	"context"
	"encoding/csv"
	"net/url"
	"slices"
	"strings"
	"testing"

	"candour/locales"
	"candour/models/access"
	"candour/models/audit"
	"candour/models/invalid"
	"candour/models/patient"
	"candour/models/record"
	"candour/views/layout"
	"candour/views/viewtest"
	"golang.org/x/net/html"
)

var shell = layout.Shell{Audience: layout.Patient, Name: "Amina Khan", CSRF: "token", Return: "/my", RequestID: "req1", Region: "Three Rivers", IdleSeconds: 1800, Demo: true}

func (h *house) inclusion() patient.Inclusion {
	h.t.Helper()
	i, err := h.patients.Inclusion(context.Background(), h.me, h.me.Person, patient.Request{Route: "/my", Shape: "page", RequestID: "r"})
	h.must(err)
	return i
}

func TestHomeSaysWhereOneStands(t *testing.T) {
	h := newHouse(t)
	text := viewtest.Text(viewtest.Page(t, "my", shell, HomePage(Home{Name: "Amina Khan", LastSignIn: noon, Inclusion: h.inclusion(), New: 3})))
	for _, words := range []string{"Hello Amina Khan", "You last logged in on 23 November 2026, 12:04pm", "3 accesses since 23 November 2026", "You have not objected"} {
		if !strings.Contains(text, words) {
			t.Errorf("home does not say %q:\n%s", words, text)
		}
	}
	h.do("UPDATE persons SET objected = ?, sharing_since = ? WHERE id = ?", true, noon.UnixMilli(), string(h.me.Person))
	text = viewtest.Text(viewtest.Page(t, "my-objected", shell, HomePage(Home{Name: "Amina Khan", Inclusion: h.inclusion()})))
	if !strings.Contains(text, "You have objected") || !strings.Contains(text, "first time you have logged in") {
		t.Errorf("home of somebody who objected: %s", text)
	}
	h.do("UPDATE persons SET objected = ?, birth_date = ? WHERE id = ?", false, "2010-01-01", string(h.me.Person))
	child := viewtest.Text(viewtest.Page(t, "my-child", shell, HomePage(Home{Name: "Amina Khan", Inclusion: h.inclusion()})))
	if !strings.Contains(child, "because you are not included") || strings.Contains(child, "can see your record, and") {
		t.Errorf("home of somebody who is not included: %s", child)
	}
	if strings.Contains(text, "999 000 0018") || strings.Contains(text, "9990000018") {
		t.Error("the page shows an NHS number")
	}
}

func TestInclusionSaysWhyAndFromWhen(t *testing.T) {
	h := newHouse(t)
	for _, c := range []struct{ name, born, practice, words string }{
		{"inclusion", "1978-08-06", "E81999", "Mill Street Surgery"},
		{"inclusion-child", "2009-03-01", "E81999", "1 March 2027, your 18th birthday"},
		{"inclusion-elsewhere", "1978-08-06", "X99999", "outside this area"},
		{"inclusion-none", "1978-08-06", "", "We do not know of a GP surgery"},
		{"inclusion-age", "1978", "E81999", "your whole date of birth"},
	} {
		h.do("UPDATE persons SET birth_date = ?, practice_ods = ? WHERE id = ?", c.born, c.practice, string(h.me.Person))
		text := viewtest.Text(viewtest.Page(t, c.name, shell, InclusionPage(h.inclusion())))
		if !strings.Contains(text, c.words) || strings.Contains(text, "inclusion.") {
			t.Errorf("%s does not say %q:\n%s", c.name, c.words, text)
		}
	}
}

func TestHistoryIsGroupedAndSaysWhoWhenWhatWhy(t *testing.T) {
	h := newHouse(t)
	h.year()
	root := viewtest.Page(t, "history", shell, AccessHistoryPage(h.page(access.HistoryFilter{}, false)))
	text := viewtest.Text(root)
	for _, words := range []string{"Who has looked at your record", "4 visits to your record, 17 accesses", "Monday 23 November 2026", "Northgate Hospital",
		"Dr Joan Reid", "Doctor or senior health professional", "Because you had an appointment there.", "They saw allergies and medicines (3 entries).",
		"Not let in", "because their training was out of date", "somebody who cares for you had asked them for advice", "Show all 12 accesses of this day", "What this list does not cover"} {
		if !strings.Contains(text, words) {
			t.Errorf("history does not say %q", words)
		}
	}
	for _, words := range []string{"her sister rang", "Clinical Practitioner", "why.", "seen.", "relation."} {
		if strings.Contains(text, words) {
			t.Errorf("history says %q", words)
		}
	}
	if tags := len(viewtest.ByClass(root, "nhsuk-tag")); tags != 2 { // on the visit and on the access
		t.Errorf("%d tags: being asked for a reason is not a refusal", tags)
	}
	if title := viewtest.Text(viewtest.All(root, "title")[0]); strings.Contains(title, "looked") {
		t.Errorf("the title of the tab tells: %s", title)
	}
	if n := len(viewtest.ByClass(root, "app-visit")); n != 4 {
		t.Errorf("%d visits, want 4: own and automatic ones are folded away", n)
	}
}

func TestHistoryFiltersStandInTheAddress(t *testing.T) {
	h := newHouse(t)
	h.year()
	f := access.HistoryFilter{From: "2026-10-01", Organisation: "surgery", Role: "R0260", Reason: "involved", Section: "allergies", Own: true, System: true}
	root := viewtest.Page(t, "history-filtered", shell, AccessHistoryPage(h.page(f, true)))
	tags := viewtest.ByClass(root, "app-filter-tag")
	if len(tags) != 7 {
		t.Fatalf("%d tags, want 7", len(tags))
	}
	for _, tag := range tags {
		if href := viewtest.Attr(tag, "href"); strings.Count(href, "=") != 7 { // six filters left, and single
			t.Errorf("dropping %q leads to %s", viewtest.Text(tag), href)
		}
	}
	if text := viewtest.Text(root); !strings.Contains(text, "1 access on this page") || !strings.Contains(text, "Dr Tom Brook") {
		t.Errorf("filtered list: %s", text)
	}
	for _, name := range []string{"own", "system", "single"} {
		for _, n := range viewtest.All(root, "input") {
			if viewtest.Attr(n, "id") == name && !hasAttr(n, "checked") {
				t.Errorf("%s is not ticked", name)
			}
		}
	}
	own := viewtest.Text(viewtest.Page(t, "history-all", shell, AccessHistoryPage(h.page(access.HistoryFilter{Own: true, System: true}, false))))
	if !strings.Contains(own, "An automatic check. No person looked.") || !strings.Contains(own, "You looked at this list.") {
		t.Error("own and automatic accesses are not shown when asked for")
	}
}

func TestHistoryStates(t *testing.T) {
	h := newHouse(t)
	empty := viewtest.Text(viewtest.Page(t, "history-empty", shell, AccessHistoryPage(h.page(access.HistoryFilter{}, false))))
	if !strings.Contains(empty, "Nobody has looked at your record") {
		t.Errorf("empty: %s", empty)
	}
	after := viewtest.Text(viewtest.Page(t, "history-own-only", shell, AccessHistoryPage(h.page(access.HistoryFilter{}, false))))
	if !strings.Contains(after, "The list began on 23 November 2026") {
		t.Errorf("only own accesses: %s", after)
	}
	none := viewtest.Text(viewtest.Page(t, "history-nothing-fits", shell, AccessHistoryPage(h.page(access.HistoryFilter{To: "2020-01-01"}, false))))
	if !strings.Contains(none, "Nothing fits these filters") {
		t.Errorf("nothing fits: %s", none)
	}
	problem := HistoryPage{From: DateParts{"45", "1", "2026"}, Filter: access.HistoryFilter{From: "2026-01-45"}, Problems: invalid.Fields{{Name: "from", Message: "history.day.invalid"}}}
	root := viewtest.Page(t, "history-problem", shell, AccessHistoryPage(problem))
	if text := viewtest.Text(root); !strings.Contains(text, "There is a problem") || !strings.Contains(text, "Enter a real date") || strings.Contains(text, "Nobody") {
		t.Errorf("problem: %s", text)
	}
}

func TestLongListsHavePages(t *testing.T) {
	h := newHouse(t)
	for day := range 60 {
		h.looked(noon.AddDate(0, 0, -60+day), nil)
	}
	for _, single := range []bool{false, true} {
		page, seen, cursor := HistoryPage{Single: single}, 0, ""
		for n := 1; ; n++ {
			page.History = h.history(access.HistoryRequest{Flat: single, Cursor: cursor})
			root := viewtest.Page(t, "history-page", shell, AccessHistoryPage(page))
			seen += len(viewtest.ByClass(root, "app-visit"))
			if back := len(viewtest.ByClass(root, "nhsuk-pagination__link--prev")); (back == 1) != (n > 1) {
				t.Errorf("single %v, page %d: %d links to newer accesses", single, n, back)
			}
			next := viewtest.ByClass(root, "nhsuk-pagination__link--next")
			if len(next) == 0 {
				break
			}
			u, err := url.Parse(viewtest.Attr(next[0], "href"))
			h.must(err)
			if cursor = u.Query().Get("cursor"); (u.Query().Get("single") == "1") != single || n > 5 {
				t.Fatalf("page %d leads to %s", n, u)
			}
		}
		if seen != 60 {
			t.Errorf("single %v: %d of 60 accesses on the pages", single, seen)
		}
	}
}

func TestOneAccessListsItsItems(t *testing.T) {
	h := newHouse(t)
	h.looked(noon, nil)
	root := viewtest.Page(t, "access", shell, AccessPage(h.history(access.HistoryRequest{Entry: 1})))
	text := viewtest.Text(root)
	for _, words := range []string{"Allergy (1 entry)", "Prescription (2 entries)", "Titled MedicationRequest", "version 1", "Appointment", "Works in a hospital or clinic"} {
		if !strings.Contains(text, words) {
			t.Errorf("the access does not say %q:\n%s", words, text)
		}
	}
	var tokens []string
	for _, n := range viewtest.All(root, "li") {
		if token := viewtest.Attr(n, "data-item"); token != "" {
			tokens = append(tokens, token)
		}
	}
	if len(tokens) != len(h.items) {
		t.Errorf("%d items named, %d were shown", len(tokens), len(h.items))
	}
	h.do("UPDATE persons SET objected = ? WHERE id = ?", true, string(h.me.Person))
	text = viewtest.Text(viewtest.Page(t, "access-objected", shell, AccessPage(h.history(access.HistoryRequest{Entry: 1}))))
	if strings.Contains(text, "Titled") || !strings.Contains(text, "We name only the kinds") {
		t.Errorf("somebody who objected is shown their record in the history: %s", text)
	}
}

func TestPrintAndSheetHoldEveryAccess(t *testing.T) {
	h := newHouse(t)
	h.year()
	h.looked(noon, func(e *audit.Entry) { e.Viewer.Name = "=cmd|' /C calc'!A0" })
	page := h.page(access.HistoryFilter{}, true)
	root := viewtest.Page(t, "history-print", shell, PrintPage(page))
	if rows := len(viewtest.ByClass(root, "nhsuk-table__row")) - 1; rows != 18 {
		t.Errorf("%d rows on paper, want 18", rows)
	}
	sheet := NewSheet(locales.With(context.Background(), locales.Default))
	sheet.Add(page.History)
	body, err := sheet.Bytes()
	h.must(err)
	rows, err := csv.NewReader(strings.NewReader(string(body))).ReadAll()
	h.must(err)
	if len(rows) != 19 || !strings.Contains(string(body), "\r\n") {
		t.Errorf("%d rows, want a head and 18 accesses", len(rows))
	}
	if rows[1][1] != "'=cmd|' /C calc'!A0" {
		t.Errorf("a name is read as a formula: %q", rows[1][1])
	}
	if rows[18][0] != "2026-08-23 13:04:00" { // summer time
		t.Errorf("first access at %q", rows[18][0])
	}
}

func hasAttr(n *html.Node, name string) bool {
	return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == name })
}

// Every value that the log may hold has words of its own for the patient.
func TestEveryReasonHasWords(t *testing.T) {
	ctx := context.Background()
	has := func(key string) {
		if _, ok := locales.Lookup(ctx, key); !ok {
			t.Errorf("no words for %s", key)
		}
	}
	allowed := map[access.Reason]bool{access.ReasonOwnRecord: true, access.ReasonEvidence: true, access.ReasonDeclared: true,
		access.ReasonIdentify: true, access.ReasonReview: true, access.ReasonSystem: true}
	for _, r := range access.Reasons() {
		if !allowed[r] {
			has("why.refused." + string(r))
		}
	}
	for _, r := range access.DeclaredReasons() {
		has("why.declared." + r)
	}
	for _, kind := range []string{"practice", "appointment", "admission", "encounter", "referral", "careteam"} {
		has("why.involved." + kind)
		has("relation." + kind)
	}
	for _, s := range record.SectionOrder {
		has("seen." + string(s))
	}
	for _, s := range patient.Standings() {
		has("inclusion.reason." + string(s))
		has("inclusion.ask." + string(s))
	}
	for _, code := range staffTypes {
		has("role." + code + ".name")
		has("role." + code + ".about")
	}
	for _, r := range filterReasons {
		has("history.reason." + string(r))
	}
}
