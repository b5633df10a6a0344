package policy

import (
	"strings"
	"unicode"
)

// Service is the exclusion whose words are found in one of the names of services,
// places or organisations; "" when none is.
func (p *Policy) Service(names ...string) string {
	for _, name := range names {
		if name == "" {
			continue
		}
		plain := plainWords(name)
		for _, e := range p.Exclusions {
			for _, words := range e.ServiceNames {
				if strings.Contains(plain, " "+words) {
					return e.Set
				}
			}
		}
	}
	return ""
}

// plainWords is " sexual health clinic": lower case, letters and single spaces,
// a space in front so that words are matched from their beginning.
func plainWords(s string) string {
	var b strings.Builder
	space := true
	b.WriteByte(' ')
	for _, c := range s {
		if unicode.IsLetter(c) || unicode.IsDigit(c) {
			b.WriteRune(unicode.ToLower(c))
			space = false
		} else if !space {
			b.WriteByte(' ')
			space = true
		}
	}
	return b.String()
}
