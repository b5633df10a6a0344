package lint

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"candour/locales"
)

func file(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text)} }

// Each rule finds what it is for, and lets through what is right.
func TestEveryRuleFindsItsFault(t *testing.T) {
	for _, c := range []struct{ file, key, wrong, right, rule string }{
		{"a", "a.text", "Sign in to go on", "Log in to go on", "log in"},
		{"a", "a.text", "You can login here", "Your NHS login is safe", "log in"},
		{"a", "a.text", "Choose two of them", "Choose 2 of them, or one", "numerals"},
		{"a", "a.text", "There are 1500 people", "There are 1,500 people since 2026, on 01632 960000", "numbers"},
		{"a", "a.text", "On 6/8/2018", "On 6 August 2018", "dates"},
		{"a", "a.text", "On August 6", "In August", "dates"},
		{"a", "a.text", "On the 6th August", "On the 6th floor", "dates"},
		{"a", "a.text", "On 6 Aug", "On 6 August", "dates"},
		{"a", "a.text", "At 5.30pm", "At 5:30pm", "times"},
		{"a", "a.text", "At 17:30", "At 5pm", "times"},
		{"a", "a.text", "Take 500 mg", "Take 500mg", "doses"},
		{"a", "a.text", "Your clinician knows", "Your doctor knows", "patients"},
		{"a", "a.text", "Ask your practice", "Ask your GP surgery, in practice", "patients"},
		{"a", "a.title", "What you see.", "What do you see?", "titles"},
		{"a", "a.title", "What You Should See", "What the Summary Care Record shows", "titles"},
		{"a", "a.title", "what you see", "What you see", "titles"},
		{"a", "a.title", "Record - Candour", "Record – Candour", "titles"},
		{"a", "a.button", "Submit", "Send your question", "buttons"},
		{"a", "a.button", "Continue.", "Continue", "buttons"},
		{"a", "a.empty", "None", "Nobody has looked yet.", "empty states"},
		{"a", "a.text", "Click here", "It opens at once", "click"},
		{"a", "a.text", "Please wait", "Wait", "please"},
		{"a", "a.text", "Your NHS Number", "Your NHS number", "spelling"},
		{"a", "a.text", "Send an e-mail", "Send an email", "spelling"},
		{"a", "a.text", "Whilst you wait", "While you wait", "plain words"},
		{"a", "a.text", "Care, e.g. surgery", "Care, for example surgery", "plain words"},
		{"a", "a.text", "We don't know", "We do not know", "contractions"},
		{"a", "a.text", "Done!", "Done.", "exclamation"},
		{"a", "a.text", "Do NEVER do this", "The FHIR and HTML files", "capitals"},
		{"a", "a.text", "The 'so called' list", "The “so called” list and the hospital's", "quotation marks"},
		{"a", "a.text", "Two  spaces", "One space", "spaces"},
		{"a", "a.text", "Wait.Then", "Wait. Then at 9:30am", "spaces"},
		{"a", "a.text", "Wait...", "Wait.", "ellipsis"},
		{"a", "a.text", "A <b>word</b>", "A word", "markup"},
		{"a", "a.text", "", "A word", "empty"},
	} {
		if !finds(c.file, c.key, c.wrong, c.rule) {
			t.Errorf("%s does not find %q", c.rule, c.wrong)
		}
		if finds(c.file, c.key, c.right, c.rule) {
			t.Errorf("%s finds fault with %q", c.rule, c.right)
		}
	}
	if finds("record", "a.text", "Your clinician takes 500 mg at 17:30", "patients") {
		t.Error("staff may not read of clinicians")
	}
	tried := map[string]bool{}
	for _, r := range rules {
		tried[r.name] = true
	}
	if len(tried) < 20 {
		t.Errorf("only %d kinds of rules", len(tried))
	}
}

func finds(file, key, text, rule string) bool {
	return slices.ContainsFunc(style(locales.Sentence{File: file + ".toml", Key: key, Text: text}), func(f Finding) bool { return f.Rule == rule })
}

const english = "[a]\ntext = \"Hello {name}\"\nmore = \"More\"\n[a.visits]\none = \"{count} visit to {place}\"\nother = \"{count} visits to {place}\"\n"

func TestAnotherLanguageIsHeldToEnglish(t *testing.T) {
	for name, c := range map[string]struct{ words, rule, advice string }{
		"whole":                 {"[a]\ntext = \"Cześć {name}\"\nmore = \"Więcej\"\n[a.visits]\none = \"wizyta w {place}\"\nfew = \"{count} wizyty w {place}\"\nmany = \"{count} wizyt w {place}\"\nother = \"{count} wizyty w {place}\"\n", "", ""},
		"a key is missing":      {"[a]\ntext = \"Cześć {name}\"\n[a.visits]\none = \"wizyta w {place}\"\nfew = \"{count} a {place}\"\nmany = \"{count} b {place}\"\nother = \"{count} c {place}\"\n", "missing", "not translated"},
		"a key is unknown":      {"[a]\nextra = \"X\"\n", "unknown", "no such key"},
		"a placeholder is lost": {"[a]\ntext = \"Cześć\"\n", "placeholder", "lost {name}"},
		"a placeholder is new":  {"[a]\ntext = \"Cześć {name} {nam}\"\n", "placeholder", "has {nam}"},
		"a form is missing":     {"[a.visits]\none = \"{count} a {place}\"\nother = \"{count} c {place}\"\n", "plural", "needs the form few"},
		"a form is too many":    {"[a.visits]\none = \"{count} a {place}\"\ntwo = \"{count} c {place}\"\nother = \"{count} c {place}\"\n", "plural", "grammar"},
		"no forms at all":       {"[a]\nvisits = \"{count} {place}\"\n", "plural", "one form here"},
		"nothing said":          {"[a]\nmore = \"\"\n", "empty", "says nothing"},
	} {
		r, err := Check(fstest.MapFS{"en/a.toml": file(english), "pl/a.toml": file(c.words)})
		if err != nil {
			t.Fatal(name, err)
		}
		if c.rule == "" {
			if len(r.Findings) > 0 {
				t.Errorf("%s: %v", name, r.Findings)
			}
			continue
		}
		if !slices.ContainsFunc(r.Findings, func(f Finding) bool {
			return f.Rule == c.rule && strings.Contains(f.Advice, c.advice) && f.Language == "pl"
		}) {
			t.Errorf("%s: not found in %v", name, r.Findings)
		}
	}
}

func TestKeysAndFoldersThatCannotBe(t *testing.T) {
	r, err := Check(fstest.MapFS{"en/a.toml": file("[a]\nb = \"C\"\n"), "en/b.toml": file("[a]\nb = \"D\"\n"), "klingon/a.toml": file("[a]\nb = \"C\"\n")})
	if err != nil {
		t.Fatal(err)
	}
	for _, rule := range []string{"key", "language"} {
		if !slices.ContainsFunc(r.Findings, func(f Finding) bool { return f.Rule == rule }) {
			t.Errorf("%s: not found in %v", rule, r.Findings)
		}
	}
	for _, broken := range []fstest.MapFS{{"pl/a.toml": file("")}, {"en/a.toml": file("[a")}, {"en/a.toml": file("a = 3")}} {
		if _, err := Check(broken); err == nil {
			t.Errorf("%v was read", broken)
		}
	}
}

func TestReadingAgeGrowsWithWordsAndSyllables(t *testing.T) {
	age := func(text string) float64 {
		return read([]locales.Sentence{{File: "a.toml", Key: "a", Text: text}})[0].Age
	}
	easy, hard := age("We write down who looked. You can read that list."), age("Organisations participating in collaborative arrangements necessarily process confidential information concerning identifiable individuals.")
	if easy > 8 || hard < 16 {
		t.Errorf("easy %v, hard %v", easy, hard)
	}
	for word, want := range map[string]int{"list": 1, "care": 1, "table": 2, "record": 2, "looked": 1, "started": 2, "information": 4, "x": 1, "hospital": 3} {
		if got := syllables(word); got != want {
			t.Errorf("%s has %d syllables, not %d", word, want, got)
		}
	}
}
