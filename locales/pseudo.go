package locales

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Two languages that nobody speaks, for tests and the demonstration. Accented
// stretches and accents every sentence; Mirrored accents it and turns every word
// round, as a script that runs from right to left does. What shows without accents
// is text that was never translatable; what shows its digits in another order is a
// number that was not held together.
const (
	Accented = "en-XA"
	Mirrored = "en-XB"
)

// Pseudo are the languages that nobody speaks. They are never offered to people.
var Pseudo = []string{Accented, Mirrored}

var accents = strings.NewReplacer(
	"a", "á", "e", "é", "i", "í", "o", "ó", "u", "ú", "y", "ý", "n", "ñ", "c", "ç",
	"A", "Á", "E", "É", "I", "Í", "O", "Ó", "U", "Ú", "Y", "Ý", "N", "Ñ", "C", "Ç")

// stretch accents a sentence and lengthens it by about 40 per cent, as German or
// Polish would.
func stretch(text string) string {
	more := (utf8.RuneCountInString(text)*2 + 4) / 5
	return outsidePlaces(text, accents.Replace) + pad(more)
}

func pad(n int) string {
	var out strings.Builder
	for i := range n {
		if i%5 == 0 {
			out.WriteByte(' ')
		} else {
			out.WriteString("·")
		}
	}
	return strings.TrimRight(out.String(), " ")
}

// Controls of the bidirectional algorithm: a mark and an override to the right, and
// the end of what was overridden.
const (
	rightMark = "\u200f"
	override  = "\u202e"
	pop       = "\u202c"
)

// mirror accents a sentence and makes each of its words run from right to left.
func mirror(text string) string {
	return holdNumbers(rightMark + outsidePlaces(text, func(s string) string { return turn(accents.Replace(s)) }) + rightMark)
}

func turn(text string) string {
	var out strings.Builder
	inside := false
	for _, r := range text {
		if letter := unicode.IsLetter(r); letter != inside {
			if letter {
				out.WriteString(override)
			} else {
				out.WriteString(pop)
			}
			inside = letter
		}
		out.WriteRune(r)
	}
	if inside {
		out.WriteString(pop)
	}
	return out.String()
}

// outsidePlaces changes the words of a sentence. Placeholders keep their names; what
// is put into them is nobody's to translate.
func outsidePlaces(text string, change func(string) string) string {
	var out strings.Builder
	for rest := text; rest != ""; {
		words, place, found := strings.Cut(rest, "{")
		out.WriteString(change(words))
		if !found {
			break
		}
		name, after, _ := strings.Cut(place, "}")
		out.WriteString("{" + name + "}")
		rest = after
	}
	return out.String()
}
