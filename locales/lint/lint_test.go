package lint

import (
	"testing"

	"candour/locales"
)

func TestTheWordsFollowTheHouseStyle(t *testing.T) {
	r, err := Check(locales.Files())
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range r.Findings {
		t.Error(f)
	}
	if r.Sentences < 500 {
		t.Errorf("only %d sentences: the test looks in the wrong place", r.Sentences)
	}
	for _, f := range r.Reading {
		t.Logf("%-18s reading age %4.1f  %3d sentences, the longest has %d words (%s)", f.File, f.Age, f.Sentences, f.LongestIs, f.Longest)
	}
}
