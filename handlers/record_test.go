package handlers

import "testing"

// A date comes as a date field sends it, or as people type it where the browser
// has no such field; anything else is told, never guessed.
func TestDateOf(t *testing.T) {
	for text, want := range map[string]string{
		"2026-11-14": "2026-11-14", "14-Nov-2026": "2026-11-14", "14/11/2026": "2026-11-14", "1/2/2026": "2026-02-01", "1 2 2026": "2026-02-01", "01.02.2026": "2026-02-01",
	} {
		if got, ok := dateOf(text); !ok || got != want {
			t.Errorf("dateOf(%q) = %q, %v; want %q", text, got, ok, want)
		}
	}
	for _, text := range []string{"yesterday", "2026", "31/2/2026", "2026-13-01", "14-11-26", "' OR 1=1"} {
		if got, ok := dateOf(text); ok {
			t.Errorf("dateOf(%q) = %q: it is no date", text, got)
		}
	}
}
