package public

import (
	"regexp"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"candour/locales"
	"candour/models/faq"
	"candour/views/layout"
	"candour/views/link"
	"candour/views/viewtest"
)

// goesTo tells whether a page has a link to an address, outside its header and footer.
func goesTo(root *html.Node, address string) bool {
	for _, a := range viewtest.All(byID(root, "maincontent"), "a") {
		if viewtest.Attr(a, "href") == address {
			return true
		}
	}
	return false
}

func answerOf(t *testing.T, slug string) *html.Node {
	t.Helper()
	q, ok := faq.BySlug(slug)
	if !ok {
		t.Fatalf("%s is no question", slug)
	}
	return viewtest.Page(t, "question-"+slug, layout.Shell{CSRF: "token"}, QuestionPage(Question{Question: q}))
}

// No route lets staff print a patient's list or a privacy officer check it: no page
// says that they can, and those that name the list send people to the operator.
func TestNobodyIsSentForWhatNobodyCanGive(t *testing.T) {
	all, err := locales.Sentences(locales.Files(), locales.Default)
	if err != nil || len(all) < 500 {
		t.Fatalf("%d sentences, %v", len(all), err)
	}
	promise := regexp.MustCompile(`(?i)(?:for a printed (?:copy|list)|can be printed there|officer who reviews|people responsible for confidentiality, who check|an answer within \d+)`)
	for _, s := range all {
		if promise.MatchString(s.Text) {
			t.Errorf("%s %s: %q: nothing here can do that", s.File, s.Key, s.Text)
		}
	}
	for _, slug := range []string{"who-has-looked", "somebody-who-died", "what-is-it"} {
		if page := answerOf(t, slug); !goesTo(page, link.Contact()) || !strings.Contains(viewtest.Text(page), "the organisation that runs this service") {
			t.Errorf("%s: the operator cannot be reached from it", slug)
		}
	}
	if text := viewtest.Text(answerOf(t, "staff-rules")); !strings.Contains(text, "has no page here yet") {
		t.Errorf("privacy officers: %s", text)
	}
}

// Objecting has its pages: the answers lead to them, and no sentence says any more that
// there are none. What is still missing is said where it was.
func TestObjectingOnlineIsWhatTheAnswersSay(t *testing.T) {
	for _, slug := range []string{"object", "change-my-mind", "object-for-child", "act-for-adult"} {
		if page := answerOf(t, slug); !goesTo(page, link.SignInTo("patient", link.Objection())) {
			t.Errorf("%s: no way to object from it", slug)
		}
	}
	all, err := locales.Sentences(locales.Files(), locales.Default)
	if err != nil {
		t.Fatal(err)
	}
	outdated := regexp.MustCompile(`(?i)online form is not ready|not on this website yet|cannot object|objecting, asking for copies`)
	for _, s := range all {
		if outdated.MatchString(s.Text) {
			t.Errorf("%s %s: %q: objecting is possible here", s.File, s.Key, s.Text)
		}
	}
	if text := viewtest.Text(answerOf(t, "what-is-next")); !strings.Contains(text, "You cannot ask for a copy or complain here so far") {
		t.Errorf("what is missing: %s", text)
	}
}

func TestTheAccessibilityStatementNamesTheOperatorOnce(t *testing.T) {
	office := Office{Operator: "The board", Email: "a@b.example", Phone: "01632 960000"}
	text := viewtest.Text(viewtest.Page(t, "accessibility", layout.Shell{}, AccessibilityPage(Accessibility{Office: office})))
	for _, words := range []string{"built every page so that you can", "the organisation that runs this service, with the contact below", "a@b.example", "01632 960000"} {
		if !strings.Contains(text, words) {
			t.Errorf("no %q", words)
		}
	}
	if strings.Contains(text, "working days") || strings.Contains(text, "What you can do on every page") {
		t.Errorf("more is promised than anybody has set: %s", text)
	}
}

// Each Ombudsman takes complaints about one kind of care (England).
func TestComplaintsGoToTheOneWhoTakesThem(t *testing.T) {
	page := answerOf(t, "complain")
	for _, address := range []string{link.Ombudsman(), link.CareOmbudsman(), link.Commissioner()} {
		if !goesTo(page, address) {
			t.Errorf("no link to %s", address)
		}
	}
	if !strings.HasPrefix(link.CareOmbudsman(), "https://www.lgo.org.uk/") || !strings.HasPrefix(link.Ombudsman(), "https://www.ombudsman.org.uk/") {
		t.Error("the one is the other")
	}
	text := viewtest.Text(page)
	for _, words := range []string{"about NHS care, go to the Parliamentary and Health Service Ombudsman", "social care in England, from a council or arranged by it, go to the Local Government and Social Care Ombudsman", "go to the Information Commissioner"} {
		if !strings.Contains(text, words) {
			t.Errorf("no %q: %s", words, text)
		}
	}
}

// Where an answer ends that everybody comes to: what is kept, and whom to ask for it.
func TestWhatIsKeptAndOfWhomIsAnswered(t *testing.T) {
	for slug, want := range map[string][]string{
		"how-long-kept":     {"This service only shows copies", "ask the organisation that wrote it", "No line is ever taken off"},
		"somebody-who-died": {"Access to Health Records Act", "personal representative", "claim because of the death", "GP surgery where the person was registered", "records department", "The list of who looked is kept"},
	} {
		text := viewtest.Text(answerOf(t, slug))
		for _, words := range want {
			if !strings.Contains(text, words) {
				t.Errorf("%s: no %q", slug, words)
			}
		}
	}
}
