package letter

import (
	_ "embed"
	"strings"
	"sync"
	"unicode"
)

//go:embed clinical.txt
var clinicalFile string

// lexicon are the whole words and the beginnings of words of clinical.txt.
var lexicon = sync.OnceValues(func() (map[string]bool, []string) {
	whole, begins := map[string]bool{}, []string(nil)
	for line := range strings.Lines(clinicalFile) {
		line = strings.TrimSpace(line)
		switch {
		case line == "" || line[0] == '#':
		case strings.HasSuffix(line, "*"):
			begins = append(begins, strings.TrimSuffix(line, "*"))
		default:
			whole[line] = true
		}
	}
	return whole, begins
})

// Clinical finds the first word of a text that says something of somebody's health:
// for the templates here and for the words that locales put to them.
func Clinical(text string) (string, bool) {
	whole, begins := lexicon()
	words := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) })
	for _, w := range words {
		if whole[w] {
			return w, true
		}
		for _, b := range begins {
			if strings.HasPrefix(w, b) {
				return w, true
			}
		}
	}
	return "", false
}
