package locales

import (
	"context"
	"strings"
	"testing"
)

func TestNumbersKeepTheirOrderFromRightToLeft(t *testing.T) {
	mirrored := With(context.Background(), Mirrored)
	if got := N(mirrored, "history.accesses", 1234); got != "\u200f\u20661,234\u2069 \u202eáççéssés\u202c\u200f" {
		t.Errorf("N = %+q", got)
	}
	for text, want := range map[string]string{
		"999 123 4567": "\u2066999 123 4567\u2069", "x 6 8 1978, y": "x \u20666 8 1978\u2069, y", "+44 1632 960000": "\u2066+44 1632 960000\u2069",
		"9:30am": "\u20669:30\u2069am", "18 or over": "18 or over", "{n} of 3": "{n} of 3",
	} {
		if got := holdNumbers(text); got != want {
			t.Errorf("%q: %+q, want %+q", text, got, want)
		}
	}
	if got := T(With(context.Background(), Accented), "my.last", "when", "6 August 2026"); strings.ContainsAny(got, leftToRight+byItself) {
		t.Errorf("a sentence from left to right is held: %+q", got)
	}
}
