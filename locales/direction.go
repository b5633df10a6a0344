package locales

import (
	"regexp"
	"strings"
)

// Isolates of the bidirectional algorithm: what stands between them is ordered by
// itself, from left to right or as its first letter says, and counts as one piece of
// the sentence around it.
const (
	leftToRight = "\u2066"
	byItself    = "\u2068"
	endIsolate  = "\u2069"
)

// isolate holds a value together inside a sentence that runs from right to left.
func isolate(value string) string {
	if strings.ContainsAny(value, "0123456789") {
		return leftToRight + value + endIsolate
	}
	return byItself + value + endIsolate
}

// A number in several groups, as "999 123 4567", "6 8 1978" or "9:30".
var groups = regexp.MustCompile(`\+?\d+(?:[ \x{a0}.,/:–-]\d+)+`)

// holdNumbers keeps the groups of a number in their order where the sentence runs
// the other way: bare, 999 123 4567 is drawn as 4567 123 999.
func holdNumbers(text string) string {
	return groups.ReplaceAllString(text, leftToRight+"$0"+endIsolate)
}
