package handlers

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"candour/models/db/dbtest"
	"candour/models/objection"
)

// How somebody wants to hear of things is kept whole, or not at all.
func TestHowSomebodyIsTold(t *testing.T) {
	g := openSurgery(t, dbtest.SQLite(t))
	g.born("ann", "1980-05-06")
	browser := g.enter("ann")
	g.says(browser, "/my/notices", []string{"How we tell you", "Emails and text messages say that there is a message"})
	form := url.Values{"progress": {"email", "notify"}, "review": {"letter"}, "language": {"pl"}, "format": {"large_print"}, "email": {"ann@example.org"}, "mobile": {"07700 900123"}}
	if got := g.sends(browser, "/my/notices", "/my/notices", form); got.StatusCode != http.StatusSeeOther {
		t.Fatalf("%d %s", got.StatusCode, got.body)
	}
	saved := g.says(browser, "/my/notices?saved=1", []string{"Your choices were saved", `value="ann@example.org"`, `value="07700 900123"`})
	for _, chosen := range []string{`checked[^>]*id="progress"`, `checked[^>]*value="notify"`, `value="pl" selected`, `checked[^>]*value="large_print"`} {
		if !regexp.MustCompile(chosen).MatchString(saved) {
			t.Errorf("%s was not kept", chosen)
		}
	}
	if regexp.MustCompile(`checked[^>]*name="access"`).MatchString(saved) {
		t.Error("what was not chosen is")
	}
	for field, value := range map[string]string{"email": "ann@", "mobile": "12345", "language": "!", "format": "braille", "progress": "pigeon", "review": "in_app"} {
		wrong := url.Values{"language": {"en"}, "format": {"standard"}, "email": {"other@example.org"}}
		wrong.Set(field, value)
		got := g.sends(browser, "/my/notices", "/my/notices", wrong)
		if got.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(got.body, "There is a problem") || !strings.Contains(got.body, `href="#`+field+`"`) {
			t.Errorf("%s=%s: %d", field, value, got.StatusCode)
		}
		if field == "email" && !strings.Contains(got.body, `value="ann@"`) {
			t.Error("what was typed is gone")
		}
	}
	g.says(browser, "/my/notices", []string{`value="ann@example.org"`})
}

// A letter is shown as it was sent, and in another form for whoever asks.
func TestALetterInTheInbox(t *testing.T) {
	g := openSurgery(t, dbtest.SQLite(t))
	me := g.born("ann", "1980-05-06")
	ref := g.sent(me, objection.Answers{Subject: objection.Self})
	browser := g.enter("ann")
	path := regexp.MustCompile(`/my/messages/[a-z2-7]{26}`).FindString(g.says(browser, "/my/messages", []string{"Messages: 1 new", ">New<", "We have the objection", "Mill Street Surgery"}))
	g.says(browser, path, []string{`class="app-sheet"`, `data-template="objection_received" data-version="1"`, "You will hear by 23 December 2026", "This is version 1 of this letter"})
	g.says(browser, path+"?format=large_print", []string{"app-sheet--large"})
	g.says(browser, path+"?format=easy_read", []string{"app-sheet--easy", "You can change your mind"}, "If they have a concern")
	g.says(browser, path+"?format=nonsense", []string{`class="app-sheet"`})
	g.says(browser, "/my/messages", nil, ">New<")
	for range 15 { // taken back and sent again: two letters each, so that there are two pages
		g.ok(g.Objections.Withdraw(t.Context(), me, ref, 0, at))
		ref = g.sent(me, objection.Answers{Subject: objection.Self})
	}
	next := regexp.MustCompile(`/my/messages\?after=[0-9]+\.[a-z2-7]{26}`).FindString(g.says(browser, "/my/messages", []string{"Older messages"}))
	g.says(browser, next, []string{"Newest messages"}, "Older messages")
}
