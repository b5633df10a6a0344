package seed

import (
	"fmt"
	"hash/fnv"
	"math/rand/v2"

	"candour/models/nhsnumber"
)

// draw is a source of numbers that is the same on every machine: a generator of
// known definition, started from the name of what it is for, so that a new story
// does not shift the others.
type draw struct{ *rand.Rand }

func drawFor(parts ...string) draw {
	h := fnv.New64a()
	for _, p := range parts {
		_, _ = h.Write([]byte(p + "\x00")) // a hash never fails
	}
	return draw{rand.New(rand.NewPCG(h.Sum64(), 0x43616e646f757221))}
}

func pick[T any](d draw, from []T) T { return from[d.IntN(len(from))] }

// between draws from low to high, both included.
func (d draw) between(low, high int) int { return low + d.IntN(high-low+1) }

var (
	beginnings = []string{"vor", "zel", "quin", "mab", "tros", "kel", "dran", "flib", "gorv", "hux", "jen", "lopt", "nax", "pruv", "rast", "skol"}
	middles    = []string{"ba", "ce", "dri", "fo", "gu", "la", "me", "ni", "po", "ru", "ta", "vi", "xo", "ze"}
	endings    = []string{"nak", "bult", "dorf", "gim", "hesk", "lynt", "mox", "pern", "quil", "rond", "sarg", "tweb", "vask", "zim"}
)

// coin makes the n-th invented word. No two are alike and none occurs in a text
// written for people, so that a word found where it should not be is a leak.
func coin(n int) string {
	b := n % len(beginnings)
	m := n / len(beginnings) % len(middles)
	e := (n/(len(beginnings)*len(middles)) + 5*b + 3*m) % len(endings)
	second := (7*n + 3) % len(middles)
	return beginnings[b] + middles[m] + middles[second] + endings[e]
}

// numbers gives the first valid NHS numbers of the range that was set aside for
// tests and is never issued (domain.md c), from 999 300 0000 on.
func numbers(count int) []string {
	out := make([]string, 0, count)
	for n := 9_993_000_000; len(out) < count; n++ {
		text := fmt.Sprint(n)
		if _, err := nhsnumber.Parse(text); err == nil {
			out = append(out, text)
		}
	}
	return out
}
