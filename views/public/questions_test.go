package public

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"candour/locales"
	"candour/models/faq"
	"candour/views/layout"
	"candour/views/viewtest"
)

func byID(root *html.Node, id string) *html.Node {
	var found *html.Node
	viewtest.Walk(root, func(n *html.Node) {
		if viewtest.Attr(n, "id") == id {
			found = n
		}
	})
	return found
}

func isOpen(n *html.Node) bool {
	for _, a := range n.Attr {
		if a.Key == "open" {
			return true
		}
	}
	return false
}

func TestQuestionsPageHasEveryQuestionOnceUnderItsHeading(t *testing.T) {
	root := viewtest.Page(t, "questions", layout.Shell{}, QuestionsPage(Questions{}))
	folds := viewtest.ByClass(root, "app-question")
	if len(folds) != len(faq.Questions()) {
		t.Errorf("%d folds for %d questions", len(folds), len(faq.Questions()))
	}
	if n := len(viewtest.All(root, "h3")); n != len(faq.Questions()) {
		t.Errorf("%d questions are headings, of %d (S-02: headings restored)", n, len(faq.Questions()))
	}
	for _, c := range faq.Categories() {
		if byID(root, categoryID(c)) == nil {
			t.Errorf("%s: no heading to go to", c)
		}
	}
	for _, q := range faq.Questions() {
		n := byID(root, q.Slug)
		if n == nil || n.Parent.Data != "details" || isOpen(n.Parent) {
			t.Errorf("%s: not folded under its own id", q.Slug)
		}
	}
}

func TestOneAnswerOrAllStandOpen(t *testing.T) {
	for _, c := range []struct {
		page Questions
		want int
	}{{Questions{Open: "object"}, 1}, {Questions{All: true}, len(faq.Questions())}, {Questions{Open: "nope"}, 0}} {
		root := viewtest.Page(t, "questions-open", layout.Shell{}, QuestionsPage(c.page))
		open := 0
		for _, fold := range viewtest.ByClass(root, "app-question") {
			if isOpen(fold) {
				open++
				if c.want == 1 && byID(fold, "object") == nil {
					t.Error("another answer is open")
				}
			}
		}
		if open != c.want {
			t.Errorf("%+v: %d open, want %d", c.page, open, c.want)
		}
	}
}

func TestEveryAnswerHasAPageOfItsOwn(t *testing.T) {
	for _, q := range faq.Questions() {
		root := viewtest.Page(t, "question-"+q.Slug, layout.Shell{CSRF: "token"}, QuestionPage(Question{Question: q}))
		text := viewtest.Text(root)
		for _, want := range []string{"Last checked 23 November 2026", "Next check by 23 May 2027", "Was this answer useful?", "Related questions"} {
			if !strings.Contains(text, want) {
				t.Errorf("%s: %q is missing", q.Slug, want)
			}
		}
		if strings.Contains(text, "questions.") || strings.Contains(text, "- ") {
			t.Errorf("%s: a raw key or a raw list: %s", q.Slug, text)
		}
		if len(viewtest.All(byID(root, "useful"), "button")) != 2 {
			t.Errorf("%s: it cannot be judged", q.Slug)
		}
	}
	root := viewtest.Page(t, "question-thanked", layout.Shell{}, QuestionPage(Question{Question: faq.Questions()[0], Thanked: true}))
	if useful := byID(root, "useful"); len(viewtest.All(useful, "button")) != 0 || !strings.Contains(viewtest.Text(useful), "Thank you") {
		t.Error("no thanks, or asked again")
	}
}

func TestResultsAreMarkedAndNothingFoundHelps(t *testing.T) {
	index := faq.NewIndex(QuestionTexts)
	found, err := index.Search(t.Context(), locales.Default, "opting out")
	if err != nil {
		t.Fatal(err)
	}
	root := viewtest.Page(t, "questions-found", layout.Shell{}, QuestionsPage(Questions{Typed: "opting out", Found: found}))
	if len(viewtest.All(root, "mark")) == 0 || len(viewtest.ByClass(root, "app-question")) != 0 {
		t.Error("nothing is marked, or the whole list is there as well")
	}
	count := byID(root, "found")
	if viewtest.Attr(count, "aria-live") != "polite" || !strings.Contains(viewtest.Text(count), "answers found") {
		t.Errorf("the count is not told: %s", viewtest.Text(count))
	}
	root = viewtest.Page(t, "questions-none", layout.Shell{}, QuestionsPage(Questions{Typed: "<b>zebra</b>"}))
	text := viewtest.Text(root)
	if len(viewtest.ByClass(root, "nhsuk-contents-list")) != 1 || !strings.Contains(text, "Ask somebody") || !strings.Contains(text, "No answer found for <b>zebra</b>") || len(viewtest.All(root, "b")) != 0 {
		t.Errorf("%s", text)
	}
}

// A group of words that no answer speaks of would promise what is not there.
func TestEverySynonymLeadsSomewhere(t *testing.T) {
	body, err := os.ReadFile("../../models/faq/words/en.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct{ Same [][]string }
	if err := json.Unmarshal(body, &file); err != nil || len(file.Same) < 40 {
		t.Fatalf("%d groups, %v", len(file.Same), err)
	}
	index := faq.NewIndex(QuestionTexts)
	for _, group := range file.Same {
		for _, phrase := range group {
			found, err := index.Search(t.Context(), locales.Default, phrase)
			if err != nil || len(found.Hits) == 0 || len(found.Readings) > 0 {
				t.Errorf("%q: %d found, read as %v, %v", phrase, len(found.Hits), found.Readings, err)
			}
		}
	}
}

func TestChoicesStandSideBySide(t *testing.T) {
	root := viewtest.Page(t, "choices", layout.Shell{}, ChoicesPage(Choices{}))
	text := viewtest.Text(root)
	if n := strings.Count(text, "Stays as it was"); n != 12 {
		t.Errorf("%d directions are told, want 12", n)
	}
	for _, word := range []string{"Who decides", "What it stops", "What it does not touch", "How to set or change it", "Log in to see what you have set"} {
		if !strings.Contains(text, word) {
			t.Errorf("%q is missing", word)
		}
	}
	if strings.Contains(text, "Not known here") || strings.Contains(text, "choices.") {
		t.Errorf("%s", text)
	}
	for _, slug := range choiceQuestions {
		if _, ok := faq.BySlug(slug); !ok {
			t.Errorf("%s is no question", slug)
		}
	}
}

func TestWhatSomebodyHasSetIsTold(t *testing.T) {
	since := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	for want, own := range map[string]OwnChoice{
		"You have objected. Nobody":                                      {Objected: true, Included: true},
		"You have objected, as recorded on 2 March 2026":                 {Objected: true, Included: true, Since: since},
		"You have not objected. Staff who are caring":                    {Included: true},
		"You have not objected. Nobody can view":                         {},
		"on 2 March 2026 it was recorded that your record may be viewed": {Included: true, Since: since},
	} {
		root := viewtest.Page(t, "choices-own", layout.Shell{Audience: layout.Patient, Name: "Amina Khan"}, ChoicesPage(Choices{Own: &own}))
		text := viewtest.Text(root)
		if strings.Count(text, want) != 2 { // above the table and in it
			t.Errorf("%+v: %q is told %d times", own, want, strings.Count(text, want))
		}
		if n := strings.Count(text, "Not known here"); n != 3 {
			t.Errorf("%d of the other choices are not known here, want 3", n)
		}
	}
}
