package lint

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"unicode"

	"candour/locales"
)

// Reading is how a file reads: the age by the formula of Flesch and Kincaid (school
// grade and 5), over what is long enough to be a sentence. It is a number to put
// files in order by, not a verdict: people judge.
type Reading struct {
	File      string  `json:"file"`
	Sentences int     `json:"sentences"`
	Words     int     `json:"words"`
	Age       float64 `json:"age"`
	Longest   string  `json:"longest"` // key of the longest sentence
	LongestIs int     `json:"longest_words"`
}

// Fewer words are a label, not a sentence.
const shortest = 5

func read(all []locales.Sentence) []Reading {
	by := map[string]*tally{}
	for _, s := range all {
		if by[s.File] == nil {
			by[s.File] = &tally{}
		}
		by[s.File].add(s)
	}
	var out []Reading
	for file, t := range by {
		out = append(out, Reading{file, t.sentences, t.words, t.age(), t.longest, t.most})
	}
	slices.SortFunc(out, func(a, b Reading) int {
		return cmp.Or(cmp.Compare(b.Age, a.Age), strings.Compare(a.File, b.File))
	})
	return out
}

type tally struct {
	sentences, words, syllables, most int
	longest                           string
}

func (t *tally) add(s locales.Sentence) {
	for _, sentence := range sentences(s.Text) {
		words := words(sentence)
		if len(words) < shortest {
			continue
		}
		t.sentences++
		t.words += len(words)
		for _, w := range words {
			t.syllables += syllables(w)
		}
		if len(words) > t.most {
			t.most, t.longest = len(words), s.Key
		}
	}
}

func (t *tally) age() float64 {
	if t.sentences == 0 {
		return 0
	}
	grade := .39*float64(t.words)/float64(t.sentences) + 11.8*float64(t.syllables)/float64(t.words) - 15.59
	return math.Round(10*max(grade+5, 5)) / 10
}

// sentences splits at full stops, question marks, colons, semicolons and lines; a
// placeholder is a word.
func sentences(text string) []string {
	var out []string
	start := 0
	for i, r := range text {
		if r == '\n' || strings.ContainsRune(".?!:;", r) && (i+1 == len(text) || text[i+1] == ' ' || text[i+1] == '\n') {
			out = append(out, text[start:i])
			start = i + 1
		}
	}
	return append(out, text[start:])
}

func words(sentence string) []string {
	return strings.FieldsFunc(sentence, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '\'' && r != '’' })
}

// syllables counts groups of vowels, without a silent e at the end: close enough for
// an average.
func syllables(word string) int {
	w := strings.ToLower(strings.TrimFunc(word, func(r rune) bool { return r == '\'' || r == '’' }))
	n, inside := 0, false
	for _, r := range w {
		vowel := strings.ContainsRune("aeiouy", r)
		if vowel && !inside {
			n++
		}
		inside = vowel
	}
	silent := strings.HasSuffix(w, "e") && !strings.HasSuffix(w, "le") || strings.HasSuffix(w, "ed") && !strings.HasSuffix(w, "ted") && !strings.HasSuffix(w, "ded")
	if silent && n > 1 {
		n--
	}
	return max(n, 1)
}

// AgeOf is the reading age of a text that is put together from several sentences.
func AgeOf(texts ...string) float64 {
	var t tally
	for _, text := range texts {
		t.add(locales.Sentence{Text: text})
	}
	return t.age()
}
