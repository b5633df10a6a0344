package handlers

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"candour/locales"
	"candour/models/db/dbtest"
)

func TestTheDemonstrationCanBeReadInTestLanguages(t *testing.T) {
	h := build(t, dbtest.SQLite(t))
	browser := h.client()
	for lang, want := range map[string]string{locales.Accented: `lang="en-XA" dir="ltr"`, locales.Mirrored: `lang="en-XB" dir="rtl"`, locales.Default: `lang="en" dir="ltr"`} {
		if got := h.ask(browser, post, "/preferences/language", url.Values{"language": {lang}}); got.StatusCode != http.StatusSeeOther {
			t.Errorf("%s: %d", lang, got.StatusCode)
		}
		if got := h.ask(browser, get, "/demo/languages", nil); !strings.Contains(got.body, want) {
			t.Errorf("%s: no %s", lang, want)
		}
	}
	for _, lang := range []string{"", "xx", "en-GB", "../en"} {
		if got := h.ask(browser, post, "/preferences/language", url.Values{"language": {lang}}); got.StatusCode != http.StatusBadRequest {
			t.Errorf("%q was taken: %d", lang, got.StatusCode)
		}
		if got := h.ask(nil, get, "/demo/languages", nil, "Cookie", "language="+lang); !strings.Contains(got.body, `lang="en" dir="ltr"`) {
			t.Errorf("%q is not English", lang)
		}
	}
}

func TestNobodyInEarnestIsGivenATestLanguage(t *testing.T) {
	h := build(t, dbtest.SQLite(t))
	h.Demo = nil
	got := h.ask(nil, get, "/", nil, "Cookie", "language="+locales.Accented)
	if !strings.Contains(got.body, `lang="en" dir="ltr"`) || strings.Contains(got.body, "Test languages") {
		t.Error("a language nobody speaks is shown outside the demonstration")
	}
	for _, r := range h.routes() {
		if strings.Contains(r.Pattern, "language") {
			t.Errorf("%s is served outside the demonstration", r.Pattern)
		}
	}
}
