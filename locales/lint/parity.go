package lint

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"

	"candour/locales"
)

// needed are the plural forms that whole numbers of a language take: a sentence with
// every form is asked for numbers, and names the form it was given.
func needed(lang string) ([]string, error) {
	tag, err := language.Parse(lang)
	if err != nil {
		return nil, fmt.Errorf("lint: the folder %s is not named after a language: %w", lang, err)
	}
	bundle := i18n.NewBundle(tag)
	if err := bundle.AddMessages(tag, &i18n.Message{ID: "n", Zero: "zero", One: "one", Two: "two", Few: "few", Many: "many", Other: "other"}); err != nil {
		return nil, fmt.Errorf("lint: %s: %w", lang, err)
	}
	speaker := i18n.NewLocalizer(bundle, lang)
	found := map[string]bool{"other": true}
	for _, n := range []int{0, 1, 2, 3, 5, 6, 11, 12, 21, 22, 25, 100, 101, 102, 103, 111, 1000, 1000000} {
		form, err := speaker.Localize(&i18n.LocalizeConfig{MessageID: "n", PluralCount: n})
		if err != nil {
			return nil, fmt.Errorf("lint: %s: %w", lang, err)
		}
		found[form] = true
	}
	return slices.Sorted(maps.Keys(found)), nil
}

type entry struct {
	file  string
	forms map[string]string
}

func byKey(all []locales.Sentence) map[string]entry {
	out := map[string]entry{}
	for _, s := range all {
		e, ok := out[s.Key]
		if !ok {
			e = entry{s.File, map[string]string{}}
			out[s.Key] = e
		}
		e.forms[s.Form] = s.Text
	}
	return out
}

// parity compares a language with English: every key, none besides, the plural
// forms that its grammar needs, and the same placeholders.
func parity(lang string, english, other []locales.Sentence) []Finding {
	var out []Finding
	forms, err := needed(lang)
	if err != nil {
		return []Finding{{lang, "", "", "", "language", lang, err.Error()}}
	}
	want, have := byKey(english), byKey(other)
	for _, key := range slices.Sorted(maps.Keys(want)) {
		theirs, ok := have[key]
		if !ok {
			out = append(out, Finding{lang, want[key].file, key, "", "missing", sample(want[key]), "not translated"})
			continue
		}
		out = append(out, compare(lang, key, want[key], theirs, forms)...)
	}
	for _, key := range slices.Sorted(maps.Keys(have)) {
		if _, ok := want[key]; !ok {
			out = append(out, Finding{lang, have[key].file, key, "", "unknown", sample(have[key]), "English has no such key"})
		}
	}
	return out
}

func sample(e entry) string {
	if text, ok := e.forms[""]; ok {
		return text
	}
	return e.forms["other"]
}

func compare(lang, key string, want, have entry, forms []string) []Finding {
	var out []Finding
	add := func(form, rule, text, advice string) {
		out = append(out, Finding{lang, have.file, key, form, rule, text, advice})
	}
	if have.file != want.file {
		add("", "file", sample(have), "belongs into "+want.file)
	}
	_, plain := want.forms[""]
	if _, theirs := have.forms[""]; theirs != plain {
		add("", "plural", sample(have), "is a sentence of one form here and of several there")
		return out
	}
	if !plain {
		for _, form := range forms {
			if have.forms[form] == "" {
				add(form, "plural", sample(have), "needs the form "+form)
			}
		}
	}
	for _, form := range slices.Sorted(maps.Keys(have.forms)) {
		text := have.forms[form]
		if form != "" && !slices.Contains(forms, form) {
			add(form, "plural", text, "has a form that its grammar does not know")
		}
		if strings.TrimSpace(text) == "" {
			add(form, "empty", text, "says nothing")
		}
		for _, problem := range placesDiffer(sample(want), text, form) {
			add(form, "placeholder", text, problem)
		}
	}
	return out
}

// placesDiffer compares placeholders; the number itself may be left out of the forms
// that are words for it ("one", "two", "zero").
func placesDiffer(english, text, form string) []string {
	var out []string
	want, have := places(english), places(text)
	for _, name := range want {
		if !slices.Contains(have, name) && (name != "count" || form != "zero" && form != "one" && form != "two") {
			out = append(out, "lost {"+name+"}")
		}
	}
	for _, name := range have {
		if !slices.Contains(want, name) {
			out = append(out, "has {"+name+"}, which English does not")
		}
	}
	return out
}
