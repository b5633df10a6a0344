package locales

import "strings"

// Two languages that nobody speaks: Accented stretches and accents every sentence,
// Mirrored does the same and runs from right to left. What shows without accents is
// text that was never translatable.
const (
	Accented = "en-XA"
	Mirrored = "en-XB"
)

var accents = strings.NewReplacer(
	"a", "á", "e", "é", "i", "í", "o", "ó", "u", "ú", "y", "ý", "n", "ñ", "c", "ç",
	"A", "Á", "E", "É", "I", "Í", "O", "Ó", "U", "Ú", "N", "Ñ", "C", "Ç")

// accent lengthens by about 40 per cent, as German or Polish would. Placeholders
// keep their names; what is put into them is nobody's to translate.
func accent(text string) string {
	var out strings.Builder
	for rest := text; rest != ""; {
		words, place, found := strings.Cut(rest, "{")
		out.WriteString(accents.Replace(words))
		if !found {
			break
		}
		name, after, _ := strings.Cut(place, "}")
		out.WriteString("{" + name + "}")
		rest = after
	}
	return out.String() + strings.Repeat(" ····", len(text)*2/25)
}
