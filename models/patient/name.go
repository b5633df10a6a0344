// Package patient is who a person is: finding the right one without finding out
// about others, and whether they are included in the shared record (FAQ: aged 18
// or over and registered with a practice of the region).
package patient

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// undecomposed are letters that Unicode does not take apart but that people
// type as two, or without their stroke.
var undecomposed = strings.NewReplacer("ß", "ss", "æ", "ae", "Æ", "ae", "œ", "oe", "Œ", "oe", "ø", "o", "Ø", "o",
	"ł", "l", "Ł", "l", "đ", "d", "Đ", "d", "ð", "d", "Ð", "d", "þ", "th", "Þ", "th", "ı", "i", "ħ", "h", "Ħ", "h")

// FamilyKey is the family name as persons.family_key holds it: without accents,
// case, spaces, hyphens or apostrophes, so that O'Brien is found as OBRIEN.
func FamilyKey(name string) string {
	var b strings.Builder
	for _, r := range norm.NFKD.String(undecomposed.Replace(name)) {
		if unicode.IsLetter(r) {
			b.WriteRune(unicode.ToLower(r))
		}
	}
	return b.String()
}

// FamilyAgrees says whether two family names can be the same person's. A
// double-barrelled name agrees with either of its parts, which is how one system
// keeps the maiden name and another does not.
func FamilyAgrees(a, b string) bool {
	x, y := FamilyKey(a), FamilyKey(b)
	if x == "" || y == "" {
		return false
	}
	if x == y {
		return true
	}
	for _, p := range parts(a) {
		if p == y {
			return true
		}
	}
	for _, p := range parts(b) {
		if p == x {
			return true
		}
	}
	return false
}

// parts are the keys of the parts of a double-barrelled name. "van der Berg" has
// none: only a hyphen joins two family names.
func parts(name string) []string {
	fields := strings.FieldsFunc(name, func(r rune) bool { return unicode.Is(unicode.Pd, r) })
	if len(fields) < 2 {
		return nil
	}
	var out []string
	for _, f := range fields {
		if k := FamilyKey(f); k != "" {
			out = append(out, k)
		}
	}
	return out
}
