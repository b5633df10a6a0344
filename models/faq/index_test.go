package faq

import (
	"context"
	"strings"
	"sync"
	"testing"
)

// small is a book of four questions, in a language with accents and one without a
// file of words.
func small(lang string) []Text {
	if lang == "xx" {
		return []Text{{"uno", "Dónde están mis datos", "Aquí.", "Nada más."}}
	}
	return []Text{
		{"copy", "How do I get copies of my records?", "Ask each organisation.", "It is free of charge."},
		{"seen", "Who has looked at my notes?", "Log in and read the list.", "Doctors and nurses are named."},
		{"object", "How do I object?", "Ask your surgery.", "You may opt out at any time."},
		{"Réview", "Çan I réad it?", "Yés.", "The medicines, prescriptions and réferrals."},
	}
}

func search(t *testing.T, x *Index, lang, typed string) Found {
	t.Helper()
	f, err := x.Search(t.Context(), lang, typed)
	if err != nil {
		t.Fatalf("%q: %v", typed, err)
	}
	return f
}

func firstOf(f Found) string {
	if len(f.Hits) == 0 {
		return ""
	}
	return f.Hits[0].Slug
}

func TestSearchUnderstandsWords(t *testing.T) {
	x := NewIndex(small)
	for _, c := range []struct{ name, lang, typed, want string }{
		{"as written", "en", "copies", "copy"},
		{"another form of the word", "en", "organisations", "copy"},
		{"a beginning", "en", "organis", "copy"},
		{"another word for it", "en", "opting out", "object"},
		{"capitals and signs", "en", "  OBJECT!!! ", "object"},
		{"quiet words alone", "en", "how do i", "copy"},
		{"an apostrophe", "en", "i don't object", "object"},
		{"one slip", "en", "recrods", "copy"},
		{"two letters swapped", "en", "obejct", "object"},
		{"a slip in the beginning of a word", "en", "organsi", "copy"},
		{"accents in the text", "en", "referral", "Réview"},
		{"accents in what is typed", "en", "référrals", "Réview"},
		{"a language without a file of words", "xx", "donde datos", "uno"},
		{"part of a language", "en-XB", "opt out", "object"},
		{"nothing", "en", "", ""},
		{"signs alone", "en", "?!* ()", ""},
		{"nothing of ours", "en", "zebra crossing", ""},
		{"a short word is not guessed", "en", "lsit", ""},
	} {
		if got := firstOf(search(t, x, c.lang, c.typed)); got != c.want {
			t.Errorf("%s: %q finds %q, want %q", c.name, c.typed, got, c.want)
		}
	}
}

// What is typed is words, never a search language: the index's own operators and
// quotation marks are text like any other.
func TestSearchHasNoLanguage(t *testing.T) {
	x := NewIndex(small)
	for _, typed := range []string{
		`"`, `""""`, `"object`, `object"`, `object" OR "copy`, `object AND`, `NOT object`, `NEAR(object copy)`, `title : object`, `slug:copy`, `{title} : x`,
		`object*`, `^object`, `object + copy`, `-object`, `(((`, `'; DROP TABLE book; --`, "obj\x00ect", "\x02object\x03", `%`, `\`, strings.Repeat("object ", 500), strings.Repeat("o", 5000),
		"ОБЪЕКТ", "目的", "🙈", "ı̇", "\xff\xfe",
	} {
		f := search(t, x, "en", typed)
		for _, h := range f.Hits {
			for _, s := range append(append(h.Title, h.Short...), h.Extract...) {
				if strings.ContainsAny(s.Text, "\x02\x03") {
					t.Errorf("%q: a mark is left in %q", typed, s.Text)
				}
			}
		}
	}
	if got := firstOf(search(t, x, "en", "copies of records")); got != "copy" {
		t.Errorf("the book was changed: %q", got)
	}
}

func TestFoundWordsAreMarked(t *testing.T) {
	x := NewIndex(small)
	f := search(t, x, "en", "opt out")
	if len(f.Hits) != 1 || f.Hits[0].Slug != "object" {
		t.Fatalf("%+v", f)
	}
	if title := f.Hits[0].Title; len(title) != 3 || title[1] != (Span{"object", true}) || title[0].Text+title[1].Text+title[2].Text != "How do I object?" {
		t.Errorf("%+v", title)
	}
	f = search(t, x, "en", "prescriptions")
	if len(f.Hits) != 1 || len(f.Hits[0].Extract) == 0 {
		t.Errorf("found in the body alone, and no extract of it: %+v", f)
	}
	f = search(t, x, "en", "recrods")
	if len(f.Readings) != 1 || f.Readings[0] != (Reading{"recrods", "records"}) {
		t.Errorf("%+v", f.Readings)
	}
}

func TestManySearchAtOnce(t *testing.T) {
	x := NewIndex(small)
	var all sync.WaitGroup
	for i := range 16 {
		all.Go(func() {
			lang := []string{"en", "en-XA", "xx"}[i%3]
			for range 20 {
				if f, err := x.Search(context.Background(), lang, "copies datos"); err != nil || len(f.Hits) == 0 {
					t.Errorf("%s: %v %v", lang, f, err)
				}
			}
		})
	}
	all.Wait()
}

// Somebody who has gone does not take the index with them.
func TestASearchThatWasGivenUpHarmsNobody(t *testing.T) {
	x := NewIndex(small)
	gone, leave := context.WithCancel(t.Context())
	leave()
	if _, err := x.Search(gone, "en", "copies"); err == nil {
		t.Error("a search for nobody was done")
	}
	if got := firstOf(search(t, x, "en", "copies")); got != "copy" {
		t.Errorf("afterwards: %q", got)
	}
}

func TestSlips(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{{"", "", 0}, {"object", "object", 0}, {"objct", "object", 1}, {"obbject", "object", 1}, {"obejct", "object", 1}, {"opject", "object", 1}, {"xyject", "object", 2}, {"", "abc", 3}} {
		if got := slips([]rune(c.a), []rune(c.b)); got != c.want {
			t.Errorf("%q to %q: %d, want %d", c.a, c.b, got, c.want)
		}
	}
}
