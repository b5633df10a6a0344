package organisation

import (
	"cmp"
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

// Match is a GP practice that somebody could mean. Former is the name that they
// know it by, when it is no longer called so.
type Match struct {
	Organisation
	Former string
}

// Key tells the matches apart: the code, or the id of who has none.
func (m Match) Key() string { return cmp.Or(m.ODSCode, m.ID) }

// Surgeries are the GP practices that somebody could mean who types text: the one
// with that code, else all of exactly that name, else all with such a name. Names of
// today come before those of earlier days. Sure says that no other can be meant: by
// the code, or by the whole name of today when it is the name of one only.
func Surgeries(all []Organisation, names map[string][]Name, text string) (found []Match, sure bool) {
	if len(plainWords(text)) == 0 {
		return nil, false
	}
	whole := func(name string) bool { return slices.Equal(plainWords(name), plainWords(text)) }
	part := func(name string) bool { return Called(name, text) }
	for _, o := range all {
		if o.Kind == Practice && o.ODSCode != "" && strings.EqualFold(o.ODSCode, strings.TrimSpace(text)) {
			return []Match{{Organisation: o}}, true
		}
	}
	if found = matches(all, names, whole); len(found) > 0 {
		return found, len(found) == 1 && found[0].Former == ""
	}
	return matches(all, names, part), false
}

// matches are the practices with a name that fits, those with such a name today first.
func matches(all []Organisation, names map[string][]Name, fits func(string) bool) []Match {
	var now, before []Match
	for _, o := range all {
		if o.Kind != Practice {
			continue
		}
		if fits(o.Name) {
			now = append(now, Match{Organisation: o})
		} else if at := slices.IndexFunc(names[o.ID], func(n Name) bool { return fits(n.Text) }); at >= 0 {
			before = append(before, Match{o, names[o.ID][at].Text})
		}
	}
	return append(now, before...)
}
