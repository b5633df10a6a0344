package faq

// A word of this many letters may be one that is not typed to its end, which is at
// most so many letters off.
const (
	begun      = 6
	unfinished = 6
)

// nearest finds the word of the vocabulary that a mistyped one was meant to be: one
// slip in a word of five letters or more, two in one of eight or more; of equally
// near words the one that is used most. The beginning of a word is as good as a word.
func nearest(typed string, vocabulary map[string]int) (string, bool) {
	word := []rune(typed)
	allowed := 0
	switch {
	case len(word) >= 8:
		allowed = 2
	case len(word) >= 5:
		allowed = 1
	}
	best, least, uses := "", allowed+1, 0
	for candidate, n := range vocabulary {
		other := []rune(candidate)
		more := len(other) - len(word)
		if len(other) < 4 || more < -allowed || more > allowed && (len(word) < begun || more > unfinished) {
			continue
		}
		d := slips(word, other)
		if len(word) >= begun && len(other) > len(word) {
			d = min(d, slips(word, other[:len(word)]))
		}
		if d < least || d == least && d <= allowed && (n > uses || n == uses && candidate < best) {
			best, least, uses = candidate, d, n
		}
	}
	return best, least <= allowed
}

// slips counts the letters that were left out, put in, taken for another or swapped
// with the next (the distance of Damerau and Levenshtein, each part edited once).
func slips(a, b []rune) int {
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := range a {
		row[0] = i + 1
		for j := range b {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			row[j+1] = min(last[j+1]+1, row[j]+1, last[j]+cost)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}
