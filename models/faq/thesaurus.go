package faq

import (
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// What people say for the same thing is data, a file a language: groups of words and
// phrases of which any finds all, and the quiet words that say nothing of what is
// looked for.
//
//go:embed words/*.json
var wordFiles embed.FS

// thesaurus is one language's.
type thesaurus struct {
	quiet   map[string]bool
	groups  [][]string
	of      map[string][]int // phrase → groups that it is in
	known   map[string]bool  // every word, quiet or within a phrase
	longest int              // words in the longest phrase
}

// thesaurusOf reads the file of a language, by its first part: en-XB has English
// words. A language without a file has none.
func thesaurusOf(lang string) (*thesaurus, error) {
	t := &thesaurus{quiet: map[string]bool{}, of: map[string][]int{}, known: map[string]bool{}, longest: 1}
	base, _, _ := strings.Cut(lang, "-")
	body, err := wordFiles.ReadFile("words/" + base + ".json")
	if errors.Is(err, fs.ErrNotExist) {
		return t, nil // the language's own words are all there is
	}
	if err != nil {
		return nil, fmt.Errorf("faq: words of %s: %w", base, err)
	}
	var file struct {
		Quiet []string   `json:"quiet"`
		Same  [][]string `json:"same"`
	}
	if err := json.Unmarshal(body, &file); err != nil {
		return nil, fmt.Errorf("faq: words of %s: %w", base, err)
	}
	for _, w := range file.Quiet {
		t.quiet[w], t.known[w] = true, true
	}
	for i, group := range file.Same {
		var phrases []string
		for _, phrase := range group {
			words := split(phrase)
			key := strings.Join(words, " ")
			if slices.Contains(phrases, key) {
				continue
			}
			phrases = append(phrases, key)
			t.of[key] = append(t.of[key], i)
			t.longest = max(t.longest, len(words))
			for _, w := range words {
				t.known[w] = true
			}
		}
		t.groups = append(t.groups, phrases)
	}
	return t, nil
}

// concepts cuts what was typed into its ideas, the longest phrases first: each is
// the ways in which the answer may say it. Quiet words outside a phrase are left
// out, unless there is nothing else.
func (t *thesaurus) concepts(words []string) [][]string {
	var out [][]string
	for i := 0; i < len(words); {
		phrase, n := t.phrase(words[i:])
		switch {
		case n > 0:
			ways := []string{phrase}
			for _, g := range t.of[phrase] {
				ways = append(ways, t.groups[g]...)
			}
			out = append(out, ways)
		case !t.quiet[words[i]]:
			out = append(out, []string{words[i]})
		}
		i += max(n, 1)
	}
	if len(out) == 0 {
		for _, w := range words {
			out = append(out, []string{w})
		}
	}
	return out
}

func (t *thesaurus) phrase(words []string) (string, int) {
	for n := min(t.longest, len(words)); n > 0; n-- {
		phrase := strings.Join(words[:n], " ")
		if len(t.of[phrase]) > 0 {
			return phrase, n
		}
	}
	return "", 0
}

// split takes text apart as the index does: letters and digits in lower case,
// without accents; an apostrophe joins ("don't" is dont).
func split(text string) []string {
	var b strings.Builder
	for _, r := range norm.NFKD.String(text) {
		switch {
		case unicode.Is(unicode.Mn, r), r == '\'', r == '’':
		case unicode.IsLetter(r), unicode.IsDigit(r):
			b.WriteRune(unicode.ToLower(r))
		default:
			b.WriteByte(' ')
		}
	}
	return strings.Fields(b.String())
}
