package app

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"candour/models/objection"
	"candour/models/opaque"
)

func TestSomebodyObjectsForThemselves(t *testing.T) {
	p := demonstration(t)
	b := p.signIn(t, "no-known-allergies")
	page := b.begin()
	page, steps := b.goOn(page, forMe, "answers")
	if want := "whom worries effect plainly contact"; strings.Join(steps, " ") != want {
		t.Errorf("the way is %v, want %s", steps, want)
	}
	says(t, page, 200, "Check your answers", "Here, when I log in", "Romanian", "An interpreter", "Lime Tree")
	again := page
	sent := b.fill(page, nil)
	says(t, sent, 200, "Your objection has been sent", "Reference", "Decided by", "Lime Tree", "23 December 2026")
	if twice := b.fill(again, nil); twice.URL.Path != sent.URL.Path {
		t.Errorf("sent twice: %s, then %s", sent.URL.Path, twice.URL.Path)
	}
	ref := opaque.ID(strings.Split(sent.URL.Path, "/")[3])
	if got := p.state(t, ref); got != objection.Submitted {
		t.Errorf("it is %s", got)
	}
	if back := b.get(again.URL.Path); back.URL.Path != sent.URL.Path {
		t.Errorf("back to the answers of what was sent: %s", back.URL.Path)
	}
	says(t, b.get("/my/objection"), 200, "You have objected already")
	second, _ := b.goOn(b.begin(), forMe, "answers")
	if exists := b.fill(second, nil); !strings.HasSuffix(exists.URL.Path, "/my/requests/"+string(ref)) {
		t.Errorf("a second objection leads to %s", exists.URL.Path)
	}
	other := p.signIn(t, "holiday")
	for _, path := range []string{sent.URL.Path, "/my/objection/" + string(ref) + "/change-of-mind"} {
		says(t, other.get(path), 404, "Page not found")
	}
}

// A draft is saved at each step: left, taken up again on another device, changed from
// the answers, thrown away; 2 windows do not overwrite each other.
func TestADraftIsLeftAndTakenUpAgain(t *testing.T) {
	p := demonstration(t)
	b := p.signIn(t, "no-known-allergies")
	whom := b.begin()
	b.goOn(whom, forMe, "effect")
	desk := p.signIn(t, "no-known-allergies")
	start := desk.get("/my/objection")
	says(t, start, 200, "Go on with what you began", "Begun on 23 November 2026, saved until 23 December 2026")
	draft := strings.Split(whom.URL.Path, "/")[3]
	if !strings.Contains(start.Body, `href="/my/objection/`+draft+`/effect"`) {
		t.Error("it does not lead to where it was left")
	}
	page, _ := desk.goOn(desk.get("/my/objection/"+draft+"/effect"), forMe, "answers")

	change := desk.get("/my/objection/" + draft + "/contact?from=answers")
	says(t, change, 200, "How should we contact you")
	b.fill(b.get("/my/objection/"+draft+"/worries?from=answers"), url.Values{"worries": {"mistakes"}})
	stale := desk.fill(change, url.Values{"ways": {"phone"}, "contact": {"01632 960444"}, "language": {"en"}})
	says(t, stale, 409, "This was changed in another window", "Here, when I log in")
	if !strings.Contains(stale.Body, `value="01632 960444"`) {
		t.Error("what was typed is lost")
	}
	says(t, desk.fill(page, nil), 409, "This was changed in another window", "Nothing was sent", "Mistakes in it")
	after := desk.fill(stale, url.Values{"ways": {"phone"}, "contact": {"01632 960444"}, "language": {"en"}})
	if after.step() != "answers" {
		t.Errorf("after a change it goes on to %s", after.URL.Path)
	}
	says(t, after, 200, "01632 960444", "Mistakes in it")
	fresh := desk.get("/my/objection/" + draft + "/whom?from=answers")
	if asked := desk.fill(fresh, url.Values{"subject": {"child"}}); asked.step() != "details" {
		t.Errorf("a change that raises new questions goes to %s", asked.URL.Path)
	}

	p.now.Add(31 * 24 * 3600 * 1000)
	late := p.signIn(t, "no-known-allergies")
	says(t, late.get("/my/objection/"+draft+"/contact"), 404)
	if strings.Contains(late.get("/my/objection").Body, draft) {
		t.Error("a draft is offered after its 30 days")
	}
	thrown := late.begin()
	gone := late.send(late.get("/my/objection"), "/my/objection/"+strings.Split(thrown.URL.Path, "/")[3]+"/removal", url.Values{})
	says(t, gone, 200, "What you had begun is deleted")
	says(t, late.get(thrown.URL.Path), 404)
}

// Somebody who holds a power of attorney objects for an adult; an empty beginning is
// not begun twice.
func TestAnAttorneyObjects(t *testing.T) {
	p := demonstration(t)
	b := p.signIn(t, "holiday")
	first, second := b.begin(), b.begin()
	if first.URL.Path != second.URL.Path {
		t.Errorf("begun twice: %s and %s", first.URL.Path, second.URL.Path)
	}
	said := map[string]url.Values{"whom": {"subject": {"adult"}}, "details": {"given": {"Edith"}, "family": {"Obuya"}, "birth_date-day": {"3"}, "birth_date-month": {"2"}, "birth_date-year": {"1941"}},
		"relation": {"relation": {"son"}, "ground": {"attorney"}}, "evidence": {"evidence": {"opg_register", "lpa_access_code"}}, "contact": {"ways": {"letter"}, "language": {"en"}}}
	page, steps := b.goOn(second, said, "answers")
	if want := "whom details relation evidence files worries effect plainly contact"; strings.Join(steps, " ") != want {
		t.Errorf("the way is %v, want %s", steps, want)
	}
	says(t, page, 200, "Edith Obuya", "3 February 1941", "lasting power of attorney", "Entry in the register")
	says(t, b.fill(page, nil), 200, "Your objection has been sent", "check that you act for the person")
	p.Evidence.Keys = nil
	off, _ := b.goOn(b.begin(), said, "files")
	says(t, off, 200, "Files cannot be added at the moment")
	b.goOn(off, said, "answers")
}

// holds tells whether a field of a page has a value, or its choice is made.
func holds(t *testing.T, page answer, name, value string) (held bool) {
	t.Helper()
	walk(t, page.Body, func(n *html.Node) {
		if n.Data == "input" && attr(n, "name") == name && attr(n, "value") == value {
			held = held || attr(n, "type") == "text" || has(n, "checked")
		}
	})
	return held
}

// What is wrong stands above the form, with what was typed still in it.
func TestWhatIsWrongIsSaid(t *testing.T) {
	p := demonstration(t)
	b := p.signIn(t, "no-known-allergies")
	page := b.begin()
	says(t, b.fill(page, nil), 422, "Select whose record this is about")
	details := b.fill(page, forChild["whom"])
	for _, c := range []struct{ day, month, year, words string }{{"", "", "", "Enter their date of birth"}, {"31", "2", "2017", "must be a real date"}, {"1", "1", "2027", "must be in the past"}, {"1", "1", "1990", "They are 18 or over"}} {
		got := b.fill(details, url.Values{"given": {"Leo"}, "birth_date-day": {c.day}, "birth_date-month": {c.month}, "birth_date-year": {c.year}})
		says(t, got, 422, c.words, "Enter their last name")
		if !strings.Contains(got.Body, `value="Leo"`) || c.year != "" && !strings.Contains(got.Body, `value="`+c.year+`"`) {
			t.Error("what was typed is lost")
		}
	}
	page, _ = b.goOn(details, forChild, "contact")
	for _, step := range []string{"whom", "details", "relation", "evidence", "child"} { // back never loses anything
		before := b.get(strings.Replace(page.URL.Path, "contact", step, 1))
		for name, values := range forChild[step] {
			if !holds(t, before, name, values[0]) {
				t.Errorf("%s has lost %s", step, name)
			}
		}
	}
	says(t, b.fill(page, url.Values{"ways": {"email"}, "language": {"en"}}), 422, "Enter the email address or phone number to use")
	says(t, b.fill(page, url.Values{"language": {"xx"}}), 422, "Select at least one way", "Select only what is on the list")
	says(t, b.fill(page, url.Values{"ways": {"app"}, "language": {"en"}, "told": {"1"}}), 400)
	worries := b.get(strings.Replace(page.URL.Path, "contact", "worries", 1))
	says(t, b.fill(worries, url.Values{"words": {strings.Repeat("ক", 2001)}}), 422, "2,000 characters or fewer")
	if kept := b.fill(worries, url.Values{"words": {strings.Repeat("ক", 2000)}}); kept.Status != 200 {
		t.Errorf("2,000 characters of Bengali: %d", kept.Status)
	}
	early := b.begin() // the answers, before anything is answered
	if to := b.get(strings.Replace(early.URL.Path, "whom", "answers", 1)); to.step() != "whom" {
		t.Errorf("it leads to %s", to.URL.Path)
	}
}

var (
	csrfToken = regexp.MustCompile(`name="csrf" value="[^"]*"`)
	anID      = regexp.MustCompile(`[a-z2-7]{26}`)
	aNonce    = regexp.MustCompile(`(Reference:? ?)?[0-9a-f]{16}`)
	aCaseRef  = regexp.MustCompile(`[2-9B-Z]{4}-[2-9B-Z]{4}`)
)

func anonymous(body string) string {
	for _, r := range []*regexp.Regexp{csrfToken, anID, aNonce, aCaseRef} {
		body = r.ReplaceAllString(body, "*")
	}
	return body
}

// The journey does not tell whether the child who is named is held here: every page of
// it, with what is sent at the end, is the same for one who is and for one who is not.
func TestTheJourneyDoesNotTellWhetherAChildIsHeld(t *testing.T) {
	p := demonstration(t)
	child := p.Demo.World.People["child"]
	var born, given, family string
	row, err := p.DB.QueryRow(t.Context(), "SELECT birth_date, given, family FROM persons WHERE id = ?", string(child))
	if err == nil {
		err = row.Scan(&born, &given, &family)
	}
	if err != nil {
		t.Fatal(err)
	}
	walkAs := func(given, family string) []string {
		b := p.signIn(t, "no-known-allergies")
		said := maps.Clone(forChild)
		said["details"] = url.Values{"given": {given}, "family": {family}, "birth_date-day": {born[8:]}, "birth_date-month": {born[5:7]}, "birth_date-year": {born[:4]}}
		var pages []string
		page := b.begin()
		for page.step() != "sent" {
			names := strings.NewReplacer(given, "GIVEN", family, "FAMILY")
			pages = append(pages, fmt.Sprint(page.Status, " ", page.step(), " ", anonymous(names.Replace(page.Body))))
			if page.step() == "files" {
				page = b.upload(page, "continue", "", "", nil)
			} else {
				page = b.fill(page, said[page.step()])
			}
		}
		pages = append(pages, anonymous(strings.NewReplacer(given, "GIVEN", family, "FAMILY").Replace(page.Body)))
		status := b.get("/my/requests/" + strings.Split(page.URL.Path, "/")[3])
		return append(pages, anonymous(strings.NewReplacer(given, "GIVEN", family, "FAMILY").Replace(status.Body)))
	}
	held, invented := walkAs(given, family), walkAs("Zebedee", "Quillfeather")
	if len(held) != len(invented) || len(held) < 11 {
		t.Fatalf("%d pages and %d pages", len(held), len(invented))
	}
	for i := range held {
		if held[i] != invented[i] {
			t.Errorf("page %d differs:\n%s\n%s", i, text(held[i]), text(invented[i]))
		}
	}
}

// Under 18s are not in the record: the page says so, and when it begins to matter.
func TestAParentObjectsWithEvidence(t *testing.T) {
	p := demonstration(t)
	b := p.signIn(t, "no-known-allergies")
	page, _ := b.goOn(b.begin(), forChild, "files")
	says(t, b.upload(page, "upload", "", "application/octet-stream", nil), 422, "Choose a file to add")
	says(t, b.upload(page, "upload", "order.pdf", "application/pdf", []byte("MZ")), 422, "The file must be a PDF")
	says(t, b.upload(page, "upload", "order.pdf", "application/pdf", []byte("%PDF-1.7\n1 0 obj <</S /JavaScript>>\n%%EOF")), 422, "parts that run")
	says(t, b.upload(page, "upload", "large.png", "image/png", make([]byte, 11<<20)), 422, "10 MB or smaller")
	added := b.upload(page, "upload", "birth \u202ecertificate.png", "image/png", png10())
	says(t, added, 200, "1 file added", "birth certificate.png")
	added = b.upload(added, "upload", "second.png", "image/png", png10())
	says(t, added, 200, "2 files added")
	files := regexp.MustCompile(`href="(/my/objection/[a-z2-7]{26}/files/[a-z2-7]{26})"`).FindAllStringSubmatch(added.Body, -1)
	if len(files) != 2 {
		t.Fatalf("%d links to files", len(files))
	}
	got := b.get(files[0][1])
	if got.Status != 200 || !bytes.Equal([]byte(got.Body), png10()) || !strings.HasPrefix(got.Header.Get("Content-Disposition"), `attachment; filename="evidence-`) ||
		got.Header.Get("X-Content-Type-Options") != "nosniff" || got.Header.Get("Cache-Control") != "no-store" || !strings.Contains(got.Header.Get("Content-Security-Policy"), "sandbox") {
		t.Errorf("%d %v", got.Status, got.Header)
	}
	says(t, p.signIn(t, "holiday").get(files[0][1]), 404)
	says(t, b.send(added, files[1][1]+"/removal", url.Values{}), 200, "1 file added")
	page, _ = b.goOn(b.get(page.URL.Path), forChild, "answers")
	says(t, page, 200, "Leo Bright", "14 October 2017", "1 file", "People under 18 are not in this record today", "14 October 2035")
	sent := b.fill(page, nil)
	says(t, sent, 200, "Your objection has been sent", "14 October 2035", "a doctor or nurse talks")
	ref := strings.Split(sent.URL.Path, "/")[3]
	if n := len(p.evidence(t, ref)); n != 1 {
		t.Errorf("%d files with the case", n)
	}
}

// An objection is taken back on 2 screens, in any state.
func TestAnObjectionIsTakenBack(t *testing.T) {
	p := demonstration(t)
	b := p.signIn(t, "no-known-allergies")
	answers, _ := b.goOn(b.begin(), forMe, "answers")
	ref := strings.Split(b.fill(answers, nil).URL.Path, "/")[3]
	first := b.get("/my/objection/" + ref + "/change-of-mind")
	says(t, first, 200, "What it means to take your objection back", "Nobody has decided yet")
	second := b.get(first.URL.Path + "/answers")
	says(t, second, 200, "Check and send")
	if _, err := p.Objections.Review(t.Context(), p.worker(t, ref), opaque.ID(ref), 0, objection.Request{}); err != nil {
		t.Fatal(err)
	}
	stale := b.fill(second, nil)
	says(t, stale, 409, "Something changed while you had this open")
	done := b.fill(stale, nil)
	says(t, done, 200, "Your objection has been taken back", "You can object again")
	if again := b.fill(stale, nil); again.URL.Path != done.URL.Path {
		t.Errorf("sent twice it leads to %s", again.URL.Path)
	}

	answers, _ = b.goOn(b.begin(), forMe, "answers")
	ref = strings.Split(b.fill(answers, nil).URL.Path, "/")[3]
	for _, act := range []func() error{
		func() error {
			_, err := p.Objections.Review(t.Context(), p.worker(t, ref), opaque.ID(ref), 0, objection.Request{})
			return err
		},
		func() error {
			_, err := p.Objections.Confirm(t.Context(), p.worker(t, ref), opaque.ID(ref), 0, objection.Request{})
			return err
		},
	} {
		if err := act(); err != nil {
			t.Fatal(err)
		}
	}
	first = b.get("/my/objection/" + ref + "/change-of-mind")
	says(t, first, 200, "What it means to change your mind")
	done = b.fill(b.get(first.URL.Path+"/answers"), nil)
	says(t, done, 200, "Your change of mind has been sent", "Keep my objection")
	kept := b.fill(b.get("/my/objection/"+ref+"/kept"), nil)
	if !strings.HasSuffix(kept.URL.Path, "/my/requests/"+ref) || p.state(t, opaque.ID(ref)) != objection.Confirmed {
		t.Errorf("kept: %s, %s", kept.URL.Path, p.state(t, opaque.ID(ref)))
	}
	if nothing := b.get("/my/objection/" + ref + "/change-of-mind/sent"); slices.Contains([]string{"sent"}, nothing.step()) {
		t.Error("a reversal is confirmed that is not wanted any more")
	}
}

// A young person's own objection: from when it matters, and whether parents are told.
func TestAYoungPersonObjects(t *testing.T) {
	p := demonstration(t)
	b := p.signIn(t, "turning-18")
	page, _ := b.goOn(b.begin(), forMe, "effect")
	says(t, page, 200, "People under 18 are not in this record today", "26 November 2026")
	page, _ = b.goOn(page, forMe, "contact")
	says(t, page, 200, "Do not tell my parents")
	page = b.fill(page, url.Values{"ways": {"app"}, "language": {"en"}, "not_parents": {"1"}})
	says(t, page, 200, "26 November 2026", "Do not tell my parents, or whoever looks after me")
	sent := b.fill(page, nil)
	says(t, sent, 200, "Your objection has been sent", "26 November 2026")
	o, _, err := p.Objections.Open(t.Context(), p.worker(t, strings.Split(sent.URL.Path, "/")[3]), opaque.ID(strings.Split(sent.URL.Path, "/")[3]), objection.Request{})
	if err != nil || !o.Answers.NotParents {
		t.Errorf("%v %+v", err, o.Answers)
	}
	grown := p.signIn(t, "holiday")
	page, _ = grown.goOn(grown.begin(), forMe, "contact")
	if strings.Contains(whole(t, page), "parents") {
		t.Error("an adult is asked about their parents")
	}
}

// Whose practice does not take part chooses who decides.
func TestWhoDecidesIsAskedWhereItIsNotPlain(t *testing.T) {
	p := demonstration(t)
	if err := p.DB.Do(t.Context(), func(ctx context.Context) error {
		_, err := p.DB.Exec(ctx, "UPDATE persons SET practice_ods = '' WHERE id = ?", string(p.Demo.World.People["holiday"]))
		return err
	}); err != nil {
		t.Fatal(err)
	}
	b := p.signIn(t, "holiday")
	page, _ := b.goOn(b.begin(), forMe, "provider")
	says(t, page, 200, "Who should decide?")
	says(t, b.fill(page, nil), 422, "Select who should decide")
	chosen := b.fill(page, url.Values{"provider": {"riverside"}})
	says(t, chosen, 200, "Check your answers", "Riverside Surgery")
	says(t, b.fill(chosen, nil), 200, "Your objection has been sent", "Riverside Surgery")
}
