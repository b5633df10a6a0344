// Package lint reads the words of Candour as an editor would: the house style of
// ux.md 1.5 over English, the parity of every other language with it, and how old
// somebody has to be to read each file with ease.
package lint

import (
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"

	"candour/locales"
)

// Finding is one sentence that breaks one rule.
type Finding struct {
	Language string `json:"language"`
	File     string `json:"file"`
	Key      string `json:"key"`
	Form     string `json:"form,omitempty"`
	Rule     string `json:"rule"`
	Text     string `json:"text"`
	Advice   string `json:"advice"`
}

func (f Finding) String() string {
	key := f.Key
	if f.Form != "" {
		key += " (" + f.Form + ")"
	}
	return fmt.Sprintf("%s/%s %s: %s: %s: %q", f.Language, f.File, key, f.Rule, f.Advice, f.Text)
}

// Report is everything found, and how the files of English read.
type Report struct {
	Languages []string  `json:"languages"`
	Sentences int       `json:"sentences"` // of English
	Findings  []Finding `json:"findings"`
	Reading   []Reading `json:"reading"`
}

// Check reads every language of a folder of languages. English must be among them.
func Check(from fs.FS) (Report, error) {
	r := Report{Findings: []Finding{}}
	folders, err := fs.ReadDir(from, ".")
	if err != nil {
		return r, fmt.Errorf("lint: %w", err)
	}
	english, err := locales.Sentences(from, locales.Default)
	if err != nil {
		return r, err
	}
	r.Sentences = len(english)
	r.Findings = append(r.Findings, twice(locales.Default, english)...)
	for _, s := range english {
		r.Findings = append(r.Findings, style(s)...)
	}
	r.Reading = read(english)
	for _, folder := range folders {
		if !folder.IsDir() || !hasWords(from, folder.Name()) {
			continue
		}
		r.Languages = append(r.Languages, folder.Name())
		if folder.Name() == locales.Default {
			continue
		}
		other, err := locales.Sentences(from, folder.Name())
		if err != nil {
			return r, err
		}
		r.Findings = append(r.Findings, twice(folder.Name(), other)...)
		r.Findings = append(r.Findings, parity(folder.Name(), english, other)...)
	}
	return r, nil
}

func hasWords(from fs.FS, folder string) bool {
	found, err := fs.Glob(from, folder+"/*.toml")
	return err == nil && len(found) > 0
}

// twice finds keys that stand in two files: the later would win in silence.
func twice(lang string, all []locales.Sentence) []Finding {
	var out []Finding
	first := map[string]string{}
	for _, s := range all {
		id := s.Key + "|" + s.Form
		if file, again := first[id]; again {
			out = append(out, Finding{lang, s.File, s.Key, s.Form, "key", s.Text, "stands in " + file + " already"})
		}
		first[id] = s.File
	}
	return out
}

// Places are the placeholders of a sentence, sorted.
func places(text string) []string {
	found := map[string]bool{}
	for rest := text; ; {
		_, after, ok := strings.Cut(rest, "{")
		if !ok {
			return slices.Sorted(maps.Keys(found))
		}
		name, tail, closed := strings.Cut(after, "}")
		if !closed {
			return slices.Sorted(maps.Keys(found))
		}
		found[name] = true
		rest = tail
	}
}
