package organisation

import (
	"slices"
	"strings"
	"unicode"
)

// Called tells whether each word of text begins a word of name, or text is part of
// the name when spaces do not count ("River side" for Riverside).
func Called(name, text string) bool {
	words, sought := plainWords(name), plainWords(text)
	if len(sought) == 0 {
		return false
	}
	all := true
	for _, w := range sought {
		all = all && slices.ContainsFunc(words, func(has string) bool { return strings.HasPrefix(has, w) })
	}
	joined := strings.Join(sought, "")
	return all || len(joined) >= 4 && strings.Contains(strings.Join(words, ""), joined)
}

func plainWords(s string) []string {
	s = strings.NewReplacer("'", "", "’", "", ".", "").Replace(strings.ToLower(s))
	return strings.FieldsFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

// Surgeries are the GP practices that somebody could mean who types text: the one
// with that code or exactly that name, else all with such a name, now or before.
func Surgeries(all []Organisation, names map[string][]Name, text string) []Organisation {
	var found []Organisation
	for _, o := range all {
		if o.Kind != Practice {
			continue
		}
		called := []string{o.Name}
		for _, n := range names[o.ID] {
			called = append(called, n.Text)
		}
		same := func(name string) bool { return slices.Equal(plainWords(name), plainWords(text)) }
		if o.ODSCode != "" && strings.EqualFold(o.ODSCode, strings.TrimSpace(text)) || slices.ContainsFunc(called, same) {
			return []Organisation{o}
		}
		if slices.ContainsFunc(called, func(name string) bool { return Called(name, text) }) {
			found = append(found, o)
		}
	}
	return found
}
